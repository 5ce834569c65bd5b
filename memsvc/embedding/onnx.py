"""The default backend: an exported model in ONNX Runtime, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from memsvc.embedding.backend import Budget, Piece
from memsvc.embedding.manifest import GRAPH, TOKENIZER, WEIGHTS, Manifest, Table, broken
from memsvc.embedding.protocol import ModelIdentity, Vectors
from memsvc.embedding.tokens import TokenCutter, features, padded
from memsvc.errors import EmbeddingUnavailable, ModelMissing

# Beyond 8 pieces or 512 tokens a run gets no faster per piece (measured with MiniLM), while the
# arena, which never shrinks, keeps growing: 8 pieces of 256 tokens would hold 140 MB more.
BUDGET = Budget(pieces=8, tokens=512)


class OnnxBackend:
    """Runs the export in `directory` on `threads` cores; raises ModelMissing for a broken one.

    One short query alone is fastest on all cores; under load, several runs of one core each get
    through more. So the same model is opened twice, wide and narrow. The weights are mapped from
    one file and the word table, which is looked up and never rearranged, is one array for both.
    """

    def __init__(self, directory: Path, threads: int) -> None:
        manifest = Manifest.read(directory)
        self._identity = manifest.identity
        self._pad_id = manifest.pad_id
        try:
            tokenizer = Tokenizer.from_file(str(directory / TOKENIZER))
        except Exception as error:  # tokenizers raises bare Exception for a file it cannot parse
            raise broken(directory) from error
        self._cutter = TokenCutter(tokenizer, manifest.window)
        # The sessions read the table where it lies, so it must live as long as they do.
        self._table = _mapped(directory, manifest.table)
        self._wide = _session(directory, threads, self._table)
        self._narrow = _session(directory, 1, self._table) if threads > 1 else self._wide
        self._inputs = [each.name for each in self._wide.get_inputs()]

    @property
    def identity(self) -> ModelIdentity:
        return self._identity

    @property
    def budget(self) -> Budget:
        return BUDGET

    def split(self, text: str) -> list[Piece]:
        return self._cutter.cut(text)

    def run(self, pieces: Sequence[Piece], *, alone: bool) -> Vectors:
        if not pieces:
            return np.empty((0, self._identity.dimension), dtype=np.float32)
        session = self._wide if alone else self._narrow
        feed = features(self._inputs, *padded(pieces, self._pad_id))
        try:
            rows: Vectors = session.run(None, feed)[0]
        except Exception as error:  # its errors share no base but Exception
            raise EmbeddingUnavailable("the embedding model failed to run") from error
        return rows

    def close(self) -> None:
        """Nothing to stop: the sessions and the mapped file go with the object."""


def _mapped(directory: Path, table: Table | None) -> dict[str, onnxruntime.OrtValue]:
    if table is None:
        return {}
    rows = np.memmap(
        directory / WEIGHTS, np.float32, "r", table.offset, (table.rows, table.columns)
    )
    return {table.name: onnxruntime.OrtValue.ortvalue_from_numpy(rows)}


def _session(
    directory: Path, threads: int, shared: dict[str, onnxruntime.OrtValue]
) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # Without spinning the threads of a pool fall asleep forty times in a run (a third slower); with
    # it they burn a core between runs, unless they stop when a run is over.
    options.add_session_config_entry("session.intra_op.allow_spinning", "1")
    options.add_session_config_entry("session.force_spinning_stop", "1")
    for name, value in shared.items():
        options.add_initializer(name, value)
    try:
        return onnxruntime.InferenceSession(
            str(directory / GRAPH), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # its errors share no base but Exception
        raise ModelMissing(
            f"{directory} cannot be opened; delete it and start again to export anew"
        ) from error
