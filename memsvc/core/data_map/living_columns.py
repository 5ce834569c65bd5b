"""Columns of the tables of what keeps memories alive."""

from __future__ import annotations

from memsvc.core.data_map.columns import AGENT, MEMORY, ROW, WITH_MEMORY
from memsvc.core.data_map.entry import Cell, Entry, Holds, table

COLUMNS: tuple[Entry, ...] = (
    *table(
        "feedback",
        {
            "agent_key": AGENT,
            "number": MEMORY,
            "place": Cell(Holds.NUMBER, "which of its uses"),
            "at": Cell(Holds.TIME, "when it was used"),
            "outcome": Cell(Holds.CODE, "whether it helped"),
            "elapsed_days": Cell(Holds.NUMBER, "days since the use before"),
            "stability_days": Cell(Holds.NUMBER, "its stability before"),
            "difficulty": Cell(Holds.NUMBER, "its difficulty before"),
        },
        destroyed_by=ROW,
        kept=WITH_MEMORY,
    ),
    *table(
        "verdicts",
        {
            "agent_key": AGENT,
            "number": MEMORY,
            "other": Cell(Holds.RANDOM_ID, "the other memory"),
            "verdict": Cell(Holds.CODE, "how the two relate"),
            "decided_by": Cell(Holds.CODE, "a person, or a model"),
            "decided_at": Cell(Holds.TIME, "when"),
        },
        destroyed_by=ROW,
        kept="as long as both memories",
    ),
    *table(
        "marked_sources",
        {
            "agent_key": AGENT,
            "id": Cell(Holds.RANDOM_ID, "names the mark"),
            "channel": Cell(Holds.CODE, "from which channel"),
            "user_no": Cell(Holds.RANDOM_ID, "from whom: `people`"),
            "session_no": Cell(Holds.RANDOM_ID, "in which session: `sessions`"),
            "marked_at": Cell(Holds.TIME, "since when"),
        },
        destroyed_by=ROW,
        kept="until the mark is taken away, or its person or session is erased",
    ),
    *table(
        "runs",
        {
            "agent_key": AGENT,
            "run_id": Cell(Holds.RANDOM_ID, "names a run of consolidation"),
            "status": Cell(Holds.CODE, "how far it is"),
            "started_at": Cell(Holds.TIME, "when it began"),
            "finished_at": Cell(Holds.TIME, "when it ended"),
            "counts": Cell(Holds.NUMBER, "how much it made, and what its probes found"),
        },
        destroyed_by=ROW,
        kept="as long as the agent",
    ),
    *table(
        "run_memories",
        {
            "agent_key": AGENT,
            "run_id": Cell(Holds.RANDOM_ID, "the run that made it"),
            "number": MEMORY,
        },
        destroyed_by=ROW,
        kept=WITH_MEMORY,
    ),
    *table(
        "readings",
        {
            "agent_key": AGENT,
            "number": MEMORY,
            "version": Cell(Holds.NUMBER, "which of its versions a language model was shown"),
            "failures": Cell(Holds.NUMBER, "answers that were of no use; none: it was read"),
            "run_id": Cell(Holds.RANDOM_ID, "the run that asked"),
        },
        destroyed_by=ROW,
        kept=WITH_MEMORY,
    ),
    *table(
        "probes",
        {"agent_key": AGENT, "number": MEMORY},
        destroyed_by=ROW,
        kept=WITH_MEMORY,
    ),
    *table(
        "rederivations",
        {
            "agent_key": AGENT,
            "number": Cell(Holds.RANDOM_ID, "a derived memory that was erased"),
            "relation": Cell(Holds.CODE, "how it was derived"),
            "sources": Cell(Holds.RANDOM_ID, "which of its sources are left"),
        },
        destroyed_by=ROW,
        kept="until it is put together anew, usually a second",
    ),
    *table(
        "token_budgets",
        {
            "agent_key": AGENT,
            "day": Cell(Holds.TIME, "on which day"),
            "used": Cell(Holds.NUMBER, "tokens that a language model was given"),
        },
        destroyed_by=ROW,
        kept="as long as the agent",
    ),
)
