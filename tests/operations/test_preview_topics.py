"""Previews by topic under the real model: what is certain is right, and nothing is missed.

The corpus is invented; `held_out` was written after the thresholds had been fitted on `fitted`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.memory import Draft
from memsvc.operations.forgetting.preview import preview
from memsvc.runtime import Runtime
from memsvc.wiring import build_runtime
from tests.operations.people import TENANT
from tests.operations.remembering import NOW, remember

CORPUS = json.loads((Path(__file__).parents[1] / "corpora" / "topics.json").read_text())
ASKED = {
    "health": "her health",
    "money": "her finances",
    "work": "work",
    "travel": "her trips",
    "family": "her family",
    "food": "food",
}
SPEAKERS = {"alone": None, "spoken": "Maria"}
# Of each set: the least precision of what is certain, and its least recall.
LEAST = {("alone", "fitted"): (0.95, 0.75), ("spoken", "fitted"): (0.95, 0.65)}
LEAST |= {("alone", "held_out"): (0.95, 0.75), ("spoken", "held_out"): (0.93, 0.55)}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """A runtime with the real model; each set is told to an agent, without and with a speaker."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("told"), embedding={"backend": "onnx"})
    with closing(build_runtime(settings, lambda _line: None)) as runtime:
        for how, speaker in SPEAKERS.items():
            for name in ("fitted", "held_out"):
                drafts = [
                    Draft(content=text, id=f"{topic}-{at}", user_id=f"u1-{how}", speaker=speaker)
                    for topic, texts in CORPUS[name].items()
                    for at, text in enumerate(texts)
                ]
                remember(runtime, *drafts, scope=Scope(TENANT, f"{how}-{name}"))
        yield runtime


@pytest.mark.parametrize(("how", "name"), LEAST)
def test_what_is_certain_is_right_and_little_is_missed(told: Runtime, how: str, name: str) -> None:
    hits = wrong = missed = total = unsure = 0
    for topic, words in ASKED.items():
        text = f"forget everything u1-{how} told us about {words}"
        found = preview(told, TENANT, text, f"{how}-{name}", NOW)
        certain = {one.memory_id for one in found.certain}
        perhaps = {one.memory_id for one in found.uncertain}
        meant = {f"{topic}-{at}" for at in range(len(CORPUS[name][topic]))}
        hits += len(certain & meant)
        wrong += len(certain - meant)
        missed += len(meant - certain - perhaps)
        unsure += len(perhaps)
        total += len(meant)

    precision, recall = LEAST[how, name]
    assert hits / (hits + wrong) >= precision
    assert hits / total >= recall
    assert 1 - missed / total >= 0.95
    # What is left to whoever looks stays a part of all there is.
    held = sum(map(len, CORPUS[name].values()))
    assert unsure / len(ASKED) <= 0.35 * held


def test_part_of_a_topic_is_not_all_of_it(told: Runtime) -> None:
    found = preview(told, TENANT, "forget everything u1-alone told us about smoking", None, NOW)

    assert {one.excerpt for one in found.certain} == {"I stopped smoking because of my lungs."}
