"""The report on real databases, damage and what is held back included."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from memsvc.core.hygiene import UNUSED_FOR
from memsvc.core.memory import Draft, Kind
from memsvc.errors import NotFound
from memsvc.operations.forgetting.receive import receive
from memsvc.operations.hygiene import hygiene
from memsvc.runtime import Runtime
from memsvc.store.tables import memories
from tests.operations.forgetting import OPERATOR, TENANT, people
from tests.operations.remembering import NOW, SCOPE, remember, standing


def note(content: str, id_: str, **fields: object) -> Draft:
    return Draft(content=content, id=id_, **fields)  # type: ignore[arg-type]


def test_a_report_of_what_is_there(runtime: Runtime) -> None:
    early = standing(runtime, NOW - UNUSED_FOR - timedelta(days=1))
    remember(early, note("Ana lives by the river.", "old"))
    runtime = standing(runtime)
    remember(
        runtime,
        note("My password is hunter2.", "secret"),
        note("It is soon over.", "over", expires_at=NOW + timedelta(days=1)),
        note("I moved to Lisbon last week.", "one", user_id="u1", session_id="s1"),
        note("I moved to Lisbon last week!", "two", user_id="u1", session_id="s2", role="user"),
    )
    report = hygiene(runtime, SCOPE)

    assert report.memories == 5
    assert report.unused[Kind.EPISODIC].ids == ("old",)
    assert report.secrets.ids == ("secret",)
    assert report.expiring.ids == ("over",)
    assert report.near.ids == (("one", "two"),)
    assert report.damaged.count == 0
    assert hygiene(standing(runtime, NOW + timedelta(days=2)), SCOPE).memories == 4


def test_an_unknown_agent_has_none(runtime: Runtime) -> None:
    with pytest.raises(NotFound):
        hygiene(runtime, SCOPE)


def test_damaged_ones_are_named_and_the_others_looked_at(runtime: Runtime) -> None:
    remember(runtime, *(note(f"This is note {place}.", f"n{place}") for place in range(60)))
    damaged = [f"n{place}" for place in range(0, 60, 3)]
    runtime.database.write(
        lambda tx: tx.execute(
            update(memories).where(memories.c.id.in_(damaged)).values(sealed=b"nonsense" * 9)
        )
    )
    report = hygiene(runtime, SCOPE)

    assert (report.damaged.count, list(report.damaged.ids)) == (20, damaged)
    assert report.memories == 40


def test_what_is_held_back_takes_no_part(runtime: Runtime) -> None:
    remember(
        runtime,
        note("My password is hunter2.", "mine", user_id="ana"),
        note("Nothing of note here.", "other"),
    )
    receive(runtime, TENANT, OPERATOR, replace(people("ana")), None)

    report = hygiene(runtime, SCOPE)
    assert (report.memories, report.secrets.count) == (1, 0)
