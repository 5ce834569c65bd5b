"""What the pages tell readers to type works, and prints what they show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.executing import agrees, carry_out, steps_of
from tests.docs.reading import DOCS
from tests.house.source import ROOT
from tests.serving.server import Server

MEANING, WORDS = "onnx", "hashing"
PAGES = {
    "../README.md": MEANING,
    "tutorial.md": MEANING,
    "search.md": MEANING,
    "forget-a-person.md": WORDS,
    "agents.md": WORDS,
    "keys.md": WORDS,
    "backup.md": WORDS,
    "export.md": WORDS,
    "doctor.md": WORDS,
}
"""Pages and what has to embed for them: a model takes seconds to start."""


@dataclass(frozen=True)
class Started:
    """A server as readers get it, and the key that it showed."""

    server: Server
    key: str

    @classmethod
    def over(cls, folder: Path, backend: str, **more: str) -> Started:
        chosen = {"MEMSVC_EMBEDDING__BACKEND": backend, "MEMSVC_ADMIN_KEY": "", **more}
        server = Server(folder / "memsvc-data", folder, **chosen)
        [key] = set(re.findall(r"msk_[\w-]+", server.said))
        return cls(server, key)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the model is exported to once for all pages."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def of_words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """One server for all pages that need no model: they tell of agents of their own."""
    started = Started.over(tmp_path_factory.mktemp("words"), WORDS)
    yield started
    started.server.stop()


@pytest.mark.parametrize("name", [name for name, what in PAGES.items() if what == WORDS])
def test_a_page_does_what_it_says(
    name: str, of_words: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEMSVC_EMBEDDING__BACKEND", WORDS)
    assert unlike(name, of_words, monkeypatch) == []


@pytest.mark.parametrize("name", [name for name, what in PAGES.items() if what == MEANING])
def test_a_page_that_goes_by_meaning_does_what_it_says(
    name: str, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEMSVC_EMBEDDING__MODEL_DIR", str(models))
    started = Started.over(tmp_path, MEANING)
    try:
        assert unlike(name, started, monkeypatch) == []
    finally:
        started.server.stop()


def unlike(name: str, started: Started, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Carry a page out; what was printed where something else is shown."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    # Pages other than the tutorial take for granted that the reader has one.
    monkeypatch.setenv("KEY", started.key)
    return [
        f"line {step.block.line} printed {step.printed}"
        for step in carry_out(DOCS / name, started.server, started.key)
        if step.shown is not None and not agrees(step.shown, step.printed)
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_something_to_do(name: str) -> None:
    assert steps_of(DOCS / name)


@pytest.mark.parametrize(
    ("shown", "printed", "expected"),
    [
        ('{"a": 1}', '{"a":1}\n', True),
        ("one … three", "one two three", True),
        ("three … one", "one two three", False),
        ("on…", "one two", True),
        ("four", "one two three", False),
    ],
)
def test_what_is_shown_is_held_against_what_is_printed(
    shown: str, printed: str, expected: bool
) -> None:
    assert agrees(shown, printed) is expected
