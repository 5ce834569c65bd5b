"""The filter grammar, as a search applies it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.site import Site

EVERY = {"m1", "m2", "m3"}


@pytest.fixture(scope="module")
def shelf(lasting: Site) -> Site:
    """Three memories of the agent `shelf`."""
    lasting.write(
        {
            "content": "one",
            "id": "m1",
            "kind": "semantic",
            "user_id": "u1",
            "subject_ids": ["u2", "u3"],
            "session_id": "s1",
            "role": "user",
            "speaker": "Ana",
            "event_time": "2026-01-01T00:00:00Z",
            "importance": 0.1,
            "tags": ["red", "green"],
            "metadata": {"topic": "home", "n": 1, "deep": {"er": "x"}, "dot.ted": True},
            "pinned": True,
        },
        {
            "content": "two",
            "id": "m2",
            "user_id": "u2",
            "event_time": "2026-02-01T00:00:00Z",
            "importance": 0.5,
            "tags": ["green"],
            "metadata": {"topic": "Homeland", "n": 2.5, "list": ["a", "b"], "dot.ted": 1},
            "expires_at": "2027-01-01T00:00:00Z",
        },
        {"content": "three", "id": "m3", "importance": 0.9, "channel": "web", "metadata": {}},
        agent="shelf",
    )
    return lasting


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({}, EVERY),
        ({"id": "m1"}, {"m1"}),
        ({"id": {"in": ["m1", "m3", "m9"]}}, {"m1", "m3"}),
        ({"id": {"nin": ["m1"]}}, {"m2", "m3"}),
        ({"kind": "semantic"}, {"m1"}),
        ({"kind": {"ne": "semantic"}}, {"m2", "m3"}),
        ({"status": "active"}, EVERY),
        ({"trust": "web"}, {"m3"}),
        ({"channel": {"in": ["web", "user"]}}, {"m1", "m3"}),
        ({"user_id": {"in": ["u1", "u2"]}}, {"m1", "m2"}),
        ({"user_id": None}, {"m3"}),
        ({"user_id": {"ne": None}}, {"m1", "m2"}),
        ({"user_id": {"ne": "u1"}}, {"m2", "m3"}),
        ({"user_id": {"contains": "u"}}, {"m1", "m2"}),
        ({"speaker": {"icontains": "AN"}}, {"m1"}),
        ({"session_id": "s1", "role": "user"}, {"m1"}),
        ({"subject_ids": "u3"}, {"m1"}),
        ({"subject_ids": {"contains": "u2"}}, {"m1"}),
        ({"tags": "green"}, {"m1", "m2"}),
        ({"tags": {"ne": "green"}}, {"m3"}),
        ({"tags": {"in": ["red", "blue"]}}, {"m1"}),
        ({"tags": {"nin": ["red"]}}, {"m2", "m3"}),
        ({"tags": {"icontains": "GRE"}}, {"m1", "m2"}),
        ({"importance": 0.5}, {"m2"}),
        ({"importance": {"gt": 0.1}}, {"m2", "m3"}),
        ({"importance": {"gte": 0.1, "lt": 0.9}}, {"m1", "m2"}),
        ({"importance": {"in": [0.1, 0.9]}}, {"m1", "m3"}),
        ({"use_count": 0}, EVERY),
        ({"confidence": {"lte": 1}}, EVERY),
        ({"stability_days": {"gt": 30}}, {"m1"}),
        ({"pinned": True}, {"m1"}),
        ({"pinned": {"ne": True}}, {"m2", "m3"}),
        ({"event_time": "2026-01-01T00:00:00Z"}, {"m1"}),
        ({"event_time": "2026-01-01T02:00:00+02:00"}, {"m1"}),
        ({"event_time": {"gte": "2026-01-15T00:00:00Z"}}, {"m2"}),
        ({"event_time": {"lt": "2026-02-01T00:00:00Z"}}, {"m1"}),
        ({"event_time": {"lte": "2026-02-01T00:00:00Z"}}, {"m1", "m2"}),
        ({"event_time": None}, {"m3"}),
        ({"created_at": {"gte": "2026-03-01T12:00:00Z"}}, EVERY),
        ({"created_at": {"gt": "2026-03-01T12:00:00Z"}}, set()),
        ({"last_used_at": None}, EVERY),
        ({"expires_at": {"ne": None}}, {"m2"}),
        ({"metadata.topic": "home"}, {"m1"}),
        ({"metadata.topic": {"in": ["home", "Homeland"]}}, {"m1", "m2"}),
        ({"metadata.topic": {"contains": "ome"}}, {"m1", "m2"}),
        ({"metadata.topic": {"contains": "Home"}}, {"m2"}),
        ({"metadata.topic": {"icontains": "HOME"}}, {"m1", "m2"}),
        ({"metadata.topic": {"ne": "home"}}, {"m2", "m3"}),
        ({"metadata.topic": None}, {"m3"}),
        ({"metadata.topic": {"gt": "a"}}, {"m1"}),
        ({"metadata.n": 1}, {"m1"}),
        ({"metadata.n": {"gt": 1}}, {"m2"}),
        ({"metadata.n": {"lte": 2.5}}, {"m1", "m2"}),
        ({"metadata.n": "1"}, set()),
        ({"metadata.deep.er": "x"}, {"m1"}),
        ({"metadata.dot.ted": True}, {"m1"}),
        ({"metadata.dot.ted": 1}, {"m2"}),
        ({"metadata.list": "a"}, {"m2"}),
        ({"metadata.list": {"contains": "b"}}, {"m2"}),
        ({"metadata.nothing": {"nin": ["x"]}}, EVERY),
        ({"AND": [{"tags": "green"}, {"kind": "semantic"}]}, {"m1"}),
        ({"AND": []}, EVERY),
        ({"OR": [{"id": "m1"}, {"id": "m3"}]}, {"m1", "m3"}),
        ({"NOT": {"id": "m1"}}, {"m2", "m3"}),
        ({"NOT": [{"id": "m1"}, {"id": "m2"}]}, {"m3"}),
        ({"NOT": {"event_time": {"lt": "2026-01-15T00:00:00Z"}}}, {"m2", "m3"}),
        ({"OR": [{"AND": [{"tags": "green"}, {"NOT": {"id": "m1"}}]}, {"id": "m3"}]}, {"m2", "m3"}),
        ({"status": "archived"}, set()),
    ],
)
def test_a_filter_lets_through_what_it_says(
    shelf: Site, filters: dict[str, Any], ids: set[str]
) -> None:
    assert set(shelf.found("anything", agent="shelf", filters=filters)) == ids


def test_a_filter_does_not_reach_what_is_not_searched(site: Site) -> None:
    site.add("one", id="m1")
    site.patch("m1", status="archived")

    assert site.found("one", filters={"status": "archived"}) == []
    assert site.found("one", filters={"status": "archived"}, include=["archived"]) == ["m1"]


def test_a_filter_may_name_a_thousand_ids(shelf: Site) -> None:
    many = [f"{n:032x}" for n in range(999)]

    assert shelf.found("one", agent="shelf", filters={"id": {"in": [*many, "m2"]}}) == ["m2"]


def test_a_filter_may_be_eight_deep(shelf: Site) -> None:
    nested: dict[str, Any] = {"id": {"in": ["m2"]}}
    for _ in range(7):
        nested = {"AND": [nested]}

    assert shelf.found("one", agent="shelf", filters=nested) == ["m2"]
