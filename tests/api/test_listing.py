"""Listing memories: order, filters and pages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.site import Site, is_problem


@pytest.fixture(scope="module")
def shelf(lasting: Site) -> Site:
    lasting.write(
        {"content": "one", "id": "m1", "user_id": "u1", "session_id": "s1"},
        {"content": "two", "id": "m2", "user_id": "u2", "session_id": "s1", "kind": "semantic"},
        {"content": "three", "id": "m3", "user_id": "u1", "session_id": "s2", "kind": "semantic"},
        {"content": "four", "id": "m4", "subject_ids": ["u1"], "kind": "procedural"},
        agent="shelf",
    )
    lasting.patch("m3", agent="shelf", status="archived")
    return lasting


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, ["m4", "m3", "m2", "m1"]),
        ({"kind": "semantic"}, ["m3", "m2"]),
        ({"kind": "procedural"}, ["m4"]),
        ({"user_id": "u1"}, ["m3", "m1"]),
        ({"user_id": "nobody"}, []),
        ({"session_id": "s1"}, ["m2", "m1"]),
        ({"session_id": "nothing"}, []),
        ({"status": "archived"}, ["m3"]),
        ({"status": "active"}, ["m4", "m2", "m1"]),
        ({"status": "superseded"}, []),
        ({"user_id": "u1", "session_id": "s2", "kind": "semantic", "status": "archived"}, ["m3"]),
        ({"user_id": "u1", "kind": "procedural"}, []),
    ],
)
def test_the_newest_come_first_within_the_filters(
    shelf: Site, query: dict[str, Any], ids: list[str]
) -> None:
    page = shelf.page(agent="shelf", **query)

    assert [one["id"] for one in page["memories"]] == ids
    assert page["total"] == len(ids)
    assert page["next_cursor"] is None


def test_pages_show_each_memory_once_while_others_are_written(site: Site) -> None:
    written = [site.add(f"memory {n}") for n in range(7)]
    shown: list[str] = []
    page = site.page(limit=3)
    while True:
        shown += [one["id"] for one in page["memories"]]
        assert page["total"] >= 7
        if page["next_cursor"] is None:
            break
        site.add(f"written after {len(shown)}")
        page = site.page(limit=3, cursor=page["next_cursor"])

    assert shown == list(reversed(written))


def test_pages_go_on_when_the_last_one_shown_is_erased(site: Site) -> None:
    written = [site.add(f"memory {n}") for n in range(4)]
    first = site.page(limit=2)

    site.delete(written[2])

    second = site.page(limit=2, cursor=first["next_cursor"])
    assert [one["id"] for one in second["memories"]] == [written[1], written[0]]
    assert second["total"] == 3


def test_pages_keep_to_the_filters(site: Site) -> None:
    mine = [site.add(f"memory {n}", user_id=f"u{n % 2}") for n in range(6)][::2]

    first = site.page(limit=2, user_id="u0")
    second = site.page(limit=2, user_id="u0", cursor=first["next_cursor"])

    shown = [one["id"] for page in (first, second) for one in page["memories"]]
    assert shown == list(reversed(mine))
    assert (first["total"], second["total"]) == (3, 3)
    assert second["next_cursor"] is None


def test_a_full_last_page_is_the_end(site: Site) -> None:
    for n in range(4):
        site.add(f"memory {n}")

    first = site.page(limit=2)
    assert site.page(limit=2, cursor=first["next_cursor"])["next_cursor"] is None
    assert site.page(limit=4)["next_cursor"] is None


def test_a_page_holds_fifty_unless_asked_otherwise(site: Site) -> None:
    site.write(*({"content": f"memory {n}"} for n in range(51)))

    assert len(site.page()["memories"]) == 50
    assert len(site.page(limit=500)["memories"]) == 51


def test_an_agent_whose_memories_are_all_gone_has_an_empty_list(site: Site) -> None:
    site.delete(site.add("It rains."))

    assert site.page() == {"memories": [], "next_cursor": None, "total": 0}


def test_what_is_no_filter_of_the_list_is_refused(site: Site) -> None:
    site.add("It rains.")

    for query in ({"status": "hidden"}, {"kind": "dream"}, {"user_id": ""}, {"user_id": "a\0"}):
        answer = site.client.get("/v1/agents/a1/memories", params=query)
        assert is_problem(answer, 422, "invalid_request")
        assert answer.json()["errors"][0]["location"] == next(iter(query))
