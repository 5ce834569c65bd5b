"""The backends under test, each made once."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from memsvc.embedding.export import exported, folder
from memsvc.embedding.manifest import MANIFEST
from memsvc.embedding.onnx import OnnxBackend
from memsvc.embedding.sentence_transformer import SentenceTransformerBackend
from memsvc.embedding.source import BUNDLED, resolve
from tests.embedding.endpoint import Endpoint


@pytest.fixture(scope="session")
def progress() -> list[str]:
    """What the one export of the session said."""
    return []


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory, progress: list[str]) -> Path:
    """A cache with the bundled model exported into it, over the ruin of an earlier export."""
    cache = tmp_path_factory.mktemp("models")
    ruin = folder(resolve(BUNDLED), cache)
    ruin.mkdir()
    (ruin / MANIFEST).write_text("{")
    exported(BUNDLED, cache, progress.append)
    return cache


@pytest.fixture(scope="session")
def model_folder(model_cache: Path) -> Path:
    return folder(resolve(BUNDLED), model_cache)


@pytest.fixture(scope="session")
def onnx_backend(model_folder: Path) -> OnnxBackend:
    return OnnxBackend(model_folder, threads=2)


@pytest.fixture(scope="session")
def torch_backend() -> SentenceTransformerBackend:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of torch and transformers are not ours
        return SentenceTransformerBackend(BUNDLED, "cpu")


@pytest.fixture(scope="session")
def quiet_endpoint() -> Iterator[Endpoint]:
    """An endpoint that behaves."""
    with Endpoint() as endpoint:
        yield endpoint


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """An endpoint of the test's own, to be scripted."""
    with Endpoint() as endpoint:
        yield endpoint
