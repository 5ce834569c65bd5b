"""`memsvc keys rotate` beside a service that goes on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.serving.server import Server
from tests.serving.test_commands import command


def test_keys_are_replaced_beside_a_running_server(tmp_path: Path) -> None:
    data = tmp_path / "data"
    server = Server(data, tmp_path)
    texts = [f"note {place} about the harbour" for place in range(300)]
    server.ask("POST", "/memories", {"memories": [{"content": text} for text in texts]})
    before = (data / "keys.bin").read_bytes()

    def asked(place: int) -> bool:
        body = {"query": texts[place], "limit": 1}
        [hit] = server.ask("POST", "/search", body).json()["results"]
        added = server.ask("POST", "/memories", {"memories": [{"content": f"new {place}"}]})
        return bool(hit["memory"]["content"] == texts[place] and added.status_code == 201)

    with ThreadPoolExecutor(1) as pool:
        rotating = pool.submit(command, data, "keys", "rotate")
        answered = [asked(place) for place in range(150)]
        done = rotating.result()

    assert all(answered)
    assert (done.returncode, "Keys replaced: 2." in done.stderr) == (0, True), done.stderr
    after = (data / "keys.bin").read_bytes()
    kept = {before[at : at + 64] for at in range(64, 64 + 300 * 64, 64)}
    assert not kept & {after[at : at + 64] for at in range(64, len(after), 64)}
    assert server.ask("GET", "/memories").json()["total"] == 450
    server.stop()

    refused = command(data, "keys", "rotate", "--agent", "nobody")
    assert (refused.returncode, "No such agent" in refused.stderr) == (1, True)
    assert "Keys replaced: 1." in command(data, "keys", "rotate", "--agent", "a1").stderr

    server = Server(data, tmp_path)
    assert server.ask("GET", "/memories").json()["total"] == 450
    assert all(asked(place) for place in range(0, 150, 50))
    server.stop()
