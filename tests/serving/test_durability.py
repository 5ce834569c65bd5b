"""What was acknowledged is there: after kill -9 at any moment, and after a stop under load."""

from __future__ import annotations

import threading
from pathlib import Path

import httpx
import pytest

from memsvc.bench import crash
from memsvc.bench.client import LoadFailed
from tests.serving.server import Server


class Load:
    """Clients that write and delete until the server goes; what was acknowledged is remembered."""

    def __init__(self, server: Server, round_: int) -> None:
        self._server, self._round = server, round_
        self.written: set[str] = set()
        self.deleted: set[str] = set()
        self.unsure: set[str] = set()
        self._threads = [threading.Thread(target=self._run, args=(who,)) for who in range(4)]
        for thread in self._threads:
            thread.start()

    def _run(self, who: int) -> None:
        for count in range(10_000):
            name = f"r{self._round}-{who}-{count}"
            self.unsure.add(name)
            try:
                body = {"memories": [{"content": f"memory {name}", "id": name}]}
                if self._server.ask("POST", "/memories", body).status_code != 201:
                    return
                self.written.add(name)
                self.unsure.discard(name)
                if count % 3 == 2:
                    self.unsure.add(name)
                    if self._server.ask("DELETE", f"/memories/{name}").status_code != 204:
                        return
                    self.deleted.add(name)
                    self.unsure.discard(name)
            except (httpx.HTTPError, RuntimeError):
                return

    def join(self) -> None:
        for thread in self._threads:
            thread.join()


def everything(server: Server) -> set[str]:
    found: set[str] = set()
    path = "/memories?limit=500"
    while True:
        page = server.ask("GET", path).json()
        found |= {one["id"] for one in page["memories"]}
        if page["next_cursor"] is None:
            return found
        path = f"/memories?limit=500&cursor={page['next_cursor']}"


def test_kill_9_under_load_loses_nothing_and_brings_nothing_back(any_url: str) -> None:
    """The short form of `memsvc bench crash`."""
    report = crash.run(crash.CrashOptions(cycles=6, database_url=any_url))
    assert report.clean, str(report)
    assert report.acknowledged > 100


def test_a_stop_under_load_finishes_what_it_took(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", tmp_path)
    load = Load(server, 0)
    threading.Event().wait(0.5)
    assert server.stop() in {0, -15}
    load.join()
    server.start()
    held = everything(server)
    assert load.written - load.deleted - load.unsure <= held
    assert not load.deleted & held
    server.stop()


def test_restart_keeps_ids_and_scores(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", tmp_path)
    texts = [f"note {place} about tea and boats" for place in range(30)]
    server.ask("POST", "/memories", {"memories": [{"content": text} for text in texts]})

    def asked() -> list[object]:
        body = {"query": "boats and note 7", "limit": 30, "explain": True}
        found = server.ask("POST", "/search", body).json()["results"]
        return [
            (one["memory"]["id"], one["score"], one["score_details"]["lexical"]) for one in found
        ]

    before = asked()
    assert len(before) == 30
    server.stop()
    server.start()
    assert asked() == before
    server.stop()


@pytest.mark.parametrize("missing", ["keys.bin", "root.key"])
def test_missing_keys_stop_the_start_with_the_remedy(tmp_path: Path, missing: str) -> None:
    server = Server(tmp_path / "data", tmp_path)
    server.ask("POST", "/memories", {"memories": [{"content": "sealed"}]})
    server.stop()
    (tmp_path / "data" / missing).rename(tmp_path / missing)
    with pytest.raises(LoadFailed, match=r"restore .*key backup"):
        server.start()
    (tmp_path / missing).rename(tmp_path / "data" / missing)
    server.start()
    assert len(everything(server)) == 1
    server.stop()
