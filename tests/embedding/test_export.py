"""A model is exported once, whole or not at all, and runs without torch."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from memsvc.embedding.export import LEAST_COSINE, exported
from memsvc.embedding.manifest import GRAPH, MANIFEST, TOKENIZER, WEIGHTS, Manifest
from memsvc.embedding.onnx import OnnxBackend
from memsvc.embedding.protocol import ModelIdentity
from memsvc.embedding.source import BUNDLED, resolve
from memsvc.errors import ModelMissing

WITHOUT_TORCH = """
import sys
from pathlib import Path
from memsvc.embedding.batching import BatchingEmbedder
from memsvc.embedding.export import exported
from memsvc.embedding.onnx import OnnxBackend
import memsvc.embedding.sentence_transformer

folder = exported(sys.argv[1], Path(sys.argv[2]), print)
embedder = BatchingEmbedder(OnnxBackend(folder, threads=2), workers=2)
assert embedder.embed_queries(["query"])[0].shape == (384,)
assert len(embedder.embed(["draft"] * 20)) == 20
embedder.close()
loaded = {"torch", "transformers", "sentence_transformers", "onnx"} & set(sys.modules)
assert not loaded, loaded
"""


@pytest.fixture
def copied(model_folder: Path, tmp_path: Path) -> Path:
    """An export of the test's own, to be damaged."""
    return Path(shutil.copytree(model_folder, tmp_path / "model"))


def test_the_manifest_tells_what_was_exported(model_folder: Path) -> None:
    manifest = Manifest.read(model_folder)

    assert manifest.identity == ModelIdentity(BUNDLED, 384, normalised=True)
    assert manifest.window == 256
    assert manifest.least_cosine >= LEAST_COSINE
    assert manifest.source == resolve(BUNDLED).fingerprint
    assert manifest.table is not None
    assert manifest.table.rows == 30_522
    assert {"torch", "onnxruntime"} <= manifest.versions.keys()


def test_the_export_was_announced_and_left_no_draft(
    model_cache: Path, model_folder: Path, progress: list[str]
) -> None:
    assert progress[0].startswith(f"exporting {BUNDLED}")
    assert "checked" in progress[-1]
    assert list(model_cache.iterdir()) == [model_folder]


def test_an_exported_model_is_found_again(model_cache: Path, model_folder: Path) -> None:
    said: list[str] = []

    assert exported(BUNDLED, model_cache, said.append) == model_folder
    assert said == []


def test_an_exported_model_runs_without_torch(model_cache: Path, model_folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT_TORCH, BUNDLED, str(model_cache)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


def test_a_model_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="nothing is downloaded") as caught:
        exported("no-such-org/no-such-model", tmp_path, lambda _: None)

    assert "Traceback" not in caught.value.detail
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [GRAPH, WEIGHTS, TOKENIZER, MANIFEST])
def test_a_missing_file_is_noticed(copied: Path, name: str) -> None:
    (copied / name).unlink()

    with pytest.raises(ModelMissing, match="delete it"):
        OnnxBackend(copied, threads=1)


@pytest.mark.parametrize("name", [GRAPH, WEIGHTS, TOKENIZER, MANIFEST])
def test_a_cut_file_is_noticed(copied: Path, name: str) -> None:
    with (copied / name).open("r+b") as file:
        file.truncate((copied / name).stat().st_size // 2)

    with pytest.raises(ModelMissing, match="delete it"):
        OnnxBackend(copied, threads=1)


@pytest.mark.parametrize("name", [GRAPH, TOKENIZER])
def test_a_scrambled_file_of_the_right_size_is_noticed(copied: Path, name: str) -> None:
    size = (copied / name).stat().st_size
    (copied / name).write_bytes(b"\xff" * size)

    with pytest.raises(ModelMissing, match="delete it"):
        OnnxBackend(copied, threads=1)


def test_a_manifest_of_another_layout_is_noticed(copied: Path) -> None:
    fields = json.loads((copied / MANIFEST).read_text())
    (copied / MANIFEST).write_text(json.dumps({**fields, "of_the_future": 1}))

    with pytest.raises(ModelMissing, match="delete it"):
        Manifest.read(copied)
