"""A cross-encoder of the session's own, and chat endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from memsvc.judges.cross_encoder import CrossEncoderReranker
from tests.judges.chat_endpoint import ChatEndpoint
from tests.judges.cross_encoders import make_cross_encoder


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_cross_encoder(tmp_path_factory.mktemp("judges") / "tiny")


@pytest.fixture
def reranker(model_folder: Path) -> Iterator[CrossEncoderReranker]:
    reranker = CrossEncoderReranker(str(model_folder), "cpu")
    yield reranker
    reranker.close()


@pytest.fixture
def endpoint() -> Iterator[ChatEndpoint]:
    """A chat endpoint of the test's own, to be scripted."""
    with ChatEndpoint() as endpoint:
        yield endpoint
