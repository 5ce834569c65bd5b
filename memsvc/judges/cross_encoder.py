"""A cross-encoder run by torch: query and text go through one model together."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from memsvc.core.text import well_formed
from memsvc.errors import ModelMissing, RerankerUnavailable
from memsvc.judges.protocol import Relevance

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

# On two cores 8 pairs a run are the fastest for texts of any length (measured with 6 layers of
# 384): fewer leave cores idle, more are padded further.
PAIRS_ON_CPU = 8
PAIRS_ON_ACCELERATOR = 32

DECIMALS = 4
"""What is kept of a number: the rest differs with the pairs that shared a run."""

HEAD = "ForSequenceClassification"
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
        self._batch = PAIRS_ON_CPU if device == "cpu" else PAIRS_ON_ACCELERATOR
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
    """The model in float32, ready to run; nothing is downloaded.

    Raises ModelMissing, also for a model that was not made to give one number for a pair.
    """
    try:
        from sentence_transformers import CrossEncoder  # it loads torch

        loaded = CrossEncoder(_folder(model), device=device, local_files_only=True)
    except Exception as error:  # a device that is not there is an AssertionError
        raise ModelMissing(
            f"sentence-transformers cannot load the re-ranker {model} on {device} "
            f"({type(error).__name__}); give a folder or a model in the local Hugging Face cache: "
            f"nothing is downloaded at start"
        ) from error
    # Any other model is loaded, too, with a head of random weights.
    made_as = loaded.config.architectures or ["unknown"]
    if not made_as[0].endswith(HEAD):
        raise ModelMissing(f"{model} does not judge pairs of texts ({made_as[0]}); {SUITABLE}")
    if loaded.num_labels != 1:
        raise ModelMissing(f"{model} has {loaded.num_labels} labels; {SUITABLE}")
    return loaded.float().eval()


def _folder(model: str) -> str:
    """Where the model lies; raises an error for one that is not on disk."""
    from huggingface_hub import snapshot_download

    folder = Path(model).expanduser()
    if folder.is_dir():
        return str(folder)
    # Given a name, transformers asks the hub for safetensors where only other weights are cached.
    return str(snapshot_download(model, local_files_only=True))
