"""What a re-ranker promises, kept by the cross-encoder; and which models it refuses."""

from __future__ import annotations

import random
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from memsvc.embedding.source import bundled_folder
from memsvc.errors import ModelMissing, RerankerUnavailable
from memsvc.judges.cross_encoder import CrossEncoderReranker
from memsvc.judges.loading import DECIMALS, PAIRS_ON_CPU
from memsvc.judges.protocol import Reranker
from tests.judges.cross_encoders import WINDOW, WORDS, make_cross_encoder

QUERY = "where does ana live ?"
# A number just at the border between two roundings may fall to either side.
ONE_STEP = 1.01 * 10**-DECIMALS


def sentences(count: int, longest: int = 2 * WINDOW) -> list[str]:
    chance = random.Random(3)
    return [" ".join(chance.choices(WORDS, k=chance.randint(1, longest))) for _ in range(count)]


def test_one_number_in_the_unit_interval_per_text(reranker: Reranker) -> None:
    found = reranker.relevance(QUERY, sentences(3 * PAIRS_ON_CPU + 1))

    assert found.shape == (3 * PAIRS_ON_CPU + 1,)
    assert found.dtype == np.float32
    assert found.min() >= 0.0
    assert found.max() <= 1.0
    assert len(set(found.tolist())) > PAIRS_ON_CPU


def test_no_texts_have_no_numbers(reranker: Reranker) -> None:
    found = reranker.relevance(QUERY, [])

    assert found.shape == (0,)
    assert found.dtype == np.float32


@pytest.mark.parametrize(
    "text",
    ["", "   ", "lisbon", "nul \x00 and lone surrogate \ud800", "今日は東京で", "🎉", "a\nb"],
)
def test_any_text_and_any_query_can_be_judged(reranker: Reranker, text: str) -> None:
    assert 0.0 <= reranker.relevance(QUERY, [text])[0] <= 1.0
    assert 0.0 <= reranker.relevance(text, ["the cat sat"])[0] <= 1.0


def test_the_query_counts_and_so_does_its_side(reranker: Reranker) -> None:
    one, other = "where does ana live ?", "what does the cat like ?"

    assert reranker.relevance(one, [other])[0] != reranker.relevance(other, [one])[0]
    assert (
        reranker.relevance(one, ["the dog ran"])[0] != reranker.relevance(other, ["the dog ran"])[0]
    )


def test_numbers_are_those_of_the_model(reranker: CrossEncoderReranker) -> None:
    import torch

    texts = sentences(5, 8)
    assert reranker._model is not None
    model, tokenizer = reranker._model.model, reranker._model.tokenizer
    with torch.inference_mode():
        logits = [
            model(**tokenizer(QUERY, text, return_tensors="pt")).logits.item() for text in texts
        ]

    expected = 1 / (1 + np.exp(-np.array(logits)))
    np.testing.assert_allclose(reranker.relevance(QUERY, texts), expected, atol=ONE_STEP)


def test_the_same_question_gets_the_same_answer(reranker: Reranker, model_folder: Path) -> None:
    texts = sentences(20)
    once = reranker.relevance(QUERY, texts)
    again = CrossEncoderReranker(str(model_folder), "cpu")

    np.testing.assert_array_equal(reranker.relevance(QUERY, texts), once)
    np.testing.assert_array_equal(again.relevance(QUERY, texts), once)


def test_a_number_does_not_depend_on_its_company(reranker: Reranker) -> None:
    texts = sentences(30)
    together = reranker.relevance(QUERY, texts)
    order = random.Random(5).sample(range(30), 30)

    shuffled = reranker.relevance(QUERY, [texts[at] for at in order])
    np.testing.assert_allclose(shuffled, together[order], atol=ONE_STEP, rtol=0)
    alone = np.concatenate([reranker.relevance(QUERY, [text]) for text in texts])
    np.testing.assert_allclose(alone, together, atol=ONE_STEP, rtol=0)
    assert (np.round(together.astype(float), DECIMALS).astype(np.float32) == together).all()


