"""The tools over streamable HTTP, as hosts elsewhere use them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from memsvc.cli.commands import app
from memsvc.client import Memsvc
from memsvc.mcp_server.callers import Callers, Given
from memsvc.mcp_server.serving import Where
from tests.mcp_server.hosts import call, http_server, over_http, refused
from tests.serving.server import KEY

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
ACCEPT = {"Accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def lending(served: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """On loopback: who brings no key uses the server's."""
    with http_server(served, KEY, log=tmp_path_factory.mktemp("mcp") / "log") as address:
        yield address


def test_the_key_of_a_caller_decides_what_they_see(
    served: str, lending: str, memsvc: Memsvc
) -> None:
    ana, bo = (memsvc.keys.create("agent", agents=f"{name}-*").key for name in ("ana", "bo"))

    async def story() -> None:
        async with over_http(lending, Authorization=f"Bearer {ana}", X_Memsvc_Agent="ana-1") as one:
            await call(one, "remember", content="Ana keeps bees.")
            assert len((await call(one, "search", query="bees"))["memories"]) == 1
        async with over_http(lending, X_API_Key=bo, X_Memsvc_Agent="ana-1") as other:
            assert "key is for this agent" in await refused(other, "search", query="bees")
        async with over_http(lending, Authorization="Bearer nonsense") as stranger:
            assert "MEMSVC_API_KEY" in await refused(stranger, "search", query="bees")
        async with over_http(lending) as own:
            await call(own, "remember", content="It rains.")

    asyncio.run(story())
    assert [one.content for one in memsvc.agent("default").memories()] == ["It rains."]


def test_memories_of_a_caller_with_a_key_are_not_the_person_s_who_started_it(
    served: str, memsvc: Memsvc, tmp_path: Path
) -> None:
    bearer = f"Bearer {memsvc.keys.create('agent', agents='persons').key}"
    options = ("--user", "ana", "--agent", "persons")

    async def story(address: str) -> None:
        async with over_http(address, Authorization=bearer) as somebody:
            await call(somebody, "remember", content="It rains.")
            await call(somebody, "remember", content="It hails.", user_id="cy")
        async with over_http(address, Authorization=bearer, X_Memsvc_User="bo") as bo:
            await call(bo, "remember", content="It snows.")
        async with over_http(address) as lent:
            await call(lent, "remember", content="It thaws.")

    with http_server(served, KEY, *options, log=tmp_path / "log") as address:
        asyncio.run(story(address))
    told = {one.content: one.user_id for one in memsvc.agent("persons").memories()}
    assert told == {"It rains.": None, "It hails.": "cy", "It snows.": "bo", "It thaws.": "ana"}


def test_headers_that_cannot_be_used_are_said_with_a_remedy(lending: str) -> None:
    async def story() -> None:
        async with over_http(lending, Authorization="Bearer a b") as broken:
            said = await refused(broken, "search", query="x")
            assert "holds characters that no key has. Set MEMSVC_API_KEY" in said
            assert "a b" not in said
        async with over_http(lending, Authorization=f"Bearer {KEY}", X_Memsvc_Agent="") as absent:
            await call(absent, "search", query="x")
            for tool in ("forget", "feedback"):
                said = await refused(
                    absent,
                    tool,
                    memory_ids=[""],
                    **{"outcome": "used"} if tool == "feedback" else {},
                )
                assert "memory_ids.0: string should have at least 1 character" in said
            told = {"success": 1.0, "input_tokens": 1, "output_tokens": 1}
            said = await refused(absent, "outcome", offer_id="", **told)
            assert "offer_id: string should have at least 1 character" in said
        async with over_http(lending, Authorization=f"Bearer {KEY}", X_Memsvc_User="Zoë") as other:
            said = await refused(other, "remember", content="It rains.")
            assert "x-memsvc-user is not plain ASCII: leave it out, and give user_id" in said

    asyncio.run(story())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example:80"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost:3000"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_pages_of_a_browser_get_nothing(lending: str, headers: dict[str, str], status: int) -> None:
    assert httpx.post(lending, json=PING, headers=ACCEPT | headers).status_code == status
    assert httpx.options(lending, headers=headers).status_code in (status, 405)


def test_beyond_loopback_every_caller_brings_a_key(served: str, tmp_path: Path) -> None:
    options = ("--host", "0.0.0.0", "--name", "memory.example.org")  # noqa: S104 - what is tested
    with http_server(served, KEY, *options, log=tmp_path / "log") as address:
        known = ACCEPT | {"Host": "memory.example.org"}
        nobody = httpx.post(address, json=PING, headers=known)
        assert (nobody.status_code, nobody.headers["www-authenticate"]) == (401, "Bearer")
        keyed = known | {"Authorization": f"Bearer {KEY}"}
        assert httpx.post(address, json=PING, headers=keyed).status_code == 200
        elsewhere = keyed | {"Host": "127.0.0.1"}
        assert httpx.post(address, json=PING, headers=elsewhere).status_code == 421

        async def story() -> None:
            host = {"Authorization": "Bearer nonsense", "Host": "memory.example.org"}
            async with over_http(address, **host) as session:
                said = await refused(session, "search", query="x")
                assert "unknown, expired or revoked" in said, "the server's own key is not lent"

        asyncio.run(story())


def test_behind_a_proxy_no_key_is_lent_though_it_listens_on_loopback(
    served: str, tmp_path: Path
) -> None:
    with http_server(served, KEY, "--name", "memory.example.org", log=tmp_path / "log") as address:
        for host in ("memory.example.org", "127.0.0.1"):
            nobody = httpx.post(address, json=PING, headers=ACCEPT | {"Host": host})
            assert nobody.status_code == 401, host


def test_a_key_that_is_lent_is_for_the_agent_given() -> None:
    given = Given("http://127.0.0.1:1", "lent", "desk", None, any_agent=False)
    callers = Callers(given, httpx.AsyncClient(), lends=True)
    other = {"x-memsvc-agent": "other"}
    assert callers.agent(None, other).id == "desk"
    assert callers.agent(None, other | {"authorization": "Bearer own"}).id == "other"


def test_beyond_loopback_it_wants_to_know_its_name() -> None:
    done = CliRunner().invoke(app, ["mcp", "--http", "--host", "0.0.0.0"])  # noqa: S104 - what is tested

    assert done.exit_code == 2
    assert "--name memory.example.org" in done.stderr


LOOPBACK = ("127.0.0.1", "127.9.9.9", "::1", "localhost")
REACHED = ("0.0.0.0", "::", "10.0.0.1", "memory.example.org")  # noqa: S104 - what is tested


@pytest.mark.parametrize("host", [*LOOPBACK, *REACHED])
def test_loopback_is_told_apart(host: str) -> None:
    assert Where(host, 1).is_loopback == (host in LOOPBACK)
