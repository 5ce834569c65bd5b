"""The sealed cookie: every process that has the root key can read it, and nobody else."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

from memsvc.clock import FixedClock
from memsvc.dashboard.session import LASTS, begin, read
from memsvc.wiring import open_safe
from tests.api.site import NOW, settings_in


def test_a_second_process_reads_it_and_a_foreign_one_does_not(tmp_path: Path) -> None:
    def safe(folder: str):  # type: ignore[no-untyped-def]
        return closing(
            open_safe(settings_in(tmp_path / folder), lambda _line: None, FixedClock(NOW))
        )

    with safe("ours") as one, safe("ours") as other, safe("foreign") as foreign:
        cookie = begin(one, "k1")
        session = read(other, cookie, NOW)
        assert session is not None
        assert session.key_id == "k1"
        assert session == read(one, cookie, NOW)
        assert read(foreign, cookie, NOW) is None
        assert read(other, cookie, NOW + LASTS - timedelta(seconds=1)) is not None
        assert read(other, cookie, NOW + LASTS) is None
        assert begin(one, "k1") != cookie
        assert session.sent(session.token)
        assert not session.sent(session.token.upper() + "\udcff")
