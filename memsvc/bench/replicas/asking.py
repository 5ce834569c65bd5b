"""Asking through the balancer, or one replica directly, until there is an answer."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from memsvc.bench.client import LoadFailed
from memsvc.bench.replicas.fleet import Fleet
from memsvc.bench.replicas.witness import Witness

PATIENCE_S = 120.0
"""How long a request is repeated; beyond it the service does not recover."""


class Asking:
    """The connections of one client; every answer is shown to the witness.

    `directly` is the share of requests that go past the balancer to any replica: what one of them
    did the others must know at once.
    """

    def __init__(
        self, fleet: Fleet, witness: Witness, chance: random.Random, directly: float
    ) -> None:
        self._fleet = fleet
        self._witness = witness
        self._random = chance
        self._directly = directly
        self._client = fleet.client()
        self._replicas = fleet.clients()

    def once(
        self,
        kind: str,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response | None:
        """One try; None when the connection was cut or never made."""
        if self._random.random() < self._directly:
            return self._send(
                self._random.choice(self._replicas), "replica", kind, method, path, body, headers
            )
        return self._send(self._client, "balancer", kind, method, path, body, headers)

    def everywhere(self, kind: str, method: str, path: str, body: Any = None) -> Iterator[Any]:
        """The answers of the balancer and of every replica that lives."""
        for by, client in (("balancer", self._client), *(("replica", c) for c in self._replicas)):
            answer = self._send(client, by, kind, method, path, body, None)
            if answer is not None and answer.is_success:
                yield answer.json()

    def until(
        self,
        good: frozenset[int],
        kind: str,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[httpx.Response, int]:
        """Repeat while there is no answer below 500; the answer, and the tries it took.

        Raises LoadFailed for any other status than the good ones, and when it takes too long.
        """
        end = time.monotonic() + PATIENCE_S
        tries = 0
        while True:
            tries += 1
            answer = self.once(kind, method, path, body, headers)
            if answer is not None and answer.status_code < 500:
                if answer.status_code not in good:
                    raise LoadFailed(f"{kind}: {answer.status_code} {answer.text[:300]}")
                return answer, tries
            if time.monotonic() > end:
                raise LoadFailed(f"{kind}: no answer within {PATIENCE_S:.0f} s")
            threading.Event().wait(self._random.uniform(0.05, 0.3))

    def _send(
        self,
        client: httpx.Client,
        by: str,
        kind: str,
        method: str,
        path: str,
        body: Any,
        headers: Mapping[str, str] | None,
    ) -> httpx.Response | None:
        began = time.monotonic()
        answer: httpx.Response | None = None
        try:
            answer = client.request(method, path, json=body, headers=headers)
        except httpx.HTTPError:
            answer = None
        self._witness.saw(kind, by, began, answer)
        return answer

    def close(self) -> None:
        """Let the connections go."""
        for client in (self._client, *self._replicas):
            client.close()
