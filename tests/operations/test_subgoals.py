"""Subgoals on real databases: completed, completed again, and what an erasure leaves of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from memsvc.core.memory import Channel, Draft, Memory, Status, Trust
from memsvc.core.subgoals import SUMMARY_UNMET
from memsvc.core.working_memory import WorkingMemory
from memsvc.errors import InvalidRequest, NotFound
from memsvc.operations import indexing
from memsvc.operations.forget import delete_memory
from memsvc.operations.forgetting import verify
from memsvc.operations.read import get_memory
from memsvc.operations.scan import residue
from memsvc.operations.subgoals import Completion, complete, working_memory
from memsvc.runtime import Runtime
from memsvc.store import lineage
from tests.operations.forgetting import carried_out, order, people
from tests.operations.remembering import SCOPE, held, remember, standing

FIND, WRITE = "find the invoice", "write to Bo"
STEPS = (
    ("f1", FIND, "Searched the archive of May for the invoice of Bo."),
    ("f2", FIND, "Invoice 4711 was in the third folder of the archive."),
    ("w1", WRITE, "Bo wants his answer by Friday at noon."),
)


@pytest.fixture(autouse=True)
def scanning_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verifier scans in this process; `test_scan` has it start one of its own."""
    monkeypatch.setattr(verify, "residue_apart", residue)


def step(id_: str, subgoal: str, content: str, **fields: Any) -> Draft:
    said: dict[str, Any] = {"session_id": "s1", "role": "assistant", "user_id": "ana"}
    return Draft(content=content, id=id_, subgoal=subgoal, **(said | fields))


@pytest.fixture
def pursued(runtime: Runtime) -> Runtime:
    """Two subgoals were pursued."""
    runtime = standing(runtime)
    remember(runtime, *(step(*one) for one in STEPS))
    return runtime


def done(runtime: Runtime, name: str = FIND, *, met: bool = True, **more: Any) -> Memory:
    return complete(runtime, SCOPE, Completion("s1", name, met, **more)).memory


def working(runtime: Runtime, *expand: str, budget: int = 2000) -> WorkingMemory:
    return working_memory(runtime, SCOPE, "s1", expand, budget).working


def stands(runtime: Runtime, id_: str) -> Memory:
    return get_memory(runtime, SCOPE, id_)


def summaries(runtime: Runtime) -> list[Memory]:
    found = [stands(runtime, one) for one in held(runtime)]
    return [one for one in found if one.tags == ("summary",)]


def test_a_completed_subgoal_is_one_line_derived_from_its_memories(pursued: Runtime) -> None:
    summary = done(pursued)

    assert "4711" in summary.content
    assert summary.source_ids == ("f1", "f2")
    assert (summary.session_id, summary.subgoal, summary.user_id) == ("s1", FIND, "ana")
    assert summary.metadata == {"summary": "subgoal", "subgoal": FIND, "met": True}
    assert stands(pursued, summary.id) == summary
    shown = working(pursued)
    assert [one.summary.id for one in shown.finished] == [summary.id]
    assert shown.current is not None
    assert [one.id for one in shown.current.memories] == ["w1"]
    assert [one.id for one in working(pursued, FIND).expanded[0].memories] == ["f1", "f2"]


def test_a_second_completion_supersedes_the_first(pursued: Runtime) -> None:
    first = done(pursued)
    second = done(pursued, met=False, summary="It was the wrong one.")

    old = stands(pursued, first.id)
    assert (old.status, old.superseded_by) == (Status.SUPERSEDED, second.id)
    [shown] = working(pursued).finished
    assert (shown.summary.id, shown.met) == (second.id, False)
    assert done(pursued, met=False, summary="It was the wrong one.").id == second.id
    assert len(summaries(pursued)) == 2


