"""What the tests of contradictions state, and how they look at where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from memsvc.core.access import Scope
from memsvc.core.memory import Draft, Kind, Memory, Status, Trust
from memsvc.operations.known import Written
from memsvc.operations.read import Listing, list_memories
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from tests.operations.remembering import SCOPE

FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    """A day of the year that facts are about."""
    return FIRST_DAY + timedelta(days=number)


def office(
    place: str, since: int | None, id_: str, trust: Trust = Trust.USER, **more: Any
) -> Draft:
    """Where the office is as of a day; facts like this fill one slot."""
    return Draft(
        content=f"The office of the company is in {place}.",
        kind=Kind.SEMANTIC,
        user_id="ana",
        valid_from=None if since is None else day(since),
        trust=trust,
        id=id_,
        **more,
    )


def state(runtime: Runtime, draft: Draft, scope: Scope = SCOPE) -> Written:
    """Write one statement."""
    [written] = write(runtime, scope, [draft])
    return written


def state_all(runtime: Runtime, drafts: Iterable[Draft], scope: Scope = SCOPE) -> None:
    """Write statements, each by itself."""
    for draft in drafts:
        state(runtime, draft, scope)


def everything(runtime: Runtime, scope: Scope = SCOPE) -> dict[str, Memory]:
    """All memories of the agent, by id."""
    page = list_memories(runtime, scope, Listing(limit=500))
    assert page.next_before is None
    return {one.id: one for one in page.memories}


Truth = dict[str, tuple[Status, str | None, datetime | None]]


def truth(runtime: Runtime, scope: Scope = SCOPE) -> Truth:
    """Where each statement stands: status, what superseded it, and until when it held."""
    return {
        one.id: (one.status, one.superseded_by, one.valid_to)
        for one in everything(runtime, scope).values()
    }


def standing_ids(runtime: Runtime, scope: Scope = SCOPE) -> set[str]:
    """Ids of the memories that are active."""
    return {id_ for id_, (status, *_) in truth(runtime, scope).items() if status is Status.ACTIVE}


def of_status(runtime: Runtime, status: Status, scope: Scope = SCOPE) -> set[str]:
    """Ids of the memories with a status."""
    return {id_ for id_, one in everything(runtime, scope).items() if one.status is status}


def events(written: Sequence[Written]) -> list[tuple[str, tuple[str, ...]]]:
    """What became of drafts, and what they did to others."""
    return [(one.event.value, tuple(one.affected)) for one in written]
