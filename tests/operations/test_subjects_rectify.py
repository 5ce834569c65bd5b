"""Rectification: what was wrong is right, and what was said before is nowhere any more."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from memsvc.config import Settings, Tier
from memsvc.core.access import Scope
from memsvc.core.audit import Action
from memsvc.core.memory import Behavior, Draft, Event, Fact, Kind, Status
from memsvc.core.order import Order, Selector
from memsvc.core.residue import shapes
from memsvc.embedding.protocol import Vectors
from memsvc.errors import InvalidRequest
from memsvc.operations import scan
from memsvc.operations.forget import delete_memory
from memsvc.operations.forgetting.receive import receive
from memsvc.operations.purge import purge
from memsvc.operations.revise import Revision, revise
from memsvc.operations.sealed import memory_context
from memsvc.operations.subjects import rectify as rectifying
from memsvc.operations.subjects.readmit import readmit
from memsvc.operations.subjects.rectify import Correction
from memsvc.operations.subjects.restrict import lift, restrict
from memsvc.runtime import Runtime
from memsvc.sealing.aead import CannotOpen
from memsvc.store import agents, memories, slots_in_use, transfer
from memsvc.wiring import build_runtime
from tests.operations.people import (
    ACTOR,
    OTHER,
    TENANT,
    exported,
    found,
    offer,
    readable,
    recorded,
)
from tests.operations.remembering import SCOPE, Listening, remember

WRONG, RIGHT = "I live in Lisbon by the harbour.", "I live in Porto by the river."
HOME = Draft(content=WRONG, id="home", user_id="u1", speaker="Maria", tags=("lisbon",))


def rectify(runtime: Runtime, *corrections: Correction) -> list[bool]:
    return rectifying.rectify(runtime, TENANT, ACTOR, corrections)


def right(memory_id: str, scope: Scope = SCOPE, **values: Any) -> Correction:
    return Correction(scope.agent_id, memory_id, values)


def test_a_memory_says_what_is_right_and_the_rest_stays(runtime: Runtime) -> None:
    remember(runtime, HOME)
    before = readable(runtime, "home")
    assert before is not None

    assert rectify(runtime, right("home", content=RIGHT)) == [True]

    after = readable(runtime, "home")
    assert after is not None
    assert after == before._replace(content=RIGHT, version=2, updated_at=after.updated_at)
    assert found(runtime, RIGHT) == {"home"}


def test_every_field_that_may_be_wrong(runtime: Runtime) -> None:
    remember(
        runtime,
        HOME,
        Draft(content="a is b", id="fact", kind=Kind.SEMANTIC, fact=Fact("a", "is", "b")),
        Draft(content="Do.", id="rule", kind=Kind.PROCEDURAL, behavior=Behavior("b", "Do.")),
    )

    values: dict[str, Any] = {"speaker": None, "metadata": {"a": [1]}, "tags": ("porto",)}
    fact, behavior = Fact("a", "is", "c"), Behavior("b", "Don't.", 2)
    done = rectify(
        runtime,
        Correction("a1", "home", values),
        right("fact", fact=fact),
        right("rule", behavior=behavior),
    )

    assert done == [True] * 3
    home, its_fact, rule = (readable(runtime, one) for one in ("home", "fact", "rule"))
    assert home is not None
    assert (home.speaker, home.metadata, home.tags) == (None, {"a": [1]}, ("porto",))
    assert home.content == WRONG
    assert its_fact is not None
    assert its_fact.fact == fact
    assert rule is not None
    assert rule.behavior == behavior


def test_several_agents_and_what_is_not_there(runtime: Runtime) -> None:
    elsewhere = Scope(TENANT, "b2")
    remember(runtime, HOME)
    remember(runtime, HOME, scope=elsewhere)
    remember(runtime, HOME, scope=OTHER)

    done = rectify(
        runtime,
        right("home", content=RIGHT),
        right("nothing", content=RIGHT),
        right("home", elsewhere, content="I live in Braga."),
        Correction("nobody", "home", {"content": RIGHT}),
    )

    assert done == [True, False, True, False]
    contents = [
        one.content
        for scope in (SCOPE, elsewhere, OTHER)
        if (one := readable(runtime, "home", scope)) is not None
    ]
    assert contents == [RIGHT, "I live in Braga.", WRONG]


def test_what_was_said_before_opens_with_no_key(runtime: Runtime) -> None:
    remember(runtime, HOME)
    revise(runtime, SCOPE, "home", Revision({"content": "I live in Lisbon by the old harbour."}))
    with runtime.database.snapshot() as tx:
        agent = agents.find(tx, TENANT, "a1")
        assert agent is not None
        row = memories.by_id(tx, agent.agent_key, "home")
        assert row is not None
        earlier = transfer.versions_of(tx, agent.agent_key, [row.number])[row.number]
        sealed = [(row.sealed, row.version), *((one.sealed, one.version) for one in earlier)]
        before = slots_in_use.of_agent(tx, agent.agent_key)

    rectify(runtime, right("home", content=RIGHT))

    with runtime.database.snapshot() as tx:
        agent = agents.by_key(tx, agent.agent_key)
        assert transfer.versions_of(tx, agent.agent_key, [row.number]) == {}
        slots = sorted({*slots_in_use.of_agent(tx, agent.agent_key), *before})
    keys = runtime.keyring.keys(agent.agent_key, agent.wrapped_key, slots)
    assert row.key_slot not in keys
    for key in keys.values():
        for content, version in sealed:
            with pytest.raises(CannotOpen):
                runtime.keyring.open(key, content, memory_context(agent, "home", version))


@pytest.mark.parametrize("tier", list(Tier))
def test_nothing_of_the_old_words_is_on_disk(tmp_path: Path, tier: Tier) -> None:
    old = {"content": "canarywrong walks down quays", "history": "an oldercanary rests at home"}
    new = {"right": "some righteous heron swims"}
    needles = {name: shapes(text, piece=12) for name, text in (old | new).items()}
    data = tmp_path / "data"
    settings = Settings(data_dir=data, tier=tier, embedding={"backend": "hashing"})
    with closing(build_runtime(settings, lambda _line: None)) as runtime:
        remember(runtime, Draft(content=old["history"], id="m", user_id="u1"))
        revise(runtime, SCOPE, "m", Revision({"content": old["content"]}))
    stored = tier is Tier.STORE
    assert scan.residue(needles, [data]).found == (set(old) if stored else set())

    with closing(build_runtime(settings, lambda _line: None)) as runtime:
        assert rectify(runtime, right("m", content=new["right"])) == [True]
        assert purge(runtime, runtime.clock.now() - runtime.clock.now())
    assert scan.residue(needles, [data]).found == (set(new) if stored else set())


def test_what_rests_on_it_waits_in_quarantine(runtime: Runtime) -> None:
    remember(
        runtime,
        HOME,
        Draft(content="Ben lives in Lisbon, too.", id="ben", user_id="ben"),
        Draft(content="Both live in Lisbon.", id="sum", source_ids=("home", "ben")),
        Draft(content="Lisbon is where they live.", id="sum2", source_ids=("sum",)),
        Draft(content="Ben lives there.", id="other", source_ids=("ben",)),
    )

    rectify(runtime, right("home", content=RIGHT))

    def status(memory_id: str) -> Status | None:
        one = readable(runtime, memory_id)
        return one and one.status

    assert status("sum") == status("sum2") == Status.QUARANTINED
    assert {status(one) for one in ("home", "ben", "other")} == {Status.ACTIVE}
    assert found(runtime, "lives in Lisbon") == {"home", "ben", "other"}
    summed = readable(runtime, "sum")
    assert summed is not None
    assert summed.source_ids == ("home", "ben")


def test_what_is_put_right_together_with_its_source_is_not_quarantined(runtime: Runtime) -> None:
    remember(runtime, HOME, Draft(content="Lives in Lisbon.", id="sum", source_ids=("home",)))

    rectify(runtime, right("home", content=RIGHT), right("sum", content="Lives in Porto."))

    assert found(runtime, "lives Porto") == {"home", "sum"}


def test_the_old_wording_is_not_taken_in_again(runtime: Runtime) -> None:
    remember(runtime, HOME)
    rectify(runtime, right("home", content=RIGHT))
    replay = replace(HOME, id=None)

    assert offer(runtime, SCOPE, replay) == [Event.SUPPRESSED]
    assert offer(runtime, SCOPE, replace(replay, user_id="ben")) == [Event.ADDED]
    assert readmit(runtime, TENANT, ACTOR, "u1") == 1
    assert offer(runtime, SCOPE, replay) == [Event.ADDED]


def test_a_wording_that_was_right_can_be_written_again(runtime: Runtime) -> None:
    remember(runtime, HOME)
    rectify(runtime, right("home", tags=(), content=WRONG.upper()))
    delete_memory(runtime, SCOPE, "home")

    assert offer(runtime, SCOPE, replace(HOME, id=None)) == [Event.ADDED]


def test_a_restricted_memory_is_put_right_and_stays_hidden(runtime: Runtime) -> None:
    remember(runtime, HOME)
    restrict(runtime, TENANT, ACTOR, "u1")

    assert rectify(runtime, right("home", content=RIGHT)) == [True]

    assert readable(runtime, "home") is None
    assert found(runtime, RIGHT) == set()
    assert exported(runtime, "u1")[1]["content"] == RIGHT
    lift(runtime, TENANT, ACTOR, "u1")
    assert found(runtime, RIGHT) == {"home"}


def test_what_is_being_erased_is_not_put_right(runtime: Runtime) -> None:
    remember(runtime, HOME)
    receive(runtime, TENANT, ACTOR, Order(Selector(subject_ids=("u1",))))

    assert rectify(runtime, right("home", content=RIGHT)) == [False]


def test_who_overtakes_is_not_overwritten(runtime: Runtime) -> None:
    remember(runtime, HOME, Draft(content="Untouched.", id="still", user_id="u1"))

    class Overtaken(Listening):
        def embed(self, texts: Sequence[str]) -> list[Vectors]:
            if not self.texts:
                self.texts.append("once")
                revise(runtime, SCOPE, "home", Revision({"tags": ("changed",)}))
            return super().embed(texts)

    slow = replace(runtime, embedder=Overtaken(runtime.embedder))

    assert rectify(slow, right("home", content=RIGHT), right("still", tags=("x",))) == [True, True]
    home = readable(runtime, "home")
    assert home is not None
    assert (home.content, home.tags, home.version) == (RIGHT, ("changed",), 3)
    acts = [one.record for one in recorded(runtime)]
    assert [dict(one.detail)["memories"] for one in acts] == [1, 1]


@pytest.mark.parametrize(
    "corrections",
    [
        [right("home", content=RIGHT), right("home", tags=())],
        [right("home", content=RIGHT), right("ben", fact=Fact("a", "b", "c"))],
        [right("home", content=RIGHT), right("ben", behavior=Behavior("a", "b"))],
    ],
)
def test_what_makes_no_sense_changes_nothing(
    runtime: Runtime, corrections: list[Correction]
) -> None:
    remember(runtime, HOME, Draft(content="Ben.", id="ben"))

    with pytest.raises(InvalidRequest) as caught:
        rectify(runtime, *corrections)

    assert caught.value.violations[0].location.startswith("corrections.1")
    home = readable(runtime, "home")
    assert home is not None
    assert home.content == WRONG
    assert recorded(runtime) == []


def test_the_audit_tells_how_many_and_of_which_agent(runtime: Runtime) -> None:
    remember(runtime, HOME, Draft(content="Lives in Lisbon.", id="sum", source_ids=("home",)))
    rectify(runtime, right("home", content=RIGHT), right("nothing", content=RIGHT))

    [entry] = recorded(runtime)

    assert entry.record.action == Action.SUBJECT_RECTIFIED
    assert dict(entry.record.detail) == {"memories": 1, "demoted": 1}
    assert entry.agent_id == "a1"
    assert "Lisbon" not in str(entry)


def test_another_process_reads_the_new_words(pair: tuple[Runtime, Runtime]) -> None:
    ours, theirs = pair
    remember(ours, HOME)
    assert found(theirs, WRONG) == {"home"}

    rectify(ours, right("home", content=RIGHT))

    [hit] = [readable(theirs, one) for one in found(theirs, RIGHT)]
    assert hit is not None
    assert hit.content == RIGHT
