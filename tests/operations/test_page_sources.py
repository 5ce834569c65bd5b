"""Poisoning: what is made to match a question does not fill the page of it."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from memsvc.core.memory import Channel, Draft, Trust
from memsvc.core.order import Selector
from memsvc.operations import gate
from memsvc.operations.forget_selected import forget_selected
from memsvc.operations.question import Mode, Question
from memsvc.operations.search import search
from memsvc.runtime import Runtime
from tests.operations.remembering import QUERIES, SCOPE, ids, remember, scores, standing, varied

QUESTION = "Which lantern did Ana sell at the harbour in Lisbon last winter?"
ENDINGS = (
    "The blue one.",
    "None.",
    "It was Bo.",
    "Ask me.",
    "See there.",
    "In May.",
    "Two.",
    "Mine.",
)
CHANNELS = (Channel.WEB, Channel.TOOL)
SPREADS: dict[str, Any] = {
    "nowhere": lambda _place: {},
    "in one session": lambda _place: {"session_id": "p"},
    "in many sessions": lambda place: {"session_id": f"p{place}"},
    "of one user": lambda _place: {"user_id": "ana"},
    "of a user in many sessions": lambda place: {"user_id": "ana", "session_id": f"s{place}"},
    "of many users": lambda place: {"user_id": f"v{place}", "session_id": f"s{place}"},
    "of many speakers": lambda place: {
        "user_id": "ana",
        "session_id": "s1",
        "speaker": f"tool {place}",
    },
}


def poison(channel: Channel, spread: str, count: int = 10) -> list[Draft]:
    return [
        Draft(
            content=f"{QUESTION} {ENDINGS[place % len(ENDINGS)]} ({place})",
            id=f"poison{place}",
            trust=Trust(channel.value),
            channel=channel,
            **SPREADS[spread](place),
        )
        for place in range(count)
    ]


def haystack(count: int = 1000) -> list[Draft]:
    """Memories of users and agents, of which hardly one is of little trust."""
    return [
        Draft(
            content=draft.content,
            id=draft.id,
            user_id=draft.user_id,
            session_id=draft.session_id,
            role=draft.role,
            speaker=draft.speaker,
            trust=Random(place).choice([Trust.USER, Trust.AGENT]),
            channel=Channel.USER,
        )
        for place, draft in enumerate(varied(count))
    ]


@pytest.mark.parametrize("mode", [Mode.FAST, Mode.DEEP])
def test_ten_among_a_thousand_have_one_place_of_ten(runtime: Runtime, mode: Mode) -> None:
    runtime = standing(runtime)
    remember(runtime, *haystack())
    for channel in CHANNELS:
        for spread in SPREADS:
            drafts = poison(channel, spread)
            remember(runtime, *drafts)
            found = ids(search(runtime, SCOPE, Question(QUESTION, mode=mode)))

            assert len(found) == 10
            assert sum(one.startswith("poison") for one in found) == 1, (channel, spread)
            forget_selected(runtime, SCOPE, all_of(drafts), "test")


def all_of(drafts: list[Draft]) -> Selector:
    chosen = tuple(one.id for one in drafts if one.id is not None)
    return Selector(agent_id=SCOPE.agent_id, memory_ids=chosen)


def test_however_many_there_are(runtime: Runtime) -> None:
    runtime = standing(runtime)
    remember(runtime, *haystack(400), *poison(Channel.WEB, "in many sessions", 150))
    found = ids(search(runtime, SCOPE, Question(QUESTION)))

    assert sum(one.startswith("poison") for one in found) == 1
    wide = ids(search(runtime, SCOPE, Question(QUESTION, limit=50)))
    # There are only so many others that were proposed.
    assert 5 <= sum(one.startswith("poison") for one in wide) < 15


def test_an_agent_that_holds_mainly_tool_results_lives_by_them(runtime: Runtime) -> None:
    runtime = standing(runtime)
    results = poison(Channel.TOOL, "in one session", 30)
    others = [Draft(content=f"Nothing of note, {place}.", id=f"n{place}") for place in range(20)]
    remember(runtime, *results, *others)
    found = ids(search(runtime, SCOPE, Question(QUESTION)))

    assert all(one.startswith("poison") for one in found)


def test_pages_without_such_memories_are_as_they_would_be_without_the_rule(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = standing(runtime)
    remember(runtime, *haystack(300))
    with_rule = [scores(search(runtime, SCOPE, Question(one))) for one in QUERIES]
    monkeypatch.setattr(gate, "is_counted", lambda _memory: False)

    assert [scores(search(runtime, SCOPE, Question(one))) for one in QUERIES] == with_rule


def test_the_page_stays_in_order_of_scores_and_within_the_least(runtime: Runtime) -> None:
    runtime = standing(runtime)
    remember(runtime, *haystack(300), *poison(Channel.TOOL, "nowhere"))
    every = scores(search(runtime, SCOPE, Question(QUESTION, limit=200)))
    least = sorted(every.values())[-5]
    page = scores(search(runtime, SCOPE, Question(QUESTION)))
    best = scores(search(runtime, SCOPE, Question(QUESTION, min_score=least)))

    assert list(page.values()) == sorted(page.values(), reverse=True)
    assert page.items() <= every.items()
    assert all(score >= least for score in best.values())
