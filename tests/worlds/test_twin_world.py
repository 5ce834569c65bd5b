"""The twin world: a history with a person and one without them end in the same answers.

Two services live through the same history; only the first ever hears of person S. Whenever all of
S is forgotten there, by whichever way, every answer of the first has to equal the second's: lists,
single memories, searches with all their factors, contexts, exports, settings, and what becomes of
new and of repeated writes.

Left out of the comparison: the audit log, the list of forget requests, latency, what statistics say
was done (`events`, `recall`: a history of work that was done for S, too), and that replays of
S's transcript are answered `suppressed`; ids of what the service derives, and its places in lists
and among equals (`tests.worlds.alike`); what a run of consolidation counted, and that one is taken
back by itself because searches no longer find what it probes with, which may be S's.

And what was done, or refused, because of S while S was there is another history: the same words
said again after S had ended them, or while S kept them beyond a budget; a status set, a memory
restored or a conflict resolved that stood otherwise because of S; what a caller said of S's
memories, too, in the summary of a subgoal; derived memories that were to be deleted with S; and
those that a mark had put in quarantine, once it is taken away. The rules pass these by, and say so.

A long run (5,000 steps and more):
MEMSVC_TWIN_EXAMPLES=130 pytest -s --timeout=0 tests/worlds/test_twin_world.py
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from memsvc.clock import FixedClock
from memsvc.core.forget_request import Step
from memsvc.core.memory import Event, Status
from tests.worlds.alike import comparable, differing, name_derived
from tests.worlds.curating import Curating
from tests.worlds.forgetting import (
    ALIAS,
    BY_REQUEST,
    HOUR,
    PRIVATE,
    WAYS,
    Forgetting,
    S,
    Way,
    exported_lines,
)
from tests.worlds.living import STORED, decays
from tests.worlds.world import AGENT, World

EXAMPLES = int(os.environ.get("MEMSVC_TWIN_EXAMPLES", "6"))

WORDS = "the cat sat on a red mat in Lisbon while Ana drank green tea and 猫 slept".split()  # noqa: SIM905
OTHERS = ["ana", "bob"]
SPEAKER_S = "Sam"
SESSIONS = ["s1", "s2", None]
CHANNELS = ["user", "agent", "tool"]
NOT_ANA = {"NOT": {"user_id": "ana"}}
GONE_AGENT = "/v1/agents/a2"

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
# Long enough to be embedded in several pieces.
long_texts = st.lists(st.sampled_from(WORDS), min_size=90, max_size=120).map(" ".join)
queries = st.one_of(
    texts,
    st.sampled_from(
        [
            "where does Ana drink tea",
            "what did Sam drink last week",
            "When did Ana and Bob sit on a mat in February?",
        ]
    ),
)
modes = st.sampled_from(["fast", "deep", "auto"])


class TwinWorld(Curating, RuleBasedStateMachine):
    steps: ClassVar[int] = 0
    comparisons: ClassVar[int] = 0
    """Times that all answers of both worlds were compared."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = FixedClock(datetime(2026, 3, 1, 9, tzinfo=UTC))
        self.with_s = self.world("with")
        self.without_s = self.world("without")
        self.forgetting = Forgetting(self.with_s)
        self.count = 0
        self.known: list[str] = []
        self.of_s: list[str] = []
        self.said_by_s: list[dict[str, Any]] = []
        """All that S said since S was last forgotten, as it would come again."""
        self.derived_from_s: list[str] = []
        """What was said in memories derived from S alone."""
        self.mixed: list[str] = []
        """Derived from S and from others; in the world without S from the others alone."""
        self.naming_s: list[str] = []
        """Derived from S and from others, and naming S: in the world without S there are none."""
        self.mentions: dict[str, str] = {}
        """Of others, naming S, with what is to be done; without S they name nobody."""
        self.repeatable: list[tuple[dict[str, Any], str]] = []
        self.in_a2 = False
        self.stays_in_a2 = False
        """Whether something in the agent of its own is of nobody, and is not forgotten with S."""

    def world(self, name: str) -> World:
        """A service that nobody has written to."""
        return World(self.folder / name, self.clock)

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None and self.s_is_there:
                self.forget_s_at_once("the harbour wall of Lisbon")
        finally:
            self.with_s.close()
            self.without_s.close()
            shutil.rmtree(self.folder)

    @invariant()
    def a_step_was_made(self) -> None:
        TwinWorld.steps += 1

    @initialize()
    def first_memory(self) -> None:
        """Both agents exist from the start: that an agent was ever written to is not erased."""
        self.write("ana", "hello there", "s1", 0.5, "episodic", own_id=True)

    def _name(self) -> str:
        self.count += 1
        return f"m{self.count}"

    def _both(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        first, second = (world.ask(method, path, body) for world in self.worlds)
        assert first[0] == second[0]
        self._alike(first[1], second[1])
        return first

    @rule(
        person=st.sampled_from(OTHERS),
        content=st.one_of(texts, long_texts),
        session=st.sampled_from(SESSIONS),
        importance=st.sampled_from([0.1, 0.5, 1.0]),
        kind=st.sampled_from(["episodic", "semantic"]),
        own_id=st.booleans(),
        days_ago=st.sampled_from([None, 0, 9]),
        channel=st.sampled_from(CHANNELS),
        once=st.booleans(),
    )
    def write(
        self,
        person: str,
        content: str,
        session: str | None,
        importance: float,
        kind: str,
        own_id: bool,
        days_ago: int | None = None,
        channel: str = "user",
        once: bool = False,
    ) -> None:
        name = self._name()
        if self.has_budget:
            # An exclusion: what is beyond a budget because of S is taken in again.
            content = f"{content} {name}"
        draft = {
            "content": content,
            "user_id": person,
            "session_id": session,
            "importance": importance,
            "kind": kind,
            "speaker": person.title(),
            "channel": channel,
            "metadata": {"topic": content.split(maxsplit=1)[0]},
        }
        if own_id:
            draft["id"] = name
        if days_ago is not None:
            draft["event_time"] = (self.clock.now() - timedelta(days=days_ago)).isoformat()
        body = {"memories": [draft]}
        headers = {"Idempotency-Key": name} if once else None
        answers = []
        for world in self.worlds:
            status, answer = world.ask("POST", "/memories", body, headers)
            assert status == 201
            [result] = answer["results"]
            if result["event"] in STORED:
                world.label(result["id"], name)
            answers.append(world.told(result))
        assert answers[0] == answers[1], differing(*answers)
        if once:
            self.repeatable.append((body, name))
        if answers[0]["event"] in STORED:
            self.known.append(name)

    @precondition(lambda self: self.repeatable)
    @rule(data=st.data())
    def write_again(self, data: st.DataObject) -> None:
        """The same request under the same key: the first answer stands, or it is judged anew."""
        body, key = data.draw(st.sampled_from(self.repeatable))
        self._again(body, key)

    def _again(self, body: dict[str, Any], key: str) -> None:
        answers = []
        for world in self.worlds:
            status, answer = world.ask("POST", "/memories", body, {"Idempotency-Key": key})
            assert status == 201
            [result] = answer["results"]
            if result["event"] in STORED and result["id"] not in world.labels:
                # Its memory was deleted, and the record of the request with it.
                world.label(result["id"], key)
            answers.append(world.told(result))
        assert answers[0] == answers[1], differing(*answers)
        if answers[0]["event"] in STORED and key not in self.known:
            self.known.append(key)

    @rule(
        content=st.one_of(texts, long_texts),
        session=st.sampled_from([*SESSIONS, PRIVATE]),
        about=st.sampled_from([None, "S", "ana too"]),
        speaker=st.sampled_from([None, SPEAKER_S]),
        in_the_hour=st.booleans(),
        channel=st.sampled_from(CHANNELS),
        count=st.integers(1, 3),
        identity=st.sampled_from([S, S, ALIAS]),
    )
    def write_of_s(
        self,
        content: str,
        session: str | None,
        about: str | None,
        speaker: str | None,
        in_the_hour: bool,
        channel: str,
        count: int,
        identity: str,
    ) -> None:
        if identity == ALIAS:
            # An erasure lets it go with everything else.
            self.forgetting.subjects("aliases", {"subject_id": S, "aliases": [ALIAS]})
        drafts = [
            {
                # The first in the very words that others may say, too.
                "content": f"{content} {place}" if place else content,
                "user_id": None if about == "S" else identity,
                "subject_ids": {"S": [identity], "ana too": ["ana"], None: []}[about],
                "speaker": speaker,
                "session_id": session,
                "channel": channel,
                "event_time": HOUR.isoformat() if in_the_hour else None,
                "id": self._name(),
            }
            for place in range(count)
        ]
        self._of_s(drafts)

    def _of_s(self, drafts: list[dict[str, Any]]) -> None:
        status, answer = self.with_s.ask("POST", "/memories", {"memories": drafts})
        assert status == 201
        added = {one["id"] for one in answer["results"] if one["event"] in STORED}
        self.of_s += [one["id"] for one in drafts if one["id"] in added]
        self.said_by_s += [one for one in drafts if one["id"] in added]

    @precondition(lambda self: self.of_s)
    @rule(content=texts, data=st.data())
    def derive_from_s(self, content: str, data: st.DataObject) -> None:
        """Derived from S alone: it has to go with its sources, though nobody deletes it."""
        sources = data.draw(st.lists(st.sampled_from(self.of_s), min_size=1, max_size=2))
        draft = {"content": content, "kind": "semantic", "source_ids": sources, "id": self._name()}
        _, answer = self.with_s.ask("POST", "/memories", {"memories": [draft]})
        if answer["results"][0]["event"] in STORED:
            self.derived_from_s.append(content)

    # An exclusion: what is beyond a budget because of S is taken in again.
    @precondition(lambda self: self.derived_from_s and not self.has_budget)
    @rule(data=st.data())
    def nobody_says_what_was_derived(self, data: st.DataObject) -> None:
        """The same words, of another origin: they must outlive S."""
        content = data.draw(st.sampled_from(self.derived_from_s))
        name = self._name()
        draft = {"content": content, "kind": "semantic", "id": name}
        status, answer = self._both("POST", "/memories", {"memories": [draft]})
        assert status == 201
        if answer["results"][0]["event"] in STORED:
            self.known.append(name)

    @precondition(lambda self: self.of_s and self.known)
    @rule(
        content=texts,
        own=st.lists(st.integers(0, 50), min_size=1, max_size=2),
        others=st.lists(st.integers(0, 50), min_size=1, max_size=2),
        named=st.sampled_from([None, None, S, SPEAKER_S]),
    )
    def derive_from_s_and_others(
        self, content: str, own: list[int], others: list[int], named: str | None
    ) -> None:
        """Words that nobody can say anew: kept for an operator to look at, unless they name S."""
        name = self._name()
        theirs = [*self.known, *self.mixed]
        sources = dict.fromkeys(theirs[place % len(theirs)] for place in others)
        mine = dict.fromkeys(self.of_s[place % len(self.of_s)] for place in own)
        draft = {"content": f"{content} {name}", "kind": "semantic", "id": name}
        if named == SPEAKER_S and not any(
            one["user_id"] and one["speaker"] == SPEAKER_S for one in self.said_by_s
        ):
            # Nobody can know that it is S's name.
            named = None
        if named is not None:
            # An id in small letters among words with capitals is taken for a name with less surety.
            draft["content"] = f"{draft['content'].lower()} said {named}"
            self._derived(self.with_s, draft, [*self._ids(self.with_s, sources), *mine])
            self.naming_s.append(name)
            return
        first = self._derived(self.with_s, draft, [*self._ids(self.with_s, sources), *mine])
        second = self._derived(self.without_s, draft, self._ids(self.without_s, sources))
        assert first == second
        if first == 201:
            self.mixed.append(name)

    def _derived(self, world: World, draft: dict[str, Any], sources: list[str]) -> int:
        body = {"memories": [{**draft, "source_ids": sources}]}
        status, _ = world.ask("POST", "/memories", body)
        return status

    def _ids(self, world: World, names: Any) -> list[str]:
        real = {label: id_ for id_, label in world.labels.items()}
        return [real.get(name, name) for name in names]

    @rule(
        content=texts,
        action=st.sampled_from(["redact", "delete"]),
        session=st.sampled_from(SESSIONS),
    )
    def another_names_s(self, content: str, action: str, session: str | None) -> None:
        name = self._name()
        for world, called in ((self.with_s, S), (self.without_s, "[redacted]")):
            said = f"{content} {name} met {called} there"
            draft = {"content": said, "user_id": "bob", "id": name, "session_id": session}
            status, _ = world.ask("POST", "/memories", {"memories": [draft]})
            assert status == 201
        self.mentions[name] = action

    @precondition(lambda self: self.of_s)
    @rule(content=texts, data=st.data())
    def patch_s(self, content: str, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.of_s))
        self.with_s.ask("PATCH", f"/memories/{name}", {"content": content})

    @precondition(lambda self: self.of_s)
    @rule(content=texts, data=st.data())
    def rectify_s(self, content: str, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.of_s))
        correction = {"agent_id": "a1", "memory_id": name, "content": content}
        self.forgetting.subjects("rectify", {"corrections": [correction]})
        for draft in self.said_by_s:
            if draft["id"] == name:
                # What was wrong is known to nobody any more.
                draft["content"] = content

    @precondition(lambda self: self.of_s)
    @rule(restart=st.booleans())
    def restrict_s(self, restart: bool) -> None:
        """While S is restricted, nobody is shown any of it; afterwards all is as it was."""
        before = self.with_s.everything()
        restriction = {"subject_id": S, "restricted": True}
        self.forgetting.subjects("restrict", restriction)
        if restart:
            self.with_s.restart()
        if self._is_told_apart_by_s_alone:
            self._everything()
        self.forgetting.subjects("restrict", {**restriction, "restricted": False})
        assert self.with_s.everything() == before

    @rule(content=texts, of_s=st.booleans())
    def write_into_an_agent_of_its_own(self, content: str, of_s: bool) -> None:
        draft = {"content": content, "user_id": S if of_s else None}
        self.with_s.ask_service("POST", f"{GONE_AGENT}/memories", {"memories": [draft]})
        self.in_a2 = True
        self.stays_in_a2 |= not of_s

    @precondition(lambda self: self.known)
    @rule(
        data=st.data(),
        changes=st.fixed_dictionaries(
            {},
            optional={
                "content": texts,
                "importance": st.sampled_from([0.0, 0.9]),
                "status": st.sampled_from(["active", "archived"]),
                "pinned": st.booleans(),
                "tags": st.lists(st.sampled_from(["x", "y"]), unique=True),
            },
        ).filter(bool),
    )
    def patch(self, data: st.DataObject, changes: dict[str, Any]) -> None:
        name = data.draw(st.sampled_from(self.known))
        if "status" in changes and not self._stands_alike(name):
            return
        self._of_known("PATCH", name, changes)

    # What others derived together with S would go another way with S than without.
    @precondition(
        lambda self: len(self.known) > 1 and not (self.mixed or self.naming_s or self._mixes_lines)
    )
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.known))
        self._of_known("DELETE", name)
        self.known.remove(name)
        if name in self.attempts:
            self.attempts.remove(name)
        self._of_known("GET", name)

    def _of_known(self, method: str, name: str, body: Any = None, path: str = "") -> int:
        answers = []
        for world in self.worlds:
            [real] = self._ids(world, [name])
            status, answer = world.ask(method, f"/memories/{real}{path}", body)
            answers.append((status, comparable(world.told(answer))))
        if self.s_is_there:
            # S may have ended or disputed it.
            assert answers[0][0] == answers[1][0]
        else:
            assert answers[0] == answers[1], differing(*answers)
        return answers[0][0]

    @rule(
        ranking=st.fixed_dictionaries(
            {}, optional=dict.fromkeys(["retention", "importance", "trust"], st.floats(0.0, 0.3))
        ),
        decay=decays,
    )
    def configure(self, ranking: dict[str, float], decay: dict[str, Any]) -> None:
        self._both("PUT", "", {"settings": {"ranking": ranking, "decay": decay}})
        self.has_budget = any("max_memories" in one for one in decay.values())

    @rule(days=st.integers(0, 40))
    def time_passes(self, days: int) -> None:
        self._advance(timedelta(days=days, minutes=1))

    def _advance(self, delta: timedelta) -> None:
        """Answers to repeated requests stand for a day, give or take a tick of the scheduler."""
        self.clock.advance(delta)
        self.repeatable.clear()

    @rule()
    def restart(self) -> None:
        self.with_s.restart()
        self.without_s.restart()

    @rule(query=queries, mode=modes)
    def search_while_s_is_there(self, query: str, mode: str) -> None:
        """Caches and indexes are warm with S when S goes."""
        self.with_s.ask("POST", "/search", {"query": query, "mode": mode})
        self.with_s.ask("POST", "/context", {"query": query})

    @precondition(lambda self: self.of_s)
    @rule(
        way=st.sampled_from([one for one in BY_REQUEST if one is not Way.AGENT]),
        end=st.sampled_from(["cancel", "reject"]),
        held=st.booleans(),
        released=st.booleans(),
        restart=st.booleans(),
    )
    def think_better_of_it(
        self, way: Way, end: str, held: bool, released: bool, restart: bool
    ) -> None:
        """A dry run, or a request that is called off: S is there again, as before."""
        before = self.with_s.everything()
        body = self.forgetting.body(way, self.of_s)
        self.forgetting.dry_run(body)
        assert self.with_s.everything() == before
        self.forgetting.called_off(body, end=end, held=held, released=released, restart=restart)
        assert self.with_s.everything() == before

    @rule(query=queries)
    def forget_s_at_once(self, query: str) -> None:
        self.forget_s(
            query,
            [Way.PEOPLE],
            "rederive",
            two_phase=False,
            held=False,
            interrupted=None,
            readmitted=False,
        )

    @rule(
        query=queries,
        ways=st.lists(st.sampled_from(WAYS), min_size=1, max_size=2),
        derived=st.sampled_from(["rederive", "delete"]),
        two_phase=st.booleans(),
        held=st.booleans(),
        interrupted=st.sampled_from([None, None, *Step]),
        readmitted=st.booleans(),
    )
    def forget_s(
        self,
        query: str,
        ways: list[Way],
        derived: str,
        two_phase: bool,
        held: bool,
        interrupted: Step | None,
        readmitted: bool,
    ) -> None:
        if ways[-1] is not Way.PEOPLE:
            # Whatever the others left of S.
            ways = [*ways, Way.PEOPLE]
        if self.mingled:
            # An exclusion: to delete what was derived takes what others' words still support.
            derived = "rederive"
        for place, way in enumerate(ways, start=1):
            if way is Way.AGENT and not self.in_a2:
                continue
            order = {
                **self.forgetting.body(way, self.of_s),
                "derived": derived,
                "mode": "two_phase" if two_phase else "immediate",
            }
            if place == len(ways):
                order["mentions"] = [
                    {"agent_id": "a1", "memory_id": name, "action": action}
                    for name, action in self.mentions.items()
                ] + self._mentions_in_lines()
            self._forget(way, order, held, interrupted)
        self._settle_mixed(ways, derived)
        self._settle_mentions()
        said, self.said_by_s = self.said_by_s, []
        self._settle_lines(by_people=ways == [Way.PEOPLE], derived=derived)
        for left in (self.of_s, self.derived_from_s, self.naming_s):
            left.clear()
        self.subgoals_of_s.clear()
        self.mingled = False
        if all(one in BY_REQUEST for one in ways):
            self._say_again(said)
        self.attempts_of_s.clear()
        self._compare(query)
        for body, key in self.repeatable:
            self._again(body, key)
        if readmitted and all(one in BY_REQUEST for one in ways):
            self._readmit(said)

    def _forget(
        self, way: Way, order: dict[str, Any], held: bool, interrupted: Step | None
    ) -> None:
        if way not in BY_REQUEST:
            self.forgetting.by_the_agent(way, self.of_s, S)
            return
        request_id = self.forgetting.order(order, held=held)
        if way is Way.PEOPLE and self._is_told_apart_by_s_alone:
            # Nothing is erased yet, and S is gone for everybody already.
            self._everything()
        if interrupted is not None:
            self.with_s.go_through(request_id, interrupted)
            self.with_s.restart()
        self.forgetting.end(request_id)
        if way is Way.AGENT:
            self.in_a2 = self.stays_in_a2 = False
            for path in ("", "/memories", "/memories/m1"):
                told = [world.ask_service("GET", GONE_AGENT + path) for world in self.worlds]
                assert told[0] == told[1]
                assert told[0][0] == 404

    @property
    def _is_told_apart_by_s_alone(self) -> bool:
        """Whether hiding S leaves the same as if S had never been there."""
        stands_otherwise = self.mixed or self.naming_s or self.mentions or self.mingled
        return not (stands_otherwise or self._mixes_lines)

    @property
    def s_is_there(self) -> bool:
        return bool(self.of_s or not self._is_told_apart_by_s_alone)

    def _settle_mentions(self) -> None:
        """Where S was named, the name is gone; the other world has what is left of it."""
        for name, action in self.mentions.items():
            if action == "delete":
                assert self.without_s.ask("DELETE", f"/memories/{name}")[0] == 204
            else:
                _, memory = self.without_s.ask("GET", f"/memories/{name}")
                unchanged = {"content": memory["content"]}
                assert self.without_s.ask("PATCH", f"/memories/{name}", unchanged)[0] == 200
                self.known.append(name)
        self.mentions.clear()

    def _settle_mixed(self, ways: list[Way], derived: str) -> None:
        """What lost S as a source is approved again in both worlds; what went, goes in both."""
        for name in self.naming_s:
            status, _ = self.with_s.ask("GET", f"/memories/{name}")
            if ways == [Way.PEOPLE]:
                assert status == 404
            # Where no person was meant, nobody looked for names: that is left to an operator.
            self.with_s.ask("DELETE", f"/memories/{name}")
        for name in self.mixed:
            status, memory = self.with_s.ask("GET", f"/memories/{name}")
            if ways == [Way.PEOPLE]:
                assert status == (404 if derived == "delete" else 200)
            if status == 200:
                assert memory["status"] == Status.QUARANTINED
                # Whoever takes one out of the archive uses it; a budget may have put one there.
                for put in (Status.ARCHIVED, Status.ACTIVE):
                    assert self._of_known("PATCH", name, {"status": put}) == 200
                self.known.append(name)
        for name in reversed(self.mixed):
            if name not in self.known:
                self.without_s.ask("DELETE", f"/memories/{name}")
        self.mixed.clear()

    def _say_again(self, said: list[dict[str, Any]]) -> None:
        """An old transcript comes again: nothing of it is stored, whatever it is called."""
        for draft in said:
            unnamed = {key: value for key, value in draft.items() if key != "id"}
            for again in (draft, unnamed):
                status, answer = self.with_s.ask("POST", "/memories", {"memories": [again]})
                assert status == 201
                assert [one["event"] for one in answer["results"]] == [Event.SUPPRESSED], draft
            if draft["id"] in self.attempts_of_s:
                self._attempt_comes_again(draft)

    def _readmit(self, said: list[dict[str, Any]]) -> None:
        """S consents anew: from then on all that S says is taken in again."""
        for identity in (S, ALIAS):
            self.forgetting.subjects("readmit", {"subject_id": identity})
        self.forgetting.subjects("aliases", {"subject_id": S, "aliases": [ALIAS]})
        for draft in said:
            _, answer = self.with_s.ask("POST", "/memories", {"memories": [draft]})
            [result] = answer["results"]
            taken_in = [*STORED, Event.DUPLICATE]
            if draft["user_id"] == "ana":
                # Forgotten by its id alone, it is what Ana said: she is to be readmitted.
                taken_in.append(Event.SUPPRESSED)
            assert result["event"] in taken_in, (result, draft)
            if result["event"] in STORED:
                self.of_s.append(draft["id"])
                self.said_by_s.append(draft)

    def _everything(self) -> list[dict[str, Any]]:
        """All memories of the agent, the same in both worlds."""
        first, second = map(self._all_of, self.worlds)
        assert first == second, differing(first, second)
        return list(second)

    def _all_of(self, world: World) -> list[dict[str, Any]]:
        found = world.everything()
        name_derived(world, found)
        told: list[dict[str, Any]] = comparable(world.told(found))
        return told

    def _compare(self, query: str) -> None:
        TwinWorld.comparisons += 1
        everything = self._everything()
        self._name_keys()
        exports = [
            comparable(world.told(exported_lines(world, self.folder / "export.jsonl")))
            for world in self.worlds
        ]
        for line in (one for export in exports for one in export if "handbook_change" in one):
            # Approved since, or of no consequence.
            line["handbook_change"].pop("lost")
        assert exports[0] == exports[1], differing(*exports)
        self._both("GET", "")
        for memory in everything:
            for path in ("", "/history", "/lineage"):
                self._of_known("GET", memory["id"], path=path)
        for path in (
            "user_id=ana",
            "user_id=bob",
            f"user_id={S}",
            f"user_id={ALIAS}",
            "session_id=s1",
            f"session_id={PRIVATE}",
        ):
            self._both("GET", f"/memories?limit=500&{path}")
        earlier = (self.clock.now() - timedelta(days=30)).isoformat()
        for body in (
            {"query": query, "explain": True, "limit": 50},
            {"query": query, "explain": True, "limit": 50, "mode": "deep"},
            {"query": query, "explain": True, "session_id": "s1", "limit": 2, "mode": "auto"},
            {"query": query, "user_id": S, "timing": "filter"},
            {"query": query, "explain": True, "filters": NOT_ANA, "reference_time": earlier},
            {"query": S, "explain": True, "include": ["archived", "quarantined"], "mode": "deep"},
        ):
            self._both("POST", "/search", body)
        for body in (
            {"query": query, "mode": "deep"},
            {"query": query, "token_budget": 90, "session_id": "s1", "timing": "filter"},
            {"query": S, "limit": 200, "include": ["archived", "quarantined"]},
        ):
            self._both("POST", "/context", body)
        for asked in self._living_answers():
            self._both(*asked)
        self._compare_handbooks()
        # Of all agents, where the first world has no more of them.
        paths = [AGENT + "/stats", *([] if self.stays_in_a2 else ["/v1/stats"])]
        figures = [[statistics(world, path) for path in paths] for world in self.worlds]
        assert figures[0] == figures[1], differing(*figures)
        runs = self._runs_told()
        assert runs[0] == runs[1]


def statistics(world: World, path: str) -> dict[str, Any]:
    """All figures of what there is."""
    _, told = world.ask_service("GET", path)
    left_out = {"events", "recall", "forget_requests", "service"}
    return {name: value for name, value in told.items() if name not in left_out}


@pytest.mark.usefixtures("scanning_here")
def test_a_world_that_forgot_s_is_as_one_that_never_knew_s() -> None:
    run_state_machine_as_test(
        TwinWorld,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # Shown by `pytest -s`, or when it fails.
    print(  # noqa: T201
        f"{TwinWorld.steps} steps, all answers compared {TwinWorld.comparisons} times, "
        f"{Curating.lines_compared} behaviors and {Curating.versions_compared} versions among them"
    )
