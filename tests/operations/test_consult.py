"""A judge is asked about new statements, and heard where words do not tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

import pytest

from memsvc.core.memory import Draft, Event, Kind, Status, Trust
from memsvc.errors import JudgeUnavailable
from memsvc.judges.budget import TokensInMemory
from memsvc.judges.chat import ChatLimits, ChatModel
from memsvc.judges.llm import LlmJudge
from memsvc.judges.protocol import Pair, Relation, Unsaid, Verdict
from memsvc.operations.erase import erase_closure
from memsvc.operations.forget import delete_memory
from memsvc.operations.indexing import known_agent
from memsvc.operations.revise import Revision, revise
from memsvc.operations.write import Offered, write, write_all
from memsvc.runtime import Runtime
from memsvc.store.transaction import Tx
from tests.judges.chat_endpoint import Answer, ChatEndpoint
from tests.operations.remembering import SCOPE, standing
from tests.operations.stating import (
    day,
    events,
    everything,
    of_status,
    state,
    state_all,
    truth,
)

Says = Callable[[Pair], Verdict]


class FakeJudge:
    """Says of each pair what it is told to, and remembers what it was asked."""

    def __init__(self, says: Says) -> None:
        self.says = says
        self.asked: list[Pair] = []
        self.between: Callable[[], None] = lambda: None

    def relations(self, agent_key: int, pairs: Sequence[Pair]) -> list[Verdict]:
        assert agent_key > 0
        self.asked += pairs
        self.between()
        return [self.says(pair) for pair in pairs]

    def close(self) -> None:
        """Nothing to let go of."""


def always(relation: Relation, margin: float) -> Says:
    return lambda _pair: Verdict(relation, margin)


def judged(runtime: Runtime, says: Says) -> tuple[Runtime, FakeJudge]:
    judge = FakeJudge(says)
    return replace(runtime, judge=judge), judge


def deploy(content: str, since: int, id_: str, trust: Trust = Trust.USER, **more: object) -> Draft:
    """A rule of the team, in words that fill no common slot."""
    fields = {"kind": Kind.SEMANTIC, "user_id": "ana", "valid_from": day(since)} | more
    return Draft(content=content, id=id_, trust=trust, **fields)  # type: ignore[arg-type]


OLD = deploy("Team deploys are allowed every Friday afternoon.", 1, "old")
NEW = deploy("Team deploys are forbidden every Friday afternoon.", 5, "new")


def test_a_contradiction_that_a_judge_is_sure_of_supersedes(runtime: Runtime) -> None:
    runtime, judge = judged(runtime, always(Relation.CONTRADICTS, 0.8))
    state(runtime, OLD)

    assert events([state(runtime, NEW)]) == [("superseded", ("old",))]

    [pair] = judge.asked
    assert (pair.earlier.text, pair.later.text) == (OLD.content, NEW.content)
    assert (pair.earlier.at, pair.later.at) == (day(1), day(5))
    assert truth(runtime) == {
        "old": (Status.SUPERSEDED, "new", day(5)),
        "new": (Status.ACTIVE, None, None),
    }


def test_what_comes_late_is_asked_about_in_order_of_time(runtime: Runtime) -> None:
    runtime, judge = judged(runtime, always(Relation.CONTRADICTS, 0.8))
    state(runtime, NEW)

    written = state(runtime, OLD)

    assert (written.event, written.affected) == (Event.ADDED, ("new",))
    assert judge.asked[0].earlier.text == OLD.content
    assert truth(runtime)["old"] == (Status.SUPERSEDED, "new", day(5))


def test_a_thin_margin_opens_a_dispute(runtime: Runtime) -> None:
    runtime, _ = judged(runtime, always(Relation.CONTRADICTS, 0.3))
    state(runtime, OLD)

    assert events([state(runtime, NEW)]) == [("disputed", ("old",))]
    assert of_status(runtime, Status.DISPUTED) == {"old", "new"}


def test_a_duplicate_is_merged(runtime: Runtime) -> None:
    runtime, _ = judged(runtime, always(Relation.DUPLICATE, 0.9))
    state(runtime, OLD)

    assert events([state(runtime, NEW)]) == [("merged", ("old",))]


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict(Relation.UNRELATED, 0.9),
        Verdict(Relation.REFINES, 0.9),
        Verdict(Relation.DUPLICATE, 0.4),
        Verdict(None, None, Unsaid.BUDGET_SPENT),
    ],
)
def test_anything_else_changes_nothing(runtime: Runtime, verdict: Verdict) -> None:
    runtime, judge = judged(runtime, lambda _pair: verdict)
    state(runtime, OLD)

    assert events([state(runtime, NEW)]) == [("added", ())]
    assert judge.asked
    assert of_status(runtime, Status.ACTIVE) == {"old", "new"}


def test_a_judge_lets_the_web_overrule_nobody(runtime: Runtime) -> None:
    runtime, _ = judged(runtime, always(Relation.CONTRADICTS, 1.0))
    state(runtime, OLD)

    web = replace(NEW, trust=Trust.WEB)
    assert events([state(runtime, web)]) == [("disputed", ("old",))]
    assert of_status(runtime, Status.DISPUTED) == {"old", "new"}


def test_it_is_asked_about_what_is_near_of_the_same_user_and_fills_no_common_slot(
    runtime: Runtime,
) -> None:
    runtime, judge = judged(runtime, always(Relation.CONTRADICTS, 1.0))
    turn = Draft(content=f"So {OLD.content}", user_id="ana", session_id="s1", role="user")
    limit = [f"The rate limit of the API is {value} a minute." for value in (100, 200)]
    write(runtime, SCOPE, [turn, deploy("Kayaks want a dry shed.", 1, "far")])
    state(runtime, replace(OLD, user_id="bob", id="bob"))
    for at, content in enumerate(limit):
        state(runtime, deploy(content, at, f"l{at}"))
    judge.asked.clear()

    state(runtime, NEW)

    assert judge.asked == []
    assert of_status(runtime, Status.ACTIVE) >= {"far", "bob", "new", "l1"}


def test_no_more_than_five_stand_beside_a_new_one(runtime: Runtime) -> None:
    runtime, judge = judged(runtime, always(Relation.UNRELATED, 1.0))
    words = ["one", "two", "three", "four", "five", "six", "seven"]
    for at, word in enumerate(words):
        state(runtime, deploy(f"{OLD.content[:-1]} in hall {word}.", at, word))
    judge.asked.clear()

    state(runtime, NEW)

    assert len(judge.asked) == 5


def test_what_is_there_word_by_word_is_not_asked_about(runtime: Runtime) -> None:
    runtime, judge = judged(runtime, always(Relation.CONTRADICTS, 1.0))
    state(runtime, OLD)
    state(runtime, deploy("Team deploys are forbidden every Friday.", 5, "new"))
    judge.asked.clear()

    assert state(runtime, replace(OLD, id=None)).event in (Event.DUPLICATE, Event.ADDED)
    assert judge.asked == []


def test_a_judge_that_fails_fails_no_write(runtime: Runtime) -> None:
    def fail(_pair: Pair) -> Verdict:
        raise JudgeUnavailable("the judge is gone")

    runtime, _ = judged(runtime, fail)
    state(runtime, OLD)

    assert state(runtime, NEW).event is Event.ADDED
    assert of_status(runtime, Status.ACTIVE) == {"old", "new"}


@pytest.mark.parametrize("change", ["reworded", "erased"])
def test_a_verdict_on_what_changed_meanwhile_is_dropped(runtime: Runtime, change: str) -> None:
    runtime, judge = judged(runtime, always(Relation.CONTRADICTS, 1.0))
    state(runtime, OLD)

    def meanwhile() -> None:
        if change == "erased":
            delete_memory(runtime, SCOPE, "old")
        else:
            revise(runtime, SCOPE, "old", Revision({"content": "Kayaks want a dry shed."}))

    judge.between = meanwhile
    assert state(runtime, NEW).event is Event.ADDED
    assert truth(runtime)["new"] == (Status.ACTIVE, None, None)
    assert "old" not in of_status(runtime, Status.SUPERSEDED)


def test_a_verdict_goes_with_either_memory(runtime: Runtime) -> None:
    runtime, _ = judged(runtime, always(Relation.CONTRADICTS, 1.0))
    state(runtime, OLD)
    state(runtime, NEW)

    delete_memory(runtime, SCOPE, "new")
    assert truth(runtime) == {"old": (Status.ACTIVE, None, None)}


def test_other_words_are_not_what_was_judged(runtime: Runtime) -> None:
    runtime, _ = judged(runtime, always(Relation.CONTRADICTS, 1.0))
    state(runtime, OLD)
    state(runtime, NEW)

    revise(runtime, SCOPE, "new", Revision({"content": "Kayaks want a dry shed."}))

    assert of_status(runtime, Status.ACTIVE) == {"old", "new"}


def test_what_follows_in_a_chain_is_settled_with_it(runtime: Runtime) -> None:
    """What the judge tied to a slot's value falls and rises with that value."""
    runtime, judge = judged(runtime, always(Relation.CONTRADICTS, 1.0))
    state(runtime, OLD)
    state(runtime, NEW)
    judge.says = always(Relation.UNRELATED, 1.0)
    erased = everything(runtime)["new"].number

    def work(tx: Tx) -> list[int]:
        return erase_closure(runtime, tx, known_agent(tx, SCOPE, lock=True), [erased])

    runtime.keyring.shred(runtime.database.write(work, SCOPE.about))
    state(runtime, replace(NEW, id="next"))

    assert of_status(runtime, Status.ACTIVE) == {"old", "next"}


