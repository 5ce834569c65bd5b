"""Writing, reading and listing memories."""

from __future__ import annotations

from typing import Any

import pytest

from memsvc.core.access import Role
from tests.api.site import Site, is_problem

WRITE = "/v1/agents/a1/memories"
EVERY_FIELD: dict[str, Any] = {
    "content": "Ana lives in Lisbon.",
    "kind": "semantic",
    "user_id": "u1",
    "subject_ids": ["u2", "u3"],
    "session_id": "s1",
    "role": "user",
    "speaker": "Ana",
    "event_time": "2026-02-01T08:30:00Z",
    "importance": 0.9,
    "metadata": {"topic": "home", "depth": {"list": [1, 2.5, None, True, "é"]}},
    "tags": ["moving", "city"],
    "channel": "web",
    "fact": {
        "subject": "Ana",
        "predicate": "lives in",
        "object": "Lisbon",
        "cardinality": "many",
    },
    "valid_from": "2026-01-24T00:00:00Z",
    "valid_to": "2027-01-24T00:00:00Z",
    "expires_at": "2028-01-01T00:00:00Z",
    "pinned": True,
    "id": "turn-17",
}


def test_a_memory_comes_back_as_it_was_written(site: Site) -> None:
    assert site.add(**EVERY_FIELD) == "turn-17"

    memory = site.get("turn-17")
    assert {name: memory[name] for name in EVERY_FIELD} == EVERY_FIELD
    assert memory["agent_id"] == "a1"
    assert memory["created_at"] == memory["updated_at"] == "2026-03-01T12:00:00Z"
    assert memory["status"] == "active"
    assert memory["retention"] == 1.0


def test_a_behavior_comes_back_as_it_was_written(site: Site) -> None:
    behavior = {"name": "check_units", "instruction": "Check units before you add.", "version": 3}

    written = site.add("Check units.", kind="procedural", behavior=behavior)

    assert site.get(written)["behavior"] == behavior


def test_what_is_left_out_has_its_default(site: Site) -> None:
    headers = site.key(Role.AGENT)
    answer = site.client.post(WRITE, json={"memories": [{"content": "It rains."}]}, headers=headers)
    memory = site.get(answer.json()["results"][0]["id"])

    assert memory["kind"] == "episodic"
    assert memory["channel"] == memory["trust"] == "agent"
    assert memory["importance"] == 0.5
    assert memory["confidence"] == 1.0
    assert memory["use_count"] == 0
    assert memory["pinned"] is False
    assert memory["metadata"] == {}
    assert memory["tags"] == memory["subject_ids"] == memory["source_ids"] == []
    for name in ("user_id", "session_id", "role", "speaker", "event_time", "last_used_at"):
        assert memory[name] is None
    for name in ("valid_from", "valid_to", "superseded_by", "fact", "behavior", "expires_at"):
        assert memory[name] is None


@pytest.mark.parametrize(
    ("key_role", "fields", "channel", "trust"),
    [
        (Role.AGENT, {}, "agent", "agent"),
        (Role.AGENT, {"role": "user"}, "user", "user"),
        (Role.AGENT, {"role": "assistant"}, "agent", "agent"),
        (Role.AGENT, {"role": "system"}, "agent", "agent"),
        (Role.AGENT, {"role": "tool"}, "tool", "tool"),
        (Role.AGENT, {"role": "user", "channel": "web"}, "web", "web"),
        (Role.OPERATOR, {}, "agent", "operator"),
        (Role.ADMIN, {}, "agent", "operator"),
        (Role.OPERATOR, {"role": "user"}, "user", "user"),
        (Role.OPERATOR, {"channel": "web"}, "web", "web"),
    ],
)
def test_channel_and_trust_follow_from_key_and_words(
    lasting: Site, key_role: Role, fields: dict[str, str], channel: str, trust: str
) -> None:
    agent = f"{key_role}-{'-'.join(fields.values())}"
    answer = lasting.client.post(
        f"/v1/agents/{agent}/memories",
        json={"memories": [{"content": "It rains.", **fields}]},
        headers=lasting.key(key_role),
    )
    memory = lasting.get(answer.json()["results"][0]["id"], agent=agent)

    assert (memory["channel"], memory["trust"]) == (channel, trust)