def test_a_text_beyond_the_window_is_cut(reranker: Reranker) -> None:
    long = "ana moved to lisbon " * WINDOW

    assert reranker.relevance(QUERY, [long])[0] == reranker.relevance(QUERY, [long + "rain"])[0]
    assert 0.0 <= reranker.relevance(long, [long])[0] <= 1.0


def test_many_threads_get_what_each_would_get_alone(reranker: Reranker) -> None:
    texts = sentences(20)
    questions = [f"{word} {QUERY}" for word in WORDS]
    alone = [reranker.relevance(question, texts) for question in questions]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: reranker.relevance(question, texts), questions))

    np.testing.assert_array_equal(together, alone)


def test_a_closed_re_ranker_says_so(model_folder: Path) -> None:
    reranker = CrossEncoderReranker(str(model_folder), "cpu")
    reranker.close()
    reranker.close()

    with pytest.raises(RerankerUnavailable, match="stopping"):
        reranker.relevance(QUERY, ["the cat sat"])


def test_a_failing_model_is_unavailable_and_tells_no_content(
    reranker: CrossEncoderReranker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("out of memory at ana")

    monkeypatch.setattr(reranker._model, "forward", fail)

    with pytest.raises(RerankerUnavailable, match=r"^the re-ranking model failed to run$"):
        reranker.relevance(QUERY, ["the cat sat"])


def test_a_model_of_broken_weights_is_unavailable(reranker: CrossEncoderReranker) -> None:
    assert reranker._model is not None
    reranker._model.model.classifier.bias.data.fill_(float("nan"))

    with pytest.raises(RerankerUnavailable, match="no number"):
        reranker.relevance(QUERY, ["the cat sat"])


@pytest.mark.parametrize("given", ["no-such-org/no-such-model", "folder/that/is/not/there"])
def test_a_model_that_is_not_there_has_a_remedy_and_is_not_asked_for(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    asked: list[Any] = []

    def looked_up(host: Any, *_: Any, **__: Any) -> None:
        asked.append(host)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)

    with pytest.raises(ModelMissing, match="nothing is downloaded") as caught:
        CrossEncoderReranker(given, "cpu")

    assert given in caught.value.detail
    assert asked == []


def test_a_model_in_the_local_cache_goes_by_its_name(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    cached = tmp_path / "models--some--judge"
    shutil.copytree(model_folder, cached / "snapshots" / ("0" * 40))
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text("0" * 40)

    assert CrossEncoderReranker("some/judge", "cpu").relevance(QUERY, ["the cat"]).shape == (1,)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "tokenizer.json"])
def test_a_damaged_model_has_a_remedy(model_folder: Path, tmp_path: Path, name: str) -> None:
    copy = Path(shutil.copytree(model_folder, tmp_path / "copy"))
    (copy / name).write_bytes(b"\xff" * 100)

    with pytest.raises(ModelMissing, match="give a folder"):
        CrossEncoderReranker(str(copy), "cpu")


def test_a_device_that_is_not_there_has_a_remedy(model_folder: Path) -> None:
    with pytest.raises(ModelMissing, match="on no-such-device"):
        CrossEncoderReranker(str(model_folder), "no-such-device")


def test_a_model_of_two_labels_is_refused(tmp_path: Path) -> None:
    folder = make_cross_encoder(tmp_path / "two", labels=2)

    with pytest.raises(ModelMissing, match="has 2 labels; name a cross-encoder with one label"):
        CrossEncoderReranker(str(folder), "cpu")


def test_an_embedding_model_is_refused(tmp_path: Path) -> None:
    """A library that makes up the missing head would answer with noise."""
    for folder in (make_cross_encoder(tmp_path / "bare", head=False), bundled_folder()):
        with pytest.raises(ModelMissing, match=r"does not judge pairs of texts \(BertModel\)"):
            CrossEncoderReranker(str(folder), "cpu")
