"""The agenda of a session, and the line that stands for a finished subgoal."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.derived import DERIVATIONS
from memsvc.core.memory import Draft, Kind, Memory, Status
from memsvc.core.subgoals import (
    LINE,
    SUMMARY,
    SUMMARY_UNMET,
    agenda_of,
    relation_of,
    subgoal_summary,
)
from tests.core.made import memory


def episode(number: int, subgoal: str | None, content: str = "", **fields: Any) -> Memory:
    return memory(
        number=number,
        id=f"m{number}",
        subgoal=subgoal,
        session_id="s1",
        content=content or f"Step {number} of the plan was to look into folder {number}.",
        **fields,
    )


def summary_of(number: int, *episodes: Memory, met: bool = True, **fields: Any) -> Memory:
    draft = subgoal_summary(episodes, met=met)
    assert draft is not None
    return memory(
        number=number,
        id=f"m{number}",
        content=draft.content,
        subgoal=draft.subgoal,
        session_id=draft.session_id,
        metadata=draft.metadata,
        source_ids=draft.source_ids,
        **fields,
    )


def names(memories: list[Memory]) -> tuple[list[str], str | None, list[str]]:
    agenda = agenda_of(memories)
    return (
        [one.name for one in agenda.finished],
        agenda.current.name if agenda.current else None,
        [one.name for one in agenda.left_open],
    )


def test_a_session_without_subgoals_has_no_agenda() -> None:
    assert names([]) == ([], None, [])
    assert names([episode(1, None)]) == ([], None, [])


def test_finished_in_order_and_the_latest_of_the_others_is_current() -> None:
    a, b, c, d = (episode(n, name) for n, name in enumerate("abcd", 1))
    done = [summary_of(9, c), summary_of(8, a, met=False)]

    assert names([d, *done, c, b, a]) == (["a", "c"], "d", ["b"])
    assert [one.met for one in agenda_of([a, c, *done]).finished] == [False, True]
    assert names([a, c, *done]) == (["a", "c"], None, [])


def test_what_comes_after_the_completion_opens_a_subgoal_again() -> None:
    first, later = episode(1, "a"), episode(3, "a")
    summary = summary_of(2, first)

    assert names([first, summary]) == (["a"], None, [])
    assert names([first, summary, later]) == ([], "a", [])


def test_what_is_not_believed_takes_no_part() -> None:
    first, doubted = episode(1, "a"), episode(2, "a", status=Status.QUARANTINED)
    summary = summary_of(3, first)

    assert names([first, doubted, summary]) == (["a"], None, [])
    assert names([first, summary._replace(status=Status.SUPERSEDED)]) == ([], "a", [])
    assert names([doubted]) == ([], None, [])


def test_the_summary_is_one_line_of_its_sources() -> None:
    episodes = [
        episode(1, "a", "Ok."),
        episode(2, "a", "The invoice 4711 of Bo\nwas in the archive of May. <b>"),
        episode(3, "a", "Thanks!"),
    ]
    draft = subgoal_summary(episodes, met=True)

    assert draft is not None
    assert "invoice 4711" in draft.content
    assert len(draft.content.splitlines()) == 1
    assert "<" not in draft.content
    assert draft.kind is Kind.EPISODIC
    assert (draft.session_id, draft.subgoal, draft.source_ids) == ("s1", "a", ("m1", "m2", "m3"))
    assert draft.metadata["met"] is True


def test_nothing_is_ascribed_because_of_others_words() -> None:
    mine, theirs = episode(1, "a", user_id="u1"), episode(2, "a", user_id="u2")

    def of(*sources: Memory) -> Draft:
        draft = subgoal_summary(sources, met=True)
        assert draft is not None
        return draft

    assert of(mine).user_id == "u1"
    assert of(mine, theirs).user_id is None


def test_what_a_caller_says_stands_until_it_is_put_together_anew() -> None:
    episodes = [episode(1, "a"), episode(2, "a")]
    stated = subgoal_summary(episodes, met=False, said="Bo knows.")
    again = DERIVATIONS[relation_of(met=False)].again

    assert stated is not None
    assert stated.content == "Bo knows."
    assert again is not None
    anew = again(episodes[:1])
    assert anew is not None
    assert anew == subgoal_summary(episodes[:1], met=False)
    assert anew.metadata["met"] is False
    assert anew.content != "Bo knows."
    assert again([episodes[0]._replace(status=Status.QUARANTINED)]) is None
    assert {SUMMARY, SUMMARY_UNMET} <= DERIVATIONS.keys()


@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=6), st.randoms())
def test_any_contents_give_one_line_whatever_their_order(contents: list[str], random: Any) -> None:
    episodes = [episode(n, "goal", text) for n, text in enumerate(contents, 1)]
    shuffled = random.sample(episodes, len(episodes))
    draft, other = (subgoal_summary(some, met=True) for some in (episodes, shuffled))

    assert draft == other
    assert draft is not None
    assert draft.content.strip()
    assert len(draft.content.splitlines()) == 1
    assert len(draft.content) <= 2 * LINE
