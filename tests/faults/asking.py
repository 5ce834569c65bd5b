"""What the tests of faults ask a server, and what they hold it to."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx

from tests.serving.server import Server

NO_PRIVILEGES = () if os.geteuid() else ("setpriv", "--inh-caps=-all", "--bounding-set=-all", "--")
"""Runs a server for which modes of files count, even where the tests are run by root."""


PROGRESS = ("Database migrated.", "exporting ")


def command(
    folder: Path, *arguments: str, under: Sequence[str] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """`memsvc` with these arguments over a folder, to its end."""
    return subprocess.run(
        [*under, sys.executable, "-m", "memsvc", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={
            **os.environ,
            "MEMSVC_DATA_DIR": str(folder),
            "MEMSVC_EMBEDDING__BACKEND": "hashing",
            **environment,
        },
    )


def refusal(folder: Path, *arguments: str, under: Sequence[str] = (), **environment: str) -> str:
    """The one line with which a command has to refuse."""
    done = command(folder, *arguments, under=under, **environment)
    told = [line for line in done.stderr.splitlines() if not line.startswith(PROGRESS)]
    assert done.returncode == 1, done.stderr
    assert len(told) == 1, done.stderr
    assert told[0].startswith("memsvc: ")
    return told[0]


def add(server: Server, *names: str) -> httpx.Response:
    """Offer memories of these ids; each of a size that fills a disk in reasonable time."""
    drafts = [{"id": name, "content": f"{name} says {'x' * 300}"} for name in names]
    return server.ask("POST", "/memories", {"memories": drafts})


def held(server: Server) -> set[str]:
    """The ids of all memories there are."""
    found: set[str] = set()
    cursor = ""
    while True:
        answer = server.ask("GET", f"/memories?limit=500{cursor}")
        if answer.status_code == 404:
            return found
        page = answer.raise_for_status().json()
        found |= {one["id"] for one in page["memories"]}
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def found(server: Server, query: str, limit: int = 5) -> list[str]:
    """The ids that a search answers, best first."""
    answer = server.ask("POST", "/search", {"query": query, "limit": limit}).raise_for_status()
    return [one["memory"]["id"] for one in answer.json()["results"]]


def problem(answer: httpx.Response, status: int, code: str) -> str:
    """The detail of an answer that has to be this problem."""
    told = answer.json()
    assert (answer.status_code, told["code"]) == (status, code), told
    return str(told["detail"])


def assert_calm(server: Server, allowed: Sequence[str] = ()) -> None:
    """Nothing broke in the service: no traceback, no failure that nobody foresaw."""
    said = server.said
    assert "Traceback" not in said, said[-3000:]
    # Searched as text: on a full disk a line may be torn.
    errors = [line for line in said.splitlines() if '"level":"error"' in line]
    unforeseen = [line for line in errors if not any(event in line for event in allowed)]
    assert unforeseen == []
