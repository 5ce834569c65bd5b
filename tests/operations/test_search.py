"""Questions asked together get the answers they would get alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from memsvc.core.access import Scope
from memsvc.core.agent_settings import AgentSettings
from memsvc.core.filters import parse
from memsvc.core.memory import Draft, Fact, Kind
from memsvc.core.weights import STANDARD, Weights
from memsvc.errors import KeysDamaged, NotFound
from memsvc.operations import indexing
from memsvc.operations.configure import configure
from memsvc.operations.question import Asked, Mode, Question, Timing
from memsvc.operations.revise import Revision, revise
from memsvc.operations.search import search, search_all
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import agents, lineage
from memsvc.store.transaction import Tx
from tests.operations.remembering import SCOPE, hits_of, ids, remember, scores, shown, standing, why

HERE, THERE = Scope("default", "here"), Scope("other", "here")
WORDS = [
    "harbour",
    "winter",
    "ship",
    "ice",
    "captain",
    "storm",
    "rope",
    "bread",
    "lantern",
    "chart",
]


def fill(runtime: Runtime, scope: Scope, seed: int) -> None:
    random = Random(seed)
    write(
        runtime,
        scope,
        [
            Draft(
                content=" ".join(random.choices(WORDS, k=random.randint(2, 9))) + f" {number}",
                user_id=random.choice(["ann", "bob", None]),
                kind=random.choice([Kind.EPISODIC, Kind.PROCEDURAL]),
                importance=random.choice([0.25, 1.0]),
                metadata={"flag": random.choice([True, 1])},
            )
            for number in range(120)
        ],
    )


def questions(runtime: Runtime) -> list[Question]:
    now = runtime.clock.now()
    return [
        Question("harbour in winter"),
        Question("harbour in winter"),
        Question("a captain and a rope", limit=3),
        Question("ship", user_id="ann"),
        Question("ship", user_id="bob", kinds=(Kind.PROCEDURAL,)),
        Question("bread", filters=(parse({"metadata.flag": True}),), limit=50),
        Question("bread", filters=(parse({"metadata.flag": 1}),), limit=50),
        Question("lantern", as_of=now - timedelta(days=1)),
        Question("lantern", as_of=now + timedelta(days=1)),
        Question("nothing of the kind", min_score=0.99),
        Question("harbour in winter", mode=Mode.DEEP),
        Question("chart", user_id="bob", mode=Mode.DEEP),
        Question("nothing of the kind", mode=Mode.AUTO),
        Question("a storm last year", reference_time=now, timing=Timing.FILTER),
        Question("a storm today", mode=Mode.AUTO, timing=Timing.FILTER),
    ]


def test_together_as_alone(runtime: Runtime) -> None:
    runtime = standing(runtime)
    fill(runtime, HERE, 1)
    fill(runtime, THERE, 2)
    asked = [Asked(scope, one) for one in questions(runtime) for scope in (HERE, THERE)]
    Random(3).shuffle(asked)

    together = search_all(runtime, asked)

    hits = 0
    for one, answer in zip(asked, together, strict=True):
        alone = search(runtime, one.scope, one.question)
        assert hits_of(answer).deep is alone.deep
        assert shown(answer) == shown(alone)
        hits += len(alone.found)
    assert hits > 100


def test_equal_filters_of_other_types_are_not_mixed_up(runtime: Runtime) -> None:
    fill(runtime, HERE, 1)
    true, one = (
        Question("bread", filters=(parse({"metadata.flag": value}),), limit=100)
        for value in (True, 1)
    )
    [trues, ones] = search_all(runtime, [Asked(HERE, true), Asked(HERE, one)])
    assert {type(hit.memory.metadata["flag"]) for hit in hits_of(trues).found} == {bool}
    assert {type(hit.memory.metadata["flag"]) for hit in hits_of(ones).found} == {int}


def test_wording_of_another_time_does_not_show_now(runtime: Runtime) -> None:
    write(runtime, HERE, [Draft(content="The ship is red.", id="m1")])
    before = runtime.clock.now()
    revise(runtime, HERE, "m1", Revision(changes={"content": "The ship is blue."}), None)
    then, now = search_all(
        runtime, [Asked(HERE, Question("ship", as_of=before)), Asked(HERE, Question("ship"))]
    )
    assert [one.memory.content for one in hits_of(then).found] == ["The ship is red."]
    assert [one.memory.content for one in hits_of(now).found] == ["The ship is blue."]


def test_what_is_wrong_with_one_agent_is_no_matter_of_another(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(runtime, HERE, 1)
    fill(runtime, THERE, 2)
    unknown = Scope("default", "nobody")
    [found, missing] = search_all(
        runtime, [Asked(HERE, Question("ship")), Asked(unknown, Question("ship"))]
    )
    assert ids(found)
    assert isinstance(missing, NotFound)

    find = indexing.known_agent

    def damaged(tx: object, scope: Scope) -> agents.Agent:
        if scope == THERE:
            raise KeysDamaged("for the test")
        return find(tx, scope)  # type: ignore[arg-type]

    monkeypatch.setattr(indexing, "known_agent", damaged)
    asked = [Asked(THERE, Question("ship")), Asked(HERE, Question("ship"))]
    [failed, fine] = search_all(runtime, asked)
    assert isinstance(failed, KeysDamaged)
    assert ids(fine)


def test_an_index_that_must_be_loaded_is_not_waited_for(runtime: Runtime) -> None:
    fill(runtime, HERE, 1)
    fill(runtime, THERE, 2)
    asked = [Asked(HERE, Question("ship")), Asked(THERE, Question("ship"))]
    search(runtime, HERE, Question("ship"))
    with runtime.database.snapshot() as tx:
        there = indexing.known_agent(tx, THERE)
    runtime.indexes.drop(there.agent_key)

    loaded, unloaded = search_all(runtime, asked, wait=False)
    assert ids(loaded)
    assert unloaded is None

    _, waited_for = search_all(runtime, asked)
    assert ids(waited_for)
    assert all(ids(one) for one in search_all(runtime, asked, wait=False))


def count_changes(runtime: Runtime, count: int) -> None:
    """As if another process had written: counted in SQL, unknown to the index here."""
    with runtime.database.snapshot() as tx:
        agent_key = indexing.known_agent(tx, HERE).agent_key
    runtime.database.write(lambda tx: agents.record(tx, agent_key, [1] * count))


def test_an_index_far_behind_is_not_waited_for(runtime: Runtime) -> None:
    fill(runtime, HERE, 1)
    search(runtime, HERE, Question("ship"))
    for count, ready in ((indexing.FEW_CHANGES, True), (indexing.FEW_CHANGES + 1, False)):
        count_changes(runtime, count)
        [answer] = search_all(runtime, [Asked(HERE, Question("ship"))], wait=False)
        assert (answer is not None) == ready


def test_a_second_pass_is_not_waited_for(runtime: Runtime) -> None:
    fill(runtime, HERE, 1)
    search(runtime, HERE, Question("ship"))
    asked = [
        Asked(HERE, Question(query, mode=mode))
        for query in ("ship", "nothing of the kind")
        for mode in Mode
    ]
    answers = search_all(runtime, asked, wait=False)
    for one, answer in zip(asked, answers, strict=True):
        alone = search(runtime, HERE, one.question)
        assert (answer is None) is alone.deep
        if answer is not None:
            assert shown(answer) == shown(alone)
        if one.question.mode is not Mode.AUTO:
            assert alone.deep is (one.question.mode is Mode.DEEP)


def test_what_goes_wrong_in_a_second_pass_is_no_matter_of_another_agent(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(runtime, HERE, 1)
    fill(runtime, THERE, 2)
    with runtime.database.snapshot() as tx:
        there = indexing.known_agent(tx, THERE).agent_key
    parents_of = lineage.parents_of

    def damaged(tx: Tx, agent_key: int, children: Sequence[int]) -> dict[int, list[int]]:
        if agent_key == there:
            raise KeysDamaged("for the test")
        return parents_of(tx, agent_key, children)

    monkeypatch.setattr(lineage, "parents_of", damaged)
    deep = Question("ship", mode=Mode.DEEP)
    [failed, fine] = search_all(runtime, [Asked(THERE, deep), Asked(HERE, deep)])
    assert isinstance(failed, KeysDamaged)
    assert ids(fine)


def test_events_facts_and_behaviors_are_searched_at_once(runtime: Runtime) -> None:
    remember(
        runtime,
        Draft(content="The ferry to Cacilhas was late again.", id="event"),
        Draft(
            content="The ferry to Cacilhas leaves at noon.",
            id="fact",
            kind=Kind.SEMANTIC,
            fact=Fact("ferry", "leaves at", "noon"),
        ),
        Draft(content="Look up the ferry before promising.", id="rule", kind=Kind.PROCEDURAL),
        Draft(content="We had soup.", id="other"),
    )
    question = Question("When does the ferry leave?", limit=3)
    for mode in Mode:
        found = search(runtime, SCOPE, replace(question, mode=mode))
        assert set(ids(found)) == {"event", "fact", "rule"}
    facts = search(runtime, SCOPE, replace(question, kinds=(Kind.SEMANTIC, Kind.PROCEDURAL)))
    assert set(ids(facts)) == {"fact", "rule"}


def test_results_below_the_least_score_are_left_out(runtime: Runtime) -> None:
    runtime = standing(runtime)
    fill(runtime, HERE, 1)
    for mode in (Mode.FAST, Mode.DEEP):
        every = search(runtime, HERE, Question("harbour in winter", limit=50, mode=mode))
        cut = every.found[7].score
        question = Question("harbour in winter", limit=50, mode=mode, min_score=cut)
        kept = search(runtime, HERE, question)
        assert scores(kept) == {one: score for one, score in scores(every).items() if score >= cut}
        assert 8 <= len(kept.found) < 50


def test_scores_go_by_the_weights_of_the_agent(runtime: Runtime) -> None:
    runtime = standing(runtime)
    fill(runtime, HERE, 1)
    question = Question("harbour in winter", limit=120)
    heavy = Weights(retention=0.2, importance=0.5, trust=0.3)
    for weights in (STANDARD, heavy, Weights(0.0, 0.0, 0.0)):
        configure(runtime, HERE, AgentSettings(weights))
        found = search(runtime, HERE, question)
        assert len({round(one.importance, 6) for one in why(found).values()}) == 2
        for name, factors in why(found).items():
            taken = (
                weights.retention * (1.0 - factors.retention)
                + weights.importance * (1.0 - factors.importance)
                + weights.trust * (1.0 - factors.trust)
            )
            assert factors.weights == weights
            assert scores(found)[name] == pytest.approx(factors.relevance * (1.0 - taken), abs=1e-6)


# Ten words; so much alike that two of the three say nothing new, though none repeats another.
ALIKE = [
    f"The old harbour freezes over in every {adverb} cold winter" for adverb in ("very", "quite")
] + ["The old harbour freezes over in every very cold season"]
OTHER = [
    "Ships wait outside the harbour for the pilot.",
    "Ann skated across the harbour with a lantern.",
]


@pytest.mark.parametrize("mode", [Mode.FAST, Mode.DEEP])
def test_near_repeats_fill_a_page_only_where_room_is_left(runtime: Runtime, mode: Mode) -> None:
    remember(runtime, *(Draft(content=text, id=f"alike {at}") for at, text in enumerate(ALIKE)))
    remember(runtime, *(Draft(content=text, id=text[:5]) for text in OTHER))
    query = "The old harbour freezes over in every very cold winter"
    every = search(runtime, SCOPE, Question(query, limit=5, mode=mode))
    assert [one.startswith("alike") for one in ids(every)] == [True] * 3 + [False] * 2
    page = search(runtime, SCOPE, Question(query, limit=3, mode=mode))
    assert ids(page) == [ids(every)[at] for at in (0, 3, 4)]
    fuller = search(runtime, SCOPE, Question(query, limit=4, mode=mode))
    assert ids(fuller) == [ids(every)[at] for at in (0, 1, 3, 4)]
