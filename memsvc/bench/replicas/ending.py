"""After the storms: every request is closed and proven, and all replicas tell the same."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import httpx
import orjson

from memsvc.bench.client import LoadFailed
from memsvc.bench.replicas.clients import Client
from memsvc.bench.replicas.fleet import Fleet
from memsvc.bench.replicas.report import SoakReport

REQUESTS = "/v1/forget-requests"
STALLED_S = 120.0
"""When nothing was closed for so long, what is left counts as unfinished."""


def settle(running: Fleet, clients: Sequence[Client], report: SoakReport, receipts: int) -> None:
    """Wait for what was promised, then compare what every replica holds with what must be there.

    `receipts`: how many of the last ones are checked, with `memsvc verify-receipt`.
    """
    with running.client() as client:
        closed = _closed(client, clients, report)
        report.unproven = _unproven(client, closed[-receipts:], report)
    for replica in running.clients():
        with replica:
            for one in clients:
                _compare(replica, one, report)


def _closed(client: httpx.Client, clients: Sequence[Client], report: SoakReport) -> list[str]:
    left = {one.request_id for client in clients for one in client.forgotten}
    report.requests = len(left)
    closed: list[str] = []
    end = time.monotonic() + STALLED_S
    while left and time.monotonic() < end:
        for request_id in sorted(left):
            if _read(client, f"{REQUESTS}/{request_id}")["status"] == "closed":
                left.discard(request_id)
                closed.append(request_id)
                end = time.monotonic() + STALLED_S
        threading.Event().wait(0.2)
    report.unfinished = len(left)
    return closed


def _unproven(client: httpx.Client, closed: list[str], report: SoakReport) -> int:
    """How many receipts do not hold."""
    with tempfile.TemporaryDirectory(prefix="memsvc-receipts-") as folder:
        receipt, audit = Path(folder) / "receipt", Path(folder) / "audit"
        audit.write_bytes(b"\n".join(orjson.dumps(page) for page in _audit(client)))
        bad = 0
        for request_id in closed:
            receipt.write_bytes(orjson.dumps(_read(client, f"{REQUESTS}/{request_id}/receipt")))
            command = ["verify-receipt", str(receipt), "--audit", str(audit)]
            done = subprocess.run(  # noqa: S603 - our own module
                [sys.executable, "-m", "memsvc", *command],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            report.checked_receipts += 1
            bad += done.returncode != 0
    return bad


def _audit(client: httpx.Client) -> Iterable[Any]:
    after = 0
    while after is not None:
        page = _read(client, f"/v1/audit?after={after}&limit=500")
        yield page
        after = page["next_after"]


def _compare(replica: httpx.Client, client: Client, report: SoakReport) -> None:
    """All that this replica holds of a client's, and nothing of whom it had forgotten."""
    for agent in client.held:
        shown: dict[str, dict[str, Any]] = {}
        cursor = ""
        while True:
            path = f"/v1/agents/{agent}/memories?limit=500{cursor}"
            answer = replica.get(path)
            if answer.status_code == httpx.codes.NOT_FOUND:
                break
            page = answer.raise_for_status().json()
            shown |= {one["id"]: one for one in page["memories"]}
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        client.compare(agent, shown)
        for one in client.forgotten:
            # What rests on the forgotten is quarantined, or went with its other source.
            at = shown.get(one.derived)
            report.shown_after_all += at is not None and at["status"] != "quarantined"


def _read(client: httpx.Client, path: str) -> Any:
    answer = client.get(path)
    if not answer.is_success:
        raise LoadFailed(f"{path.partition('?')[0]}: {answer.status_code} {answer.text[:200]}")
    return answer.json()
