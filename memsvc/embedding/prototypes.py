"""Vectors of sentences that never change: made once for each model, and kept beside its export."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from memsvc.embedding.protocol import Embedder, Vectors
from memsvc.errors import MemsvcError

AT_ONCE = 32
"""Sentences embedded by one run, so that others come in between."""


class KeptVectors:
    """Vectors of the given sentences, shape (sentences, dimension), float32, rows of unit length.

    Read from the file where it is there. Else made by the embedder in a thread of its own, and
    written to the file; who needs them meanwhile waits.
    """

    def __init__(self, embedder: Embedder, sentences: Sequence[str], file: Path) -> None:
        self._embedder = embedder
        self._sentences = sentences
        self._file = file
        self._vectors: Vectors | None = self._read()
        self._failure: MemsvcError | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._make, name="prototypes", daemon=True)
        if self._vectors is None:
            self._thread.start()

    def vectors(self) -> Vectors:
        """All of them; raises EmbeddingUnavailable where they could not be made."""
        if self._vectors is None:
            if self._thread.is_alive():
                self._thread.join()
            if self._vectors is None:
                # Tried again by who needs them: an endpoint may be back.
                self._failure = None
                self._make()
            if self._failure is not None:
                raise self._failure
        assert self._vectors is not None, "made, or raised"
        return self._vectors

    def close(self) -> None:
        """Stop making them."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join()

    def _read(self) -> Vectors | None:
        shape = (len(self._sentences), self._embedder.identity.dimension)
        try:
            found = np.load(self._file, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return found if found.shape == shape and found.dtype == np.float32 else None

    def _make(self) -> None:
        rows: list[Vectors] = []
        try:
            for start in range(0, len(self._sentences), AT_ONCE):
                if self._closed.is_set():
                    return
                part = self._sentences[start : start + AT_ONCE]
                rows += [pieces[0] for pieces in self._embedder.embed(part)]
        except MemsvcError as failure:
            self._failure = failure
            return
        self._vectors = np.stack(rows)
        self._write(self._vectors)

    def _write(self, vectors: Vectors) -> None:
        """Into place in one step; where it cannot be written they are made at every start."""
        draft = self._file.with_name(f".{self._file.name}.{threading.get_ident()}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                np.save(file, vectors, allow_pickle=False)
            draft.replace(self._file)
        except OSError:
            draft.unlink(missing_ok=True)
