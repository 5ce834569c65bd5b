"""Whose store an import is from."""

from __future__ import annotations

from enum import StrEnum


class Origin(StrEnum):
    """Whose store it is."""

    MEM0 = "mem0"
    LANGGRAPH = "langgraph"
