"""A sentence-transformers model run by torch: for GPUs, and for models that do not export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from tokenizers import Tokenizer

from memsvc.embedding.backend import Budget, Piece
from memsvc.embedding.protocol import ModelIdentity, Vectors
from memsvc.embedding.source import ModelSource, resolve
from memsvc.embedding.tokens import TokenCutter, features, padded
from memsvc.embedding.unit import unit_rows
from memsvc.errors import EmbeddingUnavailable, ModelMissing

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Attention grows with the square of a piece, and smaller pieces say better what they are about.
WIDEST_WINDOW = 512
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
ON_CPU = Budget(pieces=8, tokens=512)
ON_ACCELERATOR = Budget(pieces=64, tokens=16_384)


class SentenceTransformerBackend:
    """Runs `model` (a name or a folder) on a torch device such as "cpu" or "cuda".

    Raises ModelMissing. Gives the vectors the exported model gives, under the same identity.
    """

    def __init__(self, model: str, device: str) -> None:
        source = resolve(model)
        self._model = load_model(source, device)
        self._device = device
        self._inputs = input_names(self._model)
        self._pad_id = pad_id(self._model)
        self._cutter = TokenCutter(fast_tokenizer(self._model), window(self._model))
        self._identity = ModelIdentity(source.name, dimension(self._model))

    @property
    def identity(self) -> ModelIdentity:
        return self._identity

    @property
    def budget(self) -> Budget:
        return ON_CPU if self._device == "cpu" else ON_ACCELERATOR

    def split(self, text: str) -> list[Piece]:
        return self._cutter.cut(text)

    def run(self, pieces: Sequence[Piece], *, alone: bool) -> Vectors:
        import torch  # the default service must not load it

        if not pieces:
            return np.empty((0, self._identity.dimension), dtype=np.float32)
        arrays = features(self._inputs, *padded(pieces, self._pad_id))
        try:
            with torch.inference_mode():
                batch = {k: torch.from_numpy(v).to(self._device) for k, v in arrays.items()}
                rows: Vectors = self._model(batch)["sentence_embedding"].float().cpu().numpy()
        except RuntimeError as error:
            raise EmbeddingUnavailable("the embedding model failed to run") from error
        return unit_rows(rows)

    def close(self) -> None:
        """Nothing to stop: the weights go with the object."""


def load_model(
    source: ModelSource, device: str, attention: str | None = None
) -> SentenceTransformer:
    """The model in float32, ready to run; nothing is downloaded. Raises ModelMissing."""
    from sentence_transformers import SentenceTransformer  # it loads torch

    try:
        model = SentenceTransformer(
            source.location,
            device=device,
            local_files_only=True,
            model_kwargs={"attn_implementation": attention} if attention else None,
        )
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        raise ModelMissing(
            f"sentence-transformers cannot load {source.location} ({type(error).__name__}); give "
            f"a folder or a model in the local Hugging Face cache: nothing is downloaded at start"
        ) from error
    return model.float().eval()


def fast_tokenizer(model: SentenceTransformer) -> Tokenizer:
    """A copy of the model's tokenizer as the `tokenizers` library runs it; raises ModelMissing."""
    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise ModelMissing("the model has no fast tokenizer (tokenizer.json); choose another model")
    return Tokenizer.from_str(backend.to_str())


def input_names(model: SentenceTransformer) -> list[str]:
    """Which of the known arrays the model takes; some have no segment ids."""
    return [name for name in INPUTS if name in model.tokenizer.model_input_names]


def pad_id(model: SentenceTransformer) -> int:
    """The token id that fills a row up; some models count positions by it, so it must be right."""
    return int(model.tokenizer.pad_token_id or 0)


def window(model: SentenceTransformer) -> int:
    """Longest piece in tokens, special ones included."""
    return min(model.get_max_seq_length() or WIDEST_WINDOW, WIDEST_WINDOW)


def dimension(model: SentenceTransformer) -> int:
    """Length of a vector."""
    return int(model.encode("probe", show_progress_bar=False).shape[0])
