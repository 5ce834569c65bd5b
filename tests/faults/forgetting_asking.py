"""What the tests of faults ask a server about forget requests."""

from __future__ import annotations

import threading
import time
from typing import Any

import httpx

from tests.serving.server import Server

REQUESTS = "/v1/forget-requests"


def order(server: Server, request_id: str, **what: Any) -> httpx.Response:
    """Order something forgotten."""
    return server.client.post(REQUESTS, json={"id": request_id, **what})


def standing(server: Server, request_id: str) -> dict[str, Any]:
    """How far a request is."""
    answer = server.client.get(f"{REQUESTS}/{request_id}")
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def closed(server: Server, request_id: str, seconds: float = 60) -> dict[str, Any]:
    """The request once it is closed."""
    end = time.monotonic() + seconds
    while (found := standing(server, request_id))["status"] != "closed":
        assert time.monotonic() < end, found
        assert found["status"] != "failed", found
        threading.Event().wait(0.1)
    return found
