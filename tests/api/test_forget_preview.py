"""Previews of forget requests: who is named elsewhere, what plain words mean, and who may ask."""

from __future__ import annotations

from typing import Any

import pytest

from memsvc.core.access import Role
from tests.api.site import Site, is_problem

REQUESTS = "/v1/forget-requests"
PREVIEW = f"{REQUESTS}/preview"


def history(site: Site) -> None:
    site.add("I live in Lisbon.", id="home", user_id="u1", speaker="Maria")
    site.add("I have a new kayak.", id="kayak", user_id="u1", speaker="Maria")
    site.add("Lunch with Maria was long and loud.", id="lunch", user_id="ben")
    site.add("Ben grows tomatoes.", id="ben", user_id="ben")


def seen(site: Site, text: str, headers: dict[str, str] | None = None, **more: Any) -> Any:
    answer = site.client.post(PREVIEW, json={"text": text, **more}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_preview_has_what_its_description_says(site: Site) -> None:
    history(site)

    found = seen(site, "forget Maria")

    assert found == {
        "understood": True,
        "reason": None,
        "doubts": [],
        "candidates": [{"written": "Maria", "subject_id": "u1", "identities": ["u1"], "names": []}],
        "proposal": {
            "subject_ids": ["u1"],
            "mentions": [{"agent_id": "a1", "memory_id": "lunch", "action": "redact"}],
            "mode": "two_phase",
        },
        "counts": {
            "agents": 1,
            "memories": 2,
            "derived": 0,
            "demoted": 0,
            "rederived": 0,
            "redacted": 1,
        },
        "certain": [
            {"agent_id": "a1", "memory_id": "home", "excerpt": "I live in Lisbon.", "score": 1.0},
            {
                "agent_id": "a1",
                "memory_id": "kayak",
                "excerpt": "I have a new kayak.",
                "score": 1.0,
            },
        ],
        "uncertain": [],
        "mentions": [
            {
                "agent_id": "a1",
                "memory_id": "lunch",
                "confidence": 0.6,
                "excerpt": "Lunch with Maria was long and loud.",
                "action": "redact",
            }
        ],
        "complete": True,
    }


@pytest.mark.parametrize(
    "text",
    [
        "forget Maria",
        "forget everything Maria told us",
        "forget everything others said about Maria",
        "forget everything Maria told us about the kayak",
        "forget everything Maria told us in March 2026",
        "forget what u99 said",
    ],
)
def test_a_proposal_can_be_posted_as_it_is_and_waits(site: Site, text: str) -> None:
    history(site)
    found = seen(site, text)

    answer = site.client.post(REQUESTS, json=found["proposal"])

    assert answer.status_code == 202, answer.text
    assert (answer.json()["status"], answer.json()["mode"]) == ("received", "two_phase")
    assert site.listed() == ["ben", "lunch", "kayak", "home"]
    dry = site.client.post(REQUESTS, json={**found["proposal"], "dry_run": True}).json()
    assert dry["counts"] == found["counts"]


def test_nothing_is_certain_of_a_person_unknown(site: Site) -> None:
    history(site)

    known, unknown = seen(site, "forget Maria"), seen(site, "forget Quentin")

    assert set(known) == set(unknown)
    assert (unknown["proposal"], unknown["certain"], unknown["mentions"]) == (None, [], [])
    assert unknown["counts"] == dict.fromkeys(known["counts"], 0)


def test_times_are_seen_from_a_moment(site: Site) -> None:
    site.add("I was in Porto.", id="porto", user_id="u1", event_time="2024-04-02T10:00:00Z")
    text = "forget everything u1 told us in spring"

    then = seen(site, text, reference_time="2024-07-01T00:00:00Z")

    assert [one["memory_id"] for one in then["certain"]] == ["porto"]
    assert then["proposal"]["time_range"] == {
        "gte": "2024-03-01T00:00:00Z",
        "lt": "2024-06-01T00:00:00Z",
    }
    assert seen(site, text, reference_time="2023-07-01T00:00:00Z")["certain"] == []


def test_only_operators_and_admins_may_ask(site: Site) -> None:
    history(site)

    for role in Role:
        answer = site.client.post(PREVIEW, json={"text": "forget Maria"}, headers=site.key(role))
        if role in (Role.ADMIN, Role.OPERATOR):
            assert answer.status_code == 200
        else:
            assert is_problem(answer, 403, "forbidden")
    nobody = site.client.post(PREVIEW, json={"text": "x"}, headers={"Authorization": "Bearer x"})
    assert is_problem(nobody, 401, "unauthenticated")


def test_another_tenant_s_person_never_shows(site: Site) -> None:
    history(site)
    theirs = site.key(Role.OPERATOR, tenant="other")

    for text in (
        "forget Maria",
        "forget what u1 said",
        "forget everything others said about Maria",
    ):
        found = seen(site, text, headers=theirs)
        assert (found["certain"], found["uncertain"], found["mentions"]) == ([], [], [])
        assert "Lisbon" not in str(found)
    ours = seen(site, "forget Maria", agent_id="a1", headers=theirs)
    assert ours["candidates"] == []


@pytest.mark.parametrize(
    "text",
    [
        "forget \u202eairaM",
        "forget " + "(" * 900,
        "forget everything " + "about " * 150,
        "forget ~ \x01 @0 {{7*7}} '; DROP TABLE memories; --",
        "forget everything Maria told us about ../../etc/passwd",
        "forget everything Maria told us about %s %n \U0001f4a3",
        "忘れて Maria",
    ],
)
def test_hostile_text_is_read_or_not_and_breaks_nothing(site: Site, text: str) -> None:
    history(site)

    found = seen(site, text)

    assert found["certain"] == [] or found["understood"]
    assert site.listed() == ["ben", "lunch", "kayak", "home"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "x" * 1001},
        {"text": "forget\x00"},
        {"text": "forget Maria", "agent_id": "a/b"},
        {"text": "forget Maria", "reference_time": "2024"},
        {"text": "forget Maria", "more": 1},
    ],
)
def test_a_body_is_checked(site: Site, body: dict[str, Any]) -> None:
    assert is_problem(site.client.post(PREVIEW, json=body), 422, "invalid_request")


def test_a_dry_run_tells_who_else_names_them(site: Site) -> None:
    history(site)
    site.add("Maria likes tea, and Ben likes coffee.", agent="a2", id="tea")
    order = {"subject_ids": ["u1"], "dry_run": True}

    found = site.client.post(REQUESTS, json=order).json()

    assert [(one["agent_id"], one["memory_id"]) for one in found["mentions"]] == [
        ("a1", "lunch"),
        ("a2", "tea"),
    ]
    assert (found["mentions_complete"], found["mentions_next"]) == (True, None)
    chosen = [
        {name: one[name] for name in ("agent_id", "memory_id", "action")}
        for one in found["mentions"]
    ]
    again = site.client.post(REQUESTS, json={**order, "mentions": chosen}).json()
    assert again["mentions"] == []
    assert again["counts"]["redacted"] == 2
    after = site.client.post(REQUESTS, json={**order, "mentions_after": "a1"}).json()
    assert [one["memory_id"] for one in after["mentions"]] == ["tea"]


def test_redacting_needs_to_know_whom(site: Site) -> None:
    history(site)
    chosen = [{"agent_id": "a1", "memory_id": "lunch", "action": "redact"}]

    assert is_problem(site.client.post(REQUESTS, json={"mentions": chosen}), 422, "invalid_request")
