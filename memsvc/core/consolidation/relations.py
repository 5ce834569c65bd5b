"""How what consolidation makes is derived from its sources; the names stand in the lineage."""

from __future__ import annotations

EXTRACTED = "extracted"
"""A fact out of one turn."""
SESSION = "session_summary"
DAY = "day_summary"
"""Put together from the summaries of the sessions that ended on one day (UTC)."""
GLOBAL = "global_summary"
"""Put together from the summaries of days."""
RECURRENCE = "recurrence"
"""What one person said in several sessions."""

SUMMARIES = (SESSION, DAY, GLOBAL)
"""From the finest to the coarsest: each is made of those before it."""
MADE = (EXTRACTED, *SUMMARIES, RECURRENCE)
"""All that consolidation makes, in the order in which it makes it."""
