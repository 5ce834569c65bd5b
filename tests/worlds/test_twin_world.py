"""The twin world: a history with a person and one without them end in the same answers.

Two services live through the same history; only the first ever hears of person S. Whenever all of
S is deleted there, every answer of the first has to equal the second's: lists, single memories,
searches with all their factors, contexts, and what becomes of new writes.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from memsvc.clock import FixedClock
from tests.worlds.world import World

WORDS = "the cat sat on a red mat in Lisbon while Ana drank green tea and 猫 slept".split()  # noqa: SIM905
OTHERS = ["ana", "bob"]
S, SPEAKER_S = "person-s", "Sam"
SESSIONS = ["s1", "s2", None]
NOT_ANA = {"NOT": {"user_id": "ana"}}

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


class TwinWorld(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = FixedClock(datetime(2026, 3, 1, 9, tzinfo=UTC))
        self.with_s = World(self.folder / "with", self.clock)
        self.without_s = World(self.folder / "without", self.clock)
        self.count = 0
        self.known: list[str] = []
        self.of_s: list[str] = []

    def teardown(self) -> None:
        self.with_s.close()
        self.without_s.close()
        shutil.rmtree(self.folder)

    @initialize()
    def first_memory(self) -> None:
        """Both agents exist from the start: that an agent was ever written to is not erased."""
        self.write("ana", "hello there", "s1", 0.5, "episodic", own_id=True)

    def _name(self) -> str:
        self.count += 1
        return f"m{self.count}"

    def _both(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        first = self.with_s.ask(method, path.format(w="with"), body)
        second = self.without_s.ask(method, path.format(w="without"), body)
        assert first[0] == second[0]
        assert self.with_s.told(first[1]) == self.without_s.told(second[1])
        return first

    @rule(
        person=st.sampled_from(OTHERS),
        content=st.one_of(texts, long_texts),
        session=st.sampled_from(SESSIONS),
        importance=st.sampled_from([0.1, 0.5, 1.0]),
        kind=st.sampled_from(["episodic", "semantic"]),
        own_id=st.booleans(),
        days_ago=st.sampled_from([None, 0, 9]),
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
    ) -> None:
        name = self._name()
        draft = {
            "content": content,
            "user_id": person,
            "session_id": session,
            "importance": importance,
            "kind": kind,
            "speaker": person.title(),
            "metadata": {"topic": content.split(maxsplit=1)[0]},
        }
        if own_id:
            draft["id"] = name
        if days_ago is not None:
            draft["event_time"] = (self.clock.now() - timedelta(days=days_ago)).isoformat()
        answers = []
        for world in (self.with_s, self.without_s):
            status, answer = world.ask("POST", "/memories", {"memories": [draft]})
            assert status == 201
            [result] = answer["results"]
            if result["event"] == "added":
                world.label(result["id"], name)
            answers.append(world.told(result))
        assert answers[0] == answers[1]
        if answers[0]["event"] == "added":
            self.known.append(name)

    @rule(
        content=st.one_of(texts, long_texts),
        session=st.sampled_from(SESSIONS),
        about=st.sampled_from([None, "ana"]),
        speaker=st.sampled_from([None, SPEAKER_S]),
        count=st.integers(1, 3),
    )
    def write_of_s(
        self,
        content: str,
        session: str | None,
        about: str | None,
        speaker: str | None,
        count: int,
    ) -> None:
        drafts = [
            {
                "content": f"{content} {place}",
                "user_id": S if about is None else None,
                "subject_ids": [S] if about else [],
                "speaker": speaker,
                "session_id": session,
                "id": self._name(),
            }
            for place in range(count)
        ]
        status, answer = self.with_s.ask("POST", "/memories", {"memories": drafts})
        assert status == 201
        self.of_s += [one["id"] for one in answer["results"] if one["event"] == "added"]

    @precondition(lambda self: self.of_s)
    @rule(content=texts, data=st.data())
    def derive_from_s(self, content: str, data: st.DataObject) -> None:
        """Derived from S alone: it has to go with its sources, though nobody deletes it."""
        sources = data.draw(st.lists(st.sampled_from(self.of_s), min_size=1, max_size=2))
        draft = {"content": content, "kind": "semantic", "source_ids": sources, "id": self._name()}
        self.with_s.ask("POST", "/memories", {"memories": [draft]})

    @precondition(lambda self: self.of_s)
    @rule(content=texts, data=st.data())
    def patch_s(self, content: str, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.of_s))
        self.with_s.ask("PATCH", f"/memories/{name}", {"content": content})

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
        self._of_known("PATCH", name, changes)

    @precondition(lambda self: len(self.known) > 1)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.known))
        self._of_known("DELETE", name)
        self.known.remove(name)
        self._of_known("GET", name)

    def _of_known(self, method: str, name: str, body: Any = None) -> None:
        answers = []
        for world in (self.with_s, self.without_s):
            real = next(id_ for id_, label in world.labels.items() if label == name)
            status, answer = world.ask(method, f"/memories/{real}", body)
            answers.append((status, world.told(answer)))
        assert answers[0] == answers[1]

    @rule(
        ranking=st.fixed_dictionaries(
            {}, optional=dict.fromkeys(["retention", "importance", "trust"], st.floats(0.0, 0.3))
        )
    )
    def configure(self, ranking: dict[str, float]) -> None:
        self._both("PUT", "", {"settings": {"ranking": ranking}})

    @rule(days=st.integers(0, 40))
    def time_passes(self, days: int) -> None:
        self.clock.advance(timedelta(days=days, minutes=1))

    @rule()
    def restart(self) -> None:
        self.with_s.restart()
        self.without_s.restart()

    @rule(query=queries, mode=modes)
    def search_while_s_is_there(self, query: str, mode: str) -> None:
        """Caches and indexes are warm with S when S goes."""
        self.with_s.ask("POST", "/search", {"query": query, "mode": mode})
        self.with_s.ask("POST", "/context", {"query": query})

    @rule(query=queries)
    def forget_s(self, query: str) -> None:
        for name in self.of_s:
            status, _ = self.with_s.ask("DELETE", f"/memories/{name}")
            assert status == 204
        self.of_s.clear()
        self._compare(query)

    def _compare(self, query: str) -> None:
        everything = [world.told(world.everything()) for world in (self.with_s, self.without_s)]
        assert everything[0] == everything[1]
        self._both("GET", "")
        for path in ("?user_id=ana", f"?user_id={S}", "?session_id=s1", "?status=archived"):
            self._both("GET", f"/memories{path}")
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


TwinWorld.TestCase.settings = settings(
    max_examples=45,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestTwinWorld = TwinWorld.TestCase
