"""What the service of the browser's tests has lived through: made-up people, told by the API."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.serving.server import Server

IMAGE = "<img src=x onerror=alert(1)> is what she typed"
SCRIPT = '"};alert(2);</script><script>alert(3)</script>'
TEMPLATE = "{{ 7 * 7 }} and ${7*7} stay as they are"
LONG_WORD = "Aaaaaaargh" * 40
HOSTILE = (IMAGE, SCRIPT, TEMPLATE, LONG_WORD)


def tell(server: Server) -> None:
    """Write what the pages show."""
    support(server)
    rain = {"content": "It rains."}
    with ThreadPoolExecutor(8) as together:
        wrote = [together.submit(write, server, rain, agent=f"branch-{n:03}") for n in range(50)]
    for one in wrote:
        one.result()


def support(server: Server) -> None:
    """An agent whose memories were used, changed, ended, disputed and derived from each other."""
    write(
        server,
        {"id": "home", "content": "Ana lives in Porto.", "kind": "semantic", "user_id": "ana"},
        {"id": "trip", "content": "Ana came back from Rome on Sunday.", "user_id": "ana",
         "session_id": "s1", "tags": ["travel"], "metadata": {"channel": "mail", "rank": 3}},
        {"id": "tea", "content": "Ben drinks green tea in the morning.", "kind": "semantic",
         "user_id": "ben", "importance": 0.9},
        {"id": "box", "content": "The parcel for Ben stands in the hall.", "user_id": "ben"},
    )  # fmt: skip
    write(
        server,
        {"id": "gist", "content": "Ana travels, and comes home on Sundays.", "kind": "semantic",
         "source_ids": ["home", "trip"]},
    )  # fmt: skip
    write(
        server,
        {"id": "habit", "content": "Offer Ana trains that arrive on a Sunday.", "kind": "semantic",
         "source_ids": ["gist"]},
    )  # fmt: skip
    write(server, *({"id": f"hostile-{n}", "content": one} for n, one in enumerate(HOSTILE)))
    write(server, {"id": "hostile-all", "content": SCRIPT, "user_id": IMAGE, "session_id": SCRIPT,
                   "speaker": IMAGE, "tags": [IMAGE], "metadata": {IMAGE: [SCRIPT, {"a": IMAGE}]},
                   "subject_ids": [SCRIPT]})  # fmt: skip
    write(server, {"id": "moved", "content": "Ana lives in Lisbon.", "kind": "semantic",
                   "user_id": "ana"})  # fmt: skip
    for outcome in ("used", "confirmed", "contradicted"):
        told = {"items": [{"memory_id": "tea", "outcome": outcome}]}
        ask(server, "POST", "/feedback", told)
    ask(server, "PATCH", "/memories/trip", {"content": "Ana came back from Rome on Monday."})
    ask(server, "PATCH", "/memories/box", {"status": "archived"})
    write(server, *({"content": f"Note {n} of a long day at the desk."} for n in range(60)))


def write(server: Server, *drafts: dict[str, Any], agent: str = "support") -> None:
    """Write memories of an agent."""
    ask(server, "POST", "/memories", {"memories": list(drafts)}, agent)


def ask(server: Server, method: str, path: str, body: Any, agent: str = "support") -> None:
    """One request about an agent, which has to succeed."""
    answer = server.client.request(method, f"/v1/agents/{agent}{path}", json=body)
    assert answer.is_success, answer.text
