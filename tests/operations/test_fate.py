"""The fate of one memory, on every database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memsvc.core.decay import Policy
from memsvc.core.fading import DecayPolicies
from memsvc.core.memory import Draft, Status
from memsvc.core.reinforcement import Outcome
from memsvc.errors import NotFound
from memsvc.operations.fate import SHOWN_AHEAD, fate
from memsvc.operations.forecast import forecast
from memsvc.operations.revise import Revision, revise
from memsvc.runtime import Runtime
from tests.operations.fading import after, decaying, tell
from tests.operations.remembering import NOW, SCOPE, remember, standing


@pytest.fixture
def held(runtime: Runtime) -> Runtime:
    runtime = standing(runtime)
    decaying(runtime, DecayPolicies())
    remember(
        runtime,
        Draft(content="The harbour freezes.", id="one"),
        Draft(content="The harbour is deep.", id="pinned", pinned=True),
    )
    return runtime


def test_it_agrees_with_what_is_foretold(held: Runtime) -> None:
    known = fate(held, SCOPE, "one")
    [coming] = forecast(held, SCOPE, 10_000, None, 10).memories

    assert known.fades_at == coming.fades_at
    assert known.seen.retention == coming.retention == 1.0
    assert known.policy is Policy.FSRS
    assert not known.faded


def test_its_curve_goes_through_its_uses_and_ends_as_it_stands(held: Runtime) -> None:
    used = after(held, 7)
    tell(used, Outcome.USED, "one")
    contradicted = after(held, 20)
    tell(contradicted, Outcome.CONTRADICTED, "one")
    now = after(held, 25)
    known = fate(now, SCOPE, "one")

    assert [use.outcome for use in known.uses] == [Outcome.USED, Outcome.CONTRADICTED]
    at = {point.at: point.retention for point in known.curve}
    assert at[NOW] == 1.0
    assert at[NOW + timedelta(days=7)] == 1.0
    assert at[NOW + timedelta(days=20)] < 1.0
    assert known.curve[-1].at >= NOW + timedelta(days=25) + SHOWN_AHEAD
    then = fate(standing(held, known.curve[-1].at), SCOPE, "one")
    assert known.curve[-1].retention == pytest.approx(then.seen.retention)


def test_what_does_not_fade_never_will(held: Runtime) -> None:
    known = fate(held, SCOPE, "pinned")

    assert known.fades_at is None
    assert {point.retention for point in known.curve} == {1.0}


def test_what_has_faded_says_so_until_it_is_used(held: Runtime) -> None:
    known = fate(after(held, 10_000), SCOPE, "one")
    assert known.faded
    assert known.fades_at is None
    assert known.seen.memory.status is Status.ARCHIVED

    late = after(held, 10_000)
    revise(late, SCOPE, "one", Revision({"status": Status.ACTIVE}))
    known = fate(late, SCOPE, "one")
    assert not known.faded
    assert known.fades_at is not None
    assert known.seen.retention == 1.0


def test_an_unknown_memory_has_none(held: Runtime) -> None:
    with pytest.raises(NotFound):
        fate(held, SCOPE, "nothing")