def test_what_is_derived_is_trusted_no_more_than_its_sources(site: Site) -> None:
    page = site.add("Buy now!", channel="web")
    said = site.add("I like it.", role="user")

    derived = site.get(site.add("She likes to buy.", source_ids=[said, page]))

    assert derived["trust"] == "web"
    assert sorted(derived["source_ids"]) == sorted([said, page])


def test_messages_are_turns_of_one_conversation(site: Site) -> None:
    answer = site.client.post(
        WRITE,
        json={
            "messages": [
                {
                    "role": "user",
                    "content": "I have a cat.",
                    "name": "Ana",
                    "timestamp": "2026-02-01T08:30:00+01:00",
                },
                {"role": "assistant", "content": "How nice!"},
                {"role": "tool", "content": "cat: a small animal"},
            ],
            "user_id": "u1",
            "session_id": "s1",
        },
    )

    results = answer.json()["results"]
    turns = [site.get(one["id"]) for one in results]
    assert answer.status_code == 201
    assert [one["event"] for one in results] == ["added"] * 3
    assert [one["content"] for one in turns] == [
        "I have a cat.",
        "How nice!",
        "cat: a small animal",
    ]
    assert [one["role"] for one in turns] == ["user", "assistant", "tool"]
    assert [one["channel"] for one in turns] == ["user", "agent", "tool"]
    assert [one["speaker"] for one in turns] == ["Ana", None, None]
    assert [one["event_time"] for one in turns] == ["2026-02-01T07:30:00Z", None, None]
    assert {(one["kind"], one["user_id"], one["session_id"]) for one in turns} == {
        ("episodic", "u1", "s1")
    }


def test_a_batch_is_answered_in_its_order(site: Site) -> None:
    results = site.write(*({"content": f"memory {n}", "id": f"m{n}"} for n in range(1000)))

    assert [one["id"] for one in results] == [f"m{n}" for n in range(1000)]
    assert {one["event"] for one in results} == {"added"}
    assert site.page(limit=1)["total"] == 1000


@pytest.mark.parametrize("again", ["I moved to Lisbon.", "  i MOVED to\n Lisbon. "])
def test_the_same_statement_of_the_same_people_is_a_duplicate(site: Site, again: str) -> None:
    first = site.add("I moved to Lisbon.", user_id="u1", session_id="s1")

    assert site.write({"content": again, "user_id": "u1", "session_id": "s2"}) == [
        {"id": first, "event": "duplicate", "affected": []}
    ]
    assert site.page()["total"] == 1


def test_a_duplicate_is_seen_within_the_batch(site: Site) -> None:
    first, second = site.write({"content": "It rains."}, {"content": "it rains."})

    assert (first["event"], second["event"]) == ("added", "duplicate")
    assert first["id"] == second["id"]
    assert site.page()["total"] == 1


@pytest.mark.parametrize(
    "other",
    [
        {"user_id": "u2"},
        {"user_id": "u1", "subject_ids": ["u2"]},
        {"user_id": "u1", "kind": "semantic"},
        {"user_id": "u1", "speaker": "Ben"},
        {"user_id": "u1", "content": "I moved to Porto."},
    ],
)
def test_a_statement_of_other_people_is_no_duplicate(site: Site, other: dict[str, Any]) -> None:
    site.add("I moved to Lisbon.", user_id="u1")

    [result] = site.write({"content": "I moved to Lisbon.", **other})

    assert result["event"] != "duplicate"
    assert site.page()["total"] == 2


def test_the_same_statement_of_another_agent_is_no_duplicate(site: Site) -> None:
    site.add("I moved to Lisbon.", agent="a1")
    site.add("I moved to Lisbon.", agent="a2")


