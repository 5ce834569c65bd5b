"""A model that is missing or damaged: one line with the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from memsvc.embedding.export import folder
from memsvc.embedding.manifest import GRAPH, TOKENIZER, WEIGHTS, Manifest
from memsvc.embedding.source import BUNDLED, resolve
from tests.faults.asking import refusal

START = ("serve", "--port", "0")
GARBAGE = b"\x0f" * 512


@pytest.mark.parametrize("command", [START, ("prepare",)])
def test_an_export_that_is_damaged(tmp_path: Path, command: tuple[str, ...]) -> None:
    target = folder(resolve(BUNDLED), tmp_path / "data" / "models")
    target.mkdir(parents=True)
    files = dict.fromkeys((GRAPH, WEIGHTS, TOKENIZER), len(GARBAGE))
    for name in files:
        (target / name).write_bytes(GARBAGE)
    Manifest(
        name=BUNDLED,
        dimension=384,
        normalised=True,
        window=256,
        pad_id=0,
        table=None,
        files=files,
        source=resolve(BUNDLED).fingerprint,
        versions={},
        least_cosine=1.0,
    ).write(target)
    told = refusal(tmp_path / "data", *command, MEMSVC_EMBEDDING__BACKEND="onnx")
    assert f"{target} holds no whole exported model; delete it and start again" in told


def test_an_endpoint_that_does_not_answer(tmp_path: Path) -> None:
    told = refusal(
        tmp_path / "data",
        *START,
        MEMSVC_EMBEDDING__BACKEND="openai_http",
        MEMSVC_EMBEDDING__URL="http://127.0.0.1:9/v1",
        MEMSVC_EMBEDDING__MODEL="some-model",
        MEMSVC_EMBEDDING__RETRIES="0",
    )
    assert "check that it runs, and MEMSVC_EMBEDDING__URL" in told
