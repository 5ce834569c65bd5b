"""Rules of the twin world about the handbook: attempts, behaviors learnt from them, outcomes.

Behaviors are in families, whose lines nearly say the same or the opposite. Those of S rest on S's
attempts alone; others' rest on others' alone, or on both, and may gain from S's in every way.

While S is there lines may stand otherwise, and rightly so: S's take them in, bear them out, or say
the opposite. So what others do to a line is done where it stands alike in both worlds and gains no
sources from S; and they add nothing to a family in which S's line is beside one of theirs: into
which of the two something is merged would be up to S. Nothing is put forward in one batch with
S's, and no attempt of others cites a line of S's: what others say stays, whatever it speaks of.

A line that rests on attempts of S and of others is, without S, put forward with the others' alone.
When S goes it has to go, too, unless two attempts are left; then it has to wait for a person. In
the other world it does not; so it is approved in both, and its earlier statuses are not compared.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from memsvc.core.access import Scope
from memsvc.core.memory import Event
from memsvc.operations.erase import erase_closure
from memsvc.operations.handbook.task_class import class_token
from memsvc.operations.indexing import known_agent
from memsvc.operations.start import DEFAULT_TENANT
from memsvc.store import memories, offer_outcomes
from memsvc.store.offer_outcomes import OutcomeRow
from memsvc.store.transaction import Tx
from tests.worlds.alike import differing
from tests.worlds.forgetting import S
from tests.worlds.living import STORED, Living
from tests.worlds.world import World

SCOPE = Scope(DEFAULT_TENANT, "a1")
TASKS = ["Add up the lengths of all parts", "Pay the bills of March", "Sort the letters by town"]
STEPS = ["Read the list.", "Check the units of it.", "Add it up twice.", "Write the sum down."]
FAMILIES = [
    "check the units of every quantity before adding",
    "ask the customer about the invoice before paying",
    "sort all letters by their town first",
]
"""What others' first line, their second, and S's say of it; S's other line says the opposite."""
FORMS = {
    "first": "Always {}.",
    "second": "Always {} .",
    "of_s": "Always  {} !",
    "against": "Never {}.",
}
TOPICS = [*[[]] * 6, ["paper"], ["paper", "sums"]]
CLASSES = ["", "sums", "letters"]

families = st.integers(0, len(FAMILIES) - 1)
tasks = st.sampled_from(TASKS)
steps = st.lists(st.sampled_from(STEPS), max_size=3)


def instruction(family: int, form: str, version: int = 1) -> str:
    """What a line of a family says, in its first words or in later ones."""
    said = FORMS[form].format(FAMILIES[family])
    return said if version == 1 else f"{said[:-1].strip()}, and say so to person {version}."


