"""Offers on real databases: who gets which behaviors, and who none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from memsvc.core.access import Scope
from memsvc.core.handbook.keyed import uniform
from memsvc.core.handbook.rendering import block
from memsvc.core.memory import Behavior, Draft, Kind, Status
from memsvc.errors import InvalidRequest, NotFound
from memsvc.index import agent_index
from memsvc.operations import indexing
from memsvc.operations.handbook.offer import Wanted, offer
from memsvc.operations.handbook.offer_token import LASTS, OfferToken, read, sealed
from memsvc.operations.subjects.restrict import restrict
from memsvc.runtime import Runtime
from tests.operations.handbook.curating import erase_memory
from tests.operations.handbook.offering import (
    LINES,
    TASK,
    agent_of,
    choosing,
    curated,
    drawn,
    names,
    numbers,
    offered,
    wording,
)
from tests.operations.remembering import (
    NOW,
    SCOPE,
    listened_to,
    remember,
    set_status,
    standing,
    varied,
)


@pytest.fixture
def equipped(runtime: Runtime) -> Runtime:
    """Three behaviors that are about the task, all of them relevant to anything."""
    runtime = standing(runtime)
    choosing(runtime)
    curated(runtime, *(wording(*one) for one in LINES))
    return runtime


def held_out(runtime: Runtime, offers: int, **more: Any) -> list[bool]:
    return [offered(runtime, seed=seed, **more).held_out for seed in range(offers)]


def test_active_behaviors_are_offered_with_a_text_that_asks_to_cite_them(equipped: Runtime) -> None:
    found = offered(equipped)

    assert sorted(names(found)) == ["draw", "estimate", "units"]
    assert not found.held_out
    assert found.text == block(found.lines, TASK)
    assert found.tokens == equipped.count_tokens(found.text)
    token = read(equipped, agent_of(equipped), found.offer_id, NOW)
    assert token is not None
    assert token.numbers == tuple(numbers(equipped, *names(found)))
    assert (token.at, token.task_class, token.held_out) == (NOW, "", False)


def test_one_offer_made_again_is_the_same(equipped: Runtime) -> None:
    one, other = (offered(equipped, seed=3, limit=2) for _ in range(2))

    assert (one.lines, one.text, one.held_out) == (other.lines, other.text, other.held_out)
    # Luck goes by the offer: of several not all begin with the same behavior.
    assert len({names(offered(equipped, seed=seed))[0] for seed in range(20)}) > 1


def test_a_share_of_offers_is_held_out_by_a_keyed_draw(equipped: Runtime) -> None:
    choosing(equipped, hold_out=0.3)
    found = held_out(equipped, 300)

    agent_key = str(agent_of(equipped).agent_key)
    secret = equipped.keyring.digest("handbook", agent_key.encode())
    wanted = [
        uniform(secret, "hold out", agent_key, "", drawn(seed).hex()) < 0.3 for seed in range(300)
    ]
    assert found == wanted
    # 300 draws of .3: within 4 standard deviations.
    assert 58 <= sum(found) <= 122
    assert held_out(equipped, 30) == found[:30]


def test_a_task_class_may_have_a_share_of_its_own(equipped: Runtime) -> None:
    choosing(equipped, hold_out_by_class={"billing": 1.0})

    assert all(held_out(equipped, 20, task_class="billing"))
    assert not any(held_out(equipped, 20, task_class="other"))
    assert not any(held_out(equipped, 20))


def test_what_is_held_out_is_empty_and_is_not_looked_for(equipped: Runtime) -> None:
    choosing(equipped, hold_out=1.0)
    runtime, listening = listened_to(equipped)
    found = offered(runtime)

    assert found.held_out
    assert (found.lines, found.text, found.tokens) == ((), "", 0)
    assert listening.queries == []
    token = read(runtime, agent_of(runtime), found.offer_id, NOW)
    assert token is not None
    assert (token.held_out, token.numbers) == (True, ())


def test_what_is_irrelevant_is_not_offered(equipped: Runtime) -> None:
    words = {**dict(LINES), "cook": "Soak the beans overnight."}
    curated(equipped, wording("cook", words["cook"]))
    for task in (TASK, "Soak beans overnight.", "Zymurgy!"):
        [asked] = equipped.embedder.embed_queries([task])
        vectors = equipped.embedder.embed(list(words.values()))
        cosines = {
            name: float(vector[0] @ asked) for name, vector in zip(words, vectors, strict=True)
        }
        order = sorted(cosines, key=cosines.__getitem__, reverse=True)
        for most, name in enumerate(order, start=1):
            choosing(equipped, relevance_floor=cosines[name] - 1e-4)
            assert set(names(offered(equipped, task))) == set(order[:most])
    choosing(equipped, relevance_floor=1.0)
    assert names(offered(equipped)) == []


def test_topics_narrow_what_is_offered(equipped: Runtime) -> None:
    curated(
        equipped,
        wording("pipes", "Add up the lengths of pipes one by one.", "plumbing"),
        wording("laws", "Add up the lengths of sentences.", "law", "prisons"),
    )
    everywhere = ["draw", "estimate", "units"]

    assert sorted(names(offered(equipped))) == sorted([*everywhere, "laws", "pipes"])
    for topics, more in (
        (["Plumbing"], ["pipes"]),
        (["law"], ["laws"]),
        (["law", "plumbing"], ["laws", "pipes"]),
        (["cooking"], []),
        ([], []),
    ):
        found = names(offered(equipped, topics=tuple(topics)))
        assert sorted(found) == sorted([*everywhere, *more])
    with pytest.raises(InvalidRequest):
        offered(equipped, topics=("x" * 65,))


def test_the_limit_is_that_of_the_settings_or_of_the_request(equipped: Runtime) -> None:
    choosing(equipped, limit=1)

    assert len(offered(equipped).lines) == 1
    assert len(offered(equipped, limit=2).lines) == 2


def test_the_text_has_no_more_tokens_than_its_budget(equipped: Runtime) -> None:
    whole = offered(equipped, seed=1)
    assert len(whole.lines) == 3
    for budget in (whole.tokens, whole.tokens - 1, 95, 60, 50):
        found = offered(equipped, seed=1, token_budget=budget)
        assert found.tokens <= budget
        assert found.lines == whole.lines[: len(found.lines)]
        assert found.text == block(found.lines, TASK)
        # One more would not fit.
        more = whole.lines[: len(found.lines) + 1]
        assert more == found.lines or equipped.count_tokens(block(more, TASK)) > budget


def test_other_memories_are_never_offered(equipped: Runtime) -> None:
    same = "Check the lengths of the pipes in metres before you add up."
    remember(
        equipped,
        Draft(content=same, id="event"),
        Draft(
            content=same,
            id="own",
            kind=Kind.PROCEDURAL,
            behavior=Behavior("behavior_own", same),
            metadata={"behavior": {"proposed_by": "caller", "flagged": []}},
        ),
    )

    assert sorted(names(offered(equipped))) == ["draw", "estimate", "units"]


def test_behaviors_are_found_among_many_memories(
    equipped: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(equipped, *varied(300))
    few = [offered(equipped, seed=seed) for seed in range(5)]
    # As with more than are all looked at.
    monkeypatch.setattr(agent_index, "ALL_UP_TO", 0)

    assert all(len(one.lines) == 3 for one in few)
    assert [one.lines for one in few] == [offered(equipped, seed=at).lines for at in range(5)]


def gone(runtime: Runtime) -> None:
    """One behavior is a candidate again, one retired, one erased, one of somebody held back."""
    erase_memory(runtime, "behavior_draw")
    restrict(runtime, SCOPE.tenant, "key-1", "ana")
    set_status(runtime, "behavior_units", Status.QUARANTINED)
    set_status(runtime, "behavior_estimate", Status.ARCHIVED)


@pytest.mark.parametrize("stale", [False, True])
def test_what_is_not_active_or_not_there_is_not_offered_whatever_the_index_says(
    equipped: Runtime, monkeypatch: pytest.MonkeyPatch, stale: bool
) -> None:
    curated(
        equipped,
        wording("hers", "Add up the lengths that Ana likes.", user_id="ana"),
        wording("left", "Write down the lengths of the pipes."),
    )
    before = offered(equipped)
    assert sorted(names(before)) == ["draw", "estimate", "hers", "left", "units"]
    agent_key = agent_of(equipped).agent_key
    index = equipped.indexes.get(agent_key)
    if stale:
        # Nobody has it follow any more.
        equipped.indexes.drop(agent_key)
        monkeypatch.setattr(indexing, "current", lambda _runtime, _agent: index)
    gone(equipped)

    for seed in range(5):
        found = offered(equipped, seed=seed)
        assert names(found) == ["left"]
        assert "Ana" not in found.text
    if stale:
        assert len(index) == 5


def test_a_behavior_past_its_time_is_not_offered(runtime: Runtime) -> None:
    runtime = standing(runtime)
    choosing(runtime)
    curated(runtime, wording(*LINES[0]))
    later = standing(runtime, NOW.replace(year=NOW.year + 5))

    # What has faded as a memory is still a line of the handbook.
    assert names(offered(later)) == ["units"]


def changed(offer_id: str) -> Sequence[str]:
    flipped = offer_id[:-1] + ("A" if offer_id[-1] != "A" else "Q")
    return offer_id[:-4], offer_id + "AAAA", flipped, "", "x", "~~~~", "é" * 40, "A" * 90


def test_an_offer_id_is_good_for_its_agent_alone_and_as_it_is(equipped: Runtime) -> None:
    agent = agent_of(equipped)
    offer_id = offered(equipped).offer_id
    assert len(offer_id) < 100
    assert read(equipped, agent, offer_id, NOW) is not None

    for other in changed(offer_id):
        assert read(equipped, agent, other, NOW) is None
    for foreign in (
        replace(agent, agent_key=agent.agent_key + 1),
        replace(agent, agent_id="a2"),
        replace(agent, tenant="other"),
    ):
        assert read(equipped, foreign, offer_id, NOW) is None
    assert read(equipped, agent, offer_id, NOW + LASTS) is not None
    assert read(equipped, agent, offer_id, NOW + LASTS * 1.01) is None


@pytest.mark.parametrize("task_class", ["", "billing", "Ärger 🎷", "x" * 256, "\ud800"])
def test_an_offer_id_tells_what_was_put_in(equipped: Runtime, task_class: str) -> None:
    agent = agent_of(equipped)
    for some in ((), (0,), (127, 128, 1), (2**63 - 1, 300, 16_384)):
        token = OfferToken(drawn(1), NOW, task_class, held_out=not some, numbers=some)
        offer_id = sealed(equipped, agent, token)
        assert read(equipped, agent, offer_id, NOW) == token
        assert task_class.encode("utf-8", "surrogatepass").hex() not in offer_id or not task_class


def test_without_an_agent_or_behaviors_there_is_no_offer(runtime: Runtime) -> None:
    with pytest.raises(NotFound):
        offer(runtime, Scope("default", "nobody"), Wanted(TASK))
    choosing(runtime)
    assert (offered(runtime).lines, offered(runtime).held_out) == ((), False)
