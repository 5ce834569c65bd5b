"""Searching: what is found, in which order, and why."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from memsvc.errors import RerankerUnavailable
from memsvc.judges.protocol import Relevance, Reranking
from tests.api.site import Site, is_problem

SEARCH = "/v1/agents/a1/search"


@pytest.fixture(scope="module")
def shelf(lasting: Site) -> Site:
    """Five memories of the agent `shelf`."""
    lasting.write(
        {"content": "Ana lives in Lisbon.", "id": "home", "kind": "semantic", "user_id": "u1"},
        {"content": "Ana moved from Porto to Lisbon.", "id": "move", "session_id": "s1"},
        {"content": "Check units before you add.", "id": "units", "kind": "procedural"},
        {"content": "We had dinner at seven.", "id": "dinner", "user_id": "u1"},
        {"content": "The harbour freezes.", "id": "ice", "user_id": "u2", "session_id": "s1"},
        agent="shelf",
    )
    return lasting


def test_the_words_asked_for_come_first(shelf: Site) -> None:
    assert shelf.found("harbour freezes", agent="shelf")[0] == "ice"
    assert set(shelf.found("Lisbon", agent="shelf")[:2]) == {"home", "move"}


def test_the_speaker_helps_and_is_no_content(site: Site) -> None:
    said = site.add("I live in Lisbon.", speaker="Anastasia")
    site.add("I live in Lisbon.", speaker="Benedict")

    [first, *_] = site.search("Anastasia")

    assert first["memory"]["id"] == said
    assert first["memory"]["content"] == "I live in Lisbon."


def test_what_was_written_is_found_by_the_next_search(site: Site) -> None:
    site.add("Something else.")
    for n in range(5):
        written = site.add(f"distinctive{n}")
        assert site.found(f"distinctive{n}")[0] == written


def test_an_agent_finds_its_own_memories_only(site: Site) -> None:
    mine = site.add("The harbour freezes.", agent="a1")
    site.add("The harbour freezes.", agent="a2")

    assert site.found("harbour", agent="a1") == [mine]


@pytest.mark.parametrize(
    ("narrowed", "ids"),
    [
        ({}, {"home", "move", "units", "dinner", "ice"}),
        ({"kinds": ["semantic"]}, {"home"}),
        ({"kinds": ["semantic", "procedural"]}, {"home", "units"}),
        ({"kinds": []}, {"home", "move", "units", "dinner", "ice"}),
        ({"user_id": "u1"}, {"home", "dinner"}),
        ({"session_id": "s1"}, {"move", "ice"}),
        ({"user_id": "u2", "session_id": "s1"}, {"ice"}),
        ({"user_id": "u1", "session_id": "s1"}, set()),
        ({"user_id": "nobody"}, set()),
        ({"user_id": "u1", "kinds": ["episodic"]}, {"dinner"}),
    ],
)
def test_a_search_is_narrowed(shelf: Site, narrowed: dict, ids: set[str]) -> None:
    assert set(shelf.found("Lisbon", agent="shelf", **narrowed)) == ids


@pytest.mark.parametrize("limit", [1, 2, 5, 200])
def test_the_limit_cuts_the_best(shelf: Site, limit: int) -> None:
    every = shelf.found("Ana Lisbon", agent="shelf", limit=200)

    assert shelf.found("Ana Lisbon", agent="shelf", limit=limit) == every[:limit]


def test_scores_descend_within_bounds(shelf: Site) -> None:
    for query in ("Ana Lisbon", "zebra", "!?", "dinner " * 1000, "日本"):
        scores = [one["score"] for one in shelf.search(query, agent="shelf")]
        assert scores == sorted(scores, reverse=True)
        assert all(0.0 <= score <= 1.0 for score in scores)


def test_results_below_the_least_score_are_left_out(shelf: Site) -> None:
    every = shelf.search("Ana Lisbon", agent="shelf")
    cut = every[1]["score"]

    kept = shelf.search("Ana Lisbon", agent="shelf", min_score=cut)

    assert kept == [one for one in every if one["score"] >= cut]
    assert 0 < len(kept) < len(every)


def recomputed(factors: dict[str, Any]) -> float:
    """The score, from its factors as the interface tells them."""
    odds = sum(factors["signals"].values())
    relevance = 1.0 / (1.0 + math.exp((factors["even"] - odds) / factors["scale"]))
    assert factors["reranked"] is None
    assert factors["relevance"] == pytest.approx(relevance, abs=1e-8)
    taken = sum(weight * (1.0 - factors[name]) for name, weight in factors["weights"].items())
    score: float = relevance * max(0.0, 1.0 - taken)
    return score


@pytest.mark.parametrize("mode", ["fast", "deep", "auto"])
@pytest.mark.parametrize("query", ["Ana Lisbon", "When did Ana move?", "How many units?", "zebra"])
def test_the_score_can_be_computed_from_its_details(shelf: Site, query: str, mode: str) -> None:
    results = shelf.search(query, agent="shelf", limit=200, explain=True, mode=mode)
    details = [one["score_details"] for one in results]

    assert len(details) == 5
    for result, factors in zip(results, details, strict=True):
        assert factors["final"] == result["score"]
        assert factors["final"] == pytest.approx(recomputed(factors), abs=1e-6)
        assert factors["temporal"] == factors["signals"]["temporal"]
        assert factors["weights"] == {"retention": 0.1, "importance": 0.05, "trust": 0.05}
        assert factors["importance"] == result["memory"]["importance"]
        assert (factors["trust"], result["memory"]["trust"]) == (1.0, "operator")
        assert factors["retention"] == pytest.approx(result["memory"]["retention"], abs=1e-6)
    by_cosine = sorted(details, key=lambda one: -one["dense"])
    assert [one["dense_rank"] for one in by_cosine] == list(range(1, len(details) + 1))
    worded = sorted((one for one in details if one["lexical"]), key=lambda one: -one["lexical"])
    assert [one["lexical_rank"] for one in worded] == list(range(1, len(worded) + 1))
    assert all(one["lexical_rank"] is None for one in details if not one["lexical"])


def test_the_score_goes_by_the_weights_of_the_agent(site: Site) -> None:
    site.add("The harbour freezes.", importance=0.2)
    weights = {"retention": 0.3, "importance": 0.5, "trust": 0.2}
    put = site.client.put("/v1/agents/a1", json={"settings": {"ranking": weights}})
    assert put.status_code == 200
    site.clock.advance(timedelta(days=30))

    [result] = site.search("harbour", explain=True)

    factors = result["score_details"]
    assert factors["weights"] == weights
    assert factors["retention"] < 0.9
    assert factors["final"] == result["score"] == pytest.approx(recomputed(factors), abs=1e-6)


def test_without_a_shared_word_no_word_counts(shelf: Site) -> None:
    for one in shelf.search("Lisboeta Portuense", agent="shelf", explain=True):
        factors = one["score_details"]
        assert factors["lexical"] == factors["signals"]["lexical"] == 0.0
        assert factors["lexical_rank"] is None


def test_details_come_on_request_only(shelf: Site) -> None:
    assert all("score_details" not in one for one in shelf.search("Lisbon", agent="shelf"))


def test_the_same_question_has_the_same_answer(shelf: Site) -> None:
    once = shelf.search("Ana Lisbon", agent="shelf", explain=True)

    assert shelf.search("Ana Lisbon", agent="shelf", explain=True) == once


def test_searching_is_no_use_of_a_memory(site: Site) -> None:
    site.add("The harbour freezes.", id="m1")
    before = site.get("m1")
    site.clock.advance(timedelta(seconds=1))
    site.search("harbour")
    after = site.get("m1")

    assert after["use_count"] == before["use_count"] == 0
    assert after["last_used_at"] is None
    assert after["updated_at"] == before["updated_at"]


def test_retention_fades_and_the_pinned_stay(site: Site) -> None:
    fades = site.add("The harbour freezes.", importance=0.5)
    stays = site.add("The harbour thaws.", pinned=True)
    site.clock.advance(timedelta(days=7))

    retained = {one["memory"]["id"]: one["memory"] for one in site.search("harbour")}

    assert retained[fades]["retention"] == pytest.approx(0.9)
    assert retained[stays]["retention"] == 1.0


def test_as_of_answers_from_what_was_recorded_then(site: Site) -> None:
    old = site.add("The harbour freezes.")
    site.clock.advance(timedelta(days=1))
    new = site.add("The harbour thaws.")

    assert site.found("harbour", as_of="2026-03-01T11:59:59Z") == []
    assert site.found("harbour", as_of="2026-03-01T12:00:00Z") == [old]
    assert site.found("harbour", as_of="2026-03-02T13:00:00+02:00") == [old]
    assert set(site.found("harbour", as_of="2026-03-02T14:00:00+02:00")) == {old, new}


def test_as_of_answers_from_what_was_valid_then(site: Site) -> None:
    site.add(
        "The harbour freezes.",
        id="m1",
        valid_from="2026-03-02T00:00:00Z",
        valid_to="2026-03-05T00:00:00Z",
    )

    for moment, found in (
        ("2026-03-01T23:59:59Z", []),
        ("2026-03-02T00:00:00Z", ["m1"]),
        ("2026-03-04T23:59:59Z", ["m1"]),
        ("2026-03-05T00:00:00Z", []),
    ):
        assert site.found("harbour", as_of=moment) == found


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ({}, "fast"),
        ({"mode": "fast"}, "fast"),
        ({"mode": "auto"}, "fast"),
        ({"mode": "deep"}, "deep"),
    ],
)
def test_every_mode_answers_how_it_searched(shelf: Site, asked: dict, answered: str) -> None:
    """The shelf fits on a page: there is nothing to be in doubt of."""
    answer = shelf.client.post("/v1/agents/shelf/search", json={"query": "Lisbon", **asked})

    assert answer.status_code == 200
    assert answer.json()["mode"] == answered
    assert answer.json()["took_ms"] > 0
    assert len(answer.json()["results"]) == 5


def test_doubt_leads_to_a_second_pass_in_mode_auto(shelf: Site) -> None:
    body = {"query": "nothing of the kind", "limit": 2, "explain": True}
    answers = {
        mode: shelf.client.post("/v1/agents/shelf/search", json={**body, "mode": mode}).json()
        for mode in ("fast", "deep", "auto")
    }

    assert answers["fast"]["mode"] == "fast"
    assert answers["auto"]["mode"] == answers["deep"]["mode"] == "deep"
    assert answers["auto"]["results"] == answers["deep"]["results"]
    for mode in ("deep", "auto"):
        assert any(one["score_details"]["signals"]["context"] for one in answers[mode]["results"])


def test_searches_that_meet_are_answered_as_alone(shelf: Site) -> None:
    asked = [
        {"query": query, "mode": mode, "limit": 2, "explain": True}
        for query in ("Ana Lisbon", "nothing of the kind", "What freezes?")
        for mode in ("fast", "deep", "auto")
    ]

    def answer(body: dict[str, Any]) -> tuple[str, Any]:
        told = shelf.client.post("/v1/agents/shelf/search", json=body).json()
        return told["mode"], told["results"]

    alone = [answer(body) for body in asked]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(answer, asked * 3)) == alone * 3


def test_searches_are_counted_by_what_was_asked_and_how_it_was_answered(site: Site) -> None:
    site.write(*({"content": f"The harbour freezes in winter {n}."} for n in range(4)))
    for mode, times in (("fast", 3), ("deep", 2), ("auto", 1)):
        for _ in range(times):
            site.search("zebra", mode=mode, limit=2)
    site.search("harbour", mode="auto", limit=50)
    site.context("harbour", mode="deep")
    site.context("harbour")
    assert is_problem(site.client.post(SEARCH, json={}), 422, "invalid_request")

    metrics = site.client.get("/metrics").text
    counted = re.findall(
        r'^memsvc_searches_total\{answered="(\w+)",asked="(\w+)"\} (\S+)', metrics, re.MULTILINE
    )
    assert {(asked, answered): float(count) for answered, asked, count in counted} == {
        ("fast", "fast"): 4.0,
        ("deep", "deep"): 3.0,
        ("auto", "deep"): 1.0,
        ("auto", "fast"): 1.0,
    }
    assert "memsvc_hits_total 24.0" in metrics


def test_times_in_the_query_are_meant_from_the_reference(site: Site) -> None:
    for year in (2023, 2024):
        site.add(
            f"We painted the fence, number {year}.",
            id=f"m{year}",
            event_time=f"{year}-05-10T12:00:00Z",
        )
    query = "What did we paint in May?"

    def found(**more: Any) -> list[str]:
        return site.found(query, **more)

    # Nothing is remembered of the May before now: the agent's last is meant.
    assert found()[0] == "m2024"
    assert found(reference_time="2023-06-01T00:00:00Z")[0] == "m2023"
    assert found(reference_time="2023-06-01T00:00:00Z", timing="filter") == ["m2023"]
    assert found(reference_time="2022-06-01T02:00:00+02:00", timing="filter") == []
    assert found(timing="filter") == ["m2024"]
    assert len(found(timing="off")) == len(found(timing="boost")) == 2
    details = site.search(query, timing="off", explain=True)
    assert {one["score_details"]["temporal"] for one in details} == {0.0}
    cited = site.context(query, timing="filter", mode="deep")["citations"]
    assert [one["id"] for one in cited] == ["m2024"]


class Broken:
    """A re-ranker that does not answer."""

    def relevance(self, query: str, texts: Sequence[str]) -> Relevance:
        raise RerankerUnavailable("the re-ranking model failed to run")

    def close(self) -> None:
        """Nothing to stop."""


def test_a_reranker_that_fails_is_a_503(start: Callable[..., Site]) -> None:
    site = start(reranking=Reranking(Broken(), 5, 0.5))
    site.add("The harbour freezes.", id="m1")

    answer = site.client.post(SEARCH, json={"query": "harbour", "mode": "deep"})
    assert is_problem(answer, 503, "reranker_unavailable")
    answer = site.client.post("/v1/agents/a1/context", json={"query": "harbour", "mode": "deep"})
    assert is_problem(answer, 503, "reranker_unavailable")
    assert site.found("harbour") == ["m1"]


def test_an_unknown_agent_is_not_found(site: Site) -> None:
    answer = site.client.post(SEARCH, json={"query": "harbour"})

    assert is_problem(answer, 404, "not_found")


def test_an_agent_without_memories_finds_nothing(site: Site) -> None:
    site.delete(site.add("The harbour freezes."))

    assert site.search("harbour") == []


def test_many_memories_are_searched_under_their_filter(site: Site) -> None:
    site.write(*({"content": f"note number {n}", "tags": [f"t{n % 50}"]} for n in range(1000)))

    found = site.search("note number", limit=200, filters={"tags": "t7"})

    assert {int(one["memory"]["content"].split()[-1]) for one in found} == set(range(7, 1000, 50))
