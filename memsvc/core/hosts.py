"""Names of hosts: whether a request calls this machine by a name of its own."""

from __future__ import annotations

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def names_this_machine(host: str) -> bool:
    """Whether a Host header, with or without a port, names this machine.

    Asked where no key is: a page of another site could have its own name lead here (DNS rebinding)
    and would then read everything.
    """
    if host.startswith("["):
        name, closed, port = host[1:].partition("]")
        return bool(closed) and name in LOOPBACK and port[:1] in ("", ":")
    return host.partition(":")[0].lower() in LOOPBACK
