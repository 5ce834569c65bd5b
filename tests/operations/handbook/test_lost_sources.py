"""Lines that lost sources wait for a person, whatever is done to them, and their history stays."""

from __future__ import annotations

import pytest

from memsvc.core.handbook.line import BehaviorStatus
from memsvc.core.handbook.wording import LOST_SOURCES
from memsvc.operations.forget import delete_memory
from memsvc.operations.handbook.decide import approve
from memsvc.operations.handbook.edit import Edit, edit
from memsvc.operations.handbook.go_back import put_back, roll_back
from memsvc.runtime import Runtime
from tests.operations.handbook.curating import (
    AGENT,
    FIRST,
    OPERATOR,
    UNITS,
    WORDS,
    book_of,
    erase_memory,
    line,
    put,
    stand,
    traced,
    words_held,
)
from tests.operations.remembering import SCOPE, standing

CANDIDATE, ACTIVE, RETIRED = BehaviorStatus


@pytest.fixture
def lost(runtime: Runtime) -> Runtime:
    """A behavior that three traces bore out, of which one is gone."""
    runtime = standing(runtime)
    for id_ in ("t1", "t2", "t3"):
        traced(runtime, id_)
    put(runtime, line(UNITS, "t1", "t2", "t3"))
    delete_memory(runtime, SCOPE, "t1")
    assert flags(runtime) == (LOST_SOURCES,)
    return runtime


def flags(runtime: Runtime) -> tuple[str, ...]:
    return book_of(runtime).lines[UNITS].flagged


def test_words_that_are_put_back_wait_as_before(lost: Runtime) -> None:
    edit(lost, SCOPE, UNITS, Edit(instruction="Look at the units twice."), AGENT)
    assert stand(lost) == {UNITS: ACTIVE}

    put_back(lost, SCOPE, UNITS, AGENT)

    assert (stand(lost), flags(lost)) == ({UNITS: CANDIDATE}, (LOST_SOURCES,))


def test_the_same_words_wait_as_before(lost: Runtime) -> None:
    for change in (Edit(topics=("physics",)), Edit(instruction=WORDS[UNITS], topics=())):
        edit(lost, SCOPE, UNITS, change, AGENT)
        assert (stand(lost), flags(lost)) == ({UNITS: CANDIDATE}, (LOST_SOURCES,))

    approve(lost, SCOPE, UNITS, OPERATOR)

    edit(lost, SCOPE, UNITS, Edit(topics=("physics",)), AGENT)
    assert (stand(lost), flags(lost)) == ({UNITS: ACTIVE}, ())


def test_approval_does_not_change_what_was_before(lost: Runtime) -> None:
    before = book_of(lost).handbook.as_of(1).lines

    approve(lost, SCOPE, UNITS, OPERATOR)

    assert (stand(lost), flags(lost)) == ({UNITS: ACTIVE}, ())
    assert book_of(lost).handbook.as_of(1).lines == before
    roll_back(lost, SCOPE, 1, OPERATOR)
    assert (stand(lost), flags(lost)) == ({UNITS: CANDIDATE}, (LOST_SOURCES,))


def test_approval_counts_whatever_went_before_it(lost: Runtime) -> None:
    """Changes that are gone do not leave their places to ones that then seem to be older."""
    for at in range(3):
        put(lost, line(f"{FIRST}_{at}", "t2", words=f"Do number {at} first."))
    delete_memory(lost, SCOPE, "t3")
    put(lost, line(FIRST, "t2"))
    for held in words_held(lost):
        erase_memory(lost, held.id)
    traced(lost, "t4")
    traced(lost, "t5")
    put(lost, line(UNITS, "t2", "t4", "t5"))
    put(lost, line(FIRST, "t2"))
    delete_memory(lost, SCOPE, "t4")
    [_, first] = words_held(lost)
    erase_memory(lost, first.id)

    approve(lost, SCOPE, UNITS, OPERATOR)

    assert (stand(lost), flags(lost)) == ({UNITS: ACTIVE}, ())


def test_what_others_say_is_no_reason_of_its_own(lost: Runtime) -> None:
    """An edit of its topics does not keep what a line is contested for."""
    put(lost, line("behavior_a", "t2", "t3", words="Always check the units of a sum."))
    put(lost, line("behavior_b", "t2", "t3", words="Never check the units of a sum."))
    edit(lost, SCOPE, "behavior_b", Edit(topics=("physics",)), AGENT)

    assert stand(lost)["behavior_b"] is ACTIVE
