"""The published package of mem0, as it is, kept from the network and from the home directory."""

from __future__ import annotations

import os
import tempfile
from importlib import import_module
from typing import Any

# Read when the package is imported.
os.environ["MEM0_TELEMETRY"] = "False"
os.environ.setdefault("MEM0_DIR", tempfile.mkdtemp(prefix="mem0-"))

mem0: Any = import_module("mem0")
exceptions: Any = import_module("mem0.exceptions")
types: Any = import_module("mem0.client.types")
