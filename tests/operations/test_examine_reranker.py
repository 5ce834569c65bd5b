"""An examination lets the re-ranker judge a pair."""

from __future__ import annotations

from pathlib import Path

import pytest

from memsvc.config import Settings
from memsvc.core.finding import Finding, Level
from memsvc.operations.examine import examine
from memsvc.operations.examine_reranker import RERANKER
from memsvc.wiring import installation
from tests.judges.cross_encoders import make_cross_encoder


def found(folder: Path, **reranker: object) -> Finding:
    settings = Settings.model_validate(
        {"data_dir": folder, "embedding": {"backend": "hashing"}, "reranker": reranker}
    )
    [one] = [one for one in examine(installation(settings), full=False) if one.check == RERANKER]
    return one


def test_none_is_set(tmp_path: Path) -> None:
    assert found(tmp_path) == Finding(RERANKER, Level.OK, "none is set")


def test_one_that_answers(tmp_path: Path) -> None:
    folder = make_cross_encoder(tmp_path / "model")
    one = found(tmp_path, model=str(folder), candidates=20, weight=0.3)

    assert one.level is Level.OK
    assert one.found == "it answers; 30% of the relevance of the best 20"


@pytest.mark.parametrize("labels", [None, 2])
def test_one_that_cannot_be_used(tmp_path: Path, labels: int | None) -> None:
    folder = tmp_path / "model"
    if labels:
        make_cross_encoder(folder, labels=labels)
    one = found(tmp_path, model=str(folder))

    assert one.level is Level.FAIL
    assert one.found == "A model cannot be loaded"
    assert ("2 labels" if labels else "nothing is downloaded") in one.remedy
