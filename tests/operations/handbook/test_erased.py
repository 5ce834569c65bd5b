"""What is left of a handbook is as if who was forgotten had never been: cases that once failed."""

from __future__ import annotations

import pytest

from memsvc.core.handbook.line import BehaviorStatus
from memsvc.core.handbook.wording import LOST_SOURCES, line_in
from memsvc.core.memory import Trust
from memsvc.operations.handbook.decide import approve
from memsvc.operations.handbook.edit import Edit, edit
from memsvc.runtime import Runtime
from tests.operations.forgetting import carried_out, order, people, said
from tests.operations.handbook.curating import (
    AGENT,
    OPERATOR,
    UNITS,
    book_of,
    line,
    put,
    stand,
    traced,
    words_held,
)
from tests.operations.handbook.test_rights import redacting, wording
from tests.operations.remembering import SCOPE, remember, standing

CANDIDATE, ACTIVE, RETIRED = BehaviorStatus


@pytest.fixture
def learnt(runtime: Runtime) -> Runtime:
    """Traces of Ana and Ben."""
    runtime = standing(runtime)
    for id_, who in (("a1", "ana"), ("a2", "ana"), ("b1", "ben"), ("b2", "ben")):
        traced(runtime, id_, who)
    return runtime


def forget(runtime: Runtime, *who: str) -> None:
    carried_out(runtime, order(runtime, people(*who)))


def test_an_edit_while_somebody_said_the_opposite_keeps_nothing_of_it(learnt: Runtime) -> None:
    put(learnt, line("behavior_a", "a1", "a2", words="Always check the units of a sum."))
    put(learnt, line("behavior_b", "b1", "b2", words="Never check the units of a sum."))
    assert stand(learnt)["behavior_b"] is CANDIDATE
    traced(learnt, "b3", "ben")
    edit(learnt, SCOPE, "behavior_b", Edit(source_ids=("b3",)), AGENT)
    assert stand(learnt)["behavior_b"] is CANDIDATE

    forget(learnt, "ana")

    assert stand(learnt) == {"behavior_b": ACTIVE}
    assert book_of(learnt).lines["behavior_b"].flagged == ()
    found = [line_in(one) for one in words_held(learnt)]
    assert [one.flagged for one in found if one is not None] == [(), ()]


def test_other_topics_do_not_vouch_for_what_lost_its_sources(learnt: Runtime) -> None:
    put(learnt, line(UNITS, "a1", "b1", "b2"))
    forget(learnt, "ana")

    edit(learnt, SCOPE, UNITS, Edit(topics=("sums",)), AGENT)

    found = book_of(learnt).lines[UNITS]
    assert (found.status, found.flagged) == (CANDIDATE, (LOST_SOURCES,))
    approve(learnt, SCOPE, UNITS, OPERATOR)
    found = book_of(learnt).lines[UNITS]
    assert (found.status, found.flagged, found.trust) == (ACTIVE, (), Trust.AGENT)


def test_who_is_surely_named_in_one_part_is_not_left_in_another(learnt: Runtime) -> None:
    """An id in small letters is hardly told from a name, but for the behavior's name."""
    remember(learnt, said("The quay is wet.", "person-s", "s"))
    words = "Tell person-s the total."
    put(learnt, line("behavior_tell_person_s", "b1", "b2", words=words))
    named = wording(learnt, "behavior_tell_person_s").id

    redacting(learnt, named, who="person-s")

    found = book_of(learnt).lines["behavior_tell_redacted"]
    assert (found.instruction, found.status) == ("Tell [redacted] the total.", ACTIVE)