class Curating(Living):
    """What two worlds learn; the machine is made of this, too."""

    lines_compared: ClassVar[int] = 0
    versions_compared: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.attempts: list[str] = []
        """Of others."""
        self.tried_by: dict[str, str | None] = {}
        self.attempts_of_s: list[str] = []
        self.lines_of_s: set[str] = set()
        self.mixed_lines: dict[str, int] = {}
        """Lines that rest on S's attempts and on so many of others."""
        self.settled_lines: set[str] = set()
        """Lines that lost S and were approved again."""
        self.named_lines: dict[str, tuple[str, str]] = {}
        """Lines of others that name S, by their name without S: with S, and what is to be done."""
        self.outcomes = 0

    @property
    def _mixes_lines(self) -> bool:
        return bool(self.mixed_lines or self.named_lines)

    def _tick(self) -> None:
        """Each version of the handbook has a time of its own."""
        self._advance(timedelta(minutes=1))

    @rule(who=st.sampled_from(["ana", "bob", None]), task=tasks, took=steps, data=st.data())
    def attempt(self, who: str | None, task: str, took: list[str], data: st.DataObject) -> None:
        """Somebody tries something; what was offered and cited is told by name."""
        names = self._standing_alike()
        offered = data.draw(st.lists(st.sampled_from(names), max_size=2)) if names else []
        outcome = data.draw(st.sampled_from(["success", "failure", 0.25, None]))
        task_class = data.draw(st.sampled_from(["sums", "letters", None]))
        self._attempt(who, task, took, offered, outcome, task_class)

    def _attempt(
        self,
        who: str | None,
        task: str,
        took: list[str],
        offered: list[str],
        outcome: Any,
        task_class: str | None,
    ) -> None:
        name = self._name()
        draft = {
            "id": name,
            "user_id": who,
            "task": task,
            "steps": took,
            "outcome": outcome,
            "output_tokens": 100 * len(took),
            "task_class": task_class,
            "offered": offered,
            "cited": offered[:1],
        }
        self._tick()
        answers = self._in_both("POST", "/traces", draft)
        events = [answer["event"] for status, answer in answers if status == 201]
        assert len(events) == 2, answers
        assert events[0] == events[1]
        if events[0] in STORED:
            self.attempts.append(name)
            self.tried_by[name] = who
            self.known.append(name)

    @rule(about=st.booleans(), task=tasks, took=steps)
    def attempt_of_s(self, about: bool, task: str, took: list[str]) -> None:
        name = self._name()
        who: dict[str, Any] = {
            "user_id": None if about else S,
            "subject_ids": [S] if about else [],
        }
        task = f"{task} for {name}"
        self._tick()
        draft = {**who, "id": name, "task": task, "steps": took, "task_class": "secret"}
        status, answer = self.with_s.ask("POST", "/traces", draft)
        assert status == 201, answer
        if answer["event"] in STORED:
            self.of_s.append(name)
            self.attempts_of_s.append(name)
            # It would not come again as an attempt alone.
            content = "\n".join([task, *took])
            self.said_by_s.append({**who, "id": name, "content": content, "speaker": None})

    @precondition(lambda self: self.attempts)
    @rule(
        family=families,
        form=st.sampled_from(["first", "first", "second"]),
        topics=st.sampled_from(TOPICS),
        tokens=st.sampled_from([0, 300]),
        data=st.data(),
    )
    def learn(
        self, family: int, form: str, topics: list[str], tokens: int, data: st.DataObject
    ) -> None:
        """Others put a line forward, or find it again."""
        name = f"behavior_{form}_{family}"
        if not self._stands_alike_as_line(name) or self._is_crowded(family, form):
            self.skipped += 1
            return
        body = {
            "name": name,
            "instruction": instruction(family, form),
            "topics": topics,
            "source_trace_ids": self._some(data, self.attempts, 3),
            "tokens": tokens,
        }
        self._tick()
        codes = [world.ask("POST", "/behaviors", body)[0] for world in self.worlds]
        assert codes[0] == codes[1], (codes, body)

    def _is_crowded(self, family: int, form: str) -> bool:
        """Whether others' second line would meet S's beside the first, or does."""
        ours = {f"behavior_of_s_{family}", f"behavior_against_{family}"}
        if not ours & self.lines_of_s:
            return False
        return (
            form == "second" or self._line(self.without_s, f"behavior_second_{family}") is not None
        )

    @precondition(lambda self: self.attempts_of_s)
    @rule(
        family=families,
        form=st.sampled_from(["of_s", "against", "first", "second"]),
        topics=st.sampled_from(TOPICS),
        data=st.data(),
    )
    def learn_of_s(self, family: int, form: str, topics: list[str], data: st.DataObject) -> None:
        """S's attempts give a line of their own, or bear out one of others."""
        name = f"behavior_{form}_{family}"
        body = {
            "name": name,
            "instruction": instruction(family, form),
            "topics": topics,
            "source_trace_ids": self._some(data, self.attempts_of_s, 3),
        }
        if form in ("first", "second"):
            standing = self._line(self.with_s, name)
            if standing is None or standing["status"] == "retired":
                # An exclusion: others could not put it forward in other words.
                return
            body |= {"instruction": standing["instruction"], "topics": standing["topics"]}
        else:
            self.lines_of_s.add(name)
        self._tick()
        status, answer = self.with_s.ask("POST", "/behaviors", body)
        assert status in (201, 409), answer

    @precondition(lambda self: self.attempts_of_s and self.attempts)
    @rule(data=st.data(), topics=st.sampled_from(TOPICS))
    def learn_of_s_and_others(self, data: st.DataObject, topics: list[str]) -> None:
        others = self._some(data, self.attempts, 3)
        if len(others) > 1 and len({self.tried_by[one] for one in others}) == 1:
            # An exclusion: with S's it is of nobody in particular, without them of whom the others
            # are of.
            return
        name = f"behavior_both_{self._name()}"
        body: dict[str, Any] = {
            "name": name,
            "instruction": f"Count {name} to the end, then look it up.",
            "topics": topics,
        }
        mine = self._some(data, self.attempts_of_s, 2)
        self._tick()
        self._proposed(self.with_s, {**body, "source_trace_ids": [*others, *mine]})
        if len(others) >= 2:
            self._proposed(self.without_s, {**body, "source_trace_ids": others})
        self.mixed_lines[name] = len(others)

    @precondition(lambda self: len(self.attempts) >= 2)
    @rule(data=st.data(), action=st.sampled_from(["redact", "delete"]))
    def another_names_s_in_a_line(self, data: st.DataObject, action: str) -> None:
        """In its name, its words and its topics."""
        count = self._name()
        sources = self._some(data, self.attempts, 3)
        names = [f"behavior_tell_{who}_{count}" for who in ("person_s", "redacted")]
        said = [f"Tell {who} the total of {count}." for who in (S, "[redacted]")]
        topics = [f"calls of {who}" for who in (S, "[redacted]")]
        self._tick()
        for world, name, words, topic in zip(self.worlds, names, said, topics, strict=True):
            body: dict[str, Any] = {"name": name, "instruction": words, "topics": [topic]}
            self._proposed(world, {**body, "source_trace_ids": sources})
        self.named_lines[names[1]] = names[0], action

    def _proposed(self, world: World, body: dict[str, Any]) -> None:
        status, answer = world.ask("POST", "/behaviors", body)
        assert status == 201, answer
        [one] = answer["behaviors"]
        assert one["event"] == "proposed", answer

    @rule(data=st.data(), verb=st.sampled_from(["approve", "approve", "retire"]))
    def decide_about_a_line(self, data: st.DataObject, verb: str) -> None:
        names = self._standing_alike()
        if names:
            self._change_line("POST", f"/{data.draw(st.sampled_from(names))}/{verb}", None)

    @precondition(lambda self: self.attempts)
    @rule(
        data=st.data(),
        version=st.integers(2, 3),
        which=st.sampled_from(["words", "topics", "sources", "all"]),
    )
    def edit_a_line(self, data: st.DataObject, version: int, which: str) -> None:
        names = self._standing_alike(sources=True)
        names = [one for one in names if one.split("_")[1] in FORMS]
        if not names:
            return
        name = data.draw(st.sampled_from(names))
        _, form, family = name.split("_")
        body: dict[str, Any] = {}
        if which in ("words", "all"):
            body["instruction"] = instruction(int(family), form, version)
        if which in ("topics", "all"):
            body["topics"] = data.draw(st.sampled_from(TOPICS))
        if which in ("sources", "all"):
            body["source_trace_ids"] = self._some(data, self.attempts, 2)
        self._change_line("PATCH", f"/{name}", body)

    def _change_line(self, method: str, path: str, body: Any) -> None:
        self._tick()
        codes = [world.ask(method, f"/behaviors{path}", body)[0] for world in self.worlds]
        assert codes[0] == codes[1], (codes, path)

    @precondition(lambda self: self.lines_of_s)
    @rule(data=st.data(), verb=st.sampled_from(["approve", "approve", "retire", "rollback"]))
    def decide_about_a_line_of_s(self, data: st.DataObject, verb: str) -> None:
        name = data.draw(st.sampled_from(sorted(self.lines_of_s)))
        self._tick()
        body: dict[str, Any] | None = {} if verb == "rollback" else None
        status, answer = self.with_s.ask("POST", f"/behaviors/{name}/{verb}", body)
        assert status in (200, 404, 409), answer

    @precondition(lambda self: not self.lines_of_s and not self._mixes_lines)
    @rule(data=st.data(), back=st.integers(0, 6))
    def put_a_line_back(self, data: st.DataObject, back: int) -> None:
        """While S is in no line: what it was before its last change may be up to S."""
        names = self._standing_alike(sources=True)
        if not names:
            return
        name = data.draw(st.sampled_from(names))
        told = [
            [one["at"] for one in world.ask("GET", f"/behaviors/{name}")[1]["history"]]
            for world in self.worlds
        ]
        if told[0] == told[1]:
            versions = [self._version_at(world, back) for world in self.worlds]
            self._tick()
            codes = []
            for world, version in zip(self.worlds, versions, strict=True):
                path = f"/behaviors/{name}/rollback"
                codes.append(world.ask("POST", path, {"version": version})[0])
            assert codes[0] == codes[1], (codes, name)

    @precondition(lambda self: not self._mixes_lines)
    @rule(back=st.integers(1, 6), to_nothing=st.sampled_from([*[False] * 5, True]))
    def roll_the_handbook_back(self, back: int, to_nothing: bool) -> None:
        """To a version that both worlds have: they count them apart while S is there."""
        versions = [self._version_at(world, back) for world in self.worlds]
        if None in versions:
            return
        if to_nothing:
            versions = [0, 0]
        self._tick()
        codes = []
        for world, version in zip(self.worlds, versions, strict=True):
            codes.append(world.ask("POST", "/handbook/rollback", {"version": version})[0])
        assert codes == [200, 200]

    def _version_at(self, world: World, back: int) -> int | None:
        """The version made when that was, so many before the last, that the other world has."""
        if back == 0:
            return None
        moments = [one["at"] for one in self._versions(self.without_s)]
        if len(moments) < back:
            return None
        [version] = [
            one["version"] for one in self._versions(world) if one["at"] == moments[back - 1]
        ]
        return int(version)

    def _versions(self, world: World) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = world.ask("GET", "/handbook/versions")[1]["versions"]
        return found

    def _name_keys(self) -> None:
        """Each world has a key of its own, by whose id it is told who changed the handbook."""
        for world in self.worlds:
            for one in self._versions(world):
                world.label(one["actor"], "the key")

    @rule(
        data=st.data(),
        of=st.sampled_from(["nobody", "others", "S"]),
        success=st.sampled_from([0.0, 0.5, 1.0]),
        held_out=st.sampled_from([False, False, False, True]),
        task_class=st.sampled_from(CLASSES),
        with_lines_of_s=st.booleans(),
    )
    def an_offer_comes_out(
        self,
        data: st.DataObject,
        of: str,
        success: float,
        held_out: bool,
        task_class: str,
        with_lines_of_s: bool,
    ) -> None:
        """Rows are written as an outcome writes them: what offers hold is drawn at random."""
        names = self._standing_alike()
        offered = data.draw(st.lists(st.sampled_from(names), unique=True)) if names else []
        cited = offered[:1]
        self.outcomes += 1
        offer = f"{self.outcomes:032x}"
        trace = None
        if of == "others" and self.attempts:
            trace = data.draw(st.sampled_from(self.attempts))
        if of == "S":
            if not self.attempts_of_s:
                return
            trace = data.draw(st.sampled_from(self.attempts_of_s))
        for world in self.worlds if of != "S" else [self.with_s]:
            more = sorted(self.lines_of_s) if with_lines_of_s and world is self.with_s else []
            lines = [] if held_out else [*more, *offered]
            row = {"success": success, "held_out": held_out, "task_class": task_class}
            self._told(world, offer, lines, [] if held_out else [*more[:1], *cited], trace, row)

    def _told(
        self,
        world: World,
        offer: str,
        offered: list[str],
        cited: list[str],
        trace: str | None,
        row: dict[str, Any],
    ) -> None:
        lines = [self._line(world, one) for one in offered]
        ids = {one["name"]: one["memory_id"] for one in lines if one is not None}
        runtime = world.runtime

        def work(tx: Tx) -> None:
            agent = known_agent(tx, SCOPE, lock=True)
            wanted = [*ids.values(), *([trace] if trace else [])]
            numbers = memories.numbers_of(tx, agent.agent_key, wanted) if wanted else {}
            noted = OutcomeRow(
                place=offer_outcomes.last(tx, agent.agent_key) + 1,
                offer=offer,
                at=self.clock.now(),
                task_class=class_token(runtime, agent, row["task_class"]),
                held_out=row["held_out"],
                success=row["success"],
                input_tokens=1_000,
                output_tokens=100 + 7 * self.outcomes,
                number=numbers[trace] if trace else None,
                offered=tuple(numbers[one] for one in ids.values()),
                cited=frozenset(numbers[ids[one]] for one in cited if one in ids),
            )
            offer_outcomes.add(tx, agent.agent_key, noted)

        runtime.database.write(work)

    @rule(task=tasks)
    def ask_for_behaviors(self, task: str) -> None:
        """What is known of outcomes is in RAM, with S, when S goes."""
        self.with_s.ask("POST", "/handbook/search", {"task": task, "task_class": "sums"})

    def _sources_went(self) -> None:
        self.attempts, self.attempts_of_s = (
            [one for one in some if self._is_shown(one)]
            for some in (self.attempts, self.attempts_of_s)
        )

    def _some(self, data: st.DataObject, among: list[str], most: int) -> list[str]:
        """Some of these attempts."""
        places = data.draw(st.lists(st.integers(0, 50), min_size=1, max_size=most))
        return list(dict.fromkeys(among[place % len(among)] for place in places))

    def _line(self, world: World, name: str) -> dict[str, Any] | None:
        status, answer = world.ask("GET", f"/behaviors/{name}")
        assert status in (200, 404), answer
        return dict(answer) if status == 200 else None

    def _stands_alike_as_line(self, name: str, *, sources: bool = False) -> bool:
        """Whether a line is the same in both worlds, perhaps but for what bears it out."""
        found = [self._line(world, name) for world in self.worlds]
        fields = ["status", "instruction", "topics", *(["source_trace_ids"] if sources else [])]
        return bool(self._of(found[0], fields) == self._of(found[1], fields))

    def _of(self, line: dict[str, Any] | None, fields: list[str]) -> Any:
        return line and {field: line[field] for field in fields}

    def _standing_alike(self, *, sources: bool = False) -> list[str]:
        """Names of others' lines that are the same in both worlds; not of those that rest on S."""
        _, answer = self.without_s.ask("GET", "/behaviors")
        names = [one["name"] for one in answer["behaviors"]]
        return [
            one
            for one in names
            if one not in self.mixed_lines
            and one not in self.named_lines
            and self._stands_alike_as_line(one, sources=sources)
        ]

    def _mentions_in_lines(self) -> list[dict[str, str]]:
        """What is to become of the lines that name S."""
        found = []
        for named, action in self.named_lines.values():
            line = self._line(self.with_s, named)
            assert line is not None, named
            found.append({"agent_id": "a1", "memory_id": line["memory_id"], "action": action})
        return found

    def _attempt_comes_again(self, draft: dict[str, Any]) -> None:
        """An attempt of S's that was forgotten is not stored, whatever it is called."""
        task, *took = draft["content"].split("\n")
        who = {key: draft[key] for key in ("user_id", "subject_ids")}
        status, answer = self.with_s.ask("POST", "/traces", {**who, "task": task, "steps": took})
        assert (status, answer["event"]) == (201, Event.SUPPRESSED), draft

    def _settle_lines(self, *, by_people: bool, derived: str) -> None:
        """What lost S is approved in both worlds; what went, goes in both."""
        for name, (_, action) in self.named_lines.items():
            if action == "delete":
                self._delete_line(self.without_s, name)
                continue
            line = self._line(self.without_s, name)
            assert line is not None, name
            # It is sealed anew, with the same words: its version and history are as in the other.
            correction = {
                "agent_id": "a1",
                "memory_id": line["memory_id"],
                "content": line["instruction"],
            }
            path = "/v1/subjects/rectify"
            status, answer = self.without_s.ask_service("POST", path, {"corrections": [correction]})
            assert status == 200, answer
        for name, left in self.mixed_lines.items():
            line = self._line(self.with_s, name)
            if by_people:
                assert (line is None) == (left < 2 or derived == "delete"), (name, left)
            if line is not None:
                assert (line["status"], line["flagged"]) == ("candidate", ["lost_sources"])
                self._change_line("POST", f"/{name}/approve", None)
                self.settled_lines.add(name)
            elif left >= 2:
                self._delete_line(self.without_s, name)
        self.mixed_lines.clear()
        self.named_lines.clear()
        self.lines_of_s.clear()

    def _delete_line(self, world: World, name: str) -> None:
        line = self._line(world, name)
        assert line is not None, name

        def work(tx: Tx) -> list[int]:
            agent = known_agent(tx, SCOPE, lock=True)
            numbers = memories.numbers_of(tx, agent.agent_key, [line["memory_id"]])
            return erase_closure(world.runtime, tx, agent, sorted(numbers.values()))

        # No agent can: the words of a behavior go with what they rest on.
        world.runtime.keyring.shred(world.runtime.database.write(work))

    def _compare_handbooks(self) -> None:
        """All that the handbook answers is the same in both worlds."""
        asked = [f"/behaviors?status={one}" for one in ("active", "candidate", "retired")]
        asked += ["/behaviors", "/handbook/versions", "/handbook", "/traces?limit=500"]
        asked += ["/handbook/report", "/handbook/report?task_class=sums"]
        shown = [one for one in self.attempts if self._is_shown(one)]
        asked += [f"/traces/{one}" for one in shown]
        for first, second in zip(shown, [*shown[1:], *shown[:1]], strict=True):
            for kind in ("reflection", "curation"):
                asked.append(f"/traces/{first}/{kind}-prompt?also={second}")
        versions = len(self._versions(self.without_s))
        asked += [f"/handbook?version={one}" for one in range(versions + 1)]
        for path in asked:
            if "version=" in path and self.settled_lines:
                continue
            self._both_same(path)
        for place in range(versions):
            self._both_same(f"/handbook/diff?from={place}&to={versions}")
        _, answer = self.without_s.ask("GET", "/behaviors")
        Curating.versions_compared += versions
        Curating.lines_compared += len(answer["behaviors"])
        for one in answer["behaviors"]:
            self._both_same(f"/behaviors/{one['name']}")
        query = "?status=active&status=candidate&status=retired"
        files = [
            [world.text(f"/handbook{query}&format={one}") for one in ("markdown", "skill")]
            for world in self.worlds
        ]
        assert files[0] == files[1], differing(*files)

    def _both_same(self, path: str) -> None:
        answers = [world.ask("GET", path) for world in self.worlds]
        assert answers[0][0] == answers[1][0], path
        told = [self._less_settled(answer) for _, answer in answers]
        self._alike(told[0], told[1])

    def _less_settled(self, answer: Any) -> Any:
        """The answer without what lines were before they lost S and were approved again."""
        if not self.settled_lines or not isinstance(answer, dict):
            return answer
        left = dict(answer)
        if left.get("name") in self.settled_lines:
            left["history"] = [
                {key: one[key] for key in one if key != "status"} for one in left["history"]
            ]
        if isinstance(left.get("behaviors"), list) and "version" not in left:
            left["behaviors"] = [
                one for one in left["behaviors"] if one["name"] not in self.settled_lines
            ]
        return left
