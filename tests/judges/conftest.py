"""A cross-encoder of the session's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from memsvc.judges.cross_encoder import CrossEncoderReranker
from tests.judges.cross_encoders import make_cross_encoder


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_cross_encoder(tmp_path_factory.mktemp("judges") / "tiny")


@pytest.fixture
def reranker(model_folder: Path) -> Iterator[CrossEncoderReranker]:
    reranker = CrossEncoderReranker(str(model_folder), "cpu")
    yield reranker
    reranker.close()
