"""The audit log over HTTP: who may read it, whose it is, and that it can be checked outside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from memsvc.core.access import Role
from memsvc.core.audit import START, entries_in, fault
from memsvc.core.canonical import canonical, decoded
from memsvc.sealing.signing import verifies
from tests.api.site import Site, is_problem

AUDIT = "/v1/audit"
CHECKPOINT = f"{AUDIT}/checkpoint"


def read(site: Site, headers: dict[str, str] | None = None, **query: Any) -> dict[str, Any]:
    answer = site.client.get(AUDIT, params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def configured(site: Site, agent: str, headers: dict[str, str] | None = None) -> None:
    body = {"settings": {"ranking": {"trust": 0.2}}}
    answer = site.client.put(f"/v1/agents/{agent}", json=body, headers=headers)
    assert answer.status_code == 200, answer.text


def test_who_did_what_is_told(site: Site) -> None:
    admin = site.client.get("/v1/keys").json()["keys"][0]["id"]
    site.clock.advance(timedelta(seconds=1, microseconds=5))
    made = site.client.post("/v1/keys", json={"role": "operator", "name": "Ana's"}).json()
    configured(site, "support", {"Authorization": f"Bearer {made['key']}"})
    site.client.delete(f"/v1/keys/{made['id']}")

    page = read(site)

    assert page["next_after"] is None
    told = [
        (one["place"], one["actor"], one["action"], one["target"], one["agent_id"], one["detail"])
        for one in page["records"]
    ]
    assert told == [
        (1, "memsvc", "key.issued", admin, None, {"role": "admin"}),
        (2, admin, "key.issued", made["id"], None, {"role": "operator"}),
        (3, made["id"], "agent.configured", None, "support", {}),
        (4, admin, "key.revoked", made["id"], None, {}),
    ]
    times = [one["at"] for one in page["records"]]
    assert times == ["2026-03-01T12:00:00Z"] + 3 * ["2026-03-01T12:00:01.000005Z"]
    assert "Ana" not in str(page)
    assert made["key"] not in str(page)


def test_what_did_not_happen_is_not_told(site: Site) -> None:
    [only] = site.client.get("/v1/keys").json()["keys"]

    assert site.client.delete(f"/v1/keys/{only['id']}").status_code == 422
    assert site.client.delete("/v1/keys/0123456789abcdef").status_code == 404

    assert [one["action"] for one in read(site)["records"]] == ["key.issued"]


def test_pages_follow_each_other_and_make_one_chain(site: Site) -> None:
    for number in range(9):
        configured(site, f"a{number}")
    pages = [read(site, limit=4)]
    while pages[-1]["next_after"] is not None:
        pages.append(read(site, limit=4, after=pages[-1]["next_after"]))

    assert [len(page["records"]) for page in pages] == [4, 4, 2]
    entries = entries_in("default", pages)
    assert fault(entries, START) is None
    assert fault(entries_in("other", pages), START) is not None
    signed = site.client.get(CHECKPOINT).json()
    assert (signed["place"], signed["digest"]) == (10, pages[-1]["records"][-1]["digest"])
    assert read(site, after=10) == {"records": [], "next_after": None}


def test_one_action_can_be_read_alone(site: Site) -> None:
    configured(site, "a1")

    assert [one["place"] for one in read(site, action="agent.configured")["records"]] == [2]
    assert read(site, action="forget.closed")["records"] == []


def test_a_checkpoint_verifies(site: Site) -> None:
    configured(site, "a1")

    answer = site.client.get(CHECKPOINT).json()
    public_key, signature = decoded(answer.pop("public_key")), decoded(answer.pop("signature"))

    assert answer["tenant"] == "default"
    assert answer["at"] == "2026-03-01T12:00:00Z"
    assert public_key == site.runtime.keyring.public_key
    assert verifies(public_key, signature, canonical(answer))
    for name in answer:
        assert not verifies(public_key, signature, canonical(answer | {name: "x"}))


@pytest.mark.parametrize("path", [AUDIT, CHECKPOINT])
def test_operators_and_admins_read_it_and_nobody_else(site: Site, path: str) -> None:
    for role in (Role.AGENT, Role.VIEWER):
        assert is_problem(site.client.get(path, headers=site.key(role)), 403, "forbidden")
    for role in (Role.OPERATOR, Role.ADMIN):
        assert site.client.get(path, headers=site.key(role)).status_code == 200
    assert is_problem(site.client.get(path, headers={"Authorization": ""}), 401, "unauthenticated")


def test_another_tenant_s_records_never_show(site: Site) -> None:
    key_id, headers = site.issue(Role.ADMIN, tenant="other")
    configured(site, "shared")
    configured(site, "shared", headers)
    configured(site, "theirs", headers)

    ours, theirs = read(site), read(site, headers)

    assert [one["agent_id"] for one in ours["records"]] == [None, "shared"]
    assert [one["agent_id"] for one in theirs["records"]] == [None, "shared", "theirs"]
    assert [one["place"] for one in theirs["records"]] == [1, 2, 3]
    assert key_id not in str(ours)
    tokens = [page["records"][1]["agent_token"] for page in (ours, theirs)]
    assert tokens[0] != tokens[1]
    assert site.client.get(CHECKPOINT, headers=headers).json()["tenant"] == "other"
    assert site.client.get(CHECKPOINT).json()["place"] == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("after", value) for value in ("-1", "x", "1.5", str(2**63))),
        *(("limit", value) for value in ("0", "501", "x")),
        *(("action", value) for value in ("", "secret-word", "forget.closed,key.issued")),
        ("tenant", "other"),
    ],
)
def test_a_broken_query_is_refused(site: Site, name: str, value: str) -> None:
    answer = site.client.get(AUDIT, params={name: value})

    assert is_problem(answer, 422, "invalid_request")
    assert [one["location"] for one in answer.json()["errors"]] == [name]
    assert "secret-word" not in answer.text