def test_those_who_share_a_commit_do_not_wait_for_a_judge(runtime: Runtime) -> None:
    runtime, judge = judged(runtime, always(Relation.CONTRADICTS, 1.0))
    state(runtime, OLD)
    # So that the index is there.
    state(runtime, deploy("Kayaks want a dry shed.", 1, "far"))
    turn = Draft(content="We deploy on Friday.", session_id="s1", role="user")

    outcomes = write_all(runtime, [Offered(SCOPE, [NEW]), Offered(SCOPE, [turn])], wait=False)

    assert judge.asked == []
    assert outcomes[0] is None
    assert isinstance(outcomes[1], list)


@pytest.fixture
def endpoint() -> Iterator[ChatEndpoint]:
    with ChatEndpoint() as endpoint:
        yield endpoint


def test_a_language_model_is_asked_over_http(runtime: Runtime, endpoint: ChatEndpoint) -> None:
    budget = TokensInMemory(runtime.clock, 100_000)
    model = ChatModel(endpoint.url, "some-model", None, budget, ChatLimits(5.0, 0, 500))
    with closing(LlmJudge(model)) as judge:
        runtime = replace(runtime, judge=judge)
        state(runtime, OLD)
        # The endpoint answers that texts that differ contradict each other.
        assert events([state(runtime, NEW)]) == [("superseded", ("old",))]
        assert len(endpoint.requests) == 1

        endpoint.script.append(Answer(status=500))
        third = deploy("Team deploys are welcome every Friday afternoon.", 9, "third")
        assert state(runtime, third).event is Event.ADDED
        assert of_status(runtime, Status.ACTIVE) == {"new", "third"}


def test_what_holds_until_a_later_one_begins_is_asked_about(runtime: Runtime) -> None:
    """And what comes may end it before that."""
    runtime, judge = judged(standing(runtime), always(Relation.CONTRADICTS, 0.8))
    state_all(runtime, [OLD, deploy(NEW.content, 69, "coming")])
    assert of_status(runtime, Status.ACTIVE) == {"old", "coming"}
    judge.asked.clear()

    other = deploy("Team deploys are discouraged every Friday afternoon.", 30, "other")
    assert events([state(runtime, other)]) == [("superseded", ("old",))]

    assert {pair.earlier.text for pair in judge.asked} == {OLD.content, other.content}
    assert of_status(runtime, Status.ACTIVE) == {"other", "coming"}
    assert truth(runtime)["other"] == (Status.ACTIVE, "coming", day(69))
