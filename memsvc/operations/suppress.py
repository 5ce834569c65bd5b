"""Suppress: what was forgotten on request does not come back by replaying an old transcript.

A tombstone is an HMAC of the normalised content and of the person, under a key of the week. It
tells nothing to whom has only the database, stands as long as the longest backup may be kept, and
is then dropped, its key with it. A statement of nobody is remembered as nobody's.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from memsvc.core.erasure import KEY_BACKUPS_KEPT
from memsvc.core.fingerprint import normalised
from memsvc.core.memory import Draft, Memory
from memsvc.operations.identify import token as identity_token
from memsvc.runtime import Runtime, Safe
from memsvc.sealing.aead import context
from memsvc.sealing.keyring import Key
from memsvc.store import agents, suppressions, transfer_beside
from memsvc.store.agents import Agent
from memsvc.store.identities import PEOPLE
from memsvc.store.locks import lock
from memsvc.store.suppressions import Period
from memsvc.store.transaction import Tx

TOKEN_BYTES = 16
NOBODY = b""


@dataclass(frozen=True, slots=True)
class Secret:
    """A period with its secret."""

    period: Period
    secret: bytes

    def token(self, person: bytes, content: str) -> bytes:
        """What a tombstone bears for this content of this person."""
        return self._digest(context("content", person.hex(), normalised(content)))

    def person(self, person: bytes) -> bytes:
        """By what the tombstones of a person are found again."""
        return self._digest(context("person", person.hex()))

    def _digest(self, message: bytes) -> bytes:
        return hmac.digest(self.secret, message, "sha256")[:TOKEN_BYTES]


def people_of(statement: Draft | Memory, token_of: Callable[[str], bytes]) -> list[bytes]:
    """Tokens of those whom a statement came from or is about; of nobody, where it names none."""
    named = dict.fromkeys(filter(None, [statement.user_id, *statement.subject_ids]))
    return [token_of(one) for one in named] or [NOBODY]


def _identity_token(safe: Safe, agent: Agent, identity: str) -> bytes:
    return identity_token(safe, agent, PEOPLE, identity)


def suppressed(
    runtime: Runtime, tx: Tx, agent: Agent, offers: Sequence[Draft | Memory]
) -> set[int]:
    """Places of the statements that a tombstone of the agent keeps out."""
    if agent.suppress_until is None or agent.suppress_until <= runtime.clock.now():
        return set()
    secrets = _secrets(runtime, tx, suppressions.periods(tx))
    tokens: dict[bytes, list[int]] = {}
    for place, offer in enumerate(offers):
        for person in people_of(offer, partial(_identity_token, runtime, agent)):
            for one in secrets:
                tokens.setdefault(one.token(person, offer.content), []).append(place)
    standing = suppressions.standing(tx, agent.agent_key, tokens)
    return {place for token in standing for place in tokens[token]}


def forgotten_people(safe: Safe, tx: Tx, agent: Agent, people: Iterable[str]) -> set[str]:
    """Those of these people of whom, or of something they said, a tombstone of the agent stands."""
    secrets = _secrets(safe, tx, suppressions.periods(tx))
    tokens = {who: _identity_token(safe, agent, who) for who in people}
    known = {one.person(token): who for who, token in tokens.items() for one in secrets}
    found = transfer_beside.remembered(tx, agent.agent_key, list(known))
    return {known[person] for person in found}


def put_up(
    safe: Safe,
    tx: Tx,
    agent: Agent,
    holder: int,
    memories: Iterable[Memory],
    erased: frozenset[bytes],
) -> datetime:
    """Tombstones for these memories and those of their people that are erased; until when.

    `erased` are tokens of identities, all aliases included: whatever the person is called when the
    transcript comes again. Empty where no person is erased but single memories, whosever: then it
    is who said it that may not say it again, for whom it is about may have said the same.
    """
    secret = _current(safe, tx)
    memories = list(memories)
    named = {who for one in memories for who in (one.user_id, *one.subject_ids) if who}
    tokens = {who: _identity_token(safe, agent, who) for who in named}
    found_by = {who: secret.person(who) for who in {NOBODY, *erased, *tokens.values()}}
    rows = []
    for memory in memories:
        of_memory = people_of(memory, tokens.__getitem__)
        speakers = of_memory[:1] if memory.user_id else of_memory
        whose = erased if erased.intersection(of_memory) else speakers
        rows += [
            {
                "token": secret.token(person, memory.content),
                "person": found_by[person],
                "period": secret.period.period,
                "holder": holder,
            }
            for person in whose
        ]
    suppressions.add(tx, agent.agent_key, rows, secret.period.until)
    return secret.period.until


def lift(safe: Safe, tx: Tx, people: Iterable[bytes]) -> int:
    """Take down the tombstones of people by their identities' tokens; how many."""
    tokens = list(people)
    secrets = _secrets(safe, tx, suppressions.periods(tx))
    return suppressions.lift_people(tx, [one.person(who) for one in secrets for who in tokens])


def _current(safe: Safe, tx: Tx) -> Secret:
    """This week's secret; its tombstones stand until the week's last backup has expired."""
    now = safe.clock.now()
    lock(tx, "suppression period")
    known = {one.period: one for one in suppressions.periods(tx)}
    year, week, weekday = now.isocalendar()
    name = f"{year}-W{week:02}"
    if name not in known:
        service = agents.service(tx, lock=True)
        [key] = safe.keyring.allocate(service.agent_key, service.wrapped_key, 1)
        ends = (now + timedelta(days=8 - weekday)).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        known[name] = Period(name, ends + KEY_BACKUPS_KEPT, key.slot)
        suppressions.add_period(tx, known[name])
    return _secrets(safe, tx, [known[name]])[0]


def _secrets(safe: Safe, tx: Tx, wanted: Sequence[Period]) -> list[Secret]:
    service = agents.service(tx)
    keys = safe.keyring.keys(
        service.agent_key, service.wrapped_key, [one.key_slot for one in wanted]
    )
    return [Secret(one, _secret(safe, one, keys)) for one in wanted if one.key_slot in keys]


def _secret(safe: Safe, period: Period, keys: Mapping[int | None, Key]) -> bytes:
    # Tier `store` has no keys of its own: as for idempotency.
    held = keys[period.key_slot].secret
    return held or safe.keyring.digest("suppression", period.period.encode())
