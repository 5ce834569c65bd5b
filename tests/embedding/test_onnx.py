"""The exported model gives the vectors that sentence-transformers gives."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from memsvc.embedding.backend import Backend
from memsvc.embedding.export import PROBES
from memsvc.embedding.manifest import TOKENIZER
from memsvc.embedding.onnx import OnnxBackend
from memsvc.embedding.sentence_transformer import SentenceTransformerBackend
from memsvc.embedding.tokens import OVERLAP
from memsvc.errors import EmbeddingUnavailable

LONG = " ".join(f"number {number}" for number in range(400))


@pytest.fixture(params=[True, False], ids=["wide", "narrow"])
def alone(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_vectors_agree_with_sentence_transformers(
    onnx_backend: OnnxBackend, torch_backend: SentenceTransformerBackend, *, alone: bool
) -> None:
    expected = torch_backend._model.encode(list(PROBES), normalize_embeddings=True)
    pieces = [onnx_backend.split(text)[0] for text in PROBES]
    rows = np.concatenate(
        [onnx_backend.run(pieces[at : at + 8], alone=alone) for at in range(0, len(pieces), 8)]
    )

    assert (expected * rows).sum(axis=1).min() >= 0.9999


def test_the_two_backends_are_one_model(
    onnx_backend: OnnxBackend, torch_backend: SentenceTransformerBackend
) -> None:
    assert onnx_backend.identity == torch_backend.identity
    assert onnx_backend.split(LONG) == torch_backend.split(LONG)
    pieces = onnx_backend.split(LONG)
    pairs = onnx_backend.run(pieces, alone=False) * torch_backend.run(pieces, alone=False)
    assert pairs.sum(axis=1).min() >= 0.9999


def test_pieces_cover_the_text_and_overlap(onnx_backend: OnnxBackend, model_folder: Path) -> None:
    whole = Tokenizer.from_file(str(model_folder / TOKENIZER))
    whole.no_truncation()
    cut = onnx_backend.split(LONG)
    inner = [list(piece.ids[1:-1]) for piece in cut]
    joined = [*inner[0], *(token for ids in inner[1:] for token in ids[OVERLAP:])]

    assert len(cut) == 4
    assert all(piece.length == len(piece.ids) <= 256 for piece in cut)
    assert all(a[-OVERLAP:] == b[:OVERLAP] for a, b in pairwise(inner))
    assert joined == whole.encode(LONG, add_special_tokens=False).ids


@pytest.mark.parametrize("name", ["onnx_backend", "torch_backend"])
def test_no_pieces_give_no_rows(request: pytest.FixtureRequest, name: str) -> None:
    backend: Backend = request.getfixturevalue(name)

    assert backend.run([], alone=False).shape == (0, 384)


def test_a_failing_model_is_unavailable_and_tells_no_content(
    onnx_backend: OnnxBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = onnx_backend.split("text")
    monkeypatch.setattr("memsvc.embedding.onnx.features", lambda *_: {})

    with pytest.raises(EmbeddingUnavailable, match=r"^the embedding model failed to run$"):
        onnx_backend.run(pieces, alone=False)
