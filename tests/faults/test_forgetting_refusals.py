"""Who may not, learns nothing and leaves nothing; and no trace of a request says whom it was about.

What looks for traces is tried on texts that have them first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from memsvc.core.residue import all_shapes
from memsvc.operations.scan import residue
from tests.faults.asking import assert_calm, command
from tests.faults.forgetting_asking import REQUESTS, closed, order
from tests.serving.server import Server

ANA, SESSION, NAME = "ana.secret@lopez.example", "session-of-the-secret", "Ana Secretname"
CONTENT = "The secret garden lies behind the mill"
REASON = "because of the secret reason"
PROMPT = f"Forget {ANA} and all that {NAME} said"
CANARIES = {
    "who": ANA,
    "session": SESSION,
    "name": NAME,
    "content": CONTENT,
    "reason": REASON,
    "query": "garden behind the mill",
}
VERBS = ("confirm", "cancel", "hold", "release", "reject", "extend", "verify")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server whose log lies in a folder of its own, with a person in it."""
    (tmp_path / "logs").mkdir()
    server = Server(tmp_path / "data", tmp_path / "logs", MEMSVC_LOG_LEVEL="debug")
    draft = {"content": CONTENT, "user_id": ANA, "session_id": SESSION, "speaker": NAME}
    server.ask("POST", "/memories", {"memories": [{**draft, "id": "m1"}]}).raise_for_status()
    yield server
    server.kill()


def key(server: Server, role: str) -> dict[str, str]:
    """The header of a new key of the tenant."""
    answer = server.client.post("/v1/keys", json={"role": role})
    return {"Authorization": f"Bearer {answer.raise_for_status().json()['key']}"}


def foreign(server: Server) -> dict[str, str]:
    """The header of a key of another tenant."""
    done = command(server.folder, "keys", "create", "--role", "admin", "--tenant", "other")
    return {"Authorization": f"Bearer {done.stdout.strip()}"}


def orders(request_id: str) -> list[tuple[str, str, Any]]:
    """Every route of forget requests, with bodies that say all there is to say."""
    body = {"subject_ids": [ANA], "id": "r9", "reason": REASON}
    return [
        ("POST", REQUESTS, body),
        ("POST", REQUESTS, {**body, "dry_run": True}),
        ("POST", f"{REQUESTS}/preview", {"text": PROMPT}),
        ("GET", REQUESTS, None),
        ("GET", f"{REQUESTS}/{request_id}", None),
        ("GET", f"{REQUESTS}/{request_id}/receipt", None),
        *(("POST", f"{REQUESTS}/{request_id}/{verb}", {"reason": REASON}) for verb in VERBS),
    ]


def ask(server: Server, how: tuple[str, str, Any], headers: dict[str, str]) -> httpx.Response:
    method, path, body = how
    return server.client.request(method, path, json=body, headers=headers)


def assert_silent(folder: Path, server: Server, *texts: str) -> None:
    """No log, metric, receipt, record or ledger says anything of the person."""
    traces = folder / "traces"
    traces.mkdir(exist_ok=True)
    needles = all_shapes(CANARIES)
    (traces / "control").write_text("\n".join(CANARIES.values()))
    assert residue(needles, [traces]).found == CANARIES.keys()
    (traces / "control").unlink()
    metrics = server.client.get("/metrics").raise_for_status().text
    audit = server.client.get("/v1/audit?limit=500").raise_for_status().text
    listed = server.client.get(REQUESTS).raise_for_status().text
    for place, text in enumerate([metrics, audit, listed, *texts]):
        (traces / str(place)).write_text(text)
    found = residue(needles, [traces, folder / "logs", *server.folder.glob("*ledger*")])
    assert found.files >= len(texts) + 5
    assert found.clean, found.hits


