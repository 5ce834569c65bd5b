"""What was seen: every answer is held against what must not be shown any more, and counted."""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx

from memsvc.bench.replicas.windows import Windows

_MARK = re.compile(r"q[0-9a-f]{16}q")
CUT = "cut"
"""Instead of an answer's code: the connection was closed without one."""


def mark() -> str:
    """A word that stands in one wording of one memory and nowhere else."""
    return f"q{secrets.token_hex(8)}q"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of 500 or more, or none at all."""

    status: int
    code: str
    kind: str
    by: str


class Witness:
    """Thread-safe. `database` and `workers` tell when these were dead, `restarts` when one that was
    asked to stop was down: of that the balancer's clients must notice nothing.

    Refusals are `excused` while the database was down, `dying` while a worker was, else `refused`.
    """

    def __init__(self) -> None:
        self.database = Windows()
        self.workers = Windows()
        self.restarts = Windows()
        self.answers: Counter[str] = Counter()
        self.excused: Counter[Refusal] = Counter()
        self.dying: Counter[Refusal] = Counter()
        self.refused: Counter[Refusal] = Counter()
        self.stale: Counter[str] = Counter()
        self.examples: list[str] = []
        self._gone: dict[str, tuple[float, str]] = {}
        self._lock = threading.Lock()

    def gone(self, marks: Iterable[str], why: str) -> None:
        """From now on no request that begins may be answered with these."""
        now = time.monotonic()
        with self._lock:
            self._gone |= dict.fromkeys(marks, (now, why))

    def saw(self, kind: str, by: str, began: float, answer: httpx.Response | None) -> None:
        """Count an answer, None for a connection that was cut; `by`: balancer or replica."""
        ended = time.monotonic()
        status = answer.status_code if answer is not None else 0
        with self._lock:
            self.answers[kind] += 1
        if answer is None or status >= 500:
            refusal = Refusal(status, _code(answer), kind, by)
            of = self._counted(refusal, began, ended)
            with self._lock:
                of[refusal] += 1
            return
        shown = set(_MARK.findall(answer.text))
        with self._lock:
            for one in shown & self._gone.keys():
                since, why = self._gone[one]
                if since < began:
                    self.stale[why] += 1
                    self.examples.append(f"{why} {began - since:.3f} s before, shown by {kind}")

    def _counted(self, refusal: Refusal, began: float, ended: float) -> Counter[Refusal]:
        if self.database.meet(began, ended):
            return self.excused
        dying = self.workers.meet(began, ended)
        # Who asks a replica directly knows that it may be down.
        directly = refusal.by == "replica" and refusal.code == CUT
        if directly and (dying or self.restarts.meet(began, ended)):
            return self.excused
        return self.dying if dying else self.refused


def _code(answer: httpx.Response | None) -> str:
    if answer is None:
        return CUT
    try:
        body: Any = answer.json()
    except json.JSONDecodeError:
        return "not_json"
    return str(body.get("code", "none")) if isinstance(body, dict) else "none"
