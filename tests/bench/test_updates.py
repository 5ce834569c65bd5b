"""What the benchmark of updates writes and asks."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from memsvc.bench.client import LoadFailed
from memsvc.bench.updates.corpus import FOLDER, lines, of_file, own
from memsvc.bench.updates.dialogues import Extracted
from memsvc.bench.updates.measure import Found, UpdatesReport, _pooled
from memsvc.bench.updates.shown import plots, shown
from tests.bench.pages import MACHINE, cells

FACT = {
    "kind": "update",
    "v1": "The capital of Norvania is Oslund.",
    "v2_same": "The capital of Norvania is Berg.",
    "question": "What is the capital of Norvania?",
    "old": "Oslund",
    "new": "Berg",
}
CONTROL = {"kind": "control", "v1": "The sky is blue.", "question": "What colour is the sky?"}


def file_of(folder: Path, *entries: dict[str, str]) -> Path:
    file = folder / "updates.jsonl"
    file.write_text("\n".join(map(json.dumps, entries)))
    return file


@pytest.mark.parametrize("split", ["dev", "heldout"])
def test_a_known_fact_is_told_in_other_words(tmp_path: Path, split: str) -> None:
    corpus = of_file(file_of(tmp_path, FACT, CONTROL), split)
    [update] = corpus.updates
    told = [text for name, text in update.after.items() if name.startswith("uncued")]
    assert len(told) >= 7
    assert all("Norvania" in one and "Berg" in one and "Oslund" not in one for one in told)
    [(family, before, aside)] = corpus.alike
    assert (family, before) == ("aside", FACT["v1"])
    assert "Norvania" in aside
    assert aside not in told


def test_a_fact_in_words_of_its_own_is_left_as_it_is(tmp_path: Path) -> None:
    corpus = of_file(file_of(tmp_path, {**FACT, "v1": "Oslund rules Norvania."}), "dev")
    assert corpus.wordings == ["v2_same"]
    assert corpus.alike == []


def test_a_file_without_updates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadFailed, match="holds no updates"):
        of_file(file_of(tmp_path, CONTROL), "dev")


def test_the_splits_have_nothing_in_common() -> None:
    dev, heldout = own("dev"), own("heldout")
    assert {one.before for one in dev.updates}.isdisjoint(one.before for one in heldout.updates)
    for one in lines(FOLDER / "rewordings.jsonl"):
        for kind in ("rewordings", "asides"):
            both = [*one["dev"][kind], *one["heldout"][kind]]
            assert len(set(both)) == len(both)
            assert all("{s}" in text and "{v}" in text for text in both)


def test_ways_without_a_cue_are_one_row() -> None:
    rows = [
        Found("uncued 1", "question", 1, 1.0, 0.0, 0.0, 1.0),
        Found("uncued 2", "question", 3, 0.0, 1.0, 1.0, 1.0),
        Found("v2_same", "question", 4, 1.0, 0.0, 0.0, 1.0),
    ]
    assert _pooled(rows) == [
        rows[2],
        Found("uncued, 2 ways", "question", 4, 0.25, 0.75, 0.75, 1.0),
    ]


def test_what_harms_has_a_bar() -> None:
    found = [Found("v2_same", "question", 4, 0.75, 0.25, 0.0, 1.0)]
    good = UpdatesReport(
        MACHINE, "1", found, {"aside": 5, "other": 7}, {"aside": 1, "other": 0},
        {"aside": 0, "other": 2}, 1.0, 1.0, 1, 0, (2.0, 1.0), Extracted(9, 8, 4, 5, 5, 30.0),
    )  # fmt: skip
    told = shown(good)

    assert all(check.passed for check in told.checks)
    assert told.tables[1].rows[-1] == ("all", "12", "1", "2")
    assert "v2_same, asked by question" in cells(told, plots(good))
    assert any("precision 1.000, recall 0.500" in note for note in told.notes)
    poor = replace(good, rewritten=0.98, untouched=0.5, overwritten=1, alike={})
    assert not any(check.passed for check in shown(poor).checks)
    assert len(shown(poor).tables) == 1
