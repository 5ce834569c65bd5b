"""Readmission: who consents anew can be remembered again, and nobody else by that."""

from __future__ import annotations

from dataclasses import replace

from memsvc.core.audit import Action
from memsvc.core.memory import Draft, Event
from memsvc.operations.subjects import alias
from memsvc.operations.subjects.alias import Registration
from memsvc.operations.subjects.readmit import readmit
from memsvc.runtime import Runtime
from tests.operations.people import (
    ACTOR,
    MARIA,
    OTHER,
    TENANT,
    forgotten,
    is_closed,
    listed,
    offer,
    recorded,
)
from tests.operations.remembering import SCOPE, remember

HERS = Draft(content="I live in Lisbon by the harbour.", user_id="u1")
HIS = Draft(content="I grow tomatoes on the roof.", user_id="ben")


def test_the_old_transcript_can_be_written_again(runtime: Runtime) -> None:
    remember(runtime, HERS, HIS)
    assert is_closed(forgotten(runtime, "u1"))
    assert is_closed(forgotten(runtime, "ben"))
    assert offer(runtime, SCOPE, HERS, HIS) == [Event.SUPPRESSED] * 2

    assert readmit(runtime, TENANT, ACTOR, "u1") == 1

    assert listed(runtime) == set()
    assert offer(runtime, SCOPE, HERS, HIS) == [Event.ADDED, Event.SUPPRESSED]
    assert readmit(runtime, TENANT, ACTOR, "u1") == 0


def test_an_erased_alias_is_readmitted_by_itself(runtime: Runtime) -> None:
    alias.register(runtime, TENANT, ACTOR, Registration("u1", [MARIA]))
    remember(runtime, HERS)
    assert is_closed(forgotten(runtime, MARIA))
    by_mail = replace(HERS, user_id=MARIA)
    assert offer(runtime, SCOPE, HERS, by_mail) == [Event.SUPPRESSED] * 2

    assert readmit(runtime, TENANT, ACTOR, "u1") == 1

    assert offer(runtime, SCOPE, HERS, by_mail) == [Event.ADDED, Event.SUPPRESSED]
    assert readmit(runtime, TENANT, ACTOR, MARIA) == 1
    assert offer(runtime, SCOPE, by_mail) == [Event.ADDED]


def test_aliases_registered_anew_go_along(runtime: Runtime) -> None:
    alias.register(runtime, TENANT, ACTOR, Registration("u1", [MARIA]))
    remember(runtime, HERS)
    assert is_closed(forgotten(runtime, "u1"))
    alias.register(runtime, TENANT, ACTOR, Registration("u1", [MARIA]))

    assert readmit(runtime, TENANT, ACTOR, MARIA) == 2


def test_another_tenant_s_tombstones_stand(runtime: Runtime) -> None:
    remember(runtime, HERS)
    assert is_closed(forgotten(runtime, "u1"))

    assert readmit(runtime, OTHER.tenant, ACTOR, "u1") == 0
    assert offer(runtime, SCOPE, HERS) == [Event.SUPPRESSED]
    assert offer(runtime, OTHER, HERS) == [Event.ADDED]


def test_the_audit_tells_how_many_and_not_who(runtime: Runtime) -> None:
    readmit(runtime, TENANT, ACTOR, MARIA)

    [entry] = recorded(runtime)

    assert (entry.record.action, dict(entry.record.detail)) == (
        Action.SUBJECT_READMITTED,
        {"tombstones": 0},
    )
    assert "aria" not in str(entry)
