"""A cross-encoder run by torch: query and text go through one model together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from memsvc.core.text import well_formed
from memsvc.errors import ModelMissing, RerankerUnavailable
from memsvc.judges.loading import DECIMALS, load_pair_model, pairs_a_run
from memsvc.judges.protocol import Relevance

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

SUITABLE = (
    "name a cross-encoder with one label, such as cross-encoder/ms-marco-MiniLM-L6-v2, in "
    "MEMSVC_RERANKER__MODEL, or leave it empty"
)


class CrossEncoderReranker:
    """Runs `model` (a folder, or a name that is on disk) on a torch device such as "cpu".

    Raises ModelMissing. A pair beyond the model's window is cut where it is longest.
    """

    def __init__(self, model: str, device: str) -> None:
        self._model: CrossEncoder | None = load_model(model, device)
        self._batch = pairs_a_run(device)
        # One run takes all cores, and the tokenizer is not safe to share.
        self._running = threading.Lock()

    def relevance(self, query: str, texts: Sequence[str]) -> Relevance:
        if not texts:
            return np.empty(0, dtype=np.float32)
        asked = well_formed(query)
        pairs = [(asked, well_formed(text)) for text in texts]
        with self._running:
            if self._model is None:
                raise RerankerUnavailable("the service is stopping")
            scores = _run(self._model, pairs, self._batch)
        if not np.isfinite(scores).all():
            raise RerankerUnavailable("the re-ranking model gives what is no number")
        return np.round(scores, DECIMALS)

    def close(self) -> None:
        with self._running:
            self._model = None


def _run(model: CrossEncoder, pairs: Sequence[tuple[str, str]], batch: int) -> Relevance:
    """The sigmoid of each logit; pairs of like length share a run, so little is padded."""
    import torch  # the default service must not load it

    try:
        scores: Relevance = model.predict(
            pairs, batch_size=batch, activation_fn=torch.nn.Sigmoid(), show_progress_bar=False
        )
    except Exception as error:  # what tokenizers, transformers and torch raise has no other base
        raise RerankerUnavailable("the re-ranking model failed to run") from error
    return scores


def load_model(model: str, device: str) -> CrossEncoder:
    """The model, ready to run; raises ModelMissing, also for one of several labels."""
    loaded = load_pair_model(model, device, "re-ranker", SUITABLE)
    if loaded.num_labels != 1:
        raise ModelMissing(f"{model} has {loaded.num_labels} labels; {SUITABLE}")
    return loaded
