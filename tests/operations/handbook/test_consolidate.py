"""The handbook is put in order on real databases, as one version, and back again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest

from memsvc.core.agent_settings import AgentSettings
from memsvc.core.handbook.line import BehaviorStatus, ProposedBy
from memsvc.core.handbook.plan import HandbookPlan, Merging
from memsvc.core.handbook.retirement import Reason, Retirement
from memsvc.core.handbook.settings import HandbookSettings
from memsvc.core.handbook.wording import LOST_SOURCES
from memsvc.core.handbook.worth import Verdict
from memsvc.core.memory import Status
from memsvc.embedding.protocol import Vectors
from memsvc.errors import NotFound
from memsvc.operations.configure import configure
from memsvc.operations.forget import delete_memory
from memsvc.operations.handbook import consolidate as consolidating
from memsvc.operations.handbook.consolidate import consolidate, plan
from memsvc.operations.handbook.decide import approve, retire
from memsvc.operations.handbook.go_back import roll_back
from memsvc.operations.indexing import known_agent
from memsvc.operations.mark import Source, mark
from memsvc.runtime import Runtime
from memsvc.store import offer_outcomes
from memsvc.store.offer_outcomes import OutcomeRow
from memsvc.store.transaction import Tx
from tests.operations.forgetting import carried_out, order, people
from tests.operations.handbook.curating import (
    AGENT,
    ASK,
    FIRST,
    OPERATOR,
    UNITS,
    WORDS,
    book_of,
    line,
    put,
    stand,
    traced,
    words_held,
)
from tests.operations.remembering import NOW, SCOPE, Listening, listened_to, standing

CANDIDATE, ACTIVE, RETIRED = BehaviorStatus
STEPS = ("Read the failing test.", "Find its function.", "Run the tests.")
SAID = "In this order: Read the failing test, then Find its function, then Run the tests."
COUNTED = "behavior_read_failing_find_function_run_tests"
EQUAL = "behavior_units_checked"


@pytest.fixture
def learnt(runtime: Runtime) -> Runtime:
    """Four traces, two of Ana's and two of Ben's; they have no steps."""
    runtime = standing(runtime)
    for id_, who in (("a1", "ana"), ("a2", "ana"), ("b1", "ben"), ("b2", "ben")):
        traced(runtime, id_, who)
    return runtime


def stepped(runtime: Runtime, *ids: str, who: str | None = None) -> None:
    for id_ in ids:
        traced(runtime, id_, who, steps=STEPS)


def put_twice(runtime: Runtime) -> None:
    """The same under two names: the newer rests on more, so that putting it forward merges none."""
    put(runtime, line(UNITS, "a1"))
    put(runtime, line(EQUAL, "b1", "b2", words=WORDS[UNITS]))
    assert stand(runtime) == {UNITS: CANDIDATE, EQUAL: ACTIVE}


def number_of(runtime: Runtime, name: str) -> int:
    return book_of(runtime).current[name]


def tell(runtime: Runtime, times: int, success: float, *names: str) -> None:
    """Outcomes of offers of these behaviors, which none cites, or of none."""
    offered = tuple(number_of(runtime, name) for name in names)

    def work(tx: Tx) -> None:
        agent_key = known_agent(tx, SCOPE).agent_key
        first = offer_outcomes.last(tx, agent_key) + 1
        for place in range(first, first + times):
            row = OutcomeRow(
                place=place,
                offer=f"offer-{place}",
                at=NOW,
                task_class=bytes(16),
                held_out=not offered,
                success=success,
                input_tokens=10,
                output_tokens=10,
                offered=offered,
            )
            offer_outcomes.add(tx, agent_key, row)

    runtime.database.write(work)


def budgeted(runtime: Runtime, budget: int) -> None:
    configure(runtime, SCOPE, AgentSettings(handbook=HandbookSettings(budget=budget)))


@contextmanager
def nothing_changes(runtime: Runtime) -> Iterator[None]:
    before, held = book_of(runtime), words_held(runtime)
    yield
    after = book_of(runtime)
    assert (after.lines, after.versions) == (before.lines, before.versions)
    assert words_held(runtime) == held


def test_it_is_done_as_one_version_and_undone_as_one(learnt: Runtime) -> None:
    put_twice(learnt)
    put(learnt, line(FIRST, "a1", "b1"), line(ASK, "a1"))
    approve(learnt, SCOPE, ASK, OPERATOR)
    tell(learnt, 40, 0.0, FIRST)
    tell(learnt, 40, 1.0)
    stepped(learnt, "s1", "s2")
    before, standing_before = book_of(learnt), {one.id: one.status for one in words_held(learnt)}
    with nothing_changes(learnt):
        previewed = plan(learnt, SCOPE)

    done = consolidate(learnt, SCOPE, AGENT)

    assert done.planned == previewed
    assert (previewed.version, done.version) == (4, 5)
    [merge] = done.planned.plan.merges
    assert merge == Merging(EQUAL, UNITS, merge.cosine)
    assert merge.cosine == pytest.approx(1.0)
    assert done.planned.plan.retirements == (Retirement(FIRST, (Reason.HARMS,)),)
    [proposal] = done.planned.plan.proposals
    assert (proposal.name, proposal.instruction) == (COUNTED, SAID)
    assert stand(learnt) == {
        ASK: ACTIVE,
        COUNTED: ACTIVE,
        EQUAL: ACTIVE,
        FIRST: RETIRED,
        UNITS: RETIRED,
    }
    book = book_of(learnt)
    assert book.lines[COUNTED] == proposal
    assert (proposal.proposed_by, proposal.source_ids) == (ProposedBy.STEPS, ("s1", "s2"))
    assert book.lines[EQUAL].source_ids == ("b1", "b2", "a1")
    assert [one.status for one in words_held(learnt)] == [
        Status.ARCHIVED,
        Status.ACTIVE,
        Status.ARCHIVED,
        Status.ACTIVE,
        Status.ACTIVE,
    ]
    reasons = [one.reason for one in book.versions[-1].changes if hasattr(one, "reason")]
    assert reasons == ["harms"]

    with nothing_changes(learnt):
        again = consolidate(learnt, SCOPE, AGENT)
    assert (again.version, again.planned.plan) == (5, HandbookPlan())

    assert roll_back(learnt, SCOPE, 4, OPERATOR) == 6
    after = book_of(learnt)
    assert after.lines == before.lines
    assert after.current == before.current
    held = {one.id: one.status for one in words_held(learnt)}
    assert {id_: held[id_] for id_ in standing_before} == standing_before
    assert set(held.values()) == {Status.ACTIVE, Status.ARCHIVED, Status.QUARANTINED}


def test_flags_come_back_with_the_version(learnt: Runtime) -> None:
    for id_ in ("c1", "c2"):
        traced(learnt, id_)
    put(learnt, line(UNITS, "a1", "b1", "b2"), line(FIRST, "b1"))
    put(learnt, line(EQUAL, "b1", "b2", "c1", "c2", words=WORDS[UNITS]))
    approve(learnt, SCOPE, UNITS, OPERATOR)
    put(learnt, line("behavior_never", "b1", "b2", words="Never check the units before you add."))
    carried_out(learnt, order(learnt, people("ana")))
    before = book_of(learnt)
    assert before.lines[UNITS].flagged == (LOST_SOURCES,)

    done = consolidate(learnt, SCOPE, AGENT)

    assert [(one.kept, one.gone) for one in done.planned.plan.merges] == [(EQUAL, UNITS)]
    roll_back(learnt, SCOPE, done.version - 1, OPERATOR)
    assert book_of(learnt).lines == before.lines


def test_nothing_to_do_makes_no_version(learnt: Runtime) -> None:
    with nothing_changes(learnt):
        assert consolidate(learnt, SCOPE, AGENT).version == 0
    put(learnt, line(UNITS, "a1", "b1"))
    with nothing_changes(learnt):
        assert consolidate(learnt, SCOPE, AGENT).version == 1


def test_of_an_agent_that_is_not_there_nothing_is_planned(runtime: Runtime) -> None:
    with pytest.raises(NotFound):
        plan(runtime, SCOPE)
    with pytest.raises(NotFound):
        consolidate(runtime, SCOPE, AGENT)


def test_lines_are_rated_by_their_outcomes(learnt: Runtime) -> None:
    put(learnt, line(UNITS, "a1", "b1"), line(FIRST, "a1", "b1"), line(ASK, "a1"))
    tell(learnt, 40, 1.0, UNITS)
    tell(learnt, 40, 0.0)

    ask, first, units = sorted(plan(learnt, SCOPE).ratings, key=lambda one: one.name)[:1] + [
        one for name in (FIRST, UNITS) for one in plan(learnt, SCOPE).ratings if one.name == name
    ]

    assert (ask.status, ask.mu, ask.sigma, ask.verdict) == (CANDIDATE, 0.0, 0.15, None)
    assert (first.mu, first.sigma, first.verdict) == (0.0, 0.15, None)
    assert units.mu > 0.1
    assert units.sigma < 0.15
    assert units.verdict is Verdict.HELPS


def test_what_nobody_cites_and_what_is_beyond_the_budget_goes(learnt: Runtime) -> None:
    put(learnt, line(UNITS, "a1", "b1"), line(FIRST, "a1", "b1"), line(ASK, "a1", "b1"))
    tell(learnt, 100, 1.0, UNITS)
    tell(learnt, 100, 1.0)
    assert plan(learnt, SCOPE).plan.retirements == (Retirement(UNITS, (Reason.UNCITED,)),)
    budgeted(learnt, 1)

    found = consolidate(learnt, SCOPE, AGENT).planned.plan.retirements

    assert {one.name: one.reasons for one in found} == {
        ASK: (Reason.OVER_BUDGET,),
        UNITS: (Reason.UNCITED,),
    }
    assert stand(learnt) == {ASK: RETIRED, FIRST: ACTIVE, UNITS: RETIRED}


def test_what_was_taken_out_is_not_counted_again(learnt: Runtime) -> None:
    stepped(learnt, "s1", "s2")
    consolidate(learnt, SCOPE, AGENT)
    retire(learnt, SCOPE, COUNTED, AGENT)
    stepped(learnt, "s3")

    assert plan(learnt, SCOPE).plan == HandbookPlan()


def test_only_what_readers_may_see_and_believe_is_counted(learnt: Runtime) -> None:
    stepped(learnt, "s1", who="ana")
    stepped(learnt, "s2", who="ben")
    assert plan(learnt, SCOPE).plan.proposals
    mark(learnt, SCOPE, Source(user_id="ben"), "k1")

    assert plan(learnt, SCOPE).plan == HandbookPlan()


def test_what_was_forgotten_is_not_put_forward(learnt: Runtime) -> None:
    stepped(learnt, "s1", "s2", who="ana")
    consolidate(learnt, SCOPE, AGENT)
    assert stand(learnt) == {COUNTED: ACTIVE}
    carried_out(learnt, order(learnt, people("ana")))
    assert stand(learnt) == {}
    stepped(learnt, "s3", "s4", who="ana")

    assert plan(learnt, SCOPE).plan == HandbookPlan()


def test_the_last_traces_are_counted(learnt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    stepped(learnt, "s1", "s2")
    traced(learnt, "s3")
    monkeypatch.setattr(consolidating, "MOST_TRACES", 2)
    assert plan(learnt, SCOPE).plan.proposals == ()
    monkeypatch.setattr(consolidating, "MOST_TRACES", 3)
    assert [one.source_ids for one in plan(learnt, SCOPE).plan.proposals] == [("s1", "s2")]


class Meddling(Listening):
    """An embedder whose every text takes so long that something else happens meanwhile."""

    def __init__(self, runtime: Runtime, times: int) -> None:
        super().__init__(runtime.embedder)
        self._runtime, self._times = runtime, times
        self.calls = 0

    def embed(self, texts: Sequence[str]) -> list[Vectors]:
        found = super().embed(texts)
        if self.calls < self._times:
            self.calls += 1
            steps = [f"{step} {self.calls}" for step in STEPS]
            for which in "xy":
                traced(self._runtime, f"{which}{self.calls}", steps=tuple(steps))
        return found


@pytest.mark.parametrize("times", [1, 2, 3])
def test_what_happens_meanwhile_is_planned_with(learnt: Runtime, times: int) -> None:
    """Twice it is looked at again; the third time what is new waits for the next one."""
    stepped(learnt, "s1", "s2")
    meddling = Meddling(learnt, times)

    done = consolidate(replace(learnt, embedder=meddling), SCOPE, AGENT)

    assert done.version == book_of(learnt).version == 1
    counted = [name for name in stand(learnt) if name.startswith(COUNTED[:20])]
    assert len(counted) == min(1 + times, 3)
    assert {one.name for one in done.planned.plan.proposals} == set(counted)
    left = consolidate(learnt, SCOPE, AGENT).planned.plan.proposals
    assert len(left) == (1 if times == 3 else 0)


def test_known_words_are_not_embedded_again(learnt: Runtime) -> None:
    stepped(learnt, "s1", "s2")
    runtime, listening = listened_to(learnt)
    assert consolidate(runtime, SCOPE, AGENT).version == 1
    assert listening.texts == [SAID]

    consolidate(runtime, SCOPE, AGENT)

    assert listening.texts == [SAID]


def test_what_it_made_goes_with_its_sources(learnt: Runtime) -> None:
    put_twice(learnt)
    stepped(learnt, "s1", "s2")
    consolidate(learnt, SCOPE, AGENT)

    delete_memory(learnt, SCOPE, "s2")
    delete_memory(learnt, SCOPE, "b1")

    assert stand(learnt) == {UNITS: CANDIDATE}
