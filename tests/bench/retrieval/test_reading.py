"""Both forms become dialogs; anything else is refused with a remedy."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.bench.client import LoadFailed
from memsvc.bench.retrieval.dialogs import Corpus, Dialog, Question
from memsvc.bench.retrieval.locomo import evidence_ids
from memsvc.bench.retrieval.reading import read
from tests.bench.retrieval.tiny import ENTRY, SAMPLE, entry, unmarked, written


@pytest.mark.parametrize(
    ("named", "ids"),
    [
        (["D1:3"], {"D1:3"}),
        (["D:11:26"], {"D11:26"}),
        (["D3:01"], {"D3:1"}),
        (["D8:6; D9:17"], {"D8:6", "D9:17"}),
        (["D8:6 D9:17,D10:2", "D8:6"], {"D8:6", "D9:17", "D10:2"}),
        (["D"], set()),
        ([], set()),
    ],
)
def test_evidence_is_put_in_order(named: list[str], ids: set[str]) -> None:
    assert evidence_ids(named) == ids


def test_locomo(tmp_path: Path) -> None:
    corpus = read(written(tmp_path, [SAMPLE]))
    (dialog,) = corpus.dialogs

    assert (corpus.form, corpus.skipped, dialog.name) == ("LoCoMo", 2, "tiny-1")
    assert [turn.id for turn in dialog.turns] == ["D1:1", "D1:2", "D1:3", "D2:1", "D2:2", "D2:3"]
    first, last = dialog.turns[0], dialog.turns[-1]
    assert first.spoken == "Jonas: Good to see you!"
    assert (first.session_id, first.speaker, first.role) == ("session_1", "Jonas", None)
    assert first.event_time == datetime(2024, 5, 8, 13, 56, tzinfo=UTC)
    assert last.event_time == datetime(2024, 6, 3, 0, 5, tzinfo=UTC)
    assert last.content == "Look at this. [shared photo: a photo of a red canoe on a lake]"
    assert [(one.category, set(one.evidence), one.adversarial) for one in dialog.questions] == [
        ("single-hop", {"D1:2"}, False),
        ("temporal", {"D1:3"}, False),
        ("multi-hop", {"D1:1", "D2:1"}, False),
        ("adversarial", {"D2:3"}, True),
    ]


def test_longmemeval(tmp_path: Path) -> None:
    (dialog,) = read(written(tmp_path, [ENTRY])).dialogs
    (question,) = dialog.questions

    assert [turn.id for turn in dialog.turns] == ["S1:1", "S1:2", "S2:1", "S2:2"]
    assert [turn.role for turn in dialog.turns] == ["user", "assistant"] * 2
    assert dialog.turns[2].session_id == "chat-b"
    assert dialog.turns[2].event_time == datetime(2024, 5, 21, 10, 0, tzinfo=UTC)
    assert dialog.turns[2].spoken == "I painted my bicycle green today."
    assert question.evidence == {"S2:1"}
    assert question.category == "single-session-user"
    assert question.asked_at == datetime(2024, 6, 10, 8, 30, tzinfo=UTC)
    assert not question.adversarial


def test_longmemeval_without_marks_takes_whole_sessions(tmp_path: Path) -> None:
    entries = [
        entry(question_id="q-2_abs", haystack_sessions=unmarked()),
        entry(question_id="q-3", haystack_sessions=unmarked(), answer_session_ids=[]),
    ]
    corpus = read(written(tmp_path, entries))

    assert [dialog.name for dialog in corpus.dialogs] == ["q-2_abs"]
    assert corpus.questions[0].evidence == {"S2:1", "S2:2"}
    assert corpus.questions[0].adversarial
    assert corpus.skipped == 1


def without(sample: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in sample.items() if name != key}


def misdated() -> dict[str, Any]:
    sample = copy.deepcopy(SAMPLE)
    sample["conversation"]["session_1_date_time"] = "yesterday"
    return sample


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([{"prompt": "?"}], r"in no known form: its first entry has other keys\. Give a file of"),
        ([], "no list with entries"),
        ({"qa": []}, "no list with entries"),
        (["a"], "its entries are no objects"),
        ([SAMPLE | {"qa": [{"question": "?"}]}], r"LoCoMo, but 0\.qa\.0\.category: Field required"),
        ([SAMPLE, without(SAMPLE, "qa")], r"LoCoMo, but 1\.qa: Field required"),
        ([misdated()], "LoCoMo, but time data 'yesterday' does not match"),
        ([entry(haystack_dates=[])], "LongMemEval, but zip"),
        ([SAMPLE | {"qa": []}], "asks nothing whose evidence is among its turns"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, entries: object, message: str) -> None:
    with pytest.raises(LoadFailed, match=message):
        read(written(tmp_path, entries))


def test_what_is_no_file_or_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("What did she say?")

    with pytest.raises(
        LoadFailed, match=r"it is no JSON .*a list of \{conversation, qa, sample_id"
    ):
        read(tmp_path / "text")
    with pytest.raises(LoadFailed, match=r"cannot be read \(No such file or directory\); check"):
        read(tmp_path / "none")


@given(st.lists(st.integers(0, 5), min_size=1, max_size=6), st.integers(1, 40))
def test_a_sample_is_spread_evenly(sizes: list[int], limit: int) -> None:
    numbers = iter(range(sum(sizes)))
    dialogs = [
        Dialog(
            str(size), [], [Question(str(next(numbers)), "c", frozenset("e")) for _ in range(size)]
        )
        for size in sizes
    ]
    sample = Corpus("made up", dialogs, 0).sampled(limit)
    chosen = [int(question.text) for question in sample.questions]
    gaps = {later - earlier for earlier, later in pairwise(chosen)}

    assert len(chosen) == min(limit, sum(sizes))
    assert all(gap > 0 for gap in gaps)
    assert not gaps or max(gaps) - min(gaps) <= 1
    assert limit >= sum(sizes) or all(dialog.questions for dialog in sample.dialogs)
