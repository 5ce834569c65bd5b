"""Conflicts: statements that cannot both hold, and of which none clearly wins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from memsvc.core.statements import Statement, Verdicts, decided, says_the_same, speaks_against


class ConflictKind(StrEnum):
    """Whether statements are disputed, or a conversation told different things of one."""

    DISPUTE = "dispute"
    LINK = "link"


class Reason(StrEnum):
    """Why none of them wins."""

    DECIDED = "judged"
    """A model found that they contradict each other."""
    LESS_TRUSTED = "less_trusted"
    """The later one is trusted less than the earlier."""
    SAME_TIME = "same_time"
    """All are true as of the same time, by what was said."""
    CONVERSATION = "conversation"
    """They were said in conversations, where nothing is hidden."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Statements in order of writing; `head` is the one that is believed most, then the latest."""

    kind: ConflictKind
    statements: Sequence[Statement]
    head: Statement
    reason: Reason


def conflict_among(
    kind: ConflictKind, statements: Iterable[Statement], verdicts: Verdicts
) -> Conflict | None:
    """The conflict among some statements about one thing, if there is one.

    What speaks against none of them has no part in it.
    """
    members = list(statements)
    taking = [
        one
        for one in members
        if any(
            one is not other
            # What lost by a decision is spoken against, and speaks against nothing any more.
            and speaks_against(one, other, verdicts)
            and speaks_against(other, one, verdicts)
            for other in members
        )
    ]
    if len(taking) < 2:
        return None
    taking.sort(key=lambda one: one.number)
    return Conflict(
        kind, taking, max(taking, key=lambda one: one.rank), _why(kind, taking, verdicts)
    )


def _why(kind: ConflictKind, taking: Sequence[Statement], verdicts: Verdicts) -> Reason:
    if kind is ConflictKind.LINK:
        return Reason.CONVERSATION
    if any(
        decided(one.number, other.number, verdicts) is not None
        for one in taking
        for other in taking
    ):
        return Reason.DECIDED
    if len({one.memory.trust for one in taking}) > 1:
        return Reason.LESS_TRUSTED
    return Reason.SAME_TIME


def losers(keep: Statement, taking: Sequence[Statement]) -> list[Statement]:
    """Those of a conflict that do not hold when one of them does."""
    return [one for one in taking if one is not keep and not says_the_same(one, keep)]
