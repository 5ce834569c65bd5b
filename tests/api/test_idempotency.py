"""Idempotency-Key: a write that is repeated is stored once and answered alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from memsvc.core.access import Role
from tests.api.site import ADMIN_KEY, PROBLEM, Site, is_problem

WRITE = "/v1/agents/a1/memories"
BODY = {"memories": [{"content": "It rains."}, {"content": "It pours."}]}


def post(site: Site, key: str, body: Any = None, **headers: str) -> Any:
    return site.client.post(WRITE, json=body or BODY, headers={"Idempotency-Key": key} | headers)


def test_the_same_request_has_the_same_answer_and_is_stored_once(site: Site) -> None:
    first, again = post(site, "k1"), post(site, "k1")

    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert [one["event"] for one in again.json()["results"]] == ["added", "added"]
    assert site.page()["total"] == 2


def test_the_same_request_under_another_key_is_another_request(site: Site) -> None:
    first, second = post(site, "k1").json()["results"], post(site, "k2").json()["results"]

    assert [one["event"] for one in second] == ["duplicate", "duplicate"]
    assert [one["id"] for one in second] == [one["id"] for one in first]


def test_another_body_under_the_same_key_is_refused(site: Site) -> None:
    post(site, "k1")

    answer = post(site, "k1", {"memories": [{"content": "It shines."}]})

    assert is_problem(answer, 422, "idempotency_mismatch")
    assert site.page()["total"] == 2
    assert post(site, "k1").status_code == 201


def test_another_api_key_is_another_caller(site: Site) -> None:
    post(site, "k1")

    answer = post(site, "k1", {"memories": [{"content": "It shines."}]}, **site.key(Role.AGENT))

    assert answer.status_code == 201
    assert site.page()["total"] == 3


def test_another_agent_is_another_request(site: Site) -> None:
    headers = {"Idempotency-Key": "k1"}

    answers = [
        site.client.post(f"/v1/agents/{agent}/memories", json=BODY, headers=headers).json()
        for agent in ("a1", "a2")
    ]

    events = [[one["event"] for one in answer["results"]] for answer in answers]
    assert events == [["added", "added"]] * 2
    assert answers[0] != answers[1]


def test_a_refused_request_is_not_remembered(site: Site) -> None:
    broken = {"memories": [{"content": "It shines.", "source_ids": ["nothing"]}]}
    assert post(site, "k1", broken).status_code == 422

    assert post(site, "k1").status_code == 201


def test_a_repeated_request_does_not_bring_back_what_was_erased(site: Site) -> None:
    first = post(site, "k1")
    for one in first.json()["results"]:
        site.delete(one["id"])

    assert post(site, "k1").content == first.content
    assert site.page()["total"] == 0
    assert site.search("rains") == []


def test_the_key_must_be_printable(site: Site) -> None:
    for key in ("", "a b", "x" * 256, "a\tb"):
        answer = post(site, key)
        assert is_problem(answer, 422, "invalid_request")
        assert answer.json()["errors"][0]["location"] == "idempotency-key"
    assert post(site, "x" * 255).status_code == 201


@pytest.mark.parametrize("agent", ["new", "known"])
def test_requests_at_the_same_time_are_stored_once(served: str, agent: str) -> None:
    url = f"{served}/v1/agents/{agent}/memories"
    headers = {"Authorization": f"Bearer {ADMIN_KEY}"}
    with httpx.Client(headers=headers, timeout=30.0) as client:
        if agent == "known":
            client.post(url, json={"memories": [{"content": "First."}]})

        def repeat(_: int) -> httpx.Response:
            return client.post(url, json=BODY, headers={"Idempotency-Key": "same"})

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(repeat, range(16)))
        total = client.get(url).json()["total"]

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert total == (2 if agent == "new" else 3)


def test_other_bodies_at_the_same_time_let_one_through(served: str) -> None:
    url = f"{served}/v1/agents/contended/memories"
    headers = {"Authorization": f"Bearer {ADMIN_KEY}", "Idempotency-Key": "same"}
    with httpx.Client(headers=headers, timeout=30.0) as client:

        def write(number: int) -> httpx.Response:
            return client.post(url, json={"memories": [{"content": f"number {number}"}]})

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(write, range(16)))
        total = client.get(url).json()["total"]

    refused = [answer for answer in answers if answer.status_code != 201]
    assert total == 1
    assert len(refused) == 15
    assert {answer.json()["code"] for answer in refused} == {"idempotency_mismatch"}
    assert {answer.headers["content-type"] for answer in refused} == {PROBLEM}


def test_the_same_words_at_the_same_time_are_stored_once(served: str) -> None:
    url = f"{served}/v1/agents/chorus/memories"
    headers = {"Authorization": f"Bearer {ADMIN_KEY}"}
    with httpx.Client(headers=headers, timeout=30.0) as client:

        def write(_: int) -> httpx.Response:
            return client.post(url, json={"memories": [{"content": "It rains."}]})

        with ThreadPoolExecutor(8) as pool:
            results = [answer.json()["results"][0] for answer in pool.map(write, range(16))]
        total = client.get(url).json()["total"]

    assert sorted(one["event"] for one in results) == ["added"] + ["duplicate"] * 15
    assert len({one["id"] for one in results}) == 1
    assert total == 1
