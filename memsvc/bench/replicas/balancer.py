"""HAProxy with the configuration that is shipped, before replicas on this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import memsvc
from memsvc.bench.client import LoadFailed

CONFIGURATION = Path(memsvc.__file__).parent / "deploy" / "haproxy.cfg"
PROGRAMS = ("haproxy", "/usr/sbin/haproxy", "/usr/local/sbin/haproxy")
START_S = 10.0
STOP_S = 10.0


def program() -> str | None:
    """The program; None where it is not installed. Its folder is on few users' PATH."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Balancer:
    """A running HAProxy; its log goes to the file `log`. Raises LoadFailed when it cannot run."""

    def __init__(self, replicas: Sequence[int], log: Path) -> None:
        found = program()
        if found is None:
            raise LoadFailed("haproxy is not installed")
        [port] = free_ports(1)
        self.base = f"http://127.0.0.1:{port}"
        self.log = log
        addresses = {
            f"MEMSVC_REPLICA_{number}": f"127.0.0.1:{replica}"
            for number, replica in enumerate(replicas, start=1)
        }
        with log.open("a") as file:
            self._process = subprocess.Popen(  # noqa: S603 - found above, our own file
                [found, "-W", "-db", "-f", str(CONFIGURATION)],
                stdout=file,
                stderr=file,
                env={**os.environ, "MEMSVC_BALANCER_BIND": f"127.0.0.1:{port}", **addresses},
            )
        self._await(port)

    def _await(self, port: int) -> None:
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise LoadFailed(f"haproxy ended: {self.log.read_text(errors='replace')}")
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise LoadFailed("haproxy did not start")

    def close(self) -> None:
        """End it, connections and all."""
        self._process.terminate()
        self._process.wait(timeout=STOP_S)
