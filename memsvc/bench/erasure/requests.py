"""Forget requests from outside: ordered, waited for, their clocks read."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from memsvc.bench.client import LoadFailed
from memsvc.bench.served import Served

PATH = "/v1/forget-requests"
POLL_S = 0.05
LONGEST_S = 3600.0
SMALL_S = 300.0
"""How long a large request may take, and a small one."""
ELSE = ("failed", "rejected", "cancelled")

CLOCKS = ("restricted", "erased", "purged", "verified", "closed")
"""What is timed, in order; each is a field of the request's clocks with `_at` behind."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A request that is over: its last answer, and the seconds until the first one."""

    answered_s: float
    answer: Mapping[str, Any]

    def seconds_to(self, clock: str) -> float:
        """From the receipt of the request to this clock, by the server's own time."""
        clocks = self.answer["clocks"]
        return (_time(clocks[f"{clock}_at"]) - _time(clocks["received_at"])).total_seconds()


def order(server: Served, body: Mapping[str, Any]) -> tuple[str, float]:
    """Order an erasure; its id, and the seconds until the 202. Raises LoadFailed for another."""
    began = time.perf_counter()
    # It may take longer than any other request: a large person is held back in one transaction.
    answer = server.client.post(PATH, json=body, timeout=LONGEST_S)
    took = time.perf_counter() - began
    if answer.status_code != 202:
        raise LoadFailed(f"a forget request was answered {answer.status_code}: {answer.text}")
    return str(answer.json()["id"]), took


def wait_until_over(server: Served, request_id: str, longest_s: float = SMALL_S) -> dict[str, Any]:
    """The request once it is closed. Raises LoadFailed when it ends in another way, or never."""
    began = time.monotonic()
    while True:
        answer: dict[str, Any] = server.ask("GET", f"{PATH}/{request_id}").raise_for_status().json()
        if answer["status"] == "closed":
            return answer
        if answer["status"] in ELSE:
            raise LoadFailed(f"a forget request ended otherwise: {_stand(answer)}")
        if time.monotonic() - began > longest_s:
            raise LoadFailed(f"a forget request is not over in {longest_s:.0f} s: {_stand(answer)}")
        time.sleep(POLL_S)


def forget(server: Served, body: Mapping[str, Any], longest_s: float = SMALL_S) -> Forgotten:
    """Order an erasure and wait until it is closed; raises LoadFailed unless it is."""
    request_id, took = order(server, body)
    return Forgotten(took, wait_until_over(server, request_id, longest_s))


def _stand(answer: Mapping[str, Any]) -> str:
    shown = {name: answer[name] for name in ("status", "waits_for", "verifier")}
    at_work = [step["name"] for step in answer["steps"] if step["status"] == "next"]
    return f"{shown}, at {at_work}"


def _time(told: str) -> datetime:
    return datetime.fromisoformat(told)
