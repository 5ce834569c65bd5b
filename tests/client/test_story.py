"""Every call against a real service, as a user makes it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import httpx
import pytest

from memsvc.client import Agent, AsyncMemsvc, Memsvc, errors
from memsvc.client.params import Draft
from tests.client.test_surface import LEFT_OUT, operations
from tests.serving.server import KEY

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


class Reached:
    """Which routes were asked."""

    def __init__(self) -> None:
        self.routes: set[tuple[str, str]] = set()

    def note(self, request: httpx.Request) -> None:
        """Called by httpx. Of several routes the one with the fewest names in it is meant."""
        steps = request.url.path.split("/")
        fitting = [
            (path.count("{"), method, path)
            for method, path in operations()
            if method == request.method and fits(path.split("/"), steps)
        ]
        _, method, path = min(fitting)
        self.routes.add((method, path))


def fits(told: list[str], steps: list[str]) -> bool:
    return len(told) == len(steps) and all(
        one == step or one.startswith("{") for one, step in zip(told, steps, strict=True)
    )


def office(place: str, id_: str, **more: object) -> Draft:
    """Where the office is."""
    fact = {"content": f"The office of the company is in {place}.", "kind": "semantic", "id": id_}
    return fact | {"user_id": "ana", "channel": "user"} | more  # type: ignore[return-value]


def test_every_route_answers_what_its_model_says(served: str) -> None:
    reached = Reached()
    with httpx.Client(event_hooks={"request": [reached.note]}, timeout=60.0) as http:
        memsvc = Memsvc(served, api_key=KEY, http=http)
        the_service(memsvc)
        memories(memsvc.agent("story"))
        contradictions(memsvc.agent("story-facts"))
        a_session(memsvc.agent("story"))
        settings(memsvc.agent("story"))
        sources(memsvc.agent("story-web"))
        runs(memsvc.agent("story-runs"))
        learning(memsvc.agent("story-learns"))
        the_handbook(memsvc.agent("story-learns"))
        people(memsvc)
        forgetting(memsvc)

    assert reached.routes == operations() - set(LEFT_OUT)


def the_service(memsvc: Memsvc) -> None:
    assert memsvc.health().status == "ok"
    assert memsvc.ready().status == "ready"
    assert "memsvc_" in memsvc.metrics()
    figures = memsvc.statistics()
    assert figures.service is not None
    assert figures.service.indexes.agents >= 0
    line = memsvc.timeline("writes.added", since=LONG_AGO, until=LONG_AGO, step="day")
    assert [one.count for one in line.points] == [0]
    made = memsvc.keys.create("agent", agents="story-*", name="a story", expires_at=None)
    assert made.id in {one.id for one in memsvc.keys.list()}
    with Memsvc(memsvc._calls.url, api_key=made.key) as own:
        assert own.agent("story-own").write("It rains.").event == "added"
        with pytest.raises(errors.NotFound):
            own.agent("other").write("It rains.")
        with pytest.raises(errors.Forbidden):
            own.keys.list()
    memsvc.keys.revoke(made.id)
    with pytest.raises(errors.NotFound):
        memsvc.keys.revoke(made.id)
    issued = list(memsvc.audit.records("key.issued", limit=1))
    assert len(issued) >= 2, "page by page"
    assert memsvc.audit.checkpoint().place >= issued[-1].place


def memories(demo: Agent) -> None:
    written = demo.write(
        "I moved to Lisbon.", user_id="ana", event_time=LONG_AGO, tags=["moving"], id="turn-1"
    )
    assert (written.id, written.event, written.affected) == ("turn-1", "added", [])
    [first, second] = demo.write_many(["It rains.", {"content": "Bo grows tomatoes."}])
    assert first.event == second.event == "added"
    turns = demo.write_messages(
        [
            {
                "role": "user",
                "content": "My dog is called Rex.",
                "name": "Ana",
                "timestamp": LONG_AGO,
            }
        ],
        user_id="ana",
        session_id="s1",
    )
    assert [one.event for one in turns] == ["added"]

    hits = demo.search("Where does Ana live?", user_id="ana", limit=5, explain=True)
    assert hits
    assert len(hits) == len(list(hits))
    assert hits[0].score_details is not None
    assert {one.memory.user_id for one in hits} == {"ana"}
    context = demo.context("Ana", token_budget=200)
    assert "Lisbon" in context.text
    assert "Ana" in demo.profile("ana").text or demo.profile("ana").lines == []

    assert [one.id for one in demo.memories(user_id="ana", limit=1)][-1] == "turn-1"
    assert demo.memories(limit=1).page().total == 4
    memory = demo.read("turn-1")
    assert (memory.event_time, memory.tags, memory.etag) == (LONG_AGO, ["moving"], '"1"')
    changed = demo.change("turn-1", content="I moved to Porto.", if_match=memory.etag)
    assert changed.content == "I moved to Porto."
    with pytest.raises(errors.PreconditionFailed):
        demo.change("turn-1", importance=1.0, if_match=memory.etag)
    assert demo.history("turn-1").versions[0].content == "I moved to Lisbon."
    assert demo.lineage("turn-1").complete
    assert demo.feedback({"turn-1": "used"}) == 1
    assert demo.feedback([{"memory_id": "turn-1", "outcome": "confirmed"}]) == 1
    assert demo.forecast(3650.0, limit=1).page().counts.episodic == len(list(demo.forecast(3650.0)))
    assert demo.hygiene().memories == 4
    assert demo.statistics().memories == 4
    assert first.id is not None
    demo.delete(first.id)
    with pytest.raises(errors.NotFound):
        demo.delete(first.id)
    assert demo.forget(session_ids=["s1"], dry_run=True).erased == 1
    assert demo.forget(session_ids=["s1"]).erased == 1


def contradictions(demo: Agent) -> None:
    demo.write_many([office("Porto", "user", valid_from=LONG_AGO)])
    demo.write_many([office("Faro", "web", valid_from="2026-02-01T00:00:00Z", channel="web")])
    [conflict] = demo.conflicts("dispute", limit=1)
    assert conflict.reason == "less_trusted"
    kept = demo.resolve(conflict.id, keep="web")
    assert {one.id: one.status for one in kept} == {"user": "superseded", "web": "active"}
    assert demo.restore("user").status == "active"


def a_session(demo: Agent) -> None:
    session = demo.session("run 1")
    for content in ("Searched the archive.", "Found the invoice."):
        demo.write(content, session_id="run 1", subgoal="find it", role="assistant")
    assert session.complete("find it", met=True, summary="It is in May.").subgoal == "find it"
    [finished] = session.working_memory(expand=["find it"], max_tokens=500).finished
    assert (finished.summary, finished.met) == ("It is in May.", True)


def settings(demo: Agent) -> None:
    given = demo.configure(
        retention={"episodic": {"days": 90}}, decay={"episodic": {"policy": "none"}}
    )
    assert given.settings.decay.episodic.policy == "none"
    more = demo.configure(demo.card().settings, admission="off")
    assert more.settings.admission == "off"
    assert more.settings.retention.episodic is not None
    assert more.settings.retention.episodic.days == 90


def sources(demo: Agent) -> None:
    demo.write("Buy now.", channel="web")
    mark = demo.marked_sources.mark(channel="web")
    assert mark.quarantined == 1
    assert [one.id for one in demo.marked_sources.list()] == [mark.id]
    assert demo.marked_sources.unmark(mark.id, release=True) == 1
    mark = demo.marked_sources.mark(channel="web")
    assert demo.marked_sources.roll_back(mark.id) == 1


def runs(demo: Agent) -> None:
    for place in ("Lisbon", "Porto", "Faro"):
        demo.write(f"I worked in {place}.", user_id="ana", session_id="s1", role="user")
    plan = demo.consolidations.plan(force=True)
    run = demo.consolidations.wait(demo.consolidations.start(force=True).run_id)
    assert run.status == "done"
    assert run.made == plan.made
    assert [one.run_id for one in demo.consolidations.list()] == [run.run_id]
    demo.consolidations.roll_back(run.run_id)
    assert demo.consolidations.wait(run.run_id).status == "rolled_back"


def learning(demo: Agent) -> None:
    for id_ in ("t1", "t2"):
        told = demo.traces.add(f"Add what was measured ({id_}).", id=id_, outcome="success")
        assert told.event == "added"
    assert [one.id for one in demo.traces.list(limit=1)] == ["t2", "t1"]
    assert demo.traces.read("t1").outcome == 1.0
    assert demo.traces.reflection_prompt("t1", also=["t2"]).trace_ids == ["t1", "t2"]
    assert demo.traces.curation_prompt("t1", reflection="Units were mixed.").answer_schema
    both = ["t1", "t2"]
    units = demo.behaviors.propose("units", "Check units first.", source_trace_ids=both)
    assert units.event == "proposed"
    answer = {"name": "ask", "instruction": "Ask before you pay.", "source_trace_ids": ["t1"]}
    several = demo.behaviors.propose_answer([answer])
    assert len(several.behaviors) <= 1
    demo.behaviors.propose("order", "Sort the records first.", source_trace_ids=["t1"])
    assert {one.name for one in demo.behaviors.list()} >= {"behavior_units", "behavior_order"}
    assert [one.name for one in demo.behaviors.list(["active"])] == ["behavior_units"]
    edited = demo.behaviors.edit("behavior_order", instruction="Sort all records first.")
    assert edited.instruction == "Sort all records first."
    assert demo.behaviors.approve("behavior_order").status == "active"
    assert demo.behaviors.retire("behavior_order").status == "retired"
    read = demo.behaviors.read("behavior_order")
    assert [one.change for one in read.history][-1] == "retired"
    put_back = demo.behaviors.roll_back("behavior_order", version=read.version - 1)
    assert put_back.status == "active"
    with pytest.raises(errors.Unavailable, match="model"):
        demo.handbook.reflect(["t1"])


def the_handbook(demo: Agent) -> None:
    handbook = demo.handbook
    book = handbook.read(status=["active", "candidate"])
    assert "behavior_units" in {one.name for one in book.behaviors}
    assert "Check units first." in handbook.markdown()
    assert handbook.skill(name="sums").startswith("---\nname: sums\n")
    assert handbook.versions()[0].version == book.version
    assert handbook.diff(0, book.version)
    assert handbook.take_in(handbook.markdown(version=1)).version >= book.version
    assert handbook.plan().applied is False
    assert handbook.consolidate().version >= book.version
    offer = handbook.offer("Add what was measured.", limit=2)
    told = handbook.outcome(offer.offer_id, "success", input_tokens=10, output_tokens=2, cited=[])
    assert told.outcome == 1.0
    assert handbook.report().handbook.offered + handbook.report().handbook.held_out == 1
    assert handbook.roll_back(1) > book.version


def people(memsvc: Memsvc) -> None:
    demo = memsvc.agent("story-people")
    demo.write("I live in Lisbon.", user_id="maria", id="home")
    known = memsvc.subjects.aliases("maria", aliases=["m@example.org"], names=["Maria Lopez"])
    assert (known.identities, known.names) == (2, 1)
    assert memsvc.subjects.lookup("m@example.org").names == ["Maria Lopez"]
    lines = memsvc.subjects.export("maria").splitlines()
    assert any("I live in Lisbon." in line for line in lines)
    assert all(json.loads(line) for line in lines)
    assert memsvc.subjects.export("maria", format="html").startswith("<!doctype html>")
    corrected = memsvc.subjects.rectify(
        [{"agent_id": demo.id, "memory_id": "home", "content": "I live in Porto."}]
    )
    assert [one.status for one in corrected] == ["rectified"]
    assert memsvc.subjects.restrict("maria", reason="contested").memories == 1
    assert memsvc.subjects.restrict("maria", restricted=False).restricted is False


def forgetting(memsvc: Memsvc) -> None:
    requests = memsvc.forget_requests
    demo = memsvc.agent("story-forgets")
    demo.write("Ben grows tomatoes.", user_id="ben", id="garden")
    demo.write("I have a kayak.", user_id="carlos", speaker="Carlos", id="kayak")
    assert requests.dry_run(subject_ids=["carlos"]).counts["memories"] == 1
    preview = requests.preview("forget Carlos", agent_id=demo.id)
    assert preview.proposal is not None
    order = requests.order(**preview.proposal)
    requests.extend(order.id, reason="many orders")
    requests.hold(order.id, reason="a lawsuit")
    requests.release(order.id)
    requests.confirm(order.id)
    done = requests.wait(order.id)
    assert done.status == "closed"
    assert requests.receipt(order.id).signature.algorithm == "Ed25519"
    assert [one.id for one in demo.memories()] == ["garden"]
    assert memsvc.subjects.readmit("carlos") > 0
    with pytest.raises(errors.WrongState):
        requests.verify(order.id)
    for end in (requests.cancel, lambda id_: requests.reject(id_, reason="not theirs")):
        waiting = requests.order(agent_id=demo.id, memory_ids=["garden"], mode="two_phase")
        assert end(waiting.id).status in ("cancelled", "rejected")
    assert {one.status for one in requests.list(limit=1)} >= {"closed", "cancelled", "rejected"}


def test_the_same_with_await(served: str) -> None:
    async def story() -> None:
        async with AsyncMemsvc(served, api_key=KEY) as memsvc:
            demo = memsvc.agent("story-await")
            await asyncio.gather(*(demo.write(f"It rained on day {n}.") for n in range(12)))
            assert len([one async for one in demo.memories(limit=5)]) == 12
            assert [len(page.memories) async for page in demo.memories(limit=5).pages()] == [
                5,
                5,
                2,
            ]
            assert len(await demo.search("rain", limit=3)) == 3
            with pytest.raises(errors.NotFound):
                await demo.read("nothing")
            order = await memsvc.forget_requests.order(agent_id=demo.id, scope="agent")
            assert (await memsvc.forget_requests.wait(order.id)).status == "closed"

    asyncio.run(story())
