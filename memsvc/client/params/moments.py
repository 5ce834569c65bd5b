"""Moments."""

from __future__ import annotations

from datetime import datetime

When = datetime | str
"""An aware datetime, or an RFC 3339 time with an offset."""


def as_text(moment: When | None) -> str | None:
    """As an address has it."""
    return moment.isoformat() if isinstance(moment, datetime) else moment
