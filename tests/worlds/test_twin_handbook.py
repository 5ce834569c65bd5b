"""The twin world with an eye on the handbook: fewer verbs, so that more is learnt in each history.

A long run:
MEMSVC_TWIN_EXAMPLES=130 pytest -s --timeout=0 tests/worlds/test_twin_handbook.py
"""

from __future__ import annotations

import inspect
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from tests.worlds.curating import FORMS, STEPS, TASKS, TOPICS, Curating, families
from tests.worlds.test_twin_world import TwinWorld

EXAMPLES = int(os.environ.get("MEMSVC_TWIN_EXAMPLES", "5"))
KEPT = {
    "delete",
    "forget_s",
    "forget_s_at_once",
    "judge_a_mark",
    "mark",
    "patch",
    "patch_s",
    "rectify_s",
    "restart",
    "restrict_s",
    "tell_outcomes",
    "think_better_of_it",
    "time_passes",
}
"""Verbs beside those about the handbook."""


class TwinHandbook(TwinWorld):
    """The same worlds, in which nobody does but learn, and forget."""

    @initialize(data=st.data())
    def tried(self, data: st.DataObject) -> None:
        """All have tried something already, and something was learnt of it."""
        for place, who in enumerate(("ana", "bob", None, "ana")):
            self._attempt(who, TASKS[place % 2], STEPS[:place], [], "success", "sums")
        for about in (False, True):
            self.attempt_of_s(about=about, task=TASKS[0], took=STEPS[:2])
        for _ in range(data.draw(st.integers(2, 9))):
            self._anything(data)

    def _anything(self, data: st.DataObject) -> None:
        """Any of the verbs by which something is learnt, or decided of it."""
        topics = data.draw(st.sampled_from(TOPICS))
        family = data.draw(families)
        verbs = "llllnddeeo" if len(self.attempts) > 1 else "o"
        verbs += "ssss" if self.attempts_of_s else ""
        verbs += "b" if self.attempts_of_s and self.attempts else ""
        match data.draw(st.sampled_from(verbs)):
            case "l":
                form = data.draw(st.sampled_from(["first", "first", "second"]))
                self.learn(data=data, family=family, form=form, topics=topics, tokens=9)
            case "s":
                form = data.draw(st.sampled_from([*FORMS]))
                self.learn_of_s(data=data, family=family, form=form, topics=topics)
            case "b":
                self.learn_of_s_and_others(data=data, topics=topics)
            case "n":
                self.another_names_s_in_a_line(data=data, action="redact")
            case "d":
                verb = data.draw(st.sampled_from(["approve", "retire"]))
                self.decide_about_a_line(data=data, verb=verb)
            case "e":
                which = data.draw(st.sampled_from(["words", "topics", "sources", "all"]))
                self.edit_a_line(data=data, version=2, which=which)
            case _:
                self.an_offer_comes_out(
                    data=data,
                    of=data.draw(st.sampled_from(["nobody", "others", "S"])),
                    success=1.0,
                    held_out=False,
                    task_class="sums",
                    with_lines_of_s=data.draw(st.booleans()),
                )

    @rule(data=st.data())
    def learn_on(self, data: st.DataObject) -> None:
        """More of it, for no verb is left out in any history."""
        for _ in range(4):
            self._anything(data)


def _is_rule(member: Any) -> bool:
    return hasattr(member, "hypothesis_stateful_rule")


def _without_rules() -> None:
    """Have verbs of the whole world, but for some, be methods like any other."""
    kept = KEPT | set(vars(Curating))
    for name, member in inspect.getmembers(TwinWorld, _is_rule):
        if name not in kept:
            setattr(TwinHandbook, name, lambda *_args, _of=member, **more: _of(*_args, **more))


_without_rules()


@pytest.mark.usefixtures("scanning_here")
def test_what_was_learnt_with_s_is_as_if_learnt_without() -> None:
    lines, comparisons, steps = Curating.lines_compared, TwinWorld.comparisons, TwinWorld.steps
    run_state_machine_as_test(
        TwinHandbook,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # Shown by `pytest -s`, or when it fails.
    print(  # noqa: T201
        f"{TwinWorld.steps - steps} steps, all answers compared "
        f"{TwinWorld.comparisons - comparisons} times, "
        f"{Curating.lines_compared - lines} behaviors among them"
    )
