"""Exports a sentence-transformers model to ONNX, once, in a process of its own.

Run as `python -m memsvc.embedding.export MODEL FOLDER`. torch takes about 1 GB and seconds to
load: the service starts this as a child and never holds it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from memsvc.embedding.manifest import GRAPH, TOKENIZER, WEIGHTS, Manifest
from memsvc.embedding.onnx import OnnxBackend
from memsvc.embedding.sentence_transformer import (
    dimension,
    fast_tokenizer,
    load_model,
    pad_id,
    window,
)
from memsvc.embedding.source import ModelSource, resolve
from memsvc.embedding.tracing import move_weights_out, trace
from memsvc.errors import ModelMissing

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LEAST_COSINE = 0.9999
LIBRARIES = ("onnx", "onnxruntime", "sentence-transformers", "tokenizers", "torch", "transformers")
SAYS, FAILS = "progress: ", "error: "
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONWARNINGS": "ignore",
}

PROBES = (
    "",
    " ",
    "\n\t",
    ".",
    "a",
    "Hi",
    "42",
    "What did Caroline say about the adoption agency?",
    "The deployment failed because the staging database had no free connections.",
    "User prefers short answers, metric units and dark mode.",
    "def add(a: int, b: int) -> int:\n    return a + b",
    "https://example.org/a/very/long/path?with=query&and=fragments#here",
    "MIXED case, ALL CAPS, snake_case and camelCase words",
    "Zażółć gęślą jaźń; Größe, naïve café, señor",
    "Привет, как дела? Встреча перенесена на четверг.",
    "今日は東京で会議があります。",
    "用户更喜欢简短的回答。",
    "مرحبا كيف حالك",
    "👩‍👩‍👧‍👦 family 🎉🎉 party 🚀",
    "numbers 1 2 3 4 5 and punctuation!!! ??? ... ---",
    "The meeting on Thursday was moved to the large room because of the guests. " * 6,
    "short words in a row " * 20,
)


def exported(model: str, cache_dir: Path, progress: Callable[[str], None]) -> Path:
    """The folder of `model` exported, made on first use; later calls only look at file sizes.

    A changed model gets a new folder, a damaged folder is made anew. Raises ModelMissing.
    """
    source = resolve(model)
    target = folder(source, cache_dir)
    if not _whole(target):
        progress(f"exporting {source.name} to ONNX; once, under a minute")
        _in_child(model, target, progress)
        Manifest.read(target)
    return target


def standing(model: str, cache_dir: Path) -> Path | None:
    """The folder of `model` if it is exported already; raises ModelMissing as `exported` does."""
    target = folder(resolve(model), cache_dir)
    return target if _whole(target) else None


def folder(source: ModelSource, cache_dir: Path) -> Path:
    """Where the export of a source stands."""
    return cache_dir / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', source.name)}-{source.fingerprint}"


def _whole(target: Path) -> bool:
    try:
        Manifest.read(target)
    except ModelMissing:
        return False
    return True


def _in_child(model: str, target: Path, progress: Callable[[str], None]) -> None:
    """Run this module; its progress goes on, its last other line explains a failure."""
    package_root = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (package_root, os.environ.get("PYTHONPATH"))))
    reason = "no message"
    with subprocess.Popen(  # noqa: S603 - our own module, no shell
        [sys.executable, "-m", "memsvc.embedding.export", model, str(target)],
        env={**os.environ, **OFFLINE, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as child:
        for line in child.stdout or ():
            if line.startswith(SAYS):
                progress(line.removeprefix(SAYS).strip())
            elif line.strip():
                reason = line.removeprefix(FAILS).strip()
    if child.returncode < 0:
        reason = f"it was ended by signal {-child.returncode}, perhaps for want of memory"
    if child.returncode:
        raise ModelMissing(
            f"{model} could not be exported to ONNX: {reason}. Choose another model or run it "
            f"with the sentence_transformer backend"
        )


def main(arguments: Sequence[str]) -> int:
    """Export, saying on stdout how it goes; 0 or 1."""
    model, target = arguments
    try:
        export(resolve(model), Path(target))
    except ModelMissing as error:
        _write(FAILS + error.detail)
        return 1
    except OSError as error:
        _write(f"{FAILS}{target} cannot be written ({error.strerror})")
        return 1
    return 0


def export(source: ModelSource, target: Path) -> None:
    """Write the folder beside `target`, check it, then rename it into place.

    Raises ModelMissing when the exported model disagrees with sentence-transformers.
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.mkdir(parents=True)
    try:
        model = load_model(source, "cpu", attention="eager")
        _write(f"{SAYS}model loaded, tracing it")
        trace(model, draft / GRAPH)
        table = move_weights_out(draft)
        fast_tokenizer(model).save(str(draft / TOKENIZER))
        files = {name: (draft / name).stat().st_size for name in (GRAPH, WEIGHTS, TOKENIZER)}
        manifest = Manifest(
            name=source.name,
            dimension=dimension(model),
            normalised=True,
            window=window(model),
            pad_id=pad_id(model),
            table=table,
            files=files,
            source=source.fingerprint,
            versions={library: version(library) for library in LIBRARIES},
            least_cosine=0.0,
        )
        manifest.write(draft)
        least = least_cosine(model, draft)
        if not least >= LEAST_COSINE:
            raise ModelMissing(f"the export differs from the model (cosine {least:.6f})")
        replace(manifest, least_cosine=least).write(draft)
        _put(draft, target)
        _write(f"{SAYS}export checked, least cosine {least:.6f}")
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def least_cosine(model: SentenceTransformer, directory: Path) -> float:
    """The worst agreement over the probe texts, each alone and in padded batches."""
    backend = OnnxBackend(directory, threads=1)
    expected = model.encode(list(PROBES), normalize_embeddings=True, show_progress_bar=False)
    pieces = [backend.split(text)[0] for text in PROBES]
    single = np.concatenate([backend.run([piece], alone=True) for piece in pieces])
    batched = backend.run(pieces, alone=False)
    return float(min((expected * single).sum(axis=1).min(), (expected * batched).sum(axis=1).min()))


def _put(draft: Path, target: Path) -> None:
    """Rename into place, over a damaged export but not over a whole one.

    Two services that share a cache may both export; the slower one keeps what it finds.
    """
    if not _whole(target):
        shutil.rmtree(target, ignore_errors=True)
        try:
            draft.rename(target)
        except OSError:
            if not _whole(target):
                raise


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
