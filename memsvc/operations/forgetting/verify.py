"""Verify: what was erased is gone, or the request fails. What cannot be looked at counts as left.

Four looks: at rows by their numbers, at keys (are those destroyed, and does any other open what was
sealed?), at files for what was said, and at the service itself, asked as anybody would ask it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from memsvc.core.access import Scope
from memsvc.core.forget_request import Step
from memsvc.core.memory import Status
from memsvc.core.residue import Shapes
from memsvc.operations.forgetting.canaries import needles
from memsvc.operations.forgetting.keys_left import count_held, try_all
from memsvc.operations.forgetting.progress import finish
from memsvc.operations.forgetting.words import Prepared, Words, open_words
from memsvc.operations.question import Question
from memsvc.operations.scan import Scan
from memsvc.operations.scan_apart import residue_apart
from memsvc.operations.search import search
from memsvc.runtime import Runtime
from memsvc.store import agents, aliases, remains
from memsvc.store.forget_requests import RequestRow

log: Any = structlog.get_logger("memsvc.forgetting")

MODELS = "models"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the looks found, all of it to be 0, and how far they looked."""

    rows_left: int
    keys_left: int
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
    """Texts that ids, names or the schema say in part: in some form they were not looked for."""

    @property
    def is_clean(self) -> bool:
        """Nothing was found, and there was nothing that could not be looked into."""
        left = self.rows_left + self.keys_left + self.samples_opened + self.found_by_search
        return not left and not self.residue and not self.unopened


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
    verdict = _verdict(runtime, request.tenant, words, words.prepared)
    # What was asked must not stay in the cache of queries.
    runtime.embedder.forget()
    if not verdict.is_clean:
        raise Left(verdict)
    finish(runtime, request.holder, Step.VERIFY, lambda _tx, _row: {"verifier": asdict(verdict)})


def _verdict(runtime: Runtime, tenant: str, words: Words, prepared: Prepared) -> Verdict:
    tried, opened = try_all(runtime, prepared.samples)
    wanted, told = needles(runtime, tenant, prepared)
    scan = _scanned(runtime, wanted)
    searches, found = _ask(runtime, prepared)
    return Verdict(
        rows_left=_rows_left(runtime, tenant, words, prepared),
        keys_left=count_held(runtime, prepared),
        samples_opened=opened,
        residue=len(scan.hits) if scan else 0,
        unopened=len(scan.unopened) if scan else 1,
        found_by_search=found,
        keys_tried=tried,
        samples=len(prepared.samples),
        files=scan.files if scan else 0,
        bytes=scan.bytes + scan.unpacked if scan else 0,
        needles=scan.needles if scan else 0,
        searches=searches,
        told_by_ids=told,
    )


def _rows_left(runtime: Runtime, tenant: str, words: Words, prepared: Prepared) -> int:
    """Rows that speak of erased memories, and aliases of people who are erased altogether."""
    left = 0
    with runtime.database.snapshot() as tx:
        for agent_key, numbers in prepared.erased.items():
            left += remains.rows_of(tx, agent_key, numbers).total()
        if words.order.selector.means_whole_people and prepared.subject_nos:
            left += len(aliases.rows_of(tx, tenant, prepared.subject_nos))
    return left


def _scanned(runtime: Runtime, wanted: Mapping[str, Shapes]) -> Scan | None:
    """What lies in files; None when not all of them could be looked into."""
    beside = [*runtime.database.files(), runtime.ledger.path]
    places = [runtime.data_dir, *(one for one in beside if runtime.data_dir not in one.parents)]
    try:
        return residue_apart(wanted, places, without=[runtime.data_dir / MODELS])
    except (OSError, ChildProcessError, TimeoutError) as error:
        log.warning("scan_failed", error=type(error).__name__)
        return None


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
