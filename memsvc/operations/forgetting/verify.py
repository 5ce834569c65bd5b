"""Verify: what was erased is gone, or the request fails. What cannot be looked at counts as left.

Four looks: at rows by their numbers, at sealed values with every key there is, at files for what
was said, and at the service itself, asked as anybody would ask it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import orjson

from memsvc.core.access import Scope
from memsvc.core.forget_request import Step
from memsvc.core.memory import Status
from memsvc.core.residue import Shapes, all_shapes
from memsvc.operations.forgetting.people import identity_token
from memsvc.operations.forgetting.progress import finish
from memsvc.operations.forgetting.words import Prepared, Sample, open_words
from memsvc.operations.question import Question
from memsvc.operations.scan_apart import residue_apart
from memsvc.operations.search import search
from memsvc.runtime import Runtime
from memsvc.sealing.aead import CannotOpen
from memsvc.store import agents, remains, selections
from memsvc.store.forget_requests import RequestRow

KEYS_AT_ONCE = 1000
PAUSE_S = 0.005
MODELS = "models"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the looks found, all of it to be 0, and how far they looked."""

    rows_left: int
    samples_opened: int
    residue: int
    unopened: int
    found_by_search: int
    keys_tried: int
    samples: int
    files: int
    bytes: int
    needles: int
    searches: int
    told_by_ids: int
    """Identities that callers have put into ids of their own, where they were not looked for."""

    @property
    def is_clean(self) -> bool:
        """Nothing was found, and there was nothing that could not be looked into."""
        left = self.rows_left + self.samples_opened + self.residue + self.found_by_search
        return not left and not self.unopened


class Left(Exception):
    """Something is left of what was erased."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__("something is left")
        self.verdict = verdict


def verify(runtime: Runtime, request: RequestRow) -> None:
    """Look everywhere; raises Left when anything is found."""
    with runtime.database.snapshot() as tx:
        words = open_words(runtime, tx, request)
    assert words is not None, "words live as long as the request is open"
    assert words.prepared is not None, "prepared before anything is destroyed"
    verdict = _verdict(runtime, request.tenant, words.prepared)
    # What was asked must not stay in the cache of queries.
    runtime.embedder.forget()
    if not verdict.is_clean:
        raise Left(verdict)
    finish(runtime, request.holder, Step.VERIFY, lambda _tx, _row: {"verifier": asdict(verdict)})


def _verdict(runtime: Runtime, tenant: str, prepared: Prepared) -> Verdict:
    rows_left = 0
    with runtime.database.snapshot() as tx:
        for agent_key, numbers in prepared.erased.items():
            rows_left += remains.rows_of(tx, agent_key, numbers).total()
    tried, opened = _try_keys(runtime, prepared.samples)
    needles = _needles(runtime, tenant, prepared)
    told = len(prepared.identities) - len(_untold(runtime, tenant, prepared))
    beside = [*runtime.database.files(), runtime.ledger.path]
    places = [runtime.data_dir, *(one for one in beside if runtime.data_dir not in one.parents)]
    scan = residue_apart(needles, places, without=[runtime.data_dir / MODELS])
    searches, found = _ask(runtime, prepared)
    return Verdict(
        rows_left=rows_left,
        samples_opened=opened,
        residue=len(scan.hits),
        unopened=len(scan.unopened),
        found_by_search=found,
        keys_tried=tried,
        samples=len(prepared.samples),
        files=scan.files,
        bytes=scan.bytes + scan.unpacked,
        needles=scan.needles,
        searches=searches,
        told_by_ids=told,
    )


def _needles(runtime: Runtime, tenant: str, prepared: Prepared) -> dict[str, Shapes]:
    """What must be in no file, by name.

    In tier `store` whole and as a row says it: what others say lies there as plainly, and parts are
    alike; of a person who has written again since, the identity is no residue.
    """
    texts = {f"canary {at}": one for at, one in enumerate(prepared.canaries)}
    if runtime.keyring.tier != "store":
        known = {f"identity {at}": one for at, one in enumerate(_untold(runtime, tenant, prepared))}
        return all_shapes(texts | known)
    with runtime.database.snapshot() as tx:
        tokens = [identity_token(runtime, tenant, one) for one in prepared.identities]
        gone = not (tokens and selections.of_people_by_agent(tx, tokens))
    for at, one in enumerate(prepared.identities if gone else ()):
        texts[f"identity {at}"] = f'"user_id":{orjson.dumps(one).decode()}'
    return {name: {"row": one.encode("utf-8", "surrogatepass")} for name, one in texts.items()}


def _untold(runtime: Runtime, tenant: str, prepared: Prepared) -> list[str]:
    """The identities but those that callers have put into ids, which lie in the clear."""
    with runtime.database.snapshot() as tx:
        return [one for one in prepared.identities if not remains.told_by_ids(tx, tenant, one)]


def _try_keys(runtime: Runtime, samples: Sequence[Sample]) -> tuple[int, int]:
    """Every key there is tried on every sampled value: how many, and how many opened one."""
    tried = opened = 0
    if not samples:
        return tried, opened
    for agent_key, slots in _slots(runtime):
        with runtime.database.snapshot() as tx:
            agent = agents.any_by_key(tx, agent_key)
        if agent is None:
            continue
        # A million keys are ten seconds of work: searches have their turn in between.
        time.sleep(PAUSE_S)
        for key in runtime.keyring.keys(agent_key, agent.wrapped_key, slots).values():
            tried += 1
            for sample in samples:
                try:
                    runtime.keyring.open(key, sample.sealed, sample.context)
                except CannotOpen:
                    continue
                opened += 1
    return tried, opened


def _slots(runtime: Runtime) -> Iterator[tuple[int, list[int]]]:
    """Slots of all rows there are, by agent, part by part."""
    with runtime.database.snapshot() as tx:
        everyone = remains.everyone(tx)
    for agent_key in everyone:
        with runtime.database.snapshot() as tx:
            yield agent_key, remains.identity_slots(tx, agent_key)
        after = -1
        while True:
            with runtime.database.snapshot() as tx:
                rows = remains.slots_after(tx, agent_key, after, KEYS_AT_ONCE)
            if not rows:
                break
            yield agent_key, [slot for _, slot in rows]
            after = rows[-1][0]


def _ask(runtime: Runtime, prepared: Prepared) -> tuple[int, int]:
    """Search for what was said: how often, and how many of the erased came back."""
    asked = found = 0
    for agent_key, texts in prepared.probes.items():
        with runtime.database.snapshot() as tx:
            agent = agents.any_by_key(tx, agent_key)
        if agent is None:
            continue
        gone = frozenset(prepared.erased.get(agent_key, ()))
        scope = Scope(agent.tenant, agent.agent_id)
        for text in [variant for one in texts for variant in _ways(one)]:
            question = Question(text, limit=50, include=tuple(Status))
            hits = search(runtime, scope, question).found
            asked += 1
            found += sum(hit.memory.number in gone for hit in hits)
    return asked, found


def _ways(text: str) -> tuple[str, str]:
    """A text as it was said, and half of its words in another order."""
    words = text.split()
    return text[:1000], " ".join(sorted(words[::2]))[:1000] or text[:1000]
