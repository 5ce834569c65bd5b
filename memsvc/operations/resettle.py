"""Resettle: a memory says something else now, or takes part in the truth no more, or again."""

from __future__ import annotations

from memsvc.core.contradiction import LIVING, Standing
from memsvc.core.memory import Memory, Status
from memsvc.core.statements import slots_said
from memsvc.operations.same_thing import note_slots
from memsvc.operations.settle import beside, settle_again
from memsvc.runtime import Runtime
from memsvc.store import standings
from memsvc.store.agents import Agent
from memsvc.store.transaction import Tx


def reread(before: Memory, after: Memory) -> Memory:
    """The changed memory with the slots that its words fill now.

    What ended it, or disputed what it said, was about other words. What takes part in the truth no
    more, nothing ends.
    """
    says_else = _says_else(before, after)
    if says_else:
        after = after._replace(slots=slots_said(after))
    is_settled = after.status in (Status.SUPERSEDED, Status.DISPUTED)
    if not (says_else and is_settled) and not _leaves(before, after):
        return after
    return after._replace(
        status=Status.ACTIVE if is_settled else after.status,
        superseded_by=None,
        superseded_at=None,
        disputed_with=None,
        valid_to=after.stated_valid_to,
    )


def resettle(runtime: Runtime, tx: Tx, agent: Agent, before: Memory, after: Memory) -> list[int]:
    """Judge anew what stands beside a memory that was just changed; numbers of what changed.

    Itself may be among them. The caller records them in the journal.
    """
    takes_part = after.status in LIVING
    says_else = _says_else(before, after)
    if not says_else and (before.status in LIVING) == takes_part:
        return []
    near = beside(runtime, tx, agent, [after.number], before.slots)
    if says_else or _leaves(before, after):
        standing = Standing(after.status, valid_to=after.stated_valid_to)
        standings.change(tx, agent.agent_key, after.number, standing)
    if says_else:
        near.update(standings.undecide(tx, agent.agent_key, after.number))
        note_slots(tx, agent, [after])
    unlinked = standings.let_stand(tx, agent.agent_key, [after.id]) if near else []
    itself = {after.number} if takes_part else set()
    again = settle_again(runtime, tx, agent, {*unlinked, *near, *itself})
    return sorted({*unlinked, *again})


def _leaves(before: Memory, after: Memory) -> bool:
    """Whether it took part in the truth until now."""
    return before.status in LIVING and after.status not in LIVING


def _says_else(before: Memory, after: Memory) -> bool:
    """Whether the words are others now, or another's: what they were compared by."""
    return (before.content, before.fact, before.speaker, before.user_id) != (
        after.content,
        after.fact,
        after.speaker,
        after.user_id,
    )
