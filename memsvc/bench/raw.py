"""The model's own speed, without a service: what the served figures are compared with.

Each library runs in a child process that rests while the service is measured, so that neither
PyTorch's memory nor its threads come near the load generator.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Protocol

from memsvc.embedding.backend import Piece
from memsvc.embedding.export import exported
from memsvc.embedding.onnx import OnnxBackend
from memsvc.embedding.sentence_transformer import load_model
from memsvc.embedding.source import resolve

BATCH = 64
# A batch is filled with neighbours in length among so many texts, as sentence-transformers does.
SORTED = 8 * BATCH


class RawModel(Protocol):
    """The model measured alone. Each method works through the texts until the time is over."""

    def query_ms(self, queries: Sequence[str], seconds: float) -> list[float]:
        """ONNX Runtime on all cores, milliseconds of each query, one by one."""
        ...

    def onnx_per_second(self, texts: Sequence[str], seconds: float) -> float:
        """ONNX Runtime on all cores, texts a second in batches of 64."""
        ...

    def library_per_second(self, texts: Sequence[str], seconds: float) -> float:
        """sentence-transformers, texts a second in batches of 64."""
        ...


class ChildModel:
    """The model `name` in two processes of its own; its export lies in `folder`."""

    def __init__(self, name: str, folder: Path, progress: Callable[[str], None]) -> None:
        self._name = name
        self._directory = exported(name, folder, progress)
        spawn = multiprocessing.get_context("spawn")
        self._onnx = ProcessPoolExecutor(1, spawn)
        self._library = ProcessPoolExecutor(1, spawn, _without_bars)

    def __enter__(self) -> ChildModel:
        return self

    def __exit__(self, *_error: object) -> None:
        self._onnx.shutdown(cancel_futures=True)
        self._library.shutdown(cancel_futures=True)

    def query_ms(self, queries: Sequence[str], seconds: float) -> list[float]:
        return self._onnx.submit(_query_ms, self._directory, queries, seconds).result()

    def onnx_per_second(self, texts: Sequence[str], seconds: float) -> float:
        return self._onnx.submit(_onnx_rate, self._directory, texts, seconds).result()

    def library_per_second(self, texts: Sequence[str], seconds: float) -> float:
        return self._library.submit(_library_rate, self._name, texts, seconds).result()


def _without_bars() -> None:
    # Loading the weights would draw its own over ours.
    os.environ["TQDM_DISABLE"] = "1"


# Each process is handed the same model with every call and opens it once.
@cache
def _opened(directory: Path) -> OnnxBackend:
    return OnnxBackend(directory, os.cpu_count() or 1)


@cache
def _encoder(name: str) -> Callable[..., object]:
    encode: Callable[..., object] = load_model(resolve(name), "cpu").encode
    return encode


def _query_ms(directory: Path, queries: Sequence[str], seconds: float) -> list[float]:
    backend = _opened(directory)
    taken: list[float] = []
    began = time.perf_counter()
    for query in queries:
        start = time.perf_counter()
        backend.run(backend.split(query), alone=True)
        now = time.perf_counter()
        taken.append((now - start) * 1e3)
        if now - began > seconds:
            break
    return taken


def _onnx_rate(directory: Path, texts: Sequence[str], seconds: float) -> float:
    backend = _opened(directory)

    def run(part: Sequence[str]) -> None:
        pieces: list[Piece] = [piece for text in part for piece in backend.split(text)]
        pieces.sort(key=lambda piece: piece.length)
        for at in range(0, len(pieces), BATCH):
            backend.run(pieces[at : at + BATCH], alone=True)

    return _rate(texts, seconds, run)


def _library_rate(name: str, texts: Sequence[str], seconds: float) -> float:
    encode = _encoder(name)

    def run(part: Sequence[str]) -> None:
        encode(list(part), batch_size=BATCH, show_progress_bar=False)

    return _rate(texts, seconds, run)


def _rate(texts: Sequence[str], seconds: float, run: Callable[[Sequence[str]], None]) -> float:
    """Texts a second, from whole chunks."""
    done = 0
    began = now = time.perf_counter()
    for part in _chunks(texts):
        run(part)
        done += len(part)
        now = time.perf_counter()
        if now - began > seconds:
            break
    return done / (now - began)


def _chunks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    return (texts[at : at + SORTED] for at in range(0, len(texts), SORTED))
