"""API keys over HTTP: made, listed, revoked; and how they are sent."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from memsvc.core.access import Role
from tests.api.site import ADMIN_KEY, Site, is_problem

KEYS = "/v1/keys"


def made(site: Site, **body: object) -> dict:
    answer = site.client.post(KEYS, json=body)
    assert answer.status_code == 201, answer.text
    key: dict = answer.json()
    return key


def status(site: Site, key: str, path: str = KEYS) -> int:
    return site.client.get(path, headers={"Authorization": f"Bearer {key}"}).status_code


def test_a_key_works_as_soon_as_it_is_made(site: Site) -> None:
    key = made(site, role="admin", name="second")

    assert status(site, key["key"]) == 200


def test_a_key_is_shown_once(site: Site) -> None:
    key = made(
        site, role="agent", agents="support-*", name="bot", expires_at="2027-01-01T00:00:00Z"
    )
    shown = key.pop("key")

    answer = site.client.get(KEYS)

    assert key == {
        "id": key["id"],
        "role": "agent",
        "agents": "support-*",
        "name": "bot",
        "created_at": "2026-03-01T12:00:00Z",
        "expires_at": "2027-01-01T00:00:00Z",
    }
    assert key in answer.json()["keys"]
    assert shown not in answer.text
    assert ADMIN_KEY not in answer.text


def test_two_keys_are_never_alike(site: Site) -> None:
    first, second = made(site, role="viewer"), made(site, role="viewer")

    assert first["key"] != second["key"]
    assert first["id"] != second["id"]


def test_keys_are_listed_oldest_first(site: Site) -> None:
    ids = []
    for name in ("b", "a", "c"):
        site.clock.advance(timedelta(minutes=1))
        ids.append(made(site, role="viewer", name=name)["id"])

    assert [one["id"] for one in site.client.get(KEYS).json()["keys"]][1:] == ids


def test_keys_of_another_tenant_are_not_listed(site: Site) -> None:
    theirs = site.client.get(KEYS, headers=site.key(Role.ADMIN, tenant="other")).json()["keys"]
    ours = site.client.get(KEYS).json()["keys"]

    assert len(theirs) == len(ours) == 1
    assert theirs[0]["id"] != ours[0]["id"]


def test_a_key_made_by_another_tenant_is_of_that_tenant(site: Site) -> None:
    headers = site.key(Role.ADMIN, tenant="other")
    key = site.client.post(KEYS, json={"role": "admin"}, headers=headers).json()

    assert key["id"] not in site.client.get(KEYS).text
    assert key["id"] in site.client.get(KEYS, headers=headers).text


def test_a_revoked_key_ends_at_once(site: Site) -> None:
    key = made(site, role="admin")
    assert status(site, key["key"]) == 200

    answer = site.client.delete(f"{KEYS}/{key['id']}")

    assert (answer.status_code, answer.content) == (204, b"")
    assert status(site, key["key"]) == 401
    assert key["id"] not in site.client.get(KEYS).text
    assert is_problem(site.client.delete(f"{KEYS}/{key['id']}"), 404, "not_found")


def test_a_key_may_revoke_itself(site: Site) -> None:
    key = made(site, role="admin")
    headers = {"Authorization": f"Bearer {key['key']}"}

    assert site.client.delete(f"{KEYS}/{key['id']}", headers=headers).status_code == 204
    assert status(site, key["key"]) == 401


def test_an_expired_key_is_refused(site: Site) -> None:
    key = made(site, role="admin", expires_at="2026-03-01T12:00:01Z")
    assert status(site, key["key"]) == 200

    site.clock.advance(timedelta(seconds=1))

    # What a key may do is remembered for a second.
    until = time.monotonic() + 5.0
    while status(site, key["key"]) == 200 and time.monotonic() < until:
        time.sleep(0.05)
    assert status(site, key["key"]) == 401


def test_a_key_that_expired_before_it_was_made_never_works(site: Site) -> None:
    headers = site.key(Role.ADMIN, expires_at=site.clock.now())

    assert is_problem(site.client.get(KEYS, headers=headers), 401, "unauthenticated")


def test_the_last_admin_key_cannot_be_revoked(site: Site) -> None:
    made(site, role="operator")
    made(site, role="admin", expires_at="2020-01-01T00:00:00Z")
    [first] = [one for one in site.client.get(KEYS).json()["keys"] if one["name"] == "first admin"]

    assert is_problem(site.client.delete(f"{KEYS}/{first['id']}"), 422, "invalid_request")
    assert site.client.get(KEYS).status_code == 200

    second = made(site, role="admin")
    assert site.client.delete(f"{KEYS}/{first['id']}").status_code == 204
    assert site.client.get(KEYS).status_code == 401
    assert status(site, second["key"]) == 200


def test_an_admin_of_another_tenant_does_not_save_the_last_one(site: Site) -> None:
    site.key(Role.ADMIN, tenant="other")
    [only] = site.client.get(KEYS).json()["keys"]

    assert is_problem(site.client.delete(f"{KEYS}/{only['id']}"), 422, "invalid_request")


def test_a_foreign_key_is_not_found(site: Site) -> None:
    site.key(Role.VIEWER)
    ids = [one["id"] for one in site.client.get(KEYS).json()["keys"]]

    for key_id in ids:
        answer = site.client.delete(
            f"{KEYS}/{key_id}", headers=site.key(Role.ADMIN, tenant="other")
        )
        assert is_problem(answer, 404, "not_found")
    assert [one["id"] for one in site.client.get(KEYS).json()["keys"]] == ids


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {ADMIN_KEY}"},
        {"Authorization": f"bearer {ADMIN_KEY}"},
        {"X-API-Key": ADMIN_KEY},
        {"Authorization": f"Bearer {ADMIN_KEY}", "X-API-Key": "ignored"},
    ],
)
def test_a_key_is_sent_either_way(lasting: Site, headers: dict[str, str]) -> None:
    del lasting.client.headers["Authorization"]
    try:
        assert lasting.client.get(KEYS, headers=headers).status_code == 200
    finally:
        lasting.client.headers["Authorization"] = f"Bearer {ADMIN_KEY}"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Basic {ADMIN_KEY}",
        ADMIN_KEY,
        f"Bearer {ADMIN_KEY}x",
        f"Bearer {ADMIN_KEY[:-1]}",
        f"Bearer {ADMIN_KEY.upper()}",
        "Bearer é",
    ],
)
def test_anything_else_is_unauthenticated(lasting: Site, value: str) -> None:
    answer = lasting.client.get(KEYS, headers=[(b"Authorization", value.encode())])

    assert is_problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert ADMIN_KEY not in answer.text


@pytest.mark.parametrize(
    ("pattern", "agent", "seen"),
    [
        ("*", "anything", True),
        ("support-*", "support-1", True),
        ("support-*", "Support-1", False),
        ("support-*", "sales-1", False),
        ("a?", "a1", True),
        ("a?", "a", False),
        ("[ab]1", "b1", True),
        ("[ab]1", "c1", False),
        ("a1", "a1", True),
        ("a1", "a11", False),
    ],
)
def test_the_pattern_says_whose_memories(
    lasting: Site, pattern: str, agent: str, seen: bool
) -> None:
    lasting.write({"content": "Hello."}, agent=agent)
    headers = lasting.key(Role.AGENT, agents=pattern)

    answer = lasting.client.get(f"/v1/agents/{agent}/memories", headers=headers)

    assert answer.status_code == (200 if seen else 404)
