"""Which hosts name this machine."""

from __future__ import annotations

import pytest

from memsvc.core.hosts import names_this_machine


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]", "[::1]:8080"]
)
def test_its_own_names(host: str) -> None:
    assert names_this_machine(host)


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "[::1", "::1"]
)
def test_names_of_others(host: str) -> None:
    assert not names_this_machine(host)
