"""A model of language inference as a judge: both directions, and any order of labels."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.errors import JudgeUnavailable, ModelMissing
from memsvc.judges.loading import PAIRS_ON_CPU
from memsvc.judges.nli import LABELS, NliJudge, Scores, columns, texts_of, verdict
from memsvc.judges.protocol import Judge, Pair, Relation, Said, Verdict
from tests.judges.cross_encoders import WINDOW, WORDS, make_cross_encoder

AGENT = 7
THRESHOLD = 0.5
LARGEST_DIFFERENCE = 2e-3
"""Between margins of two runs: a step of rounding, over what is above the threshold."""


@pytest.fixture(scope="session")
def nli_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nli") / "tiny"
    return make_cross_encoder(folder, labels=3, names=("Neutral", "CONTRADICTION", "entailment"))


@pytest.fixture
def judge(nli_folder: Path) -> Iterator[NliJudge]:
    judge = NliJudge(str(nli_folder), "cpu", THRESHOLD)
    yield judge
    judge.close()


def pairs(count: int) -> list[Pair]:
    chance = random.Random(4)

    def text() -> Said:
        return Said(" ".join(chance.choices(WORDS, k=chance.randint(1, WINDOW))))

    return [Pair(text(), text()) for _ in range(count)]


def likely(judge: NliJudge, premise: str, hypothesis: str) -> dict[str, float]:
    """What the model itself makes of two texts, by label."""
    import torch

    assert judge._model is not None
    model, tokenizer = judge._model.model, judge._model.tokenizer
    with torch.inference_mode():
        logits = model(**tokenizer(premise, hypothesis, return_tensors="pt")).logits[0]
    shares = torch.softmax(logits, 0).tolist()
    return {model.config.id2label[at].lower(): share for at, share in enumerate(shares)}


def test_the_verdict_is_that_of_both_directions(judge: NliJudge) -> None:
    asked = [pair for pair in pairs(60) if len((pair.earlier.text + pair.later.text).split()) < 18]
    found = judge.relations(AGENT, asked)

    assert len(asked) > PAIRS_ON_CPU
    assert len({one.relation for one in found}) > 1
    for pair, one in zip(asked, found, strict=True):
        forth = likely(judge, pair.earlier.text, pair.later.text)
        back = likely(judge, pair.later.text, pair.earlier.text)
        scores = Scores(
            (forth["contradiction"] + back["contradiction"]) / 2,
            forth["entailment"],
            back["entailment"],
        )
        expected = verdict(scores, THRESHOLD)
        assert one.margin == pytest.approx(expected.margin, abs=LARGEST_DIFFERENCE)
        assert one.relation is expected.relation or (one.margin or 0) < LARGEST_DIFFERENCE


@pytest.mark.parametrize(
    ("scores", "relation"),
    [
        (Scores(0.9, 0.0, 0.0), Relation.CONTRADICTS),
        (Scores(0.71, 0.6, 0.0), Relation.CONTRADICTS),
        (Scores(0.0, 0.9, 0.8), Relation.DUPLICATE),
        (Scores(0.0, 0.9, 0.3), Relation.REFINES),
        (Scores(0.0, 0.3, 0.9), Relation.REFINES),
        (Scores(0.7, 0.0, 0.0), Relation.UNRELATED),
        (Scores(0.0, 0.7, 0.7), Relation.UNRELATED),
        (Scores(0.0, 0.0, 0.0), Relation.UNRELATED),
    ],
)
def test_scores_come_to_a_relation(scores: Scores, relation: Relation) -> None:
    assert verdict(scores, 0.7).relation is relation


@pytest.mark.parametrize(
    ("scores", "margin"),
    [
        (Scores(1.0, 0.0, 0.0), 1.0),
        (Scores(0.85, 0.0, 0.0), 0.5),
        (Scores(0.7, 0.0, 0.0), 0.0),
        (Scores(0.35, 0.0, 0.0), 0.5),
        (Scores(0.0, 1.0, 1.0), 1.0),
        (Scores(0.0, 1.0, 0.85), 0.5),
        (Scores(0.0, 1.0, 0.35), 0.5),
        (Scores(0.0, 0.0, 0.0), 1.0),
    ],
)
def test_the_margin_is_the_way_to_the_nearest_border(scores: Scores, margin: float) -> None:
    assert verdict(scores, 0.7).margin == pytest.approx(margin)


shares = st.floats(0, 1)


@given(shares, shares, shares, st.floats(0.5, 0.99), st.floats(-1, 1))
def test_no_change_within_the_margin_makes_another_verdict(
    contradiction: float, forth: float, back: float, threshold: float, direction: float
) -> None:
    found = verdict(Scores(contradiction, forth, back), threshold)
    assert found.margin is not None
    assert 0 <= found.margin <= 1

    step = direction * max(0.0, found.margin - 1e-9) * min(threshold, 1 - threshold)
    moved = Scores(*(min(1.0, max(0.0, one + step)) for one in (contradiction, forth, back)))
    assert verdict(moved, threshold).relation is found.relation


def test_a_verdict_does_not_depend_on_its_company(judge: Judge, nli_folder: Path) -> None:
    asked = pairs(20)
    together = judge.relations(AGENT, asked)
    again = NliJudge(str(nli_folder), "cpu", THRESHOLD)

    assert again.relations(AGENT, asked) == together
    for pair, one in zip(asked, together, strict=True):
        [alone] = judge.relations(AGENT, [pair])
        assert alone.margin == pytest.approx(one.margin, abs=LARGEST_DIFFERENCE)
        assert alone.relation is one.relation or (one.margin or 0) < LARGEST_DIFFERENCE


def test_the_order_of_a_pair_does_not_matter(judge: Judge) -> None:
    asked = pairs(20)
    turned = [Pair(pair.later, pair.earlier) for pair in asked]

    assert judge.relations(AGENT, turned) == judge.relations(AGENT, asked)


def test_no_pairs_have_no_verdicts(judge: Judge) -> None:
    assert judge.relations(AGENT, []) == []


@pytest.mark.parametrize("text", ["", "nul \x00 and lone surrogate \ud800", "今日は", "ana " * 99])
def test_any_text_can_be_judged(judge: Judge, text: str) -> None:
    [found] = judge.relations(AGENT, [Pair(Said(text), Said("the cat sat"))])

    assert found.relation is not None
    assert found.unsaid is None


def test_who_spoke_is_read_where_it_was_not_the_same() -> None:
    mine, hers, whose = Said("I ran.", by="Bo"), Said("I sat.", by="Ana"), Said("I fell.")

    assert texts_of(Pair(mine, hers)) == ("Bo: I ran.", "Ana: I sat.")
    assert texts_of(Pair(mine, mine)) == ("I ran.", "I ran.")
    assert texts_of(Pair(mine, whose)) == ("I ran.", "I fell.")


def test_many_threads_get_what_each_would_get_alone(judge: Judge) -> None:
    asked = [[pair] for pair in pairs(16)]
    alone = [judge.relations(AGENT, one) for one in asked]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda one: judge.relations(AGENT, one), asked)) == alone


def test_a_closed_judge_says_so(nli_folder: Path) -> None:
    judge = NliJudge(str(nli_folder), "cpu", THRESHOLD)
    judge.close()
    judge.close()

    with pytest.raises(JudgeUnavailable, match="stopping"):
        judge.relations(AGENT, pairs(1))


def test_a_failing_model_is_unavailable_and_tells_no_content(
    judge: NliJudge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("out of memory at ana")

    monkeypatch.setattr(judge._model, "forward", fail)

    with pytest.raises(JudgeUnavailable, match=r"^the judging model failed to run$"):
        judge.relations(AGENT, pairs(1))


def test_a_model_of_broken_weights_is_unavailable(judge: NliJudge) -> None:
    assert judge._model is not None
    judge._model.model.classifier.bias.data.fill_(float("nan"))

    with pytest.raises(JudgeUnavailable, match="no number"):
        judge.relations(AGENT, pairs(1))


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0), (2, 1, 0)])
def test_labels_are_found_in_any_order_and_case(order: tuple[int, ...]) -> None:
    held = {place: LABELS[at].title() for place, at in enumerate(order)}

    assert [held[column].lower() for column in columns("m", held)] == list(LABELS)


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("contradiction", "entailment"),
        ("contradiction", "entailment", "other"),
        ("contradiction", "entailment", "neutral", "Neutral"),
    ],
)
def test_a_model_of_other_labels_is_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    folder = make_cross_encoder(tmp_path / "other", labels=len(names) or 3, names=names)

    with pytest.raises(ModelMissing, match="has other labels; name a cross-encoder with the lab"):
        NliJudge(str(folder), "cpu", THRESHOLD)


def test_a_model_that_judges_nothing_is_refused(tmp_path: Path) -> None:
    folder = make_cross_encoder(tmp_path / "bare", head=False)

    with pytest.raises(ModelMissing, match="does not judge pairs of texts"):
        NliJudge(str(folder), "cpu", THRESHOLD)


def test_a_model_that_is_not_on_disk_has_a_remedy() -> None:
    with pytest.raises(ModelMissing, match=r"judge no-such-org/no-such-model .*nothing is down"):
        NliJudge("no-such-org/no-such-model", "cpu", THRESHOLD)


def test_a_margin_is_a_plain_number(judge: Judge) -> None:
    [found] = judge.relations(AGENT, pairs(1))

    assert type(found.margin) is float
    assert isinstance(found, Verdict)
    assert np.isfinite(found.margin)
