"""What docs/client.md shows works."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from memsvc.client import Memsvc
from memsvc.client.credentials import KEY_VARIABLE, URL_VARIABLE
from tests.client.twins import SOURCE
from tests.serving.server import KEY

PAGE = (Path(__file__).parents[2] / "docs" / "client.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def known(served: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What the blocks before have named; their clients are closed at the end."""
    monkeypatch.setenv(URL_VARIABLE, served)
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    names: dict[str, Any] = {"__name__": "__main__"}
    yield names
    names["memsvc"].close()


def test_every_example_runs(known: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert len(BLOCKS) >= 8
    for number, block in enumerate(BLOCKS):
        exec(compile(block, f"example {number + 1}", "exec"), known)  # noqa: S102 - our own page

    said = capsys.readouterr().out
    for wanted in ("Ana moved to Lisbon", "Bo grows tomatoes", "added ", "peanuts", "closed "):
        assert wanted in said
    assert isinstance(known["memsvc"], Memsvc)


def test_every_call_is_listed() -> None:
    table = PAGE.partition("## All of it")[2].partition("## When")[0]
    named = set(re.findall(r"`\.?(?:memsvc\.)?(\w+)(?:\(id\))?`", table))
    offered = {
        name
        for path in SOURCE.glob("*.py")
        for name in re.findall(r"^    (?:async )?def ([a-z]\w*)\(", path.read_text("utf-8"), re.M)
    } - {"ask", "answer", "sleep", "page", "pages", "aclose", "agent"}

    assert offered - named == set()
