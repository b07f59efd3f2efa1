"""Lets every test import the shared builders as `support.<module>`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
