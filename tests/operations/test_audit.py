"""The audit log in a database: appended to in the transaction, one chain, no change unseen."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Executable, delete, select, update

from memsvc.core.access import Role, Scope
from memsvc.core.agent_settings import AgentSettings
from memsvc.core.audit import START, Act, Action, Detail, Entry, fault
from memsvc.core.canonical import canonical
from memsvc.core.memory import Draft
from memsvc.core.weights import STANDARD
from memsvc.errors import NotFound
from memsvc.operations.audit import log_end, read_audit, record, sign_checkpoint
from memsvc.operations.configure import configure
from memsvc.operations.credentials import first_admin_key, issue_key, list_keys, revoke_key
from memsvc.operations.write import write
from memsvc.runtime import Runtime
from memsvc.sealing.signing import verifies
from memsvc.store.forgetting_tables import audit
from memsvc.store.tables import agent_names
from memsvc.store.transaction import Tx

SCOPE = Scope("default", "a1")


def appended(runtime: Runtime, act: Act, tenant: str = "default") -> None:
    runtime.database.write(lambda tx: record(runtime, tx, tenant, act))


def executed(runtime: Runtime, statement: Executable) -> None:
    def work(tx: Tx) -> None:
        tx.execute(statement)

    runtime.database.write(work)


def closed(count: int) -> Act:
    return Act("memsvc", Action.FORGET_CLOSED, f"fr_{count}", detail={"count": count})


def whole(runtime: Runtime, tenant: str = "default") -> list[Entry]:
    """All of a tenant's log, page by page."""
    entries: list[Entry] = []
    after: int | None = 0
    while after is not None:
        page = read_audit(runtime, tenant, after, 7)
        entries += page.entries
        after = page.next_after
    return entries


def done(entries: list[Entry]) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (one.record.actor, one.record.action, one.record.target, one.agent_id) for one in entries
    ]


def test_acts_are_read_in_order(runtime: Runtime) -> None:
    assert read_audit(runtime, "default").entries == []
    for count in range(20):
        appended(runtime, closed(count))

    entries = whole(runtime)

    assert [one.record.detail["count"] for one in entries] == list(range(20))
    assert [one.record.place for one in entries] == list(range(1, 21))
    last = entries[-1].digest.hex()
    assert log_end(runtime, "default") == {"place": 20, "digest": last}
    assert fault(entries, START) is None
    assert read_audit(runtime, "default", 20).entries == []
    page = read_audit(runtime, "default", 18, 2)
    assert ([one.record.place for one in page.entries], page.next_after) == ([19, 20], None)


def test_one_action_is_read_alone(runtime: Runtime) -> None:
    for count in range(6):
        action = Action.FORGET_HELD if count % 2 else Action.FORGET_RELEASED
        appended(runtime, Act("memsvc", action))

    page = read_audit(runtime, "default", 0, 2, Action.FORGET_HELD)
    rest = read_audit(runtime, "default", page.next_after or 0, 2, Action.FORGET_HELD)

    assert [one.record.place for one in [*page.entries, *rest.entries]] == [2, 4, 6]
    assert rest.next_after is None


def test_every_kind_of_detail_comes_back(runtime: Runtime) -> None:
    detail: Detail = {"a": True, "b": -(2**53) + 1, "c": "code.1", "d": ("x", 1, False), "e": []}
    appended(runtime, Act("memsvc", Action.FORGET_CLOSED, detail=detail))

    [entry] = whole(runtime)

    assert entry.record.detail == {**detail, "d": ["x", 1, False]}
    assert entry.record.detail["a"] is True
    assert fault([entry], START) is None


def test_tenants_have_logs_of_their_own(runtime: Runtime) -> None:
    for count in range(4):
        appended(runtime, closed(count), "acme" if count % 2 else "default")

    for tenant, counts in (("default", [0, 2]), ("acme", [1, 3]), ("other", [])):
        entries = whole(runtime, tenant)
        assert [one.record.detail["count"] for one in entries] == counts
        assert [one.record.place for one in entries] == list(range(1, len(counts) + 1))
        assert fault(entries, START) is None


def test_what_is_not_committed_was_not_recorded(runtime: Runtime) -> None:
    class Refused(Exception):
        pass

    def work(tx: Tx) -> None:
        record(runtime, tx, "default", closed(1))
        raise Refused

    appended(runtime, closed(0))
    with pytest.raises(Refused):
        runtime.database.write(work)
    appended(runtime, closed(2))

    entries = whole(runtime)
    assert [one.record.target for one in entries] == ["fr_0", "fr_2"]
    assert fault(entries, START) is None


def test_words_are_recorded_nowhere(runtime: Runtime) -> None:
    with pytest.raises(ValueError, match="numbers and codes only"):
        appended(runtime, Act("memsvc", Action.FORGET_CLOSED, detail={"who": "Ana Lima"}))
    assert whole(runtime) == []


def test_an_agent_is_named_by_a_token_and_by_its_id_while_it_is_there(runtime: Runtime) -> None:
    for scope in (SCOPE, Scope("default", "a2"), Scope("acme", "a1")):
        configure(runtime, scope, AgentSettings(STANDARD))
    ours = whole(runtime)
    [theirs] = whole(runtime, "acme")
    tokens = [one.record.agent_token for one in [*ours, theirs]]
    assert [one.agent_id for one in ours] == ["a1", "a2"]
    assert len(set(tokens)) == 3

    named = (agent_names.c.tenant == "default") & (agent_names.c.agent_id == "a1")
    rename = update(agent_names).where(named).values(tenant="gone")
    executed(runtime, rename)

    after = whole(runtime)
    assert [one.agent_id for one in after] == [None, "a2"]
    assert [one.record.agent_token for one in after] == tokens[:2]
    assert fault(after, START) is None


