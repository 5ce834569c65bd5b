"""The same look at other stores, where they are installed."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import memsvc
from memsvc.bench.client import LoadFailed
from memsvc.bench.erasure.canaries import Embed, word
from memsvc.bench.erasure.rivals import RIVALS, VERSION, Lesson
from memsvc.bench.erasure.scanning import Needles

TEXT, VECTOR = "text ", "vector "
LONGEST_S = 300.0


@dataclass(frozen=True, slots=True)
class Left:
    """How many of the texts and vectors were found after an act."""

    act: str
    texts: int
    vectors: int


@dataclass(frozen=True, slots=True)
class Store:
    """One other store; without a `version` it is not installed, and nothing was looked at."""

    name: str
    version: str
    canaries: int
    left: Sequence[Left]


def measure_others(
    embed: Embed, canaries: int, python: str, progress: Callable[[str], None]
) -> list[Store]:
    """Write, delete as the book says, close, look; `python` is the interpreter that has them.

    Raises LoadFailed when one that is installed fails.
    """
    texts = [f"{word()} keeps {word()} behind the old {word()}" for _ in range(2 * canaries)]
    vectors = embed(texts)
    lesson = Lesson(texts[:canaries], vectors[:canaries], texts[canaries:], vectors[canaries:])
    return [_measured(name, lesson, python or sys.executable, progress) for name in RIVALS]


def _measured(name: str, lesson: Lesson, python: str, progress: Callable[[str], None]) -> Store:
    canaries = len(lesson.texts)
    with tempfile.TemporaryDirectory(prefix="memsvc-bench-") as folder:
        told = _child(python, name, Path(folder), VERSION, lesson)
        if told.returncode:
            return Store(name, "", canaries, [])
        left = list(_lived(name, Path(folder), lesson, python))
    progress(f"{name}: {[asdict(one) for one in left]}")
    return Store(name, told.stdout.strip(), canaries, left)


def _lived(name: str, folder: Path, lesson: Lesson, python: str) -> Iterator[Left]:
    rival = RIVALS[name]
    needles = Needles()
    for at, (text, vector) in enumerate(zip(lesson.texts, lesson.vectors, strict=True)):
        needles.add_text(f"{TEXT}{at}", text)
        needles.add_vector(f"{VECTOR}{at}", vector)
    acts = {"write": "written", "forget": rival.how}
    if rival.tidy is not None:
        acts["tidy"] = f"then {rival.tidying}"
    for act, shown in acts.items():
        ended = _child(python, name, folder, act, lesson)
        if ended.returncode:
            raise LoadFailed(f"{name} could not {act}: {ended.stderr}")
        found = needles.look({name: folder}).names
        yield Left(
            shown,
            sum(one.startswith(TEXT) for one in found),
            sum(one.startswith(VECTOR) for one in found),
        )


def _child(
    python: str, name: str, folder: Path, act: str, lesson: Lesson
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own module, by the interpreter that was given
        [python, "-m", "memsvc.bench.erasure.rivals", name, str(folder), act],
        input=json.dumps(lesson),
        env={"PYTHONPATH": str(Path(memsvc.__file__).parents[1]), "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
