"""The handbook in an export: its changes and what came of offers, less what is left out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import partial

from memsvc.core.handbook.told import told_in
from memsvc.operations.exported_handbook import HandbookChange, OfferOutcome
from memsvc.operations.handbook.task_class import class_token
from memsvc.operations.sealed import opened
from memsvc.operations.sparing import sparing
from memsvc.runtime import Safe
from memsvc.store import handbook_changes, memories, offer_outcomes, traces
from memsvc.store.agents import Agent
from memsvc.store.handbook_changes import ChangeRow, What
from memsvc.store.memories import CHUNK
from memsvc.store.transaction import Tx


def changes_of(
    tx: Tx, agent: Agent, gone: Collection[str], demoted: Collection[str]
) -> Iterator[HandbookChange]:
    """The changes about wordings that are in the export, in order; not about such as are `gone`.

    Places and versions are counted anew, so that they tell nothing of what is left out. Wordings
    among the `demoted` lost sources after all that is told here.
    """
    rows = handbook_changes.of_agent(tx, agent.agent_key)
    ids = _ids(tx, agent, [one for row in rows for one in (row.number, row.other)], gone)
    told = [row for row in rows if {row.number, row.other} <= {None, *ids}]
    places = [row.place for row in told]
    versions = {one: at for at, one in enumerate(dict.fromkeys(row.version for row in told), 1)}

    def counted(place: int | None) -> int | None:
        return None if place is None else bisect_right(places, place)

    for at, row in enumerate(told, start=1):
        id_ = None if row.number is None else ids[row.number]
        yield HandbookChange(
            agent.agent_id,
            at,
            versions[row.version],
            row.what,
            row.at,
            row.actor,
            id_,
            None if row.other is None else ids[row.other],
            counted(row.back_to),
            row.reason,
            len(told) if id_ in demoted and _puts_forward(row) else counted(row.lost),
            row.tokens,
        )


def _puts_forward(row: ChangeRow) -> bool:
    return row.what in (What.PROPOSED, What.EDITED)


def outcomes_of(safe: Safe, tx: Tx, agent: Agent, gone: Collection[str]) -> Iterator[OfferOutcome]:
    """What came of the agent's offers, in order, but for tasks whose trace is left out."""
    rows = offer_outcomes.since(tx, agent.agent_key)
    ids = _ids(tx, agent, [one for row in rows for one in (row.number, *row.offered)], gone)
    told = [row for row in rows if row.number is None or row.number in ids]
    names = _class_names(safe, tx, agent, {row.task_class for row in told}, gone)
    first: dict[bytes, str] = {}
    for row in told:
        name = names.get(row.task_class)
        if name is None and row.task_class:
            first.setdefault(row.task_class, row.offer)
        offered = [one for one in row.offered if one in ids]
        yield OfferOutcome(
            agent.agent_id,
            row.offer,
            row.at,
            name,
            first.get(row.task_class),
            row.held_out,
            row.success,
            row.input_tokens,
            row.output_tokens,
            None if row.number is None else ids[row.number],
            tuple(ids[one] for one in offered),
            tuple(ids[one] for one in offered if one in row.cited),
        )


def _ids(
    tx: Tx, agent: Agent, numbers: Sequence[int | None], gone: Collection[str]
) -> dict[int, str]:
    """Ids by number of those of these memories that are in the export."""
    named = sorted({one for one in numbers if one is not None})
    rows = memories.by_numbers(tx, agent.agent_key, named) if named else []
    return {row.number: row.id for row in rows if row.id not in gone}


def _class_names(
    safe: Safe, tx: Tx, agent: Agent, wanted: Collection[bytes], gone: Collection[str]
) -> dict[bytes, str]:
    """Names of task classes by their tokens, as far as settings and traces tell them.

    From a token alone nobody can tell the name.
    """
    left = {one for one in wanted if one}
    found: dict[bytes, str] = {}
    before: int | None = None
    names = set(agent.settings.handbook.hold_out_by_class)
    while left:
        tokens = {class_token(safe, agent, name): name for name in names}
        found |= {token: name for token, name in tokens.items() if token in left}
        left -= found.keys()
        numbers = traces.latest(tx, agent.agent_key, CHUNK, before) if left else []
        if not numbers:
            break
        before = numbers[-1]
        rows = [
            row for row in memories.by_numbers(tx, agent.agent_key, numbers) if row.id not in gone
        ]
        opens = partial(opened, safe.keyring, tx, agent)
        told = map(told_in, sparing(safe.keyring, agent, rows, opens))
        names = {one.task_class for one in told if one is not None and one.task_class}
    return found
