"""An agent in an export: its memories with all that is known of each, and what stands beside them.

As of the moment of the transaction that it is read in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from memsvc.core.consolidation.relations import EXTRACTED
from memsvc.core.derived import POSTED
from memsvc.core.memory import Channel, Memory, Trust
from memsvc.core.reinforcement import Outcome
from memsvc.operations.export_file import There, Wording
from memsvc.operations.exported import Derivation, Exported, Past, Use
from memsvc.operations.exported_beside import Decision, MarkedSource
from memsvc.operations.identify import names_of
from memsvc.operations.sealed import keys_of, opened, opened_version
from memsvc.runtime import Safe
from memsvc.store import lineage, marked_sources, transfer, transfer_beside
from memsvc.store.agents import Agent
from memsvc.store.identities import PEOPLE, SESSIONS
from memsvc.store.memories import MemoryRow
from memsvc.store.transaction import Tx


def exported_of(safe: Safe, tx: Tx, agent: Agent, rows: Sequence[MemoryRow]) -> Iterator[Exported]:
    """The memories of these rows with their history; one whose key was destroyed is left out."""
    keys = keys_of(safe.keyring, agent, rows)
    earlier = transfer.versions_of(tx, agent.agent_key, [row.number for row in rows])
    held = {row.number: row for row in rows}
    for memory in opened(safe.keyring, tx, agent, rows, keys):
        row = held[memory.number]
        yield Exported(
            memory,
            tuple(
                Past(
                    opened_version(safe.keyring, keys[row.key_slot], agent, row, old),
                    old.recorded_at,
                    old.superseded_at,
                )
                for old in earlier.get(memory.number, ())
            ),
        )


def whole_of(safe: Safe, tx: Tx, agent: Agent, rows: Sequence[MemoryRow]) -> Iterator[Exported]:
    """As `exported_of`, and how each was derived, and what was told of it."""
    relations: dict[int, str] = {}
    derived = [row.number for row in rows if row.derived]
    for edge in lineage.edges_up(tx, agent.agent_key, derived):
        relations.setdefault(edge.child, edge.relation)
    trusts = {row.number: row.stated_trust for row in rows}
    told = transfer.feedback_of(tx, agent.agent_key, [row.number for row in rows])
    for one in exported_of(safe, tx, agent, rows):
        number = one.memory.number
        derivation = None
        if number in relations:
            derivation = _derivation(one.memory, relations[number], trusts[number])
        uses = tuple(
            Use(
                use.at,
                Outcome(use.outcome),
                use.elapsed_days,
                use.stability_days,
                use.difficulty,
            )
            for use in told.get(number, ())
        )
        yield replace(one, derivation=derivation, uses=uses)


def _derivation(memory: Memory, relation: str, trust: str | None) -> Derivation:
    # What a caller put together, and a fact, are read like all else.
    states = relation in (POSTED, EXTRACTED) or bool(memory.slots)
    return Derivation(relation, None if trust is None else Trust(trust), states)


def decisions_of(tx: Tx, agent: Agent, gone: frozenset[str], there: There) -> Iterator[Decision]:
    """What was decided of memories that are in the export; not of such as are `gone`.

    Left out is what is there already, and what was decided of other words than are there.
    """
    for found in transfer_beside.decisions(tx, agent.agent_key):
        sides = found.one, found.other
        pair = found.one.id, found.other.id
        if pair in there.decisions or not gone.isdisjoint(pair):
            continue
        worded = {side.id: Wording(side.version, side.created_at) for side in sides}
        if all(there.memories.get(id_, now) == now for id_, now in worded.items()):
            yield Decision(agent.agent_id, *pair, found.verdict, found.decided_by, found.decided_at)


def marks_of(safe: Safe, tx: Tx, agent: Agent, there: There) -> Iterator[MarkedSource]:
    """The agent's marked sources that are not there already, oldest first.

    Left out are those that name a person or a session of whom all is held back.
    """
    found = marked_sources.of_agent(tx, agent.agent_key)
    people = {one.user_no for one in found if one.user_no is not None}
    sessions = {one.session_no for one in found if one.session_no is not None}
    people -= transfer_beside.held_back(tx, PEOPLE, agent.agent_key, people)
    sessions -= transfer_beside.held_back(tx, SESSIONS, agent.agent_key, sessions)
    users = names_of(safe, tx, agent, PEOPLE, people)
    named = names_of(safe, tx, agent, SESSIONS, sessions)
    for one in found:
        if one.id in there.marks or one.user_no not in {None, *people}:
            continue
        if one.session_no in {None, *sessions}:
            yield MarkedSource(
                agent.agent_id,
                one.id,
                None if one.channel is None else Channel(one.channel),
                None if one.user_no is None else users[one.user_no],
                None if one.session_no is None else named[one.session_no],
                one.marked_at,
            )
