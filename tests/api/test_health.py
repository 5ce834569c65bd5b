"""Health, readiness and metrics; and the id that every answer carries."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import memsvc
from memsvc.app import create_app
from memsvc.core.access import Role
from tests.api.site import Site, is_problem, settings_in

SECRETS = ("secretword", "secretperson", "secretsession", "secretagent", "secretid")


def test_health_needs_no_key(lasting: Site) -> None:
    answer = lasting.client.get("/healthz", headers={"Authorization": ""})

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "version": memsvc.__version__}


def test_readiness_needs_no_key(lasting: Site) -> None:
    answer = lasting.client.get("/readyz", headers={"Authorization": ""})

    assert answer.status_code == 200
    assert answer.json() == {"status": "ready"}


def test_before_it_is_built_the_app_is_healthy_and_not_ready(tmp_path: Path) -> None:
    # Without `with`, the app is not started.
    client = TestClient(create_app(settings_in(tmp_path)))

    assert client.get("/healthz").status_code == 200
    for path in ("/readyz", "/v1/keys", "/v1/agents/a1/memories"):
        answer = client.get(path, headers={"Authorization": "Bearer x"})
        assert is_problem(answer, 503, "unavailable")
        assert int(answer.headers["retry-after"]) >= 1


def test_metrics_count_requests_writes_and_hits(site: Site) -> None:
    site.write({"content": "It rains."}, {"content": "It rains."})
    site.search("rain")
    site.client.get("/v1/agents/a1/memories/nothing")

    text = site.client.get("/metrics").text

    for line in (
        'memsvc_requests_total{method="POST",route="/v1/agents/{agent_id}/memories",'
        'status="201"} 1.0',
        'memsvc_requests_total{method="GET",route="/v1/agents/{agent_id}/memories/{memory_id}",'
        'status="404"} 1.0',
        'memsvc_writes_total{event="added"} 1.0',
        'memsvc_writes_total{event="duplicate"} 1.0',
        "memsvc_hits_total 1.0",
        "memsvc_index_agents 1.0",
    ):
        assert line in text


def test_metrics_are_in_prometheus_format(lasting: Site) -> None:
    answer = lasting.client.get("/metrics")

    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    sample = re.compile(r"^[a-z_]+(\{[^}]*(\{[^}]*\}[^}]*)*\})? [-+0-9.eInf]+$")
    for line in answer.text.splitlines():
        assert line.startswith("#") or sample.match(line), line


def test_metrics_name_nobody_and_nothing(site: Site) -> None:
    word, person, session, agent, memory_id = SECRETS
    body = {"content": word, "user_id": person, "session_id": session, "id": memory_id}
    site.write(body, agent=agent)
    site.search(word, agent=agent, user_id=person)
    site.client.get(f"/v1/agents/{agent}/memories", params={"user_id": person})
    site.client.patch(f"/v1/agents/{agent}/memories/{memory_id}", json={"tags": [word]})
    site.client.get(f"/v1/{word}/{agent}")
    site.client.put(f"/v1/agents/{agent}/memories/{memory_id}")
    site.client.delete(f"/v1/agents/{agent}/memories/{memory_id}")

    text = site.client.get("/metrics").text

    assert [secret for secret in SECRETS if secret in text] == []


def test_a_method_nobody_knows_is_no_label(lasting: Site) -> None:
    lasting.client.request("SECRETMETHOD", "/v1/keys")

    assert "SECRETMETHOD" not in lasting.client.get("/metrics").text


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.VIEWER, 200), (Role.OPERATOR, 200), (Role.ADMIN, 200), (Role.AGENT, 403)],
)
def test_metrics_are_for_those_who_look_after_the_house(
    lasting: Site, role: Role, status: int
) -> None:
    assert lasting.client.get("/metrics", headers=lasting.key(role)).status_code == status


def test_metrics_need_a_key(lasting: Site) -> None:
    answer = lasting.client.get("/metrics", headers={"Authorization": ""})

    assert is_problem(answer, 401, "unauthenticated")


@pytest.mark.parametrize("path", ["/healthz", "/v1/keys", "/v1/nothing", "/metrics"])
def test_every_answer_carries_its_id(lasting: Site, path: str) -> None:
    first, second = (lasting.client.get(path).headers["x-request-id"] for _ in range(2))

    assert re.fullmatch(r"[0-9a-f]{32}", first)
    assert first != second


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("0123456789abcdef0123456789abcdef", True),
        ("8e03978e-40d5-43e8-bc93-6894a57f9324", True),
        ("0123456789abcdef", True),
        ("abc", False),
        ("ana@example.org-said", False),
        ("0" * 37, False),
        ("é" * 20, False),
        ("", False),
    ],
)
def test_the_callers_id_is_kept_when_it_is_one(lasting: Site, sent: str, kept: bool) -> None:
    answer = lasting.client.get("/v1/nothing", headers=[(b"X-Request-Id", sent.encode())])

    assert (answer.headers["x-request-id"] == sent) is kept
    assert answer.headers.get_list("x-request-id") == [answer.json()["request_id"]]


def test_what_is_no_route_is_a_problem(lasting: Site) -> None:
    assert is_problem(lasting.client.get("/v1/nothing"), 404, "not_found")
    refused = lasting.client.put("/v1/keys")
    assert is_problem(refused, 405, "method_not_allowed")
    assert set(refused.headers["allow"].split(", ")) <= {"GET", "POST"}
