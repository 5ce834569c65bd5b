"""PostgreSQL goes away under load and comes back: 503 meanwhile, nothing acknowledged is lost."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from tests.databases import own_server
from tests.faults.asking import assert_calm, refusal
from tests.faults.load import Load
from tests.serving.server import Server


@pytest.mark.timeout(180)
def test_the_service_recovers_by_itself(tmp_path: Path) -> None:
    postgres = own_server(tmp_path)
    try:
        url = postgres.get_uri()
        server = Server(tmp_path / "memsvc", tmp_path, MEMSVC_DATABASE_URL=url)
        load = Load(server)
        for _ in range(2):
            more(load, answered=20)
            postgres.stop()
            refused = more(load, refused=10)
            postgres.start()
            assert refused <= {(503, "unavailable")}
            told = told_meanwhile(server)
            assert told is None or told == "1"
        more(load, answered=20)
        load.stop()
        assert load.compare(server) == []
        assert_calm(server)

        postgres.stop()
        answer = server.ask("POST", "/search", {"query": "c0", "limit": 3})
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert "Idempotency-Key" in answer.json()["detail"]
        assert server.client.get("/healthz").status_code == 200
        server.kill()
        told = refusal(tmp_path / "other", "serve", "--port", "0", MEMSVC_DATABASE_URL=url)
        assert "check that it runs, and MEMSVC_DATABASE_URL" in told
    finally:
        postgres.cleanup()


def more(load: Load, answered: int = 0, refused: int = 0) -> set[tuple[int, str]]:
    """Wait for so many more answers; which refusals there were meanwhile."""
    before, good, bad = dict(load.answers), load.acknowledged, load.refused
    end = time.monotonic() + 40
    while load.acknowledged < good + answered or load.refused < bad + refused:
        assert time.monotonic() < end, load.answers
        time.sleep(0.05)
    return {
        told
        for told, count in load.answers.items()
        if told[0] >= 500 and count > before.get(told, 0)
    }


def told_meanwhile(server: Server) -> str | None:
    """How long to wait, says a refusal; None once it answers."""
    answer: httpx.Response = server.ask("GET", "/memories")
    return answer.headers["retry-after"] if answer.status_code == 503 else None
