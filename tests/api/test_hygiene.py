"""Hygiene over HTTP: what is turned away at the door, what is reported of what stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.api.site import Site

AGENT = "/v1/agents/a1"


def test_what_is_turned_away_is_told_why(site: Site) -> None:
    turns = [
        {"role": "user", "content": "I moved to Lisbon last week."},
        {"role": "assistant", "content": "You moved to Lisbon last week!"},
        {"role": "assistant", "content": "I'm sorry, but I can't help with that."},
        {"role": "user", "content": "Oh, I moved to Lisbon last week!"},
        {"role": "user", "content": "ok"},
        {"role": "assistant", "content": "..."},
    ]
    body = {"messages": turns, "user_id": "u1", "session_id": "s1"}
    answer = site.client.post(f"{AGENT}/memories", json=body)
    results = answer.json()["results"]

    assert answer.status_code == 201
    assert [one["event"] for one in results] == [
        "added",
        "duplicate",
        "rejected",
        "duplicate",
        "added",
        "rejected",
    ]
    assert results[1]["id"] == results[3]["id"] == results[0]["id"]
    assert all("reason" in one for one in results if one["event"] != "added")
    assert len(site.listed()) == 2


def test_an_operator_may_leave_the_door_open(site: Site) -> None:
    settings = {"settings": {"admission": "off"}}
    assert site.client.put(AGENT, json=settings).json()["settings"]["admission"] == "off"

    assert [one["event"] for one in site.write({"content": "..."}, {"content": "!"})] == [
        "added",
        "added",
    ]


def test_what_should_be_looked_after(site: Site) -> None:
    site.add("Ana lives by the river.", id="old")
    site.clock.advance(timedelta(days=31))
    site.add("My password is hunter2.", id="secret", expires_at="2026-04-05T00:00:00Z")
    site.add("I moved to Lisbon last week.", id="one", user_id="u1", session_id="s1", role="user")
    site.add("I moved to Lisbon last week!", id="two", user_id="u1", session_id="s2", role="user")
    answer = site.client.get(f"{AGENT}/hygiene")
    report: dict[str, Any] = answer.json()

    assert answer.status_code == 200
    assert report["memories"] == 4
    assert report["never_used"]["episodic"] == {"count": 1, "ids": ["old"]}
    assert report["secrets"]["ids"] == report["expiring"]["ids"] == ["secret"]
    assert report["secrets"]["password"] == 1
    assert report["duplicates"]["near"]["ids"] == [["one", "two"]]
    assert report["recall"] == {"used": 0, "concentration": 0.0}
    assert "hunter2" not in answer.text
    assert "Lisbon" not in answer.text
