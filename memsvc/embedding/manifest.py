"""What the folder of an exported model holds.

    model.onnx      the graph: token ids in, unit vectors out
    model.data      its weights, mapped into memory and not read at start
    tokenizer.json  the tokenizer, as the `tokenizers` library writes it
    model.json      the manifest

The folder appears whole or not at all; sizes that no longer agree show damage done later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from memsvc.embedding.protocol import ModelIdentity
from memsvc.errors import ModelMissing

GRAPH, WEIGHTS, TOKENIZER, MANIFEST = "model.onnx", "model.data", "tokenizer.json", "model.json"


@dataclass(frozen=True, slots=True)
class Table:
    """The float32 word table inside the weights: initializer name, byte offset, rows, columns."""

    name: str
    offset: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Facts about an exported model.

    `window` counts tokens, `files` maps each file to its bytes, `source` is the fingerprint of
    the model it was made from, `least_cosine` the worst agreement with sentence-transformers over
    the probe texts.
    """

    name: str
    dimension: int
    normalised: bool
    window: int
    pad_id: int
    table: Table | None
    files: Mapping[str, int]
    source: str
    versions: Mapping[str, str]
    least_cosine: float

    @property
    def identity(self) -> ModelIdentity:
        """The model behind the vectors."""
        return ModelIdentity(self.name, self.dimension, self.normalised)

    def write(self, directory: Path) -> None:
        """Put the manifest into the folder."""
        (directory / MANIFEST).write_text(json.dumps(asdict(self), indent=2), encoding="utf-8")

    @classmethod
    def read(cls, directory: Path) -> Manifest:
        """The manifest of a whole export; raises ModelMissing when anything is absent or cut."""
        try:
            fields = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
            table = fields.pop("table")
            manifest = cls(table=Table(**table) if table else None, **fields)
            sizes = {name: (directory / name).stat().st_size for name in manifest.files}
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise broken(directory) from error
        if sizes != manifest.files or not {GRAPH, WEIGHTS, TOKENIZER} <= sizes.keys():
            raise broken(directory)
        return manifest


def broken(directory: Path) -> ModelMissing:
    """The error for a folder that is not a whole export."""
    return ModelMissing(
        f"{directory} holds no whole exported model; delete it and start again to export anew"
    )
