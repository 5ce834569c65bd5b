"""Three replicas, each a process with a folder of its own, and the balancer before them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from memsvc.bench.replicas.balancer import Balancer, free_ports
from memsvc.bench.served import ANSWER_S, KEY, Served

REPLICAS = 3
ROOT_KEY = "5e" * 32


class Fleet:
    """The replicas and the balancer, as clients see them: one address."""

    def __init__(self, replicas: list[Served], balancer: Balancer) -> None:
        self.replicas = replicas
        self.balancer = balancer

    def client(self) -> httpx.Client:
        """A client that comes in through the balancer."""
        return _client(self.balancer.base)

    def clients(self) -> list[httpx.Client]:
        """A client of each replica, past the balancer; good across their restarts."""
        return [_client(f"http://127.0.0.1:{one.port}") for one in self.replicas]


def _client(base: str) -> httpx.Client:
    return httpx.Client(
        base_url=base,
        headers={"Authorization": f"Bearer {KEY}"},
        timeout=ANSWER_S,
        # Shorter than a server keeps one: none is used that is just being closed.
        limits=httpx.Limits(keepalive_expiry=2.0),
    )


@contextmanager
def fleet(folder: Path, database_url: str, environment: Mapping[str, str]) -> Iterator[Fleet]:
    """Replicas on one database, all first started at once; raises LoadFailed."""
    ports = free_ports(REPLICAS)

    def start(number: int) -> Served:
        home = folder / f"replica-{number + 1}"
        home.mkdir()
        settings = {
            "MEMSVC_DATABASE_URL": database_url,
            "MEMSVC_ROOT_KEY": ROOT_KEY,
            "MEMSVC_EMBEDDING__BACKEND": "hashing",
            **environment,
        }
        return Served(home / "data", home / "log", settings, port=ports[number])

    with ExitStack() as stack:
        with ThreadPoolExecutor(REPLICAS) as pool:
            replicas = list(pool.map(start, range(REPLICAS)))
        for replica in replicas:
            stack.callback(replica.kill)
        balancer = Balancer(ports, folder / "balancer.log")
        stack.callback(balancer.close)
        yield Fleet(replicas, balancer)