def test_two_processes_append_to_one_chain(pair: tuple[Runtime, Runtime]) -> None:
    def work(number: int) -> None:
        runtime = pair[number % 2]
        if number % 5 == 0:
            with suppress(NotFound):
                runtime.database.write(partial(refused, runtime, number))
        appended(runtime, closed(number), "acme" if number % 3 == 0 else "default")

    def refused(runtime: Runtime, number: int, tx: Tx) -> None:
        record(runtime, tx, "default", closed(1000 + number))
        raise NotFound

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(120)))

    for runtime in pair:
        ours, theirs = whole(runtime), whole(runtime, "acme")
        assert fault(ours, START) is None
        assert fault(theirs, START) is None
        counts = sorted(one.record.detail["count"] for one in ours + theirs)
        assert counts == list(range(120))


def test_records_beside_writes_to_many_agents_lose_nothing(pair: tuple[Runtime, Runtime]) -> None:
    """Locks of agents and of the log, taken in whatever order by two processes."""

    def work(number: int) -> None:
        runtime, scope = pair[number % 2], Scope("default", f"a{number % 5}")
        if number % 3 == 0:
            write(runtime, scope, [Draft(content=f"note {number}")])
        else:
            configure(runtime, scope, AgentSettings(STANDARD))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(60)))

    entries = whole(pair[0])
    assert len(entries) == 40
    assert fault(entries, START) is None


TAMPERING: dict[str, Callable[[], Any]] = {
    "actor": lambda: update(audit).values(actor="somebody"),
    "action": lambda: update(audit).values(action="forget.refused"),
    "target": lambda: update(audit).values(target=None),
    "time": lambda: update(audit).values(at=datetime(1970, 1, 1, tzinfo=UTC)),
    "agent": lambda: update(audit).values(agent_key=1),
    "detail": lambda: update(audit).values(detail='{"count":99}'),
    "broken detail": lambda: update(audit).values(detail="{"),
    "another detail": lambda: update(audit).values(detail="7"),
    "digest": lambda: update(audit).values(digest=bytes(32)),
    "place": lambda: update(audit).values(place=100),
    "tenant": lambda: update(audit).values(tenant="acme"),
    "nothing left": lambda: delete(audit),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_a_row_that_was_tampered_with_is_found(runtime: Runtime, what: str) -> None:
    configure(runtime, SCOPE, AgentSettings(STANDARD))
    for count in range(1, 5):
        appended(runtime, closed(count))
    assert fault(whole(runtime), START) is None

    statement = TAMPERING[what]().where(audit.c.tenant == "default", audit.c.place == 3)
    executed(runtime, statement)

    assert fault(whole(runtime), START) is not None


def test_a_checkpoint_verifies_and_shows_what_was_cut_off(runtime: Runtime) -> None:
    empty = sign_checkpoint(runtime, "default")
    assert (empty.content["place"], empty.content["digest"]) == (0, START.hex())
    for count in range(3):
        appended(runtime, closed(count))
    last = whole(runtime)[-1].digest.hex()

    kept = sign_checkpoint(runtime, "default")

    assert (kept.content["place"], kept.content["digest"]) == (3, last)
    assert kept.public_key == runtime.keyring.public_key
    for one in (empty, kept):
        assert verifies(one.public_key, one.signature, canonical(one.content))
        other = {**one.content, "place": 7}
        assert not verifies(one.public_key, one.signature, canonical(other))
    executed(runtime, delete(audit).where(audit.c.place == 3))
    assert fault(whole(runtime), START) is None
    assert sign_checkpoint(runtime, "default").content["place"] < kept.content["place"]


def test_keys_that_are_issued_and_revoked_are_recorded(runtime: Runtime) -> None:
    assert first_admin_key(runtime, "default", "") is not None
    assert first_admin_key(runtime, "default", "") is None
    [admin] = list_keys(runtime, "default")
    card, value = issue_key(runtime, "default", Role.AGENT, name="Ana's", actor=admin.key_id)
    revoke_key(runtime, "default", card.key_id, actor=admin.key_id)
    with pytest.raises(NotFound):
        revoke_key(runtime, "default", card.key_id, actor=admin.key_id)

    entries = whole(runtime)

    assert done(entries) == [
        ("memsvc", "key.issued", admin.key_id, None),
        (admin.key_id, "key.issued", card.key_id, None),
        (admin.key_id, "key.revoked", card.key_id, None),
    ]
    assert [one.record.detail for one in entries] == [{"role": "admin"}, {"role": "agent"}, {}]
    with runtime.database.snapshot() as tx:
        told = str(tx.execute(select(audit)).all())
    assert "Ana" not in told
    assert value not in told


def test_settings_that_are_replaced_are_recorded(runtime: Runtime) -> None:
    configure(runtime, SCOPE, AgentSettings(STANDARD), actor="9f1c")
    configure(runtime, SCOPE, AgentSettings(STANDARD))

    assert done(whole(runtime)) == [
        ("9f1c", "agent.configured", None, "a1"),
        ("memsvc", "agent.configured", None, "a1"),
    ]
