"""What offers told of a behavior: it holds for its words, whoever of those that put them goes."""

from __future__ import annotations

import pytest

from memsvc.core.agent_settings import AgentSettings
from memsvc.operations.configure import configure
from memsvc.operations.handbook.edit import Edit, edit
from memsvc.operations.handbook.offer import Wanted, offer
from memsvc.operations.handbook.outcome import Came, tell
from memsvc.operations.handbook.report import report
from memsvc.operations.indexing import known_agent
from memsvc.runtime import Runtime
from memsvc.store import offer_outcomes
from tests.operations.forgetting import carried_out, order, people
from tests.operations.handbook.curating import AGENT, UNITS, line, put, traced
from tests.operations.handbook.offering import EVERYTHING, TASK
from tests.operations.remembering import SCOPE, standing


@pytest.fixture
def learnt(runtime: Runtime) -> Runtime:
    """One behavior, which Ana's traces bear out, and Ben's."""
    runtime = standing(runtime)
    for id_, who in (("a1", "ana"), ("a2", "ana"), ("b1", "ben"), ("b2", "ben")):
        traced(runtime, id_, who)
    configure(runtime, SCOPE, AgentSettings(handbook=EVERYTHING))
    put(runtime, line(UNITS, "a1", "a2"))
    return runtime


def told(runtime: Runtime) -> None:
    """An offer of it that went well, and cited it."""
    made = offer(runtime, SCOPE, Wanted(TASK))
    assert [one.name for one in made.lines] == [UNITS]
    tell(runtime, SCOPE, made.offer_id, Came(1.0, 100, 50, cited=(UNITS,)))


def worth(runtime: Runtime) -> tuple[int, int]:
    """How often it was offered and cited, so far as that is known."""
    [one] = report(runtime, SCOPE).lines
    return (0, 0) if one.worth is None else (one.worth.offered, one.worth.cited)


def test_it_stays_for_those_that_said_the_same_by_then(learnt: Runtime) -> None:
    told(learnt)
    put(learnt, line(UNITS, "b1", "b2"))
    told(learnt)
    told(learnt)
    assert worth(learnt) == (3, 3)

    carried_out(learnt, order(learnt, people("ana")))

    # Of the first Ben's words knew nothing yet.
    assert worth(learnt) == (2, 2)
    told(learnt)
    assert worth(learnt) == (3, 3)


def test_other_words_begin_anew(learnt: Runtime) -> None:
    told(learnt)
    words = "Estimate the sum of the lengths in metres first."
    edit(learnt, SCOPE, UNITS, Edit(instruction=words), AGENT)
    assert worth(learnt) == (0, 0)
    told(learnt)
    assert worth(learnt) == (1, 1)

    edit(learnt, SCOPE, UNITS, Edit(instruction=line(UNITS).instruction), AGENT)

    assert worth(learnt) == (1, 1)


def test_nothing_is_kept_of_an_offer_that_is_gone_altogether(learnt: Runtime) -> None:
    told(learnt)

    carried_out(learnt, order(learnt, people("ana")))

    assert report(learnt, SCOPE).lines == ()
    with learnt.database.snapshot() as tx:
        [row] = offer_outcomes.since(tx, known_agent(tx, SCOPE).agent_key)
    assert (row.offered, row.cited) == ((), frozenset())


def test_what_has_faded_is_not_offered(learnt: Runtime) -> None:
    told(learnt)
    later = learnt.clock.now().replace(year=2126)

    made = offer(standing(learnt, later), SCOPE, Wanted(TASK))

    assert made.lines == ()
