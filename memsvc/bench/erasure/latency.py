"""How long it takes to forget a person among others, and what the others notice of it.

A server of its own with vectors made by hashing words: the model plays no part in forgetting.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

import orjson

from memsvc.bench.client import LoadFailed, Target
from memsvc.bench.erasure.requests import CLOCKS, LONGEST_S, Forgotten, forget
from memsvc.bench.figures import percentile
from memsvc.bench.grown import BULK, FILLERS, environment, target_of
from memsvc.bench.rounds import memories_path, question, search_path
from memsvc.bench.sentences import Sentences
from memsvc.bench.served import Served, served

AGENT = "grown"
PERSON = "the-one-to-be-forgotten"
QUIET_S = 5.0
PAUSE_S = 0.02
"""Between two requests of one of the others, who are people and no load test."""
OTHERS = 50
"""How many other people there are."""
PREPARED = 20_000
"""Requests of each of them; more would take ten minutes."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What others noticed: of searches and of single writes, in ms; `longest` is the worst."""

    searches: int
    search_p50: float
    search_p99: float
    search_longest: float
    writes: int
    write_p50: float
    write_p99: float
    write_longest: float


@dataclass(frozen=True, slots=True)
class Forgetting:
    """One person forgotten among others.

    Seconds from the receipt of the request by its own clocks, but for `answered_s`, which the
    client measured. `rewrite_s` is what writing all survivors anew takes at the speed at which
    they were written here, without a model; `index_load_s` the first search after a start, which
    builds the index from the survivors' rows.
    """

    others: int
    of_person: int
    answered_s: float
    restricted_s: float
    erased_s: float
    purged_s: float
    verified_s: float
    closed_s: float
    shown_after: int
    fill_per_s: float
    rewrite_s: float
    index_load_s: float
    quiet: Beside
    meanwhile: Beside


def measure_forgetting(
    others: int,
    of_person: int,
    index_budget_mb: int,
    seed: int,
    progress: Callable[[str], None],
) -> Forgetting:
    """Fill an agent with many people's memories and have one of them forgotten.

    Raises LoadFailed when the request does not close.
    """
    sentences = Sentences(seed)
    with served(environment(index_budget_mb)) as server:
        target = target_of(server)
        fill = _fill(target, sentences, others, of_person, progress)
        asked = sentences.questions(1)
        target.drive(_searches(target, asked), 1)
        with _others(target, Sentences(seed + 1)) as quiet:
            time.sleep(QUIET_S)
        with _others(target, Sentences(seed + 2)) as meanwhile:
            done = forget(server, {"subject_ids": [PERSON]}, LONGEST_S)
        shown = _shown(server)
        load = _index_load_s(server, asked)
        return _figures(others, of_person, done, shown, fill, load, quiet, meanwhile)


def _figures(  # noqa: PLR0913, PLR0917 - what was measured, one after the other
    others: int,
    of_person: int,
    done: Forgotten,
    shown: int,
    fill: float,
    load: float,
    quiet: _Noticed,
    meanwhile: _Noticed,
) -> Forgetting:
    seconds = {f"{clock}_s": done.seconds_to(clock) for clock in CLOCKS}
    return Forgetting(
        others=others,
        of_person=of_person,
        answered_s=done.answered_s,
        shown_after=shown,
        fill_per_s=fill,
        rewrite_s=others / fill,
        index_load_s=load,
        quiet=quiet.figures(),
        meanwhile=meanwhile.figures(),
        **seconds,
    )


def _fill(
    target: Target,
    sentences: Sentences,
    others: int,
    of_person: int,
    progress: Callable[[str], None],
) -> float:
    """Write all memories, the person's evenly among the others'; memories a second."""
    total, done, began = others + of_person, 0, time.perf_counter()
    drafts = _drafts(sentences, others, of_person)
    while part := list(islice(drafts, 50 * BULK)):
        bodies = (
            orjson.dumps({"memories": part[at : at + BULK]}) for at in range(0, len(part), BULK)
        )
        writes = [target.request("POST", memories_path(AGENT), body) for body in bodies]
        target.drive(writes, FILLERS)
        done += len(part)
        progress(f"{done:,} of {total:,} memories written")
    return total / (time.perf_counter() - began)


def _drafts(sentences: Sentences, others: int, of_person: int) -> Iterator[dict[str, str]]:
    total = others + of_person
    for at in range(total):
        is_persons = (at + 1) * of_person // total > at * of_person // total
        [text] = sentences.statements(1)
        yield {"content": text, "user_id": PERSON if is_persons else f"user-{at % OTHERS}"}


def _searches(target: Target, queries: Sequence[str]) -> list[bytes]:
    return [target.request("POST", search_path(AGENT), question(query)) for query in queries]


def _shown(server: Served) -> int:
    """How many of the person's memories are still listed, or found."""
    path = memories_path(AGENT)
    listed = server.ask("GET", f"{path}?user_id={PERSON}&limit=1").raise_for_status().json()
    body = {"query": "What did they say?", "user_id": PERSON}
    found = server.ask("POST", search_path(AGENT), body).raise_for_status().json()
    return int(listed["total"]) + len(found["results"])


def _index_load_s(server: Served, asked: Sequence[str]) -> float:
    server.stop()
    server.start()
    target = target_of(server)
    began = time.perf_counter()
    target.drive(_searches(target, asked), 1)
    return time.perf_counter() - began


class _Noticed:
    """Latencies of two of the others: one searches, one writes, each with pauses."""

    def __init__(self) -> None:
        self.search_ms: list[float] = []
        self.write_ms: list[float] = []

    def figures(self) -> Beside:
        if not self.search_ms or not self.write_ms:
            raise LoadFailed("nobody was answered meanwhile")
        return Beside(
            len(self.search_ms),
            *_summary(self.search_ms),
            len(self.write_ms),
            *_summary(self.write_ms),
        )


def _summary(latencies_ms: Sequence[float]) -> tuple[float, float, float]:
    return percentile(latencies_ms, 0.5), percentile(latencies_ms, 0.99), max(latencies_ms)


@contextmanager
def _others(target: Target, sentences: Sentences) -> Iterator[_Noticed]:
    """Others search and write until the end of the block."""
    noticed, over, failures = _Noticed(), threading.Event(), list[BaseException]()

    def live(next_request: Callable[[], bytes], latencies_ms: list[float]) -> None:
        try:
            while not over.is_set() and len(latencies_ms) < PREPARED:
                latencies_ms += target.drive([next_request()], 1).latencies_ms
                over.wait(PAUSE_S)
        except BaseException as failure:  # noqa: BLE001 - raised where it is waited for
            failures.append(failure)

    # Made before, so that making them does not slow down what is measured.
    asked = iter(_searches(target, sentences.questions(PREPARED)))
    notes = enumerate(sentences.statements(PREPARED))
    told = (_write(target, f"Note {at}: {text}") for at, text in notes)
    threads = [
        threading.Thread(target=live, args=(lambda: next(asked), noticed.search_ms)),
        threading.Thread(target=live, args=(lambda: next(told), noticed.write_ms)),
    ]
    for thread in threads:
        thread.start()
    try:
        yield noticed
    finally:
        over.set()
        for thread in threads:
            thread.join()
    if failures:
        raise failures[0]


def _write(target: Target, text: str) -> bytes:
    body = orjson.dumps({"memories": [{"content": text, "user_id": "user-0"}]})
    return target.request("POST", memories_path(AGENT), body)
