"""Short histories in which a world that forgot S once differed from one that never knew S."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.worlds.forgetting import S
from tests.worlds.test_twin_world import TwinWorld

SAID = [
    "We painted the old harbour wall of Lisbon together.",
    "My sister lives in Porto.",
    "The tram to Oslo was late again, so we walked along the river.",
    "I am allergic to nuts.",
    "I live in Lisbon.",
]
OTHER_WORDS = {"content": "We painted the red boat of Porto together last week."}
ABOUT_BOB = ["The kitchen of the old school was cold.", "We sold the green kayak to Rui."]


@pytest.fixture
def twins(scanning_here: None) -> Iterator[TwinWorld]:
    worlds = TwinWorld()
    worlds.first_memory()
    yield worlds
    worlds.teardown()


def talk(worlds: TwinWorld, **more: Any) -> None:
    """Ana talks, with S in between."""
    common: dict[str, Any] = {"session": "s1", "who": "ana", "said": SAID, "mingled": "S"}
    common |= {"of_s": ["I live in Oslo.", "My favourite tea is green."]}
    common |= {"subgoal": None, "days_ago": None}
    worlds.converse(**{**common, **more})


def change(worlds: TwinWorld, changes: dict[str, Any], method: str = "PATCH") -> None:
    """Something that Ana said is changed."""
    worlds._of_known(method, worlds.known[2], changes)


def words_changed_after_a_run(worlds: TwinWorld) -> None:
    talk(worlds)
    worlds.consolidate(force=True, hours=1)
    change(worlds, OTHER_WORDS)


def words_changed_between_two_runs(worlds: TwinWorld) -> None:
    words_changed_after_a_run(worlds)
    worlds.consolidate(force=True, hours=1)


def archived_after_a_run(worlds: TwinWorld) -> None:
    talk(worlds)
    worlds.consolidate(force=True, hours=1)
    change(worlds, {"status": "archived"})


def words_changed_in_a_finished_subgoal(worlds: TwinWorld) -> None:
    talk(worlds, subgoal="g1")
    worlds.finish_a_subgoal("s1", "g1", met=True, said=None)
    change(worlds, OTHER_WORDS)


def source_marked_after_a_run(worlds: TwinWorld) -> None:
    talk(worlds)
    talk(worlds, who="bob", mingled=None, said=ABOUT_BOB)
    worlds.consolidate(force=True, hours=1)
    worlds.mark({"user_id": "bob"})


def s_was_put_right_after_a_run(worlds: TwinWorld) -> None:
    """What rested on wrong words was taken out of search, and was others' words, too."""
    talk(worlds)
    worlds.consolidate(force=True, hours=1)
    correction = {"agent_id": "a1", "memory_id": worlds.of_s[0], "content": "I live in Braga."}
    worlds.forgetting.subjects("rectify", {"corrections": [correction]})


def s_ended_the_session_on_another_day(worlds: TwinWorld) -> None:
    talk(worlds, days_ago=2)
    talk(worlds, session="s2", days_ago=2, who="bob", mingled=None)
    today = {"event_time": worlds.clock.now().isoformat(), "session_id": "s1", "user_id": S}
    walked = {"content": "I walked home in the rain today.", "speaker": "Sam"}
    worlds._of_s([{**today, **walked, "id": worlds._name()}])
    elsewhere = [one.replace("Lisbon", "Braga") for one in SAID]
    talk(worlds, session="s3", who="bob", mingled=None, said=elsewhere)
    worlds.consolidate(force=True, hours=1)


def run_taken_back(worlds: TwinWorld) -> None:
    talk(worlds)
    worlds.consolidate(force=True, hours=1)
    talk(worlds, session="s2", who="bob", days_ago=2)
    worlds.consolidate(force=True, hours=1)
    for world, run in zip(worlds.worlds, worlds.runs[-1], strict=True):
        assert world.ask("POST", f"/consolidations/{run}/rollback")[0] == 200


def s_recurs_in_words_of_nobody(worlds: TwinWorld) -> None:
    talk(worlds, who=None, mingled="about S", of_s=SAID)
    talk(worlds, session="s2", who=None, mingled="about S", said=SAID[:2], of_s=SAID[:1])
    worlds.consolidate(force=True, hours=1)
    talk(worlds, session="s3", who=None, mingled="about S", said=SAID[:1])
    worlds.consolidate(force=True, hours=1)


def s_told_first_that_something_is_over(worlds: TwinWorld) -> None:
    """That it is over is known since S spoke; what ended it in the world, came later."""

    def stated(content: str, days: int, **more: Any) -> dict[str, Any]:
        since = (worlds.clock.now() - timedelta(days=days)).isoformat()
        draft = {"content": content, "kind": "semantic", "valid_from": since, **more}
        return {**draft, "id": worlds._name()}

    worlds._store(stated("Priya lives in Lisbon.", 40))
    worlds.clock.advance(timedelta(days=1))
    worlds._of_s([stated("Priya moved to Porto.", 3, user_id=None, subject_ids=[S], speaker=None)])
    worlds.clock.advance(timedelta(days=1))
    worlds._store(stated("Priya lives in Porto.", 20))


@pytest.mark.parametrize(
    "history",
    [
        words_changed_after_a_run,
        words_changed_between_two_runs,
        archived_after_a_run,
        words_changed_in_a_finished_subgoal,
        source_marked_after_a_run,
        s_was_put_right_after_a_run,
        s_ended_the_session_on_another_day,
        run_taken_back,
        s_recurs_in_words_of_nobody,
        s_told_first_that_something_is_over,
    ],
)
def test_nothing_is_left_of_s(twins: TwinWorld, history: Callable[[TwinWorld], None]) -> None:
    """Neither at once, nor after a further run."""
    history(twins)
    twins.forget_s_at_once("where does Ana live")
    twins.consolidate(force=False, hours=1)
    twins._compare("harbour wall")
