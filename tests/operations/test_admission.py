"""The gate in front of every write, on real databases: what comes in, and what it is told."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from memsvc.core.admission import BOILERPLATE, EMPTY, REPEATS, RESTATES, Admission
from memsvc.core.memory import Channel, Draft, Event, Status
from memsvc.operations.known import Written
from memsvc.operations.revise import Revision, revise
from memsvc.operations.write import Offered, write, write_all
from memsvc.runtime import Runtime
from memsvc.store import agents
from memsvc.store.transaction import Tx
from tests.operations.remembering import SCOPE, held, remember, set_status, standing

MOVED = "I moved to Lisbon last week."


def turn(content: str, **fields: str | None) -> Draft:
    said = {"user_id": "u1", "session_id": "s1", "role": "user", "speaker": "Ana"}
    return Draft(content=content, channel=Channel.USER, **(said | fields))  # type: ignore[arg-type]


def reply(content: str, **fields: str | None) -> Draft:
    said = {"user_id": "u1", "session_id": "s2", "role": "assistant"}
    return Draft(content=content, **(said | fields))  # type: ignore[arg-type]


def told(runtime: Runtime, *drafts: Draft) -> list[tuple[Event, str | None]]:
    return [(one.event, one.reason) for one in write(runtime, SCOPE, drafts)]


def test_what_tells_nothing_is_rejected_with_the_reason(runtime: Runtime) -> None:
    drafts = [reply("!!!"), reply("I can't help with that."), turn("ok"), turn("thanks!")]

    assert told(runtime, *drafts) == [
        (Event.REJECTED, EMPTY),
        (Event.REJECTED, BOILERPLATE),
        (Event.ADDED, None),
        (Event.ADDED, None),
    ]
    assert told(runtime, turn("ok!"), turn("thanks")) == [(Event.ADDED, None)] * 2
    assert len(held(runtime)) == 4


def test_a_rejected_draft_has_no_id_but_its_own(runtime: Runtime) -> None:
    mine, other = replace(reply("..."), id="mine"), reply("...")

    assert [one.id for one in write(runtime, SCOPE, [mine, other])] == ["mine", None]
    assert write(runtime, SCOPE, [replace(turn(MOVED), id="mine")])[0].event is Event.ADDED


def test_an_agent_that_restates_a_memory_is_shown_it(runtime: Runtime) -> None:
    remember(runtime, replace(turn(MOVED), id="m1"))
    [again] = write(runtime, SCOPE, [reply("You moved to Lisbon last week!")])

    assert again == Written("m1", Event.DUPLICATE, reason=RESTATES)
    other = replace(reply("You moved to Lisbon last week!"), user_id="u2")
    assert told(runtime, other) == [(Event.ADDED, None)]


def test_a_speaker_repeats_in_a_session(runtime: Runtime) -> None:
    remember(runtime, replace(turn(MOVED), id="m1"))
    again = "Oh, I really moved to Lisbon last week!"

    assert told(runtime, turn(again)) == [(Event.DUPLICATE, REPEATS)]
    assert told(runtime, turn(again, speaker="Ben")) == [(Event.ADDED, None)]
    assert told(runtime, turn(f"Yes, {again}", session_id="s9")) == [(Event.ADDED, None)]


@pytest.mark.parametrize("status", [Status.ARCHIVED, Status.SUPERSEDED, Status.QUARANTINED])
def test_only_what_is_current_is_restated(runtime: Runtime, status: Status) -> None:
    remember(runtime, replace(turn(MOVED), id="m1"))
    set_status(runtime, "m1", status)

    assert told(runtime, reply("You moved to Lisbon last week!")) == [(Event.ADDED, None)]


def test_what_was_reworded_is_compared_as_it_stands(runtime: Runtime) -> None:
    remember(runtime, replace(turn(MOVED), id="m1"))
    revise(runtime, SCOPE, "m1", Revision({"content": "I moved to Porto last week."}))

    assert told(runtime, reply("You moved to Porto last week!")) == [(Event.DUPLICATE, RESTATES)]
    assert told(runtime, reply("You moved to Lisbon last week!")) == [(Event.ADDED, None)]


def test_an_agent_may_have_no_gate(runtime: Runtime) -> None:
    remember(runtime, turn(MOVED))
    off(runtime)
    drafts = [turn("!!!"), reply("I can't help with that."), turn(f"Oh, {MOVED}"), turn(MOVED)]

    assert [event for event, _ in told(runtime, *drafts)] == [*[Event.ADDED] * 3, Event.DUPLICATE]


def off(runtime: Runtime) -> None:
    def work(tx: Tx) -> None:
        agent = agents.find(tx, SCOPE.tenant, SCOPE.agent_id)
        assert agent is not None
        settings = replace(agent.settings, admission=Admission.OFF)
        agents.set_settings(tx, agent.agent_key, settings)

    runtime.database.write(work)


def mixed(seed: int) -> list[Draft]:
    """Turns and replies that say some of the same, in some order."""
    random = Random(seed)
    places = ["Lisbon", "Porto"]
    drafts = [
        one(f"{front}{who} moved to {random.choice(places)} last week{end}")
        for one in (turn, reply)
        for who in ("I", "You")
        for front in ("", "Oh, ")
        for end in ("", "!")
    ]
    drafts += [turn("ok"), turn("ok!"), turn("..."), reply("I can't help with that.")]
    random.shuffle(drafts)
    return drafts


@pytest.mark.parametrize("seed", range(3))
def test_one_by_one_in_a_batch_and_in_a_group_the_answer_is_the_same(
    runtime: Runtime, seed: int
) -> None:
    runtime = standing(runtime)
    drafts = mixed(seed)
    one_by_one, batch, group = (replace(SCOPE, agent_id=name) for name in "abc")

    singly = [write(runtime, one_by_one, [draft])[0] for draft in drafts]
    at_once = write(runtime, batch, drafts)
    outcomes = write_all(runtime, [Offered(group, [draft]) for draft in drafts])
    together = [one[0] for one in outcomes if isinstance(one, list)]

    assert shape(singly) == shape(at_once) == shape(together)
    assert {Event.ADDED, Event.DUPLICATE, Event.REJECTED} == {one.event for one in singly}


def shape(written: list[Written]) -> list[tuple[Event, str | None, int | None]]:
    """What became of each, with the place of the first that has its id."""
    ids = [one.id for one in written]
    return [
        (one.event, one.reason, None if one.id is None else ids.index(one.id)) for one in written
    ]


def test_a_longer_exchange_keeps_its_turns(runtime: Runtime) -> None:
    said = ["ok", "Yes.", "no", "thanks!", "Thanks.", "What?", "really?", "7", "I see", "Bye!"]
    drafts = [
        replace(turn(text), event_time=None, speaker=speaker)
        for speaker in ("Ana", "Ben")
        for text in said
    ]
    answers = told(runtime, *drafts)

    assert all(event is Event.ADDED for event, _ in answers)
    numbers = sorted(held(runtime).values())
    assert all(after == before + 1 for before, after in pairwise(numbers))
