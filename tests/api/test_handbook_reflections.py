"""Behaviors that our own model finds, over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import Any

import pytest
from httpx2 import Response

from memsvc.api.handbook_reflections import MOST_AT_ONCE
from memsvc.api.wire.handbook_reflections import ReflectionAnswer
from memsvc.config import LlmSettings
from memsvc.core.access import Role
from tests.api.site import Site, is_problem
from tests.api.test_answers import missing
from tests.judges.chat_endpoint import ChatEndpoint, prompt_in

PATH = "/v1/agents/a1/handbook/reflections"
WORDS = "Check the units before you add quantities."
UNITS = {
    "name": "Check units!",
    "instruction": WORDS,
    "topics": ["Arithmetic"],
    "source_trace_ids": ["t1", "t2"],
}


def says(prompt: str) -> object:
    return "They mixed up units." if "Answer in prose" in prompt else {"behaviors": [UNITS]}


@pytest.fixture
def endpoint() -> Iterator[ChatEndpoint]:
    with ChatEndpoint() as endpoint:
        endpoint.reads, endpoint.model, endpoint.wrote = prompt_in, says, 40
        yield endpoint


@pytest.fixture
def tried(start: Callable[..., Site], endpoint: ChatEndpoint) -> Site:
    """Two traces, and a model that curates."""
    llm = {"url": endpoint.url, "model": "m", "curate": True, "retries": 0}
    site = start(llm=LlmSettings.model_validate(llm))
    trace(site, "t1", "t2")
    return site


def trace(site: Site, *ids: str) -> None:
    for id_ in ids:
        body = {"id": id_, "task": f"Add what was measured ({id_}).", "outcome": "success"}
        assert site.client.post("/v1/agents/a1/traces", json=body).status_code == 201


def post(site: Site, *ids: Any, **more: Any) -> Response:
    return site.client.post(PATH, json={"trace_ids": list(ids)}, **more)


def test_what_it_finds_is_a_behavior_like_others(tried: Site, endpoint: ChatEndpoint) -> None:
    answer = post(tried, "t1", "t2", headers=tried.key(Role.AGENT))

    assert answer.status_code == 201, answer.text
    assert missing(ReflectionAnswer, answer.content) == set()
    found = answer.json()
    [made] = found["behaviors"]
    assert (made["name"], made["event"]) == ("behavior_check_units", "proposed")
    assert (made["behavior"]["status"], made["behavior"]["proposed_by"]) == ("active", "model")
    assert (found["version"], found["tokens"]) == (1, 80)
    assert len(endpoint.requests) == 2
    read = tried.client.get("/v1/agents/a1/behaviors/behavior_check_units").json()
    assert (read["instruction"], read["topics"]) == (WORDS, ["arithmetic"])

    again = post(tried, "t1", "t2").json()
    assert [one["event"] for one in again["behaviors"]] == ["known"]
    assert again["version"] == 1


def test_without_a_model_it_says_how_to_set_one(site: Site) -> None:
    trace(site, "t1")

    answer = post(site, "t1")

    assert is_problem(answer, 503, "unavailable")
    assert "MEMSVC_LLM__CURATE" in answer.json()["detail"]
    assert "retry-after" not in answer.headers


def test_a_model_that_does_not_answer(start: Callable[..., Site]) -> None:
    llm = {"url": "http://127.0.0.1:9/v1", "model": "m", "curate": True, "retries": 0}
    site = start(llm=LlmSettings.model_validate(llm))
    trace(site, "t1")

    assert is_problem(post(site, "t1"), 503, "judge_unavailable")
    assert site.client.get("/v1/agents/a1/behaviors").json()["behaviors"] == []


def test_an_answer_of_no_use(tried: Site, endpoint: ChatEndpoint) -> None:
    endpoint.model = lambda _prompt: "Hortense is allergic to peanuts."

    answer = post(tried, "t1")

    assert is_problem(answer, 503, "judge_unavailable")
    assert "answer: must be one JSON object" in answer.json()["detail"]
    assert "Hortense" not in answer.text


@pytest.mark.parametrize("ids", [[], ["t1"] * 21, ["no id!"], [1]])
def test_what_cannot_be_asked(tried: Site, endpoint: ChatEndpoint, ids: list[Any]) -> None:
    assert is_problem(post(tried, *ids), 422, "invalid_request")
    assert endpoint.requests == []


def test_a_trace_that_is_not_there(tried: Site, endpoint: ChatEndpoint) -> None:
    tried.add("It rains.", id="m1")

    for ids in (["t1", "t9"], ["m1"]):
        assert is_problem(post(tried, *ids), 404, "not_found")
    assert endpoint.requests == []


def test_only_so_many_wait_for_the_model_at_once(tried: Site, endpoint: ChatEndpoint) -> None:
    going, let_go = Event(), Event()
    statuses: list[int] = []

    def slow(prompt: str) -> object:
        if len(endpoint.requests) == MOST_AT_ONCE:
            going.set()
        let_go.wait(20)
        return says(prompt)

    endpoint.model = slow
    threads = [
        Thread(target=lambda: statuses.append(post(tried, "t1", "t2").status_code))
        for _ in range(MOST_AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    try:
        assert going.wait(20)
        refused = post(tried, "t1")
        assert tried.client.get("/v1/agents/a1/handbook").status_code == 200
    finally:
        let_go.set()
        for thread in threads:
            thread.join()

    assert is_problem(refused, 503, "unavailable")
    assert refused.headers["retry-after"] == "10"
    assert statuses == [201] * MOST_AT_ONCE
    assert post(tried, "t1", "t2").status_code == 201
