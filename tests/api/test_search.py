"""Searching: what is found, in which order, and why."""

from __future__ import annotations

from datetime import timedelta

import pytest

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


def test_the_score_can_be_computed_from_its_details(shelf: Site) -> None:
    results = shelf.search("Ana Lisbon", agent="shelf", limit=200, explain=True)
    details = [one["score_details"] for one in results]
    best = max(one["lexical"] for one in details)

    assert best > 0.0
    for result, factors in zip(results, details, strict=True):
        assert factors["final"] == result["score"]
        fused = 0.5 * max(0.0, factors["dense"]) + 0.5 * factors["lexical"] / best
        assert factors["final"] == pytest.approx(fused, abs=2e-6)
        assert factors["importance"] == result["memory"]["importance"]
        assert factors["trust"] == result["memory"]["trust"]
        assert factors["retention"] == result["memory"]["retention"]
    by_cosine = sorted(details, key=lambda one: -one["dense"])
    assert [one["dense_rank"] for one in by_cosine] == list(range(1, len(details) + 1))
    worded = sorted((one for one in details if one["lexical"]), key=lambda one: -one["lexical"])
    assert [one["lexical_rank"] for one in worded] == list(range(1, len(worded) + 1))
    assert all(one["lexical_rank"] is None for one in details if not one["lexical"])


def test_without_a_shared_word_the_cosine_is_the_score(shelf: Site) -> None:
    for one in shelf.search("Lisboeta Portuense", agent="shelf", explain=True):
        factors = one["score_details"]
        assert factors["lexical"] == 0.0
        assert one["score"] == pytest.approx(max(0.0, factors["dense"]), abs=1e-6)


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


@pytest.mark.parametrize("mode", ["auto", "fast", "deep"])
def test_every_mode_answers_how_it_searched(shelf: Site, mode: str) -> None:
    answer = shelf.client.post("/v1/agents/shelf/search", json={"query": "Lisbon", "mode": mode})

    assert answer.status_code == 200
    assert answer.json()["mode"] == "fast"
    assert answer.json()["took_ms"] > 0


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
