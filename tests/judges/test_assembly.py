"""A re-ranker is there when it is set, and costs nothing when it is not."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import ValidationError

from memsvc.config import Settings
from memsvc.errors import ModelMissing, RerankerUnavailable
from memsvc.wiring import build_runtime

WITHOUT_TORCH = """
import sys
from pathlib import Path
from memsvc.config import Settings
from memsvc.wiring import build_runtime
import memsvc.judges.cross_encoder

settings = Settings(data_dir=Path(sys.argv[1]), embedding={"backend": "hashing"})
runtime = build_runtime(settings, print)
assert runtime.reranking is None
runtime.close()
loaded = {"torch", "transformers", "sentence_transformers"} & set(sys.modules)
assert not loaded, loaded
"""


def settings(folder: Path, **reranker: object) -> Settings:
    return Settings.model_validate(
        {"data_dir": folder, "embedding": {"backend": "hashing"}, "reranker": reranker}
    )


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMSVC_RERANKER__MODEL", "some/model")
    monkeypatch.setenv("MEMSVC_RERANKER__DEVICE", "cuda")
    monkeypatch.setenv("MEMSVC_RERANKER__CANDIDATES", "12")
    monkeypatch.setenv("MEMSVC_RERANKER__WEIGHT", "0.25")
    found = Settings().reranker

    assert (found.model, found.device, found.candidates, found.weight) == (
        "some/model", "cuda", 12, 0.25
    )  # fmt: skip


def test_none_is_set_by_default() -> None:
    found = Settings().reranker

    assert (found.model, found.device, found.candidates, found.weight) == ("", "cpu", 30, 0.5)


@pytest.mark.parametrize(
    ("name", "value"),
    [("CANDIDATES", "0"), ("CANDIDATES", "201"), ("WEIGHT", "-0.1"), ("WEIGHT", "1.1")],
)
def test_settings_have_bounds(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"MEMSVC_RERANKER__{name}", value)

    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_a_service_without_one_does_not_load_torch(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT_TORCH, str(tmp_path / "data")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "re-ranker" not in done.stdout


def test_the_runtime_holds_it_and_closes_it(tmp_path: Path, model_folder: Path) -> None:
    said: list[str] = []
    chosen = settings(tmp_path, model=str(model_folder), candidates=7, weight=0.2)
    with closing(build_runtime(chosen, said.append)) as runtime:
        reranking = runtime.reranking
        assert reranking is not None
        assert (reranking.candidates, reranking.weight) == (7, 0.2)
        assert reranking.reranker.relevance("where is ana ?", ["in lisbon ."]).shape == (1,)

    assert any("re-ranker" in line for line in said)
    with pytest.raises(RerankerUnavailable):
        reranking.reranker.relevance("where is ana ?", ["in lisbon ."])


def test_a_start_without_the_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="nothing is downloaded"):
        build_runtime(settings(tmp_path, model="no/such"), lambda _line: None)


def test_re_embedding_needs_none(tmp_path: Path) -> None:
    chosen = settings(tmp_path, model="no/such")
    with closing(build_runtime(chosen, lambda _line: None, check_model=False)) as runtime:
        assert runtime.reranking is None