@pytest.mark.parametrize("role", ["agent", "viewer"])
def test_other_roles_are_refused_everywhere(server: Server, tmp_path: Path, role: str) -> None:
    order(server, "r1", subject_ids=["nobody-at-all"]).raise_for_status()
    closed(server, "r1")
    headers = key(server, role)
    for how in orders("r1") + orders("r2"):
        answer = ask(server, how, headers)
        assert answer.status_code == 403, (how, answer.text)
        assert ANA not in answer.text
    assert server.ask("GET", "/memories/m1").status_code == 200
    assert [one["id"] for one in listed(server)] == ["r1"]
    assert_silent(tmp_path, server)
    assert_calm(server)


def test_another_tenant_sees_nothing_of_it(server: Server, tmp_path: Path) -> None:
    order(server, "r1", subject_ids=[ANA], mode="two_phase", reason=REASON).raise_for_status()
    headers = foreign(server)
    for mine, guessed in zip(orders("r1")[4:], orders("guessed-id")[4:], strict=True):
        answers = [ask(server, one, headers) for one in (mine, guessed)]
        told = [{**one.json(), "request_id": ""} for one in answers]
        assert answers[0].status_code == 404, answers[0].text
        assert told[0] == told[1]
        assert ask(server, guessed, {}).status_code == 404
    assert listed(server, headers) == []
    # Their request of the same id and person is theirs alone, and reaches nothing here.
    assert ask(server, orders("")[0], headers).status_code == 202
    dry = ask(server, orders("")[1], headers).json()
    assert dry["counts"]["memories"] == 0
    assert server.ask("GET", "/memories/m1").status_code == 200
    assert [one["status"] for one in listed(server)] == ["received"]
    assert_silent(tmp_path, server)
    assert_calm(server)


def test_what_was_decided_is_not_decided_again(server: Server, tmp_path: Path) -> None:
    what = {"subject_ids": [ANA], "mode": "two_phase", "reason": REASON}
    order(server, "r1", **what).raise_for_status()
    assert server.client.post(f"{REQUESTS}/r1/confirm").status_code == 202
    again = server.client.post(f"{REQUESTS}/r1/confirm")
    assert again.status_code == 409
    closed(server, "r1")
    for verb in VERBS:
        answer = server.client.post(f"{REQUESTS}/r1/{verb}", json={"reason": REASON})
        assert answer.status_code == 409, (verb, answer.text)
    receipt = server.client.get(f"{REQUESTS}/r1/receipt").raise_for_status().text
    assert ANA not in again.text
    assert_silent(tmp_path, server, receipt)
    residue_left = residue(all_shapes(CANARIES), [tmp_path])
    assert residue_left.clean, residue_left.hits
    assert_calm(server)


def test_a_receipt_that_was_changed_does_not_hold(server: Server, tmp_path: Path) -> None:
    order(server, "r1", subject_ids=[ANA]).raise_for_status()
    closed(server, "r1")
    receipt = server.client.get(f"{REQUESTS}/r1/receipt").raise_for_status().json()
    audit = tmp_path / "audit"
    audit.write_text(server.client.get("/v1/audit?limit=500").text)
    public_key = receipt["signature"]["public_key"]

    def holds(told: Any) -> bool:
        file = tmp_path / "receipt"
        file.write_text(json.dumps(told))
        arguments = ("--public-key", public_key, "--audit", str(audit))
        done = command(tmp_path / "none", "verify-receipt", str(file), *arguments)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode == 0

    assert holds(receipt)
    content = receipt["receipt"]
    for name, value in (
        ("request_id", "r2"),
        ("counts", {**content["counts"], "memories": 7}),
        ("verifier", {**content["verifier"], "residue": 1}),
        ("more", "said"),
    ):
        assert not holds({**receipt, "receipt": {**content, name: value}}), name
    assert_calm(server)


def listed(server: Server, headers: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """The requests that a key is shown."""
    answer = server.client.get(REQUESTS, headers=headers or {}).raise_for_status()
    found: list[dict[str, Any]] = answer.json()["forget_requests"]
    return found
