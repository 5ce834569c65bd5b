"""Identities and names that mean one person: registered, merged, removed, let go."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from memsvc.core.audit import Action
from memsvc.core.memory import Draft
from memsvc.errors import InvalidRequest, MemsvcError, SeveralPeople
from memsvc.operations.forgetting.people import identity_token, subject_of
from memsvc.operations.purge import finish_shreddings
from memsvc.operations.rotate import rotate
from memsvc.operations.subjects import alias
from memsvc.operations.subjects.alias import MOST, Known, Registration, look_up
from memsvc.runtime import Runtime
from memsvc.store import agents, aliases, slots_in_use
from tests.operations.people import (
    ACTOR,
    MARIA,
    OTHER,
    TENANT,
    forgotten,
    is_closed,
    listed,
    recorded,
)
from tests.operations.remembering import remember

PHONE = "+351 912 345 678"


def register(runtime: Runtime, subject_id: str, *others: str, **more: object) -> Known:
    registration = Registration(subject_id, others, **more)  # type: ignore[arg-type]
    return alias.register(runtime, TENANT, ACTOR, registration)


def known(runtime: Runtime, subject_id: str, tenant: str = TENANT) -> tuple[set[str], set[str]]:
    found = look_up(runtime, tenant, subject_id)
    return set(found.identities), set(found.names)


def slots_of(runtime: Runtime) -> Sequence[int]:
    with runtime.database.snapshot() as tx:
        service = agents.service(tx)
        return slots_in_use.of_agent(tx, service.agent_key)


def test_any_identity_means_all(runtime: Runtime) -> None:
    register(runtime, "u1", MARIA, PHONE, names=["Maria Lopez"])

    for one in ("u1", MARIA, PHONE):
        assert known(runtime, one) == ({"u1", MARIA, PHONE}, {"Maria Lopez"})
        assert look_up(runtime, TENANT, one).identities[0] == one
    assert known(runtime, "Maria Lopez") == ({"Maria Lopez"}, set())
    assert known(runtime, "u2") == ({"u2"}, set())


def test_an_alias_of_one_tenant_is_nothing_in_another(runtime: Runtime) -> None:
    register(runtime, "u1", MARIA)
    theirs = Registration("u9", [MARIA])
    alias.register(runtime, OTHER.tenant, ACTOR, theirs)

    assert known(runtime, MARIA) == ({"u1", MARIA}, set())
    assert known(runtime, MARIA, OTHER.tenant) == ({"u9", MARIA}, set())


def test_registering_again_adds_and_repeats_nothing(runtime: Runtime) -> None:
    register(runtime, "u1", MARIA, names=["Maria Lopez"])
    before = slots_of(runtime)

    assert register(runtime, "u1", MARIA, names=["maria  LOPEZ"]).names == ("Maria Lopez",)
    assert slots_of(runtime) == before
    assert len(register(runtime, MARIA, PHONE).identities) == 3


def test_people_who_are_registered_apart_are_not_made_one_by_chance(runtime: Runtime) -> None:
    register(runtime, "u1", MARIA, names=["Maria"])
    register(runtime, "u2", PHONE, names=["Maria", "Mia"])

    with pytest.raises(SeveralPeople):
        register(runtime, "u1", PHONE)
    assert known(runtime, "u1") == ({"u1", MARIA}, {"Maria"})

    merged = register(runtime, "u1", PHONE, merge=True)

    assert set(merged.identities) == {"u1", "u2", MARIA, PHONE}
    for one in ("u1", "u2", MARIA, PHONE):
        assert known(runtime, one) == ({"u1", "u2", MARIA, PHONE}, {"Maria", "Mia"})


def test_what_is_removed_means_nobody_and_its_key_is_destroyed(runtime: Runtime) -> None:
    register(runtime, "u1", MARIA, PHONE, names=["Maria"])
    before = slots_of(runtime)

    register(runtime, "u1", remove=[PHONE, "maria"])

    assert known(runtime, "u1") == ({"u1", MARIA}, set())
    assert known(runtime, PHONE) == ({PHONE}, set())
    gone = set(before) - set(slots_of(runtime))
    assert len(gone) == 2
    with runtime.database.snapshot() as tx:
        service = agents.service(tx)
    keys = runtime.keyring.keys(service.agent_key, service.wrapped_key, sorted(before))
    assert gone.isdisjoint(keys)
    assert finish_shreddings(runtime) == 2


def test_who_has_one_identity_and_no_name_is_registered_no_longer(runtime: Runtime) -> None:
    register(runtime, "u1", MARIA)

    assert register(runtime, "u1", remove=[MARIA]) == Known(("u1",), ())
    assert slots_of(runtime) == []
    assert register(runtime, "u1") == Known(("u1",), ())
    assert slots_of(runtime) == []


def test_nothing_is_given_and_removed_at_once(runtime: Runtime) -> None:
    for more in ({"remove": ["u1"]}, {"remove": ["Mia"], "names": ["Mia"]}):
        with pytest.raises(InvalidRequest):
            register(runtime, "u1", **more)
    assert recorded(runtime) == []


def test_a_person_has_so_many_identities_and_no_more(runtime: Runtime) -> None:
    register(runtime, "u0", *(f"u{n}" for n in range(1, MOST)))

    with pytest.raises(InvalidRequest):
        register(runtime, "u0", "another")
    assert len(look_up(runtime, TENANT, "u5").identities) == MOST


def test_aliases_open_after_their_keys_were_wrapped_anew(runtime: Runtime) -> None:
    register(runtime, "u1", MARIA)
    with runtime.database.snapshot() as tx:
        service = agents.service(tx).agent_key

    rotate(runtime, service)

    assert known(runtime, "u1") == ({"u1", MARIA}, set())


def test_forgetting_by_one_identity_forgets_all_and_the_registration(runtime: Runtime) -> None:
    register(runtime, "u1", MARIA, PHONE)
    remember(
        runtime,
        Draft(content="I live by the harbour wall.", id="by-id", user_id="u1"),
        Draft(content="My number is a new one now.", id="by-mail", user_id=MARIA),
        Draft(content="Somebody rang about the boat.", id="about", subject_ids=(PHONE,)),
        Draft(content="Ben waters the plants today.", id="ben", user_id="ben"),
    )

    assert is_closed(forgotten(runtime, PHONE))

    assert listed(runtime) == {"ben"}
    assert known(runtime, "u1") == ({"u1"}, set())
    with runtime.database.snapshot() as tx:
        tokens = [identity_token(runtime, TENANT, one) for one in ("u1", MARIA, PHONE)]
        assert aliases.subjects_of(tx, TENANT, tokens) == []


def test_two_processes_register_one_person_once(pair: tuple[Runtime, Runtime]) -> None:
    failures: list[Exception] = []

    def work(runtime: Runtime, place: int) -> None:
        try:
            for number in range(6):
                register(runtime, "u1", f"{place}-{number}")
        except MemsvcError as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(one, at)) for at, one in enumerate(pair)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert len(look_up(pair[0], TENANT, "u1").identities) == 13
    with pair[1].database.snapshot() as tx:
        assert len(subject_of(pair[1], tx, TENANT, "1-3").subject_nos) == 1


def test_the_audit_tells_how_many_and_not_who(runtime: Runtime) -> None:
    register(runtime, "u1", MARIA, names=["Maria Lopez"])
    register(runtime, "u1", remove=[MARIA])

    entries = [one.record for one in recorded(runtime)]

    assert [(one.action, dict(one.detail)) for one in entries] == [
        (Action.SUBJECT_ALIASED, {"added": 3, "removed": 0, "merged": 0}),
        (Action.SUBJECT_ALIASED, {"added": 0, "removed": 1, "merged": 0}),
    ]
    assert {one.actor for one in entries} == {ACTOR}
    assert "aria" not in str(entries)