def test_what_is_written_afterwards_opens_it_again(pursued: Runtime) -> None:
    first = done(pursued)
    remember(pursued, step("f3", FIND, "The invoice had been paid twice."))
    current = working(pursued).current

    assert current is not None
    assert [one.id for one in current.memories] == ["f1", "f2", "f3"]
    second = done(pursued)
    assert second.source_ids == ("f1", "f2", "f3")
    assert stands(pursued, first.id).superseded_by == second.id


def test_it_is_believed_no_more_than_its_sources_and_who_sums_up(pursued: Runtime) -> None:
    assert done(pursued, WRITE).trust is Trust.AGENT
    assert done(pursued, WRITE, summary="Told.", trust=Trust.OPERATOR).trust is Trust.AGENT
    remember(pursued, step("w2", WRITE, "A page says so.", channel=Channel.WEB, trust=Trust.WEB))
    assert done(pursued, WRITE).trust is Trust.WEB


def test_without_memories_there_is_no_subgoal(pursued: Runtime) -> None:
    for session, name in (("s1", "another"), ("s2", FIND)):
        with pytest.raises(NotFound):
            complete(pursued, SCOPE, Completion(session, name, met=True))
    with pytest.raises(NotFound):
        working_memory(pursued, SCOPE, "s2", [], 2000)
    with pytest.raises(NotFound):
        working(pursued, FIND)
    with pytest.raises(NotFound):
        complete(pursued, replace(SCOPE, agent_id="nobody"), Completion("s1", FIND, met=True))


def test_a_source_that_is_erased_changes_the_summary(pursued: Runtime) -> None:
    done(pursued, met=False, summary="Invoice 4711 is in the third folder.")
    delete_memory(pursued, SCOPE, "f2")

    [anew] = summaries(pursued)
    assert anew.source_ids == ("f1",)
    assert "4711" not in anew.content
    assert anew.metadata["met"] is False
    assert [one.met for one in working(pursued).finished] == [False]
    with pursued.database.snapshot() as tx:
        agent_key = indexing.known_agent(tx, SCOPE).agent_key
        assert lineage.relation_of(tx, agent_key, anew.number) == SUMMARY_UNMET
    delete_memory(pursued, SCOPE, "f1")
    assert summaries(pursued) == []
    assert working(pursued).finished == ()


def test_who_is_forgotten_is_not_in_it(pursued: Runtime) -> None:
    remember(pursued, step("f3", FIND, "Bob paid the invoice in cash.", user_id="bob"))
    first = done(pursued)
    done(pursued, summary="Bob paid invoice 4711.")
    assert first.user_id is None
    carried_out(pursued, order(pursued, people("bob")))

    found = summaries(pursued)
    assert {one.source_ids for one in found} == {("f1", "f2")}
    assert not any("Bob" in one.content for one in found)
    assert [one.name for one in working(pursued).finished] == [FIND]
    assert sum(one.status is Status.ACTIVE for one in found) == 1


def test_words_that_were_forgotten_do_not_come_back_as_a_summary(pursued: Runtime) -> None:
    said = "Ana grows tomatoes in the garden."
    remember(pursued, Draft(content=said, user_id="ana", id="a1", session_id="s2"))
    carried_out(pursued, order(pursued, people("ana")))
    remember(pursued, step("n1", FIND, "Looked for it once more.", user_id="ana"))

    with pytest.raises(InvalidRequest):
        done(pursued, summary=said)


def test_a_write_that_comes_in_between_is_summed_up_too(
    pursued: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    embed, late = pursued.embedder.embed, [step("f3", FIND, "The invoice had been paid twice.")]

    def overtaken(texts: Any) -> Any:
        vectors = embed(texts)
        if late:
            draft = late.pop()
            remember(pursued, draft)
        return vectors

    monkeypatch.setattr(pursued.embedder, "embed", overtaken)
    assert done(pursued).source_ids == ("f1", "f2", "f3")


def test_a_budget_is_honoured(pursued: Runtime) -> None:
    done(pursued)
    for budget in (50, 80, 120):
        shown = working(pursued, FIND, budget=budget)
        assert shown.tokens <= budget
        assert shown.tokens == pursued.count_tokens(shown.text)
