"""The tools over stdio, as a host on this machine uses them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from mcp import ClientSession

from memsvc.client import Memsvc
from tests.mcp_server.hosts import call, over_stdio, refused
from tests.serving.server import KEY, Server

TOOLS = {
    "remember": (False, False, True),
    "forget": (False, True, True),
    "feedback": (False, False, False),
    "search": (True, None, None),
    "context": (True, None, None),
    "handbook": (True, None, None),
    "outcome": (False, False, True),
}
"""Whether a tool only reads, whether it destroys, whether it may be called twice."""


def test_a_conversation(served: str, memsvc: Memsvc, tmp_path: Path) -> None:
    async def story() -> None:
        options = ("--agent", "desk", "--user", "ana")
        async with over_stdio(served, KEY, *options, log=tmp_path / "log") as session:
            await tools_are_described(session)
            await memories(session)
            await a_task(session)
            await mistakes(session)

    asyncio.run(story())

    desk = memsvc.agent("desk")
    assert {one.user_id for one in desk.memories()} == {"ana"}
    assert "It is asked again" not in (tmp_path / "log").read_text()


async def tools_are_described(session: ClientSession) -> None:
    tools = {one.name: one for one in (await session.list_tools()).tools}
    assert set(tools) == set(TOOLS)
    for name, tool in tools.items():
        assert tool.description
        assert tool.title
        assert tool.annotations is not None
        hints = tool.annotations
        told = (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint)
        assert told == TOOLS[name]
        assert hints.open_world_hint is False
        properties = tool.input_schema["properties"]
        assert "agent" not in properties, "it is for one agent"
        assert tool.input_schema["additionalProperties"] is False
        assert "call" not in properties
        assert all(one.get("description") for one in properties.values()), name
        assert tool.output_schema is not None
        answered = tool.output_schema["properties"].values()
        assert all(one.get("description") for one in answered), name


async def memories(session: ClientSession) -> None:
    lisbon = await call(
        session, "remember", content="I moved to Lisbon.", source="user",
        happened="2026-01-31T12:00:00Z",
    )  # fmt: skip
    assert lisbon["event"] == "added"
    twice = await call(session, "remember", content="I moved to Lisbon.", source="user")
    assert (twice["event"], twice["id"]) == ("duplicate", lisbon["id"])
    web = await call(session, "remember", content="Lisbon has seven hills.", source="web")

    found = (await call(session, "search", query="Where did Ana move to?", limit=5))["memories"]
    assert found[0]["id"] == lisbon["id"]
    assert found[0]["happened"] == "2026-01-31T12:00:00Z"
    assert {one["trust"] for one in found} == {"user", "web"}
    text = await call(session, "context", query="Lisbon", token_budget=200)
    assert "I moved to Lisbon." in text["text"]
    assert lisbon["id"] in {one["id"] for one in text["citations"]}
    told = await call(session, "feedback", memory_ids=[lisbon["id"]], outcome="used")
    assert told == {"updated": 1}

    gone = await call(session, "forget", memory_ids=[web["id"], "nothing", web["id"]])
    assert gone == {"erased": [web["id"]], "not_found": ["nothing"]}
    left = (await call(session, "search", query="hills"))["memories"]
    assert web["id"] not in {one["id"] for one in left}


def test_what_goes_with_another_is_told_as_erased(
    served: str, memsvc: Memsvc, tmp_path: Path
) -> None:
    said = memsvc.agent("families")
    said.write("I have a kayak.", id="parent")
    said.write("Ana is sporty.", id="derived", source_ids=["parent"])
    said.write("It rains.", id="other")

    async def story() -> dict[str, object]:
        async with over_stdio(served, KEY, "--agent", "families", log=tmp_path / "log") as session:
            return await call(session, "forget", memory_ids=["parent", "derived", "nothing"])

    assert asyncio.run(story()) == {"erased": ["parent", "derived"], "not_found": ["nothing"]}
    assert [one.id for one in said.memories()] == ["other"]


def test_an_error_on_the_way_says_what_is_gone_already(tmp_path: Path) -> None:
    """The key may make eight requests: one at start, four that look, three that erase."""
    limits = {"MEMSVC_LIMITS__REQUESTS_PER_S": "0.01", "MEMSVC_LIMITS__BURST": "8"}
    server = Server(tmp_path / "data", tmp_path, **limits)
    url = str(server.client.base_url)
    ids = ["m1", "m1", "nothing", "m2", "m3"]

    async def story(key: str) -> str:
        async with over_stdio(url, key, "--agent", "halves", log=tmp_path / "log") as session:
            return await refused(session, "forget", memory_ids=ids)

    try:
        with Memsvc(url, api_key=KEY) as admin:
            admin.agent("halves").write_many(
                [{"content": f"It rains {n}.", "id": f"m{n}"} for n in (1, 2, 3)]
            )
            said = asyncio.run(story(admin.keys.create("agent", agents="halves").key))
            left = [one.id for one in admin.agent("halves").memories()]
    finally:
        server.kill()
    assert left == ["m3"]
    assert said.endswith(
        "Call less often. Before that the first 4 of memory_ids were dealt with: 2 erased for "
        "good, 1 not found. Call again with the others."
    )


async def a_task(session: ClientSession) -> None:
    advice = await call(session, "handbook", task="Find the invoice.", task_class="lookup")
    assert advice["behaviors"] == []
    told = await call(
        session, "outcome", offer_id=advice["offer_id"], success=1.0, input_tokens=900,
        output_tokens=100,
    )  # fmt: skip
    assert told == {"outcome": 1.0, "cited": []}


async def mistakes(session: ClientSession) -> None:
    assert "at least 1 character" in await refused(session, "remember", content="")
    assert "Check the id" in await refused(
        session, "outcome", offer_id="AAAA", success=1.0, input_tokens=1, output_tokens=1
    )
    mend = "Mend the arguments and call again."
    assert await refused(session, "remember", text="my secret") == (
        f"content is missing; text is not an argument of this tool. {mend}"
    )
    other = await refused(session, "search", query="x", agent="other")
    assert other == f"agent is not an argument of this tool. {mend}"
    assert await refused(session, "search", query="x", limit=1000) == (
        f"limit: input should be less than or equal to 50. {mend}"
    )
    for arguments in ({"source": "my secret"}, {"happened": "my secret"}, {"importance": "secret"}):
        said = await refused(session, "remember", content="It rains.", **arguments)
        assert next(iter(arguments)) in said
        assert mend in said
        assert "secret" not in said
        assert "pydantic" not in said
    made_up = await refused(session, "search", query="x", **{"a\n" + "b" * 100: 1})
    assert made_up == f"a?{'b' * 62} is not an argument of this tool. {mend}"


def test_a_service_that_is_not_there_is_said_with_a_remedy(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9"

    async def story() -> str:
        async with over_stdio(nowhere, "a-key", log=tmp_path / "log") as session:
            return await refused(session, "search", query="anything", limit=1)

    said = asyncio.run(story())

    assert f"{nowhere} was not reached" in said
    assert "memsvc serve" in said
    assert "a-key" not in said
    log = (tmp_path / "log").read_text()
    assert "memsvc serve" in log
    assert "Traceback" not in log


@pytest.mark.parametrize("key", ["", "msk_nonsense"])
def test_a_key_that_opens_nothing_is_said_at_start(served: str, key: str, tmp_path: Path) -> None:
    async def story() -> str:
        async with over_stdio(served, key, log=tmp_path / "log") as session:
            told = (tmp_path / "log").read_text()
            assert "Set MEMSVC_API_KEY; `memsvc keys create --role agent` makes a key." in told
            return await refused(session, "search", query="x")

    said = asyncio.run(story())

    assert said.count("Authorization") == (0 if key else 1)
    log = (tmp_path / "log").read_text()
    assert log.count("memsvc mcp:") == 1
    assert "nonsense" not in log + said


def test_a_key_that_is_not_needed_is_not_asked_for(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", tmp_path, MEMSVC_AUTH="false")

    async def story() -> None:
        url = str(server.client.base_url)
        async with over_stdio(url, "", log=tmp_path / "log") as session:
            await call(session, "remember", content="It rains.")

    try:
        asyncio.run(story())
    finally:
        server.kill()
    assert "memsvc mcp:" not in (tmp_path / "log").read_text()


def test_any_agent_may_be_named_where_that_is_allowed(served: str, tmp_path: Path) -> None:
    async def story() -> None:
        options = ("--any-agent", "--agent", "any-1")
        async with over_stdio(served, KEY, *options, log=tmp_path / "log") as session:
            [search] = [one for one in (await session.list_tools()).tools if one.name == "search"]
            assert "agent" in search.input_schema["properties"]
            await call(session, "remember", content="It rains.")
            await call(session, "remember", content="It snows.", agent="any-2")
            for agent, said in ((None, "It rains."), ("any-2", "It snows.")):
                found = await call(session, "search", query="It", agent=agent)
                assert [one["content"] for one in found["memories"]] == [said]

    asyncio.run(story())
