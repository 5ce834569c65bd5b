"""What will fade, and when, on every database."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from memsvc.core.access import Scope
from memsvc.core.fading import Decay, DecayPolicies
from memsvc.core.memory import Draft, Kind, Status
from memsvc.core.reinforcement import Outcome
from memsvc.errors import NotFound
from memsvc.operations.forecast import Coming, Forecast, forecast
from memsvc.operations.read import get_memory
from memsvc.runtime import Runtime
from tests.operations.fading import after, decaying, tell
from tests.operations.remembering import NOW, SCOPE, remember, standing

BRIEF = DecayPolicies(episodic=Decay(threshold=0.9), semantic=Decay(threshold=0.95))


@pytest.fixture
def held(runtime: Runtime) -> Runtime:
    runtime = standing(runtime)
    decaying(runtime, BRIEF)
    soon = NOW + timedelta(days=5)
    remember(
        runtime,
        Draft(content="The harbour freezes.", id="plain"),
        Draft(content="The harbour smells.", id="light", importance=0.0),
        Draft(content="The harbour thaws.", id="also-plain"),
        Draft(content="The harbour closes.", id="over", expires_at=soon),
        Draft(content="The harbour is deep.", id="pinned", pinned=True),
        Draft(content="The harbour has a crane.", id="fact", kind=Kind.SEMANTIC),
        Draft(content="Ask the harbour master.", id="rule", kind=Kind.PROCEDURAL),
    )
    return runtime


def ahead(runtime: Runtime, days: float, limit: int = 100) -> Forecast:
    return forecast(runtime, SCOPE, days, None, limit)


def test_soonest_first_with_how_many_of_each_kind(held: Runtime) -> None:
    found = ahead(held, 30)

    assert [one.id for one in found.memories] == ["light", "plain", "also-plain", "fact"]
    assert found.counts == {Kind.EPISODIC: 3, Kind.SEMANTIC: 1, Kind.PROCEDURAL: 0}
    assert found.next_after is None
    assert [one.retention for one in found.memories] == [1.0] * 4
    assert [one.id for one in ahead(held, 6.9).memories] == ["light"]
    assert ahead(held, 3.4).memories == []


def test_each_fades_in_the_very_microsecond(held: Runtime) -> None:
    def shown(memory_id: str, moment: datetime) -> Status:
        days = (moment - NOW) / timedelta(days=1)
        runtime = after(held, days)
        assert runtime.clock.now() == moment
        return get_memory(runtime, SCOPE, memory_id).status

    for one in ahead(held, 30).memories:
        assert shown(one.id, one.fades_at) is Status.ARCHIVED
        assert shown(one.id, one.fades_at - timedelta(microseconds=1)) is Status.ACTIVE


def test_what_has_faded_or_was_used_is_foretold_no_more(held: Runtime) -> None:
    later = after(held, 4)
    assert [one.id for one in ahead(later, 30).memories] == ["plain", "also-plain", "fact"]

    tell(later, Outcome.USED, "plain")

    coming = ahead(later, 24).memories
    assert [one.id for one in coming] == ["also-plain", "plain", "fact"]
    assert coming[0].retention == pytest.approx(9 / (81 + 19 * 4 / 7) ** 0.5)


def test_what_is_beyond_the_budget_has_faded(held: Runtime) -> None:
    decaying(held, DecayPolicies(Decay(threshold=0.9, max_memories=2)))

    # The oldest of equals, and the lightest, are beyond it already.
    assert [one.id for one in ahead(after(held, 1), 30).memories] == ["also-plain"]


def test_page_by_page_it_is_the_same(held: Runtime) -> None:
    found: list[Coming] = []
    after_ = None
    for _ in range(5):
        page = forecast(held, SCOPE, 30, after_, 1)
        assert sum(page.counts.values()) == 4
        found += page.memories
        after_ = page.next_after
        if after_ is None:
            break

    assert found == ahead(held, 30).memories


def test_without_thresholds_nothing_is_foretold(held: Runtime) -> None:
    decaying(held, DecayPolicies(*(Decay(threshold=0.0),) * 3))

    assert ahead(held, 3_650) == Forecast([], dict.fromkeys(Kind, 0), None)
    with pytest.raises(NotFound):
        forecast(held, Scope("default", "nobody"), 30, None, 10)
