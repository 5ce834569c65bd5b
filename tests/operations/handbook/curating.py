"""What the tests of the handbook write, and how they look at what it is then."""

from __future__ import annotations

from memsvc.core.handbook.line import BehaviorStatus, Line, ProposedBy, instruction_of, topics_of
from memsvc.core.handbook.names import normalised_name
from memsvc.core.handbook.suspicion import suspicions
from memsvc.core.handbook.told import Told, draft_of
from memsvc.core.memory import Channel, Draft, Memory, Trust
from memsvc.operations.erase import erase_closure
from memsvc.operations.handbook.book import Book, load
from memsvc.operations.handbook.by import By
from memsvc.operations.handbook.propose import Answered, Fate, Proposals, propose
from memsvc.operations.handbook.traces import record_trace
from memsvc.operations.indexing import known_agent
from memsvc.operations.sealed import opened
from memsvc.runtime import Runtime
from memsvc.store import memories
from memsvc.store.transaction import Tx
from tests.operations.remembering import SCOPE

AGENT = By("k-agent", Trust.AGENT)
OPERATOR = By("k-operator", Trust.OPERATOR)
UNITS, FIRST, ASK = "behavior_check_units", "behavior_estimate_first", "behavior_ask_before_paying"
WORDS = {
    UNITS: "Check the units before you add quantities.",
    FIRST: "Estimate the order of magnitude of the result first.",
    ASK: "Ask the customer before you pay an invoice.",
}


def traced(runtime: Runtime, id_: str, user_id: str | None = None, **told: object) -> str:
    """A trace with this id."""
    said: dict[str, object] = {"task": f"Add what was measured ({id_}).", "outcome": 1.0}
    draft = Draft(content="", id=id_, user_id=user_id, trust=Trust.AGENT, channel=Channel.AGENT)
    record_trace(runtime, SCOPE, draft_of(Told(**(said | told)), draft))  # type: ignore[arg-type]
    return id_


def line(
    name: str, *source_ids: str, words: str | None = None, topics: tuple[str, ...] = ()
) -> Line:
    """A line as a caller puts it forward."""
    said = WORDS.get(name, name) if words is None else words
    return Line(
        name=normalised_name(name),
        instruction=instruction_of(said),
        topics=topics_of(topics),
        source_ids=source_ids,
        proposed_by=ProposedBy.CALLER,
        flagged=suspicions(said, name),
    )


def put(runtime: Runtime, *lines: Line, tokens: int = 0) -> list[Answered]:
    """Lines put forward by the agent."""
    return propose(runtime, SCOPE, Proposals(lines, AGENT.actor, tokens))


def fates(answers: list[Answered]) -> list[Fate]:
    return [one.fate for one in answers]


def book_of(runtime: Runtime) -> Book:
    with runtime.database.snapshot() as tx:
        return load(runtime, tx, known_agent(tx, SCOPE))


def stand(runtime: Runtime) -> dict[str, BehaviorStatus]:
    """The status of each line."""
    return {name: one.status for name, one in book_of(runtime).lines.items()}


def words_held(runtime: Runtime) -> list[Memory]:
    """All memories of wordings, in order of writing."""
    book = book_of(runtime)
    with runtime.database.snapshot() as tx:
        agent = known_agent(tx, SCOPE)
        rows = memories.by_numbers(tx, agent.agent_key, sorted(book.wordings))
        return opened(runtime.keyring, tx, agent, rows)


def erase_memory(runtime: Runtime, memory_id: str) -> None:
    """Erase a memory and what follows, as a forget request would, whatever it is."""

    def work(tx: Tx) -> list[int]:
        agent = known_agent(tx, SCOPE, lock=True)
        numbers = memories.numbers_of(tx, agent.agent_key, [memory_id])
        return erase_closure(runtime, tx, agent, [numbers[memory_id]])

    runtime.keyring.shred(runtime.database.write(work))
