"""A model of natural language inference as a judge: does one text follow from, or deny, the other?

Both directions of a pair are read, because following has one: "Ana lives in Alfama, Lisbon" entails
"Ana lives in Lisbon", and not the other way round.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from memsvc.core.text import well_formed
from memsvc.errors import JudgeUnavailable, ModelMissing
from memsvc.judges.loading import DECIMALS, load_pair_model, pairs_a_run
from memsvc.judges.protocol import Pair, Relation, Said, Verdict

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

LABELS = ("contradiction", "entailment", "neutral")

SUITABLE = (
    "name a cross-encoder with the labels contradiction, entailment and neutral, such as "
    "cross-encoder/nli-deberta-v3-small, in MEMSVC_JUDGE__MODEL"
)

Probabilities = NDArray[np.float64]


class Scores(NamedTuple):
    """How likely a pair is to contradict (mean of both directions), and each to entail the other.

    All in [0, 1].
    """

    contradiction: float
    forth: float
    back: float


class NliJudge:
    """Runs `model` (a folder, or a name that is on disk) on a torch device such as "cpu".

    A relation holds above a probability of `threshold`, from 0.5 on and below 1. A pair beyond the
    model's window is cut where it is longest. Raises ModelMissing.
    """

    def __init__(self, model: str, device: str, threshold: float) -> None:
        loaded = load_pair_model(model, device, "judge", SUITABLE)
        self._columns = columns(model, loaded.config.id2label)
        self._model: CrossEncoder | None = loaded
        self._batch, self._threshold = pairs_a_run(device), threshold
        # One run takes all cores, and the tokenizer is not safe to share.
        self._running = threading.Lock()

    def relations(self, agent_key: int, pairs: Sequence[Pair]) -> list[Verdict]:
        """It takes no tokens of the agent."""
        if not pairs:
            return []
        texts = [texts_of(pair) for pair in pairs]
        found = self._probabilities([*texts, *((later, earlier) for earlier, later in texts)])
        return [
            verdict(
                Scores(
                    contradiction=float(forth[0] + back[0]) / 2,
                    forth=float(forth[1]),
                    back=float(back[1]),
                ),
                self._threshold,
            )
            for forth, back in zip(found[: len(pairs)], found[len(pairs) :], strict=True)
        ]

    def close(self) -> None:
        with self._running:
            self._model = None

    def _probabilities(self, texts: Sequence[tuple[str, str]]) -> Probabilities:
        """Shape (texts, 3), in the order of LABELS; raises JudgeUnavailable."""
        with self._running:
            if self._model is None:
                raise JudgeUnavailable("the service is stopping")
            logits = _run(self._model, texts, self._batch)[:, self._columns].astype(np.float64)
        if not np.isfinite(logits).all():
            raise JudgeUnavailable("the judging model gives what is no number")
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        found: Probabilities = np.round(weights / weights.sum(axis=1, keepdims=True), DECIMALS)
        return found


def _run(model: CrossEncoder, texts: Sequence[tuple[str, str]], batch: int) -> NDArray[np.float32]:
    """The logits; pairs of like length share a run, so little is padded."""
    import torch  # the default service must not load it

    try:
        logits: NDArray[np.float32] = model.predict(
            texts, batch_size=batch, activation_fn=torch.nn.Identity(), show_progress_bar=False
        )
    except Exception as error:  # what tokenizers, transformers and torch raise has no other base
        raise JudgeUnavailable("the judging model failed to run") from error
    return logits


def columns(model: str, id2label: dict[int, str]) -> list[int]:
    """In which column of the model's numbers each of LABELS stands; raises ModelMissing."""
    places = {str(label).strip().casefold(): int(place) for place, label in id2label.items()}
    if len(id2label) != len(LABELS) or set(places) != set(LABELS):
        raise ModelMissing(f"{model} has other labels; {SUITABLE}")
    return [places[label] for label in LABELS]


def texts_of(pair: Pair) -> tuple[str, str]:
    """What is read of a pair: who spoke only where it was not the same, for "I" is another then."""
    earlier, later = pair.earlier, pair.later
    told = earlier.by is not None and later.by is not None and earlier.by != later.by
    return _text(earlier, told=told), _text(later, told=told)


def _text(said: Said, *, told: bool) -> str:
    return well_formed(f"{said.by}: {said.text}" if told else said.text)


def verdict(scores: Scores, threshold: float) -> Verdict:
    """What the scores come to, and how far they are from where it would be something else.

    Contradicts above the threshold; else duplicate where each entails the other, refines where one
    does; else unrelated. The margin is 0 on the nearest border between these and 1 as far from it
    as can be.
    """
    high, low = max(scores.forth, scores.back), min(scores.forth, scores.back)
    if scores.contradiction > threshold:
        return Verdict(Relation.CONTRADICTS, _above(scores.contradiction, threshold))
    consistent = _below(scores.contradiction, threshold)
    if low > threshold:
        return Verdict(Relation.DUPLICATE, min(consistent, _above(low, threshold)))
    if high > threshold:
        sides = _above(high, threshold), _below(low, threshold)
        return Verdict(Relation.REFINES, min(consistent, *sides))
    return Verdict(Relation.UNRELATED, min(consistent, _below(high, threshold)))


def _above(score: float, threshold: float) -> float:
    return min(1.0, (score - threshold) / (1 - threshold))


def _below(score: float, threshold: float) -> float:
    return (threshold - score) / threshold
