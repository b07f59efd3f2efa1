"""What exists: the software-defined assets, their checks, partitions and resources. One folder a Dagster group.

Belongs here: thin asset functions, data sources, the lake. Does not belong here: learning (models/), trading (trading_runtime/),
schedules and commands (orchestration/).
"""
