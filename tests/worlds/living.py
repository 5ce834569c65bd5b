"""Rules of the twin world about memory that lives: statements that end each other, use and fading,
runs of consolidation, subgoals.

What an answer says while S is there may differ, and rightly so: what S said ends or disputes what
others said. It is compared while S is not; whether something is stored, always.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from memsvc.clock import FixedClock
from memsvc.core.memory import Event
from tests.worlds.alike import comparable, differing, name_derived
from tests.worlds.forgetting import PRIVATE, S
from tests.worlds.statements import Topic, forms, places, statement, talks, topics
from tests.worlds.world import World

STORED = (Event.ADDED, Event.MERGED, Event.SUPERSEDED, Event.DISPUTED, Event.QUARANTINED)
OUTCOMES = st.sampled_from(["used", "confirmed", "partly", "contradicted"])
# From when on it is true: days ago, or not said.
ages = st.sampled_from([None, None, 0, 3, 10, 40])
channels = st.sampled_from([None, "user", "agent", "web"])
SUBGOALS = ["g1", "g2"]

decays = st.fixed_dictionaries(
    {},
    optional={
        kind: st.fixed_dictionaries(
            {"policy": st.sampled_from(["fsrs", "memorybank", "exponential", "none"])},
            optional={
                "threshold": st.sampled_from([0, 0.05, 0.5, 0.9]),
                "max_memories": st.integers(1, 6),
            },
        )
        for kind in ("episodic", "semantic")
    },
)


class Living:
    """What two worlds live through; the machine is made of this and of its own rules."""

    clock: FixedClock
    with_s: World
    without_s: World
    known: list[str]
    mixed: list[str]
    naming_s: list[str]
    mentions: dict[str, str]
    of_s: list[str]
    said_by_s: list[dict[str, Any]]

    def __init__(self) -> None:
        super().__init__()
        self.stated: dict[str, tuple[Any, ...]] = {}
        """What others stated: by name what would be the same statement."""
        self.runs: list[tuple[str, str]] = []
        """Ids of the runs of consolidation, in both worlds."""
        self.marks: list[tuple[str, str]] = []
        """Ids of marked sources, in both worlds."""
        self.mingled = False
        """Whether something was put together of what S said, and maybe others."""
        self.subgoals_of_s: set[str] = set()
        self.has_budget = False
        self.contents: set[str] = set()
        """All that others said."""
        self.moments: list[Any] = []
        """Moments of which searches are asked again."""
        self.skipped = 0

    @property
    def worlds(self) -> tuple[World, World]:
        return self.with_s, self.without_s

    @property
    def _is_told_apart_by_s_alone(self) -> bool:
        """Whether hiding S leaves the same as if S had never been there."""
        raise NotImplementedError

    @property
    def s_is_there(self) -> bool:
        """Whether anything of S stands, or of what was made with it."""
        raise NotImplementedError

    def _name(self) -> str:
        raise NotImplementedError

    def _advance(self, delta: timedelta) -> None:
        raise NotImplementedError

    def _of_s(self, drafts: list[dict[str, Any]]) -> None:
        raise NotImplementedError

    def _ids(self, world: World, names: Any) -> list[str]:
        raise NotImplementedError

    def _stands_alike(self, name: str) -> bool:
        """Whether a memory has the same status in both worlds.

        An exclusion: what S ended, or what has faded because of S, cannot be set as without S.
        """
        if self.has_budget and self.s_is_there:
            # To set what is beyond it is a use.
            return False
        shown = []
        for world in self.worlds:
            [real] = self._ids(world, [name])
            status, memory = world.ask("GET", f"/memories/{real}")
            shown.append((status, memory.get("status")))
        return shown[0] == shown[1]

    def _in_both(self, method: str, path: str, body: Any = None) -> list[tuple[int, Any]]:
        """Both answers, told; the same unless S may show in them."""
        first, second = (world.ask(method, path, body) for world in self.worlds)
        if not self.s_is_there:
            assert first[0] == second[0]
            self._alike(first[1], second[1])
        return [first, second]

    def _alike(self, first: Any, second: Any) -> None:
        """Whether two answers are the same, told; derived memories may have no names yet."""
        told = [comparable(self.with_s.told(first)), comparable(self.without_s.told(second))]
        if told[0] != told[1]:
            for world in self.worlds:
                name_derived(world, world.everything())
            told = [comparable(self.with_s.told(first)), comparable(self.without_s.told(second))]
        assert told[0] == told[1], differing(*told)

    def _store(self, draft: dict[str, Any]) -> bool:
        """Write what others say, in both worlds; whether it is a memory now."""
        if self.has_budget and draft["content"] in self.contents:
            # An exclusion: what is beyond a budget because of S is taken in again.
            self.skipped += 1
            return False
        self.contents.add(draft["content"])
        events = []
        for status, answer in self._in_both("POST", "/memories", {"memories": [draft]}):
            assert status == 201
            [result] = answer["results"]
            events.append(result["event"])
        stored = [one in STORED for one in events]
        assert stored[0] == stored[1], (draft, events)
        if stored[0]:
            self.known.append(draft["id"])
        return stored[0]

    @rule(
        topic=topics,
        place=places,
        form=forms,
        age=ages,
        until=st.sampled_from([None, None, 2]),
        channel=channels,
        who=st.sampled_from([None, None, "ana"]),
    )
    def state(
        self,
        topic: Topic,
        place: int,
        form: str,
        age: int | None,
        until: int | None,
        channel: str | None,
        who: str | None,
    ) -> None:
        draft = {**statement(topic, place, form), "user_id": who, "channel": channel}
        self._dated(draft, age, until)
        said = (draft["content"], draft.get("kind"), who)
        if self._was_ended_by_s(said):
            self.skipped += 1
            return
        draft["id"] = self._name()
        if self._store(draft):
            self.stated[draft["id"]] = said

    def _dated(self, draft: dict[str, Any], age: int | None, until: int | None) -> None:
        if age is not None:
            since = self.clock.now() - timedelta(days=age)
            draft["valid_from"] = since.isoformat()
            if until is not None:
                draft["valid_to"] = (since + timedelta(days=until)).isoformat()

    def _was_ended_by_s(self, said: tuple[Any, ...]) -> bool:
        """Whether the very same stands in one world only: there it would be no news.

        An exclusion: what was said again because S had ended it is stored for good.
        """
        for name, other in self.stated.items():
            if other != said:
                continue
            shown = [world.ask("GET", f"/memories/{name}")[1] for world in self.worlds]
            if shown[0].get("status") != shown[1].get("status"):
                return True
        return False

    @rule(
        topic=topics,
        place=places,
        form=forms,
        age=ages,
        until=st.sampled_from([None, None, 2]),
        channel=channels,
        about=st.sampled_from(["S", "S", "of S", "ana about S"]),
    )
    def s_states(
        self,
        topic: Topic,
        place: int,
        form: str,
        age: int | None,
        until: int | None,
        channel: str | None,
        about: str,
    ) -> None:
        """What is stated about S, or by S: it ends or disputes what others stated."""
        draft = {**statement(topic, place, form), "channel": channel, "speaker": None}
        draft["user_id"] = {"S": None, "of S": S, "ana about S": "ana"}[about]
        draft["subject_ids"] = [] if about == "of S" else [S]
        self._dated(draft, age, until)
        draft["id"] = self._name()
        self._of_s([draft])

    @precondition(lambda self: self.stated)
    @rule(data=st.data(), topic=topics, place=places, form=forms)
    def restate(self, data: st.DataObject, topic: Topic, place: int, form: str) -> None:
        """Other words for a statement."""
        name = data.draw(st.sampled_from(sorted(self.stated)))
        if name not in self.known:
            return
        content = statement(topic, place, form)["content"]
        codes = [
            status
            for status, _ in self._in_both("PATCH", f"/memories/{name}", {"content": content})
        ]
        assert codes == [200, 200]
        _, kind, who = self.stated[name]
        self.stated[name] = (content, kind, who)

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        """What was superseded is to stand again, because somebody says so."""
        name = data.draw(st.sampled_from(self.known))
        if self._stands_alike(name):
            reals = [self._ids(world, [name])[0] for world in self.worlds]
            codes = [
                world.ask("POST", f"/memories/{real}/restore")[0]
                for world, real in zip(self.worlds, reals, strict=True)
            ]
            assert codes[0] == codes[1]

    @rule(place=st.integers(0, 5), keeps=st.integers(-1, 3))
    def resolve(self, place: int, keeps: int) -> None:
        """A person decides what holds, or that all may hold."""
        found = [self._conflicts(world) for world in self.worlds]
        both = sorted(found[0].keys() & found[1].keys())
        if not both:
            return
        among = both[place % len(both)]
        keep = "all" if keeps < 0 else among[keeps % len(among)]
        for world, conflicts in zip(self.worlds, found, strict=True):
            [kept] = self._ids(world, [keep])
            path = f"/conflicts/{conflicts[among]}/resolve"
            assert world.ask("POST", path, {"keep": kept})[0] == 200

    def _conflicts(self, world: World) -> dict[tuple[str, ...], str]:
        """The ids of conflicts by the names of all that takes part, where all have one."""
        _, answer = world.ask("GET", "/conflicts?limit=100")
        found = {}
        for one in answer["conflicts"]:
            members = tuple(world.labels.get(each["id"], each["id"]) for each in one["memories"])
            if set(members) <= set(self.known):
                found[members] = str(one["id"])
        return found

    @precondition(lambda self: self.of_s)
    @rule(data=st.data(), topic=topics, place=places)
    def restate_of_s(self, data: st.DataObject, topic: Topic, place: int) -> None:
        name = data.draw(st.sampled_from(self.of_s))
        content = {"content": statement(topic, place, "event")["content"]}
        self.with_s.ask("PATCH", f"/memories/{name}", content)

    @rule(
        data=st.data(),
        outcomes=st.lists(OUTCOMES, min_size=1, max_size=3),
    )
    def tell_outcomes(self, data: st.DataObject, outcomes: list[str]) -> None:
        theirs = [data.draw(st.sampled_from(self.known)) for _ in outcomes] if self.known else []
        updated = []
        for world in self.worlds:
            told = list(zip(self._ids(world, theirs), outcomes, strict=False))
            if world is self.with_s and self.of_s:
                told.append((self.of_s[-1], outcomes[0]))
            items = [{"memory_id": one, "outcome": outcome} for one, outcome in told]
            if not items:
                return
            status, answer = world.ask("POST", "/feedback", {"items": items})
            assert status == 200
            updated.append(answer["updated"])
        assert updated[0] == updated[1] + bool(self.of_s and self._is_shown(self.of_s[-1]))

    def _is_shown(self, name: str) -> bool:
        return self.with_s.ask("GET", f"/memories/{name}")[0] == 200

    @rule(days=st.sampled_from([60, 200, 800]))
    def much_time_passes(self, days: int) -> None:
        self._advance(timedelta(days=days, minutes=1))

    @rule()
    def remember_the_moment(self) -> None:
        self.moments = [*self.moments[-3:], self.clock.now()]
        self._advance(timedelta(hours=1))

    @rule(
        session=st.sampled_from(["s1", "s2"]),
        who=st.sampled_from(["ana", "bob", None]),
        said=talks,
        of_s=talks,
        mingled=st.sampled_from([None, None, "S", "about S", "S alone"]),
        subgoal=st.sampled_from([None, None, None, *SUBGOALS]),
        days_ago=st.sampled_from([None, None, 1, 2]),
    )
    def converse(
        self,
        session: str,
        who: str | None,
        said: list[str],
        of_s: list[str],
        mingled: str | None,
        subgoal: str | None,
        days_ago: int | None,
    ) -> None:
        """Turns of a conversation; S takes part in it, or is spoken of."""
        common: dict[str, Any] = {"session_id": session, "role": "user", "subgoal": subgoal}
        if days_ago is not None:
            common["event_time"] = (self.clock.now() - timedelta(days=days_ago)).isoformat()
        speaker = (who or "ana").title()
        theirs = [{"content": one, "user_id": who, "speaker": speaker} for one in said]
        mine: list[dict[str, Any]] = [{"content": one} for one in of_s]
        for one in mine:
            if mingled == "about S":
                one |= {"user_id": None, "subject_ids": [S], "speaker": speaker}
            else:
                one |= {"user_id": S, "speaker": "Sam"}
        first = len(theirs) // 2
        for draft in theirs[:first]:
            self._store({**common, **draft, "id": self._name()})
        if mingled is not None:
            place = {"session_id": PRIVATE} if mingled == "S alone" else {}
            self._of_s([{**common, **one, **place, "id": self._name()} for one in mine])
            if subgoal is not None and mingled != "S alone":
                self.subgoals_of_s.add(subgoal)
        for draft in theirs[first:]:
            self._store({**common, **draft, "id": self._name()})

    @rule(force=st.booleans(), hours=st.sampled_from([1, 1, 30]))
    def consolidate(self, force: bool, hours: int) -> None:
        # Whether a conversation goes on may be up to S: a run that comes later finds it over.
        self._advance(timedelta(hours=hours))
        ids = [world.consolidate(force=force) for world in self.worlds]
        # What is changed at the very moment of a run may be older or newer than that.
        self._advance(timedelta(minutes=1))
        for world, id_ in zip(self.worlds, ids, strict=True):
            world.label(id_, f"run {len(self.runs)}")
        self.runs.append((ids[0], ids[1]))
        self.mingled = self.mingled or self.s_is_there

    @precondition(lambda self: self.runs)
    @rule(data=st.data())
    def take_a_run_back(self, data: st.DataObject) -> None:
        run = data.draw(st.sampled_from(self.runs[-2:]))
        codes = []
        for world, id_ in zip(self.worlds, run, strict=True):
            codes.append(world.ask("POST", f"/consolidations/{id_}/rollback")[0])
        assert codes[0] == codes[1]

    @rule(
        session=st.sampled_from(["s1", "s2"]),
        name=st.sampled_from(SUBGOALS),
        met=st.booleans(),
        said=st.sampled_from([None, "All of it is done."]),
    )
    def finish_a_subgoal(self, session: str, name: str, met: bool, said: str | None) -> None:
        if name in self.subgoals_of_s:
            # An exclusion: what a caller said of S's memories, too, is not said without them.
            said = None
        body = {"met": met, "summary": said}
        self._in_both("POST", f"/sessions/{session}/subgoals/{name}/complete", body)
        self._advance(timedelta(minutes=1))
        self.mingled = self.mingled or self.s_is_there

    @rule(
        source=st.sampled_from(
            [{"channel": "web"}, {"session_id": "s2"}, {"user_id": "bob"}, {"user_id": S}]
        )
    )
    def mark(self, source: dict[str, str]) -> None:
        """What comes from a source is not believed any more."""
        if source == {"user_id": S}:
            # The mark goes with whom it names.
            assert self.with_s.ask("POST", "/marked-sources", source)[0] == 201
            return
        # Of marks that are equally old the ids, drawn at random, say which comes first.
        self._advance(timedelta(minutes=1))
        ids = []
        for world in self.worlds:
            status, answer = world.ask("POST", "/marked-sources", source)
            assert status == 201
            ids.append(answer["id"])
            world.label(answer["id"], f"mark of {source}")
        if (ids[0], ids[1]) not in self.marks:
            self.marks.append((ids[0], ids[1]))

    @precondition(lambda self: self.marks)
    @rule(release=st.booleans(), back=st.booleans())
    def judge_a_mark(self, release: bool, back: bool) -> None:
        """What came from a marked source is erased, or believed after all."""
        mark = self.marks.pop()
        # An exclusion: what is derived anew of sources that were released is believed as they are,
        # where it would have waited to be approved.
        release = release and not self.mingled and self._is_told_apart_by_s_alone
        for world, id_ in zip(self.worlds, mark, strict=True):
            if back and self._is_told_apart_by_s_alone:
                assert world.ask("POST", f"/marked-sources/{id_}/rollback")[0] == 200
            path = f"/marked-sources/{id_}?release={str(release).lower()}"
            assert world.ask("DELETE", path)[0] == 200
        # What was erased with its source was not forgotten on request: it may come again.
        self.said_by_s = [one for one in self.said_by_s if self._is_shown(one["id"])]
        self._sources_went()

    def _sources_went(self) -> None:
        """What came from a source may be gone, in both worlds."""

    def _living_answers(self) -> list[tuple[str, str, Any]]:
        """Further questions whose answers have to be the same once S is forgotten."""
        asked: list[tuple[str, str, Any]] = [
            ("GET", f"/profile?user_id={quote(one)}", None) for one in ("ana", "bob", S)
        ]
        asked += [("GET", f"/forecast?days={days}&limit=500", None) for days in (40, 3_650)]
        asked += [
            ("GET", f"/sessions/{one}/working-memory?expand=g1", None) for one in ("s1", PRIVATE)
        ]
        asked += [("GET", f"/sessions/{one}/working-memory", None) for one in ("s1", "s2")]
        asked.append(("POST", "/consolidations", {"dry_run": True}))
        asked.append(("GET", "/marked-sources", None))
        asked += [("GET", "/conflicts?limit=100", None), ("GET", "/hygiene", None)]
        asked += [
            ("GET", f"/memories?limit=500&status={one}", None)
            for one in ("active", "superseded", "disputed", "archived", "quarantined")
        ]
        every = ["archived", "superseded", "quarantined"]
        where = {"query": "where does Priya live and when is the deploy window", "explain": True}
        asked.append(("POST", "/search", {**where, "limit": 50}))
        asked.append(("POST", "/search", {**where, "limit": 200, "include": every}))
        for moment in self.moments:
            then = {"as_of": moment.isoformat(), "limit": 200}
            asked.append(("POST", "/search", {**where, **then}))
            asked.append(("POST", "/search", {**where, **then, "include": every, "mode": "deep"}))
        return asked

    def _runs_told(self) -> list[list[dict[str, Any]]]:
        """The runs of both worlds; what they made and erased is counted as it was then."""
        found = []
        for world in self.worlds:
            _, answer = world.ask("GET", "/consolidations")
            kept = ("run_id", "status", "started_at", "finished_at", "why")
            found.append([{key: one[key] for key in kept} for one in world.told(answer["runs"])])
        return found
