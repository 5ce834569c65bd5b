"""Columns of the tables of the behavior handbook."""

from __future__ import annotations

from memsvc.core.data_map.columns import AGENT, MEMORY, ROW, WITH_MEMORY
from memsvc.core.data_map.entry import Cell, Entry, Holds, table

COLUMNS: tuple[Entry, ...] = (
    *table(
        "traces",
        {"agent_key": AGENT, "number": MEMORY},
        destroyed_by=ROW,
        kept=WITH_MEMORY,
    ),
    *table(
        "handbook_changes",
        {
            "agent_key": AGENT,
            "place": Cell(Holds.NUMBER, "which change of the handbook"),
            "version": Cell(Holds.NUMBER, "which version it is part of"),
            "what": Cell(Holds.CODE, "what it changed"),
            "at": Cell(Holds.TIME, "when"),
            "actor": Cell(Holds.RANDOM_ID, "the key that asked for it"),
            "number": Cell(Holds.RANDOM_ID, "the memory with the behavior's words"),
            "other": Cell(Holds.RANDOM_ID, "the one that was merged into it"),
            "words": Cell(Holds.RANDOM_ID, "the memory that first held the same words"),
            "back_to": Cell(Holds.NUMBER, "the change that was rolled back to"),
            "reason": Cell(Holds.CODE, "why it was retired"),
            "lost": Cell(Holds.NUMBER, "the last change before it lost sources"),
            "tokens": Cell(Holds.NUMBER, "what finding it took"),
        },
        destroyed_by=ROW,
        kept=WITH_MEMORY,
    ),
    *table(
        "offer_outcomes",
        {
            "agent_key": AGENT,
            "place": Cell(Holds.NUMBER, "which outcome of the agent's"),
            "offer": Cell(Holds.RANDOM_ID, "the offer that it is of"),
            "at": Cell(Holds.TIME, "when it was told"),
            "task_class": Cell(Holds.IDENTITY_TOKEN, "tasks of one class are compared"),
            "held_out": Cell(Holds.NUMBER, "whether nothing was offered, by chance"),
            "success": Cell(Holds.NUMBER, "how the task went"),
            "input_tokens": Cell(Holds.NUMBER, "what it took"),
            "output_tokens": Cell(Holds.NUMBER, "what it took"),
            "number": Cell(Holds.RANDOM_ID, "the trace of the task, if there is one"),
        },
        destroyed_by=ROW,
        kept="with its trace; without one as long as the agent",
    ),
    *table(
        "offered_lines",
        {
            "agent_key": AGENT,
            "place": Cell(Holds.NUMBER, "the outcome"),
            "rank": Cell(Holds.NUMBER, "its place in the offer"),
            "number": Cell(Holds.RANDOM_ID, "the memory with the behavior's words"),
            "cited": Cell(Holds.NUMBER, "whether the answer cited it"),
        },
        destroyed_by=ROW,
        kept="as long as the outcome and the behavior",
    ),
)
