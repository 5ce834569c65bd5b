"""What fades is archived when it is read, in every way of reading, on every database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.decay import Policy
from memsvc.core.fading import STANDARD_DECAY, Decay, DecayPolicies
from memsvc.core.filters import parse
from memsvc.core.memory import Draft, Event, Kind, Status
from memsvc.core.reinforcement import Outcome
from memsvc.errors import InvalidRequest
from memsvc.operations import indexing
from memsvc.operations.export import export
from memsvc.operations.exported import End, Exported, exported_in
from memsvc.operations.fading import fading_of
from memsvc.operations.question import Mode, Question
from memsvc.operations.read import Listing, get_memory, list_memories, see_memory
from memsvc.operations.revise import Revision, revise
from memsvc.operations.search import search
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import agents, memories
from memsvc.store.transaction import Tx
from memsvc.wiring import build_runtime
from tests.operations.fading import (
    ALSO_ARCHIVED,
    BROAD,
    after,
    decaying,
    found,
    listed,
    tell,
)
from tests.operations.people import exported
from tests.operations.remembering import NOW, SCOPE, remember, standing

BRIEF = DecayPolicies(episodic=Decay(threshold=0.9))
"""Events of middling importance fade after seven days."""
ALIKE = "one two three four five six".split()  # noqa: SIM905


@pytest.fixture
def held(runtime: Runtime) -> Runtime:
    """A runtime at NOW with an event, a light one, a pinned one and a fact."""
    runtime = standing(runtime)
    decaying(runtime, BRIEF)
    remember(
        runtime,
        Draft(content="The harbour freezes.", id="plain"),
        Draft(content="The harbour smells.", id="light", importance=0.0),
        Draft(content="The harbour is deep.", id="pinned", pinned=True),
        Draft(content="The harbour has a crane.", id="fact", kind=Kind.SEMANTIC),
    )
    return runtime


def test_what_has_faded_is_left_out_and_comes_back_when_asked_for(held: Runtime) -> None:
    assert found(after(held, 3)) == {"plain", "light", "pinned", "fact"}
    assert found(after(held, 4)) == {"plain", "pinned", "fact"}
    for mode in Mode:
        assert found(after(held, 8), replace(BROAD, mode=mode)) == {"pinned", "fact"}
    again = search(after(held, 8), SCOPE, ALSO_ARCHIVED).found
    assert {one.memory.id: one.memory.status for one in again} == {
        "plain": Status.ARCHIVED,
        "light": Status.ARCHIVED,
        "pinned": Status.ACTIVE,
        "fact": Status.ACTIVE,
    }
    # What the clock says now counts, whatever was asked before.
    assert found(after(held, 3)) == {"plain", "light", "pinned", "fact"}


def test_filters_speak_of_the_status_that_is_shown(held: Runtime) -> None:
    later = after(held, 8)

    only = replace(ALSO_ARCHIVED, filters=(parse({"status": "archived"}),))
    assert found(later, only) == {"plain", "light"}
    rest = replace(ALSO_ARCHIVED, filters=(parse({"status": {"ne": "archived"}}),))
    assert found(later, rest) == {"pinned", "fact"}


def test_of_what_was_valid_then_nothing_has_faded(held: Runtime) -> None:
    assert found(after(held, 8), replace(BROAD, as_of=NOW)) == {"plain", "light", "pinned", "fact"}


def test_lists_and_single_reads_show_it(held: Runtime) -> None:
    later = after(held, 8)

    assert listed(later, Status.ACTIVE) == ["fact", "pinned"]
    assert listed(later, Status.ARCHIVED) == ["light", "plain"]
    assert listed(later, Status.SUPERSEDED) == []
    assert listed(later) == ["fact", "pinned", "light", "plain"]
    page = list_memories(later, SCOPE, Listing())
    assert [one.status for one in page.memories] == [Status.ACTIVE] * 2 + [Status.ARCHIVED] * 2
    assert get_memory(later, SCOPE, "plain").status is Status.ARCHIVED
    assert get_memory(later, SCOPE, "fact").status is Status.ACTIVE


def test_pages_of_a_status_are_filled_from_what_has_it(held: Runtime) -> None:
    later = after(held, 8)
    first = list_memories(later, SCOPE, Listing(status=Status.ARCHIVED, limit=1))
    rest = Listing(status=Status.ARCHIVED, limit=1, before=first.next_before)
    second = list_memories(later, SCOPE, rest)

    assert [one.id for one in (*first.memories, *second.memories)] == ["light", "plain"]
    assert (first.total, second.total, second.next_before) == (2, 2, None)


def test_nothing_is_written_and_another_policy_brings_it_back(held: Runtime) -> None:
    later = after(held, 100)
    with held.database.snapshot() as tx:
        before = agents.find(tx, "default", "a1")
    assert found(later) == {"pinned"} | {"fact"}
    with held.database.snapshot() as tx:
        assert agents.find(tx, "default", "a1") == before

    decaying(held, STANDARD_DECAY)
    assert found(later) == {"plain", "light", "pinned", "fact"}
    assert found(after(held, 800)) == {"pinned", "fact"}


def test_retention_goes_by_the_policy_everywhere(held: Runtime) -> None:
    decaying(held, DecayPolicies(episodic=Decay(Policy.EXPONENTIAL), semantic=Decay(Policy.NONE)))
    later = after(held, 21)
    listing = list_memories(later, SCOPE, Listing())
    ways = [
        {one.memory.id: one.retention for one in search(later, SCOPE, BROAD).found},
        {one.memory.id: one.retention for one in listing.seen},
        {one: see_memory(later, SCOPE, one).retention for one in ("plain", "light", "fact")},
    ]

    for kept in ways:
        assert kept["plain"] == pytest.approx(0.729)
        assert kept["light"] == pytest.approx(0.9**6)
        assert kept["fact"] == 1.0


def test_a_use_brings_it_back(held: Runtime) -> None:
    later = after(held, 8)

    tell(later, Outcome.USED, "plain")

    assert found(later) == {"plain", "pinned", "fact"}
    assert listed(later, Status.ACTIVE) == ["fact", "pinned", "plain"]


def test_to_set_it_active_is_a_use(held: Runtime) -> None:
    later = after(held, 8)

    shown = revise(later, SCOPE, "plain", Revision({"status": Status.ACTIVE}))

    assert (shown.memory.status, shown.retention) == (Status.ACTIVE, 1.0)
    assert shown.memory.last_used_at == NOW + timedelta(days=8)
    assert found(later) == {"plain", "pinned", "fact"}
    assert found(after(held, 16)) == {"pinned", "fact"}


def test_to_set_active_what_has_not_faded_is_no_use(held: Runtime) -> None:
    shown = revise(after(held, 1), SCOPE, "plain", Revision({"status": Status.ACTIVE}))

    assert shown.memory.last_used_at is None


def test_other_changes_leave_it_faded(held: Runtime) -> None:
    later = after(held, 8)

    shown = revise(later, SCOPE, "plain", Revision({"tags": ("cold",)}))

    assert shown.memory.status is Status.ARCHIVED
    decaying(held, STANDARD_DECAY)
    assert get_memory(later, SCOPE, "plain").status is Status.ACTIVE


def test_archived_by_hand_stays_so_until_it_is_set_active(held: Runtime) -> None:
    revise(held, SCOPE, "plain", Revision({"status": Status.ARCHIVED}))
    decaying(held, STANDARD_DECAY)
    tell(after(held, 8), Outcome.USED, "plain")
    assert get_memory(after(held, 8), SCOPE, "plain").status is Status.ARCHIVED

    years = after(held, 3_000)
    shown = revise(years, SCOPE, "plain", Revision({"status": Status.ACTIVE}))
    assert shown.memory.status is Status.ACTIVE
    assert "plain" in found(years)


def test_a_faded_dispute_is_held_ready_again_as_a_dispute(held: Runtime) -> None:
    later = after(held, 8)
    with held.database.snapshot() as tx:
        agent = indexing.known_agent(tx, SCOPE)
    held.database.write(lambda tx: _dispute(tx, agent.agent_key), SCOPE.about)
    assert found(later, replace(BROAD, include=(Status.DISPUTED,))) == {"pinned", "fact"}

    shown = revise(later, SCOPE, "plain", Revision({"status": Status.ACTIVE}))

    assert shown.memory.status is Status.DISPUTED
    with pytest.raises(InvalidRequest):
        revise(later, SCOPE, "plain", Revision({"status": Status.ARCHIVED}))


def _dispute(tx: Tx, agent_key: int) -> None:
    memories.change(tx, agent_key, 1, {"status": Status.DISPUTED})
    agents.record(tx, agent_key, [1])


def test_who_says_it_again_finds_it(held: Runtime) -> None:
    later = after(held, 8)
    [known] = write(held, SCOPE, [Draft(content="The harbour freezes.")])
    [again] = write(later, SCOPE, [Draft(content="The harbour freezes.")])

    assert (known.id, known.event) == ("plain", Event.DUPLICATE)
    assert again.event is Event.ADDED
    assert again.id in found(later)


class TestBudget:
    @pytest.fixture
    def six(self, runtime: Runtime) -> Runtime:
        """A runtime with six events that are alike, a pinned one and a fact."""
        runtime = standing(runtime)
        decaying(runtime, DecayPolicies(episodic=Decay(max_memories=3)))
        remember(
            runtime,
            *[Draft(content=f"Walked along the harbour, round {n}.", id=n) for n in ALIKE],
            Draft(content="The harbour is deep.", id="pinned", pinned=True),
            Draft(content="The harbour is old.", id="fact", kind=Kind.SEMANTIC),
        )
        return runtime

    def test_the_least_retained_are_archived(self, six: Runtime) -> None:
        """Of equals the oldest; a use keeps a memory, and another has to go."""
        later = after(six, 10)
        assert found(later) == {"four", "five", "six", "pinned", "fact"}
        assert listed(later, Status.ARCHIVED) == ["three", "two", "one"]
        assert listed(later, Status.ACTIVE) == ["fact", "pinned", "six", "five", "four"]
        assert get_memory(later, SCOPE, "three").status is Status.ARCHIVED

        tell(later, Outcome.USED, "one")

        assert found(later) == {"one", "five", "six", "pinned", "fact"}
        assert listed(later, Status.ARCHIVED) == ["four", "three", "two"]

    def test_the_filter_has_no_part_in_it(self, six: Runtime) -> None:
        narrow = replace(BROAD, filters=(parse({"id": {"in": ["one", "six", "fact"]}}),))
        assert found(after(six, 10), narrow) == {"six", "fact"}

    def test_what_is_over_leaves_room(self, six: Runtime) -> None:
        soon = NOW + timedelta(days=5)
        revise(six, SCOPE, "six", Revision({"expires_at": soon}))
        revise(six, SCOPE, "five", Revision({"status": Status.ARCHIVED}))
        assert found(after(six, 4)) == {"six", "four", "three", "pinned", "fact"}
        assert found(after(six, 6)) == {"four", "three", "two", "pinned", "fact"}

    def test_to_set_it_active_makes_another_fade(self, six: Runtime) -> None:
        later = after(six, 10)

        shown = revise(later, SCOPE, "one", Revision({"status": Status.ACTIVE}))

        assert shown.memory.status is Status.ACTIVE
        assert found(later) == {"one", "five", "six", "pinned", "fact"}

    def test_a_larger_budget_brings_them_back(self, six: Runtime) -> None:
        decaying(six, DecayPolicies(episodic=Decay(max_memories=6)))
        assert found(after(six, 10)) == {*ALIKE, "pinned", "fact"}
        decaying(six, DecayPolicies(Decay(Policy.NONE, max_memories=1), Decay(max_memories=1)))
        assert found(after(six, 10)) == {"six", "pinned", "fact"}


@pytest.mark.parametrize("seed", range(3))
def test_index_and_database_agree_to_the_bit(runtime: Runtime, seed: int) -> None:
    """Whatever the policies, after uses at odd times: search, list and budget show the same."""
    random = Random(seed)
    runtime = standing(runtime)
    decaying(runtime, STANDARD_DECAY)
    ids = [f"m{n}" for n in range(60)]
    drafts = [
        Draft(
            content=f"Walked along the harbour, round {one}.",
            id=one,
            kind=random.choice(list(Kind)),
            importance=random.choice([0.0, 0.3, 0.5, 1.0]),
            pinned=random.random() < 0.1,
        )
        for one in ids
    ]
    for start in range(0, 60, 12):
        remember(after(runtime, random.random() * 20), *drafts[start : start + 12])
    for _ in range(30):
        outcome = random.choice(list(Outcome))
        tell(after(runtime, 20 + random.random() * 30), outcome, random.choice(ids))
    for _ in range(8):
        decaying(runtime, DecayPolicies(*(_any_decay(random) for _ in Kind)))
        later = after(runtime, random.choice([21.0, 60.0, 200.0, 4_000.0]) + random.random())
        now = later.clock.now()
        with later.database.snapshot() as tx:
            agent = indexing.known_agent(tx, SCOPE)
            fading = fading_of(tx, agent, now)
        index = indexing.current(later, agent)
        cutoffs = index.cutoffs(agent.settings.decay.budgets, now)
        assert cutoffs == {
            kind: bound.cutoff for kind, bound in fading.bounds.items() if bound.cutoff
        }
        active = set(listed(later, Status.ACTIVE))
        assert found(later) == active
        assert set(listed(later, Status.ARCHIVED)) == set(ids) - active
        assert found(later, ALSO_ARCHIVED) == set(ids)


def _any_decay(random: Random) -> Decay:
    return Decay(
        random.choice(list(Policy)),
        random.choice([None, 0.0, 0.3, 0.7]),
        random.choice([None, 4, 15]),
    )


def test_as_good_in_another_process_and_after_a_restart(tmp_path: Path, any_url: str) -> None:
    settings = Settings(data_dir=tmp_path, database_url=any_url, embedding={"backend": "hashing"})
    seen: list[object] = []
    for _ in range(2):
        with closing(build_runtime(settings, lambda _line: None)) as runtime:
            if not seen:
                decaying(runtime, DecayPolicies(Decay(max_memories=5), Decay(threshold=0.9)))
                remember(standing(runtime), *_story())
                tell(after(runtime, 9), Outcome.CONFIRMED, "s3", "s4")
            later = after(runtime, 90)
            hits = search(later, SCOPE, ALSO_ARCHIVED).found
            seen.append([(one.memory, one.retention) for one in hits])
            seen.append(list_memories(later, SCOPE, Listing()).seen)

    assert seen[:2] == seen[2:]


def _story() -> Iterator[Draft]:
    for n in range(12):
        kind = Kind.SEMANTIC if n % 3 == 0 else Kind.EPISODIC
        yield Draft(content=f"Walked along the harbour, round {n}.", id=f"s{n}", kind=kind)


def test_other_agents_have_their_own_policies(held: Runtime) -> None:
    other = Scope("default", "a2")
    write(held, other, [Draft(content="The harbour freezes.", id="plain")])
    later = after(held, 8)

    hits = search(later, other, Question("harbour")).found

    assert [one.memory.id for one in hits] == ["plain"]
    assert get_memory(later, other, "plain").status is Status.ACTIVE


def test_a_copy_for_a_person_shows_what_readers_see(held: Runtime) -> None:
    remember(held, Draft(content="I sold the boat.", id="own", user_id="u1"))
    later = after(held, 8)

    [line] = exported(later, "u1")[1:-1]
    assert (line["id"], line["status"]) == ("own", "archived")
    tell(later, Outcome.USED, "own")
    [line] = exported(later, "u1")[1:-1]
    assert line["status"] == "active"


def test_an_export_of_agents_has_the_status_that_is_stored(held: Runtime, tmp_path: Path) -> None:
    """What has faded fades again by the settings that come along, or by others."""
    file = tmp_path / "export"

    export(after(held, 8), file, "default", "*", lambda _done, _total: None)

    *lines, end = [exported_in(line) for line in file.read_bytes().splitlines()[1:]]
    assert isinstance(end, End)
    assert end.settings["a1"].decay == BRIEF
    memories_ = [one.memory for one in lines if isinstance(one, Exported)]
    assert {one.status for one in memories_} == {Status.ACTIVE}
    assert len(memories_) == 4
