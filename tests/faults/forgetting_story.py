"""People, what is known of them, three orders to forget some of it, and what must hold afterwards.

Everything is done so that it may be done again: whoever finds it half done goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import orjson

from memsvc.clock import FixedClock
from memsvc.config import Settings
from memsvc.core.access import Scope
from memsvc.core.audit import fault
from memsvc.core.finding import Level
from memsvc.core.forget_request import Act, RequestStatus, Step
from memsvc.core.memory import Draft, Kind, Memory, Status
from memsvc.core.order import Chosen, Order, Selector
from memsvc.core.receipt import check, check_audit
from memsvc.core.residue import all_shapes
from memsvc.errors import AlreadyExists
from memsvc.operations.audit import read_audit
from memsvc.operations.compose import compose
from memsvc.operations.examine import examine
from memsvc.operations.export import export
from memsvc.operations.forgetting.people import identity_token
from memsvc.operations.forgetting.progress import has_begun
from memsvc.operations.forgetting.read import get_receipt, get_request
from memsvc.operations.forgetting.receive import receive
from memsvc.operations.forgetting.resume import resume
from memsvc.operations.ledger import count_owed, mirror
from memsvc.operations.purge import purge
from memsvc.operations.question import Question
from memsvc.operations.read import Listing, list_memories
from memsvc.operations.rotate import rotate_due
from memsvc.operations.scan import residue
from memsvc.operations.search import search
from memsvc.operations.start import DEFAULT_TENANT
from memsvc.operations.subjects.alias import Registration, register
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.sealing.signing import verifies
from memsvc.store import agents, aliases, memories, restrictions, selections, suppressions
from memsvc.store.transaction import Tx
from memsvc.wiring import installation

A1, A2, A3 = (Scope(DEFAULT_TENANT, name) for name in ("a1", "a2", "a3"))
SCOPES = (A1, A2, A3)
ANA, ALSO_ANA = "ana@lopez.example", "telegram-id-of-ana"
BOB, CAROL = "bob-of-the-harbour", "carol-of-the-mill"
NAME = "Ana Lopez"
AFTERWARDS = timedelta(seconds=1)


def _draft(id_: str, content: str, user: str, session: str | None = None, **more: object) -> Draft:
    return Draft(content=content, id=id_, user_id=user, session_id=session, **more)  # type: ignore[arg-type]


WRITTEN: dict[Scope, tuple[tuple[Draft, ...], ...]] = {
    A1: (
        (
            _draft("ana-flat", "I rent the flat in Calle Mayor", ANA, "flat", speaker=NAME),
            _draft("ana-dog", "My dog is called Sultan the Third", ANA, "flat", speaker=NAME),
            _draft("bob-met", f"Yesterday {NAME} stood at the harbour wall", BOB, "walk"),
            _draft("bob-hours", "The harbour opens at eight every morning", BOB, "walk"),
            _draft("bob-trip", "The ferry to the island leaves at nine", BOB, "the trip"),
            _draft("bob-boat", "On the island a boat costs forty crowns", BOB, "the trip"),
        ),
        (
            # Stays, demoted: it rests on somebody else's words, too.
            _draft(
                "both", "Somebody lives near the harbour", BOB, source_ids=("ana-flat", "bob-hours")
            ),
            # Goes: it names who is erased.
            _draft(
                "names", f"{NAME} lives by the harbour", BOB, source_ids=("ana-flat", "bob-hours")
            ),
            # Goes: nothing is left that it rests on.
            _draft(
                "dogs",
                "There is a dog in the flat",
                BOB,
                source_ids=("ana-dog",),
                kind=Kind.SEMANTIC,
            ),
            # Demoted by the second order.
            _draft("ferry", "The harbour has a ferry", BOB, source_ids=("bob-hours", "bob-trip")),
        ),
    ),
    A2: (
        (
            _draft("ana-work", "I work in the old paper mill", ANA, "work", speaker=NAME),
            _draft("carol-mill", "The paper mill closes in winter", CAROL, "work"),
        ),
    ),
    A3: (
        (
            _draft("carol-bread", "Bread is baked on Fridays only", CAROL),
            _draft("ana-chat", "I write from the train to the coast", ALSO_ANA),
        ),
    ),
}

PEOPLE = Order(
    Selector(subject_ids=(ANA,), chosen=(Chosen("a1", "bob-met", Act.REDACT),)), reason="her wish"
)
TRAJECTORY = Order(Selector(agent_id="a1", session_ids=("the trip",)))
ENVIRONMENT = Order(Selector(agent_id="a2"))
ORDERS = {"of-people": PEOPLE, "of-a-session": TRAJECTORY, "of-an-agent": ENVIRONMENT}
ERASED = {
    "of-people": {"ana-flat", "ana-dog", "ana-work", "ana-chat", "names", "dogs"},
    "of-a-session": {"bob-trip", "bob-boat"},
    "of-an-agent": {"carol-mill", "ana-work"},
}
HELD_BACK = {
    "of-people": {"both", "bob-met"},
    "of-a-session": {"ferry"},
    "of-an-agent": set[str](),
}
"""Hidden meanwhile, and shown again when the request is closed."""
GONE = set[str]().union(*ERASED.values())
LEFT = {"bob-met", "bob-hours", "both", "ferry", "carol-bread"}
DEMOTED = {"both", "ferry"}
UNTOUCHED = {"bob-hours", "carol-bread"}


def drafts() -> dict[str, Draft]:
    """Everything that is written, by its id."""
    return {str(one.id): one for batches in WRITTEN.values() for batch in batches for one in batch}


def batches() -> Iterator[tuple[str, Scope, tuple[Draft, ...]]]:
    """What is written, each with a name, in order."""
    for scope, of_scope in WRITTEN.items():
        for place, batch in enumerate(of_scope):
            yield f"{scope.agent_id}-{place}", scope, batch


def name_ana(runtime: Runtime) -> None:
    """Say that she is known by two identities."""
    said = Registration(ANA, aliases=(ALSO_ANA,), names=(NAME,))
    register(runtime, DEFAULT_TENANT, "key", said)


def order(runtime: Runtime, request_id: str) -> None:
    """Give one of the orders, or give it again: refused once it is carried out."""
    try:
        receive(runtime, DEFAULT_TENANT, "key", ORDERS[request_id], request_id)
    except AlreadyExists:
        # Verified, its words are gone, too, once it is about to be closed.
        assert status(runtime, request_id) in {RequestStatus.VERIFIED, RequestStatus.CLOSED}


def status(runtime: Runtime, request_id: str) -> RequestStatus:
    """How far a request is."""
    return get_request(runtime, DEFAULT_TENANT, request_id).status


def to_the_end(runtime: Runtime, tries: int = 3) -> None:
    """Resume, rotate and purge as the scheduler does until all are closed."""
    for _ in range(tries):
        resume(runtime)
        rotate_due(runtime, timedelta(0))
        purge(runtime, timedelta(0))
        if all(status(runtime, one) is RequestStatus.CLOSED for one in ORDERS):
            return
    left = {one: get_request(runtime, DEFAULT_TENANT, one) for one in ORDERS}
    told = {one: (row.status, row.progress) for one, row in left.items()}
    raise AssertionError(f"not closed: {told}")


def slots_of_erased(tx: Tx) -> list[int]:
    """Slots of the keys that have to be destroyed."""
    found: list[int] = []
    for scope in SCOPES:
        agent = agents.find(tx, scope.tenant, scope.agent_id)
        if agent is not None:
            numbers = memories.numbers_of(tx, agent.agent_key, sorted(GONE))
            found += selections.slots(tx, agent.agent_key, sorted(numbers.values()))
    return found


def shown(runtime: Runtime) -> dict[str, Memory]:
    """Every memory that anybody is shown, whichever way they ask."""
    found: dict[str, Memory] = {}
    for scope in SCOPES:
        with runtime.database.snapshot() as tx:
            if agents.find(tx, scope.tenant, scope.agent_id) is None:
                continue
        listed = {one.id: one for one in list_memories(runtime, scope, Listing()).memories}
        for draft in drafts().values():
            question = Question(draft.content, limit=50, include=tuple(Status))
            hits = {one.memory.id: one.memory for one in search(runtime, scope, question).found}
            assert hits.keys() <= listed.keys(), "search shows what the list does not"
        context, _ = compose(runtime, scope, Question("harbour flat dog ferry mill"), 4000)
        assert not any(drafts()[id_].content in context.text for id_ in drafts() - listed.keys())
        found |= listed
    file = runtime.data_dir / "exported.jsonl"
    export(runtime, file, DEFAULT_TENANT, "*", lambda _done, _total: None)
    exported = file.read_text()
    file.unlink()
    assert not any(drafts()[id_].content in exported for id_ in drafts() - found.keys())
    return found


def assert_hidden(runtime: Runtime, request_id: str) -> None:
    """Nobody is shown what this request, acknowledged, erases."""
    seen = shown(runtime)
    assert not seen.keys() & ERASED[request_id], "held back, and shown"
    if not has_begun(get_request(runtime, DEFAULT_TENANT, request_id), Step.SHRED):
        assert not seen.keys() & HELD_BACK[request_id], "held back, and shown"
    if request_id == "of-people":
        assert not any(NAME in one.content for one in seen.values()), "named, and shown"


def assert_done(runtime: Runtime, slots: list[int]) -> None:
    """All requests are closed: what had to go is gone, the rest is unharmed, and it is proven."""
    seen = shown(runtime)
    assert seen.keys() == LEFT, f"left is {sorted(seen)}"
    assert {id_ for id_, one in seen.items() if one.status is Status.QUARANTINED} == DEMOTED
    assert all(seen[id_].content == drafts()[id_].content for id_ in LEFT - {"bob-met"})
    assert NAME not in seen["bob-met"].content
    assert seen["bob-met"].content.endswith("stood at the harbour wall")
    _assert_no_rows(runtime, slots)
    _assert_proven(runtime)
    mirror(runtime)
    assert not count_owed(runtime, runtime.ledger.path)


def _assert_no_rows(runtime: Runtime, slots: list[int]) -> None:
    tokens = [identity_token(runtime, DEFAULT_TENANT, one) for one in (ANA, ALSO_ANA)]
    with runtime.database.snapshot() as tx:
        assert not selections.of_people_by_agent(tx, tokens)
        assert not aliases.subjects_of(tx, DEFAULT_TENANT, tokens)
        assert agents.find(tx, A2.tenant, A2.agent_id) is None, "an empty agent stays"
        agent = agents.find(tx, A1.tenant, A1.agent_id)
        assert agent is not None
        assert not memories.numbers_of(tx, agent.agent_key, sorted(GONE))
        for one in ORDERS:
            row = get_request(runtime, DEFAULT_TENANT, one)
            assert row.sealed is None
            assert row.key_slot is None
            assert not restrictions.count(tx, row.holder)
        people = get_request(runtime, DEFAULT_TENANT, "of-people")
        assert suppressions.count(tx, people.holder), "no tombstone"
    assert not runtime.keyring.keys(agent.agent_key, agent.wrapped_key, slots), "a key is left"


def _assert_proven(runtime: Runtime) -> None:
    entries = read_audit(runtime, DEFAULT_TENANT, limit=1000).entries
    assert fault(entries) is None
    for one in ORDERS:
        receipt = orjson.loads(get_receipt(runtime, DEFAULT_TENANT, one))
        found = [
            *check(receipt, runtime.keyring.public_key, verifies),
            *check_audit(receipt, entries),
        ]
        assert all(finding.level is Level.OK for finding in found), found
        verifier = receipt["receipt"]["verifier"]
        assert not any(verifier[name] for name in ("rows_left", "samples_opened", "residue"))
        actions = [entry.record.action for entry in entries if entry.record.target == one]
        for action in ("received", "restricted", "erased", "purged", "verified", "closed"):
            assert actions.count(f"forget.{action}") == 1, (action, actions)


def assert_kept_out(runtime: Runtime) -> None:
    """The old transcript does not come back in; what is new does."""
    again = [replace(drafts()[id_], id=None) for id_ in ("ana-flat", "ana-dog", "bob-trip")]
    write(runtime, A1, again)
    assert shown(runtime).keys() == LEFT, "a tombstone did not hold"
    write(runtime, A3, [_draft("more", "Something that nobody ever said", CAROL)])
    assert "more" in shown(runtime)


def assert_well(settings: Settings, now: datetime) -> None:
    """With nothing running: an examination finds nothing, and no file says what was erased."""
    findings = list(examine(installation(settings, FixedClock(now)), full=True))
    broken = [one for one in findings if one.level is Level.FAIL]
    checked = {"ledger", "keys", "memories", "vectors", "index", "work", "database"}
    odd = [one for one in findings if one.check in checked and one.level is not Level.OK]
    assert not broken + odd, broken + odd
    needles = {id_: drafts()[id_].content for id_ in GONE} | {
        "who": ANA,
        "also": ALSO_ANA,
        "name": NAME,
    }
    scan = residue(all_shapes(needles), [settings.data_dir])
    assert scan.clean, scan
