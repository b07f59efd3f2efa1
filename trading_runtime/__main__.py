"""`python -m trading_runtime`."""

from trading_runtime.main import main

main(prog_name="trading_runtime")
