"""Evidence is found under the memory that holds it, and every group is judged for itself."""

from __future__ import annotations

from memsvc.bench.retrieval.asking import Answers, Context
from memsvc.bench.retrieval.dialogs import Dialog, Question
from memsvc.bench.retrieval.judging import Judge

DIALOG = Dialog(
    "one",
    [],
    [
        Question("?", "single-hop", frozenset({"a", "again"})),
        Question("?", "adversarial", frozenset({"b"}), adversarial=True),
    ],
)
TOLD = Answers({"a": "a", "again": "a", "b": "b"}, [["a"], ["a"]], [1.0, 1.0], {})


def test_what_was_said_twice_is_one_evidence() -> None:
    system = Judge.of([DIALOG], [TOLD]).system("memsvc", TOLD.rankings)

    recalls = {name: quality.recall[1] for name, quality in system.groups.items()}
    assert recalls == {
        "all": 0.5,
        "without adversarial": 1.0,
        "adversarial": 0.0,
        "single-hop": 1.0,
    }


def test_a_group_without_questions_is_left_out() -> None:
    adversarial = Dialog("one", [], DIALOG.questions[1:])

    assert list(Judge.of([adversarial], [TOLD]).groups) == ["all", "adversarial"]


def test_contexts_are_judged_by_what_they_cite() -> None:
    judge = Judge.of([DIALOG, DIALOG], [TOLD, TOLD])
    contexts = [Context(100, frozenset("a")), Context(300, frozenset("a"))] * 2
    use = judge.budget_use(500, contexts)

    assert (use.budget, use.tokens) == (500, 200.0)
    assert (use.evidence["all"], use.evidence["without adversarial"]) == (0.5, 1.0)
