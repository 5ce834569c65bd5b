"""Two processes that write to one agent: neither keeps the other from writing."""

from __future__ import annotations

from typing import Any

import pytest

from memsvc.core.access import Scope
from memsvc.core.memory import Draft, Event
from memsvc.operations.known import Written
from memsvc.operations.write import write
from memsvc.runtime import Runtime

SCOPE = Scope("default", "shared")


def test_who_is_overtaken_at_every_try_is_still_not_turned_away(
    pair: tuple[Runtime, Runtime], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = pair
    write(ours, SCOPE, [Draft(content="the first")])
    overtaken: list[list[Written]] = []
    write_all = ours.database.write_all

    def overtake_and_write(works: Any) -> Any:
        overtaken.append(write(theirs, SCOPE, [Draft(content=f"overtaking {len(overtaken)}")]))
        return write_all(works)

    monkeypatch.setattr(ours.database, "write_all", overtake_and_write)
    [late] = write(ours, SCOPE, [Draft(content="the late one")])
    assert late.event == Event.ADDED
    assert len(overtaken) == 1

    # What overtook us counts: the same content is not stored twice.
    [again] = write(ours, SCOPE, [Draft(content="overtaking 1")])
    assert again.event == Event.DUPLICATE
    assert again.id == overtaken[1][0].id