def test_a_statement_is_added_again_once_the_old_one_is_archived(site: Site) -> None:
    old = site.add("I moved to Lisbon.")
    site.patch(old, status="archived")

    assert site.add("I moved to Lisbon.") != old


def test_a_known_id_with_equal_content_is_a_duplicate(site: Site) -> None:
    site.add("I moved to Lisbon.", id="m1")

    results = site.write({"content": "I moved to Lisbon.", "id": "m1"})

    assert results == [{"id": "m1", "event": "duplicate", "affected": []}]
    assert site.page()["total"] == 1


def test_a_known_id_stays_a_duplicate_when_its_memory_is_archived(site: Site) -> None:
    site.add("I moved to Lisbon.", id="m1")
    site.patch("m1", status="archived")

    results = site.write({"content": "I moved to Lisbon.", "id": "m1"})

    assert results == [{"id": "m1", "event": "duplicate", "affected": []}]
    assert site.get("m1")["status"] == "archived"


def test_a_known_id_with_other_content_refuses_the_whole_batch(site: Site) -> None:
    site.add("I moved to Lisbon.", id="m1")

    answer = site.client.post(
        WRITE,
        json={
            "memories": [
                {"content": "Something new."},
                {"content": "I moved to Porto.", "id": "m1"},
                {"content": "Something newer."},
            ]
        },
    )

    assert is_problem(answer, 409, "already_exists")
    assert site.listed() == ["m1"]
    assert site.get("m1")["content"] == "I moved to Lisbon."
    assert site.found("something") == ["m1"]


def test_an_id_twice_in_a_batch_with_other_content_refuses_it(site: Site) -> None:
    answer = site.client.post(
        WRITE, json={"memories": [{"content": "One.", "id": "m"}, {"content": "Two.", "id": "m"}]}
    )

    assert is_problem(answer, 409, "already_exists")
    assert site.client.get(WRITE).status_code == 404


def test_an_unknown_source_refuses_the_whole_batch(site: Site) -> None:
    site.add("First.")

    answer = site.client.post(
        WRITE,
        json={"memories": [{"content": "New."}, {"content": "Late.", "source_ids": ["nobody"]}]},
    )

    assert is_problem(answer, 422, "invalid_request")
    assert site.page()["total"] == 1
    assert len(site.found("new late")) == 1


def test_sources_are_of_the_same_agent(site: Site) -> None:
    elsewhere = site.add("Elsewhere.", agent="a2")

    answer = site.client.post(
        WRITE, json={"memories": [{"content": "Here.", "source_ids": [elsewhere]}]}
    )

    assert is_problem(answer, 422, "invalid_request")


def test_agents_of_one_name_in_two_tenants_are_two_agents(site: Site) -> None:
    other = site.key(Role.ADMIN, tenant="other")
    site.add("Ours.", id="m1")

    answer = site.client.post(
        WRITE, json={"memories": [{"content": "Theirs.", "id": "m1"}]}, headers=other
    )

    assert answer.json()["results"] == [{"id": "m1", "event": "added", "affected": []}]
    assert site.get("m1")["content"] == "Ours."
    theirs = site.client.get(f"{WRITE}/m1", headers=other).json()
    assert theirs["content"] == "Theirs."


def test_names_of_agents_may_be_anything_but_a_path(site: Site) -> None:
    for agent in ("support bot", "日本", "a:b@c", "A1"):
        site.add("Hello.", agent=agent)
        assert site.page(agent=agent)["memories"][0]["agent_id"] == agent


def test_reading_tells_the_version(site: Site) -> None:
    written = site.add("It rains.")

    answer = site.client.get(f"{WRITE}/{written}")

    assert answer.headers["etag"] == '"1"'
    assert answer.headers["content-type"] == "application/json"


def test_an_unknown_agent_or_memory_is_not_found(site: Site) -> None:
    site.add("It rains.")

    assert is_problem(site.client.get("/v1/agents/nobody/memories"), 404, "not_found")
    assert is_problem(site.client.get(f"{WRITE}/nothing"), 404, "not_found")
