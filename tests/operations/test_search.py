"""Questions asked together get the answers they would get alone."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from memsvc.core.access import Scope
from memsvc.core.filters import parse
from memsvc.core.memory import Draft, Kind
from memsvc.errors import KeysDamaged, NotFound
from memsvc.operations import indexing
from memsvc.operations.question import Asked, Question
from memsvc.operations.revise import Revision, revise
from memsvc.operations.search import Found, search, search_all
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.store import agents

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
    ]


def shown(found: list[Found]) -> list[tuple[object, ...]]:
    """Everything but the retention, which goes on with the clock."""
    return [(hit.memory, hit.score, hit.evidence) for hit in found]


def test_together_as_alone(runtime: Runtime) -> None:
    fill(runtime, HERE, 1)
    fill(runtime, THERE, 2)
    asked = [Asked(scope, one) for one in questions(runtime) for scope in (HERE, THERE)]
    Random(3).shuffle(asked)

    together = search_all(runtime, asked)

    hits = 0
    for one, answer in zip(asked, together, strict=True):
        alone = search(runtime, one.scope, one.question)
        assert isinstance(answer, list)
        assert shown(answer) == shown(alone)
        hits += len(alone)
    assert hits > 100


def test_equal_filters_of_other_types_are_not_mixed_up(runtime: Runtime) -> None:
    fill(runtime, HERE, 1)
    true, one = (
        Question("bread", filters=(parse({"metadata.flag": value}),), limit=100)
        for value in (True, 1)
    )
    [trues, ones] = search_all(runtime, [Asked(HERE, true), Asked(HERE, one)])
    assert isinstance(trues, list)
    assert isinstance(ones, list)
    assert {type(hit.memory.metadata["flag"]) for hit in trues} == {bool}
    assert {type(hit.memory.metadata["flag"]) for hit in ones} == {int}


def test_wording_of_another_time_does_not_show_now(runtime: Runtime) -> None:
    write(runtime, HERE, [Draft(content="The ship is red.", id="m1")])
    before = runtime.clock.now()
    revise(runtime, HERE, "m1", Revision(changes={"content": "The ship is blue."}), None)
    then, now = search_all(
        runtime, [Asked(HERE, Question("ship", as_of=before)), Asked(HERE, Question("ship"))]
    )
    assert isinstance(then, list)
    assert isinstance(now, list)
    assert [one.memory.content for one in then] == ["The ship is red."]
    assert [one.memory.content for one in now] == ["The ship is blue."]


def test_what_is_wrong_with_one_agent_is_no_matter_of_another(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(runtime, HERE, 1)
    fill(runtime, THERE, 2)
    unknown = Scope("default", "nobody")
    [found, missing] = search_all(
        runtime, [Asked(HERE, Question("ship")), Asked(unknown, Question("ship"))]
    )
    assert isinstance(found, list)
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
    assert isinstance(fine, list)


def test_an_index_that_must_be_loaded_is_not_waited_for(runtime: Runtime) -> None:
    fill(runtime, HERE, 1)
    fill(runtime, THERE, 2)
    asked = [Asked(HERE, Question("ship")), Asked(THERE, Question("ship"))]
    search(runtime, HERE, Question("ship"))
    with runtime.database.snapshot() as tx:
        there = indexing.known_agent(tx, THERE)
    runtime.indexes.drop(there.agent_key)

    loaded, unloaded = search_all(runtime, asked, wait=False)
    assert loaded
    assert unloaded is None

    _, waited_for = search_all(runtime, asked)
    assert waited_for
    assert all(search_all(runtime, asked, wait=False))


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
