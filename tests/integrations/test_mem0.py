"""The published client of mem0, unmodified, against a real server over HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.integrations.mem0_package import exceptions, mem0, types
from tests.serving.server import KEY, Server

MESSAGES = [
    {"role": "user", "content": "I'm a vegetarian and allergic to nuts."},
    {"role": "assistant", "content": "Got it! I'll remember your dietary preferences."},
]
GONE: dict[str, Any] = {"count": 0, "next": None, "previous": None, "results": []}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("mem0")
    server = Server(folder / "data", folder)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def host(server: Server) -> str:
    return str(server.client.base_url).rstrip("/")


@pytest.fixture(scope="module")
def client(host: str) -> Iterator[Any]:
    with connected(host, KEY) as client:
        yield client


@contextmanager
def connected(host: str, key: str) -> Iterator[Any]:
    """A client whose connections are closed at the end: the package leaves that to its users."""
    with httpx.Client(timeout=30.0) as transport:
        yield mem0.MemoryClient(api_key=key, host=host, client=transport)


@pytest.fixture
def user() -> str:
    """Somebody nobody else has heard of."""
    return f"user-{uuid4().hex}"


@pytest.fixture
def agent() -> str:
    return f"agent-{uuid4().hex}"


@pytest.fixture(scope="module")
def with_key(server: Server, host: str) -> Iterator[Callable[..., Any]]:
    """A client with a key of its own."""
    with ExitStack() as stack:

        def made(**card: Any) -> Any:
            body = {"role": "agent", **card}
            key = server.client.post("/v1/keys", json=body).raise_for_status().json()["key"]
            return stack.enter_context(connected(host, key))

        yield made


def memories(page: dict[str, Any]) -> list[str]:
    return [one["memory"] for one in page["results"]]


def one_of(client: Any, *, said: str = "I have a cat.", **whose: Any) -> str:
    return str(client.add(said, **whose)["results"][0]["id"])


def test_the_quick_start(client: Any, user: str) -> None:
    """Add, search, list, change, look back, delete: as the package's own introduction does."""
    added = client.add(MESSAGES, user_id=user)
    results = client.search("What are my dietary restrictions?", filters={"user_id": user})
    everything = client.get_all(filters={"user_id": user})

    assert [one["event"] for one in added["results"]] == ["ADD", "ADD"]
    assert added["status"] == "SUCCEEDED"
    assert set(memories(results)) == {one["content"] for one in MESSAGES}
    for hit in results["results"]:
        assert 0.0 <= hit["score"] <= 1.0
        assert hit["user_id"] == user
        assert hit["created_at"].endswith("Z")
    assert everything["count"] == 2
    memory_id = everything["results"][-1]["id"]

    assert client.get(memory_id)["memory"] == MESSAGES[0]["content"]
    updated = client.update(memory_id, text="I am a vegan.", metadata={"diet": "vegan"})
    assert (updated["memory"], updated["text"]) == ("I am a vegan.",) * 2
    assert updated["metadata"] == {"diet": "vegan"}
    versions = client.history(memory_id)
    assert [one["event"] for one in versions] == ["ADD", "UPDATE"]
    assert versions[1]["old_memory"] == versions[0]["new_memory"] == MESSAGES[0]["content"]
    assert versions[1]["new_memory"] == "I am a vegan."
    assert "deleted" in client.delete(memory_id)["message"]
    with pytest.raises(exceptions.MemoryNotFoundError):
        client.get(memory_id)
    assert client.delete_all(user_id=user)["deleted"] == 1
    assert client.get_all(filters={"user_id": user}) == GONE


def test_the_same_without_waiting(host: str, user: str) -> None:
    async def flow() -> None:
        async with mem0.AsyncMemoryClient(api_key=KEY, host=host) as client:
            added = await client.add(MESSAGES, user_id=user)
            memory_id = added["results"][0]["id"]
            found = await client.search("allergic to nuts", filters={"user_id": user})
            assert found["results"][0]["id"] == memory_id
            assert (await client.get_all(filters={"user_id": user}))["count"] == 2
            assert (await client.get(memory_id))["user_id"] == user
            assert (await client.update(memory_id, text="Nuts are fine."))["memory"]
            assert len(await client.history(memory_id)) == 2
            assert user in [one["name"] for one in (await client.users())["results"]]
            await client.batch_update([{"memory_id": memory_id, "text": "No nuts."}])
            await client.feedback(memory_id, "POSITIVE")
            await client.batch_delete([{"memory_id": memory_id}])
            with pytest.raises(exceptions.MemoryNotFoundError):
                await client.get(memory_id)
            assert (await client.delete_all(user_id=user))["deleted"] == 1
            await client.delete_users(user_id=user)
            with pytest.raises(exceptions.ValidationError):
                await client.delete_all()

    asyncio.run(flow())


def test_whose_it_is_is_told_back(client: Any, user: str, agent: str) -> None:
    whose = {"user_id": user, "agent_id": agent, "app_id": "shop", "run_id": "run-7"}
    memory_id = one_of(client, metadata={"topic": "pets"}, **whose)

    memory = client.get(memory_id)

    assert {name: memory[name] for name in whose} == whose
    assert memory["metadata"] == {"topic": "pets"}
    ours = {name: client.get(one_of(client, user_id=user))[name] for name in whose}
    assert ours == {"user_id": user, "agent_id": None, "app_id": None, "run_id": None}


def test_it_is_the_memory_that_our_own_routes_show(
    server: Server, client: Any, user: str, agent: str
) -> None:
    whose = {"user_id": user, "agent_id": agent, "app_id": "shop", "run_id": "run-7"}
    one_of(client, **whose, timestamp=1767225600, expiration_date="2099-12-31")

    [memory] = server.client.get(f"/v1/agents/{agent}/memories").json()["memories"]

    assert (memory["user_id"], memory["session_id"]) == (user, "run-7")
    assert memory["metadata"] == {"app_id": "shop"}
    assert (memory["role"], memory["trust"], memory["channel"]) == ("user", "user", "user")
    assert memory["event_time"] == "2026-01-01T00:00:00Z"
    assert memory["expires_at"] == "2100-01-01T00:00:00Z"


def test_what_is_not_inferred_is_kept_as_a_statement(
    server: Server, client: Any, user: str, agent: str
) -> None:
    client.add("Ports are closed.", user_id=user, agent_id=agent, infer=False)
    client.add("I opened a port.", user_id=user, agent_id=agent)

    page = server.client.get(f"/v1/agents/{agent}/memories").json()

    assert [one["kind"] for one in page["memories"]] == ["episodic", "semantic"]


def test_options_are_taken_as_keywords_are(client: Any, user: str) -> None:
    options = types.AddMemoryOptions(
        filters={"user_id": user}, metadata={"topic": "pets"}, expiration_date="2099-12-31"
    )
    [added] = client.add({"role": "user", "content": "I have a dog."}, options=options)["results"]

    memory = client.get(added["id"])
    found = client.search("dog", types.SearchMemoryOptions(filters={"user_id": user}, top_k=1))
    listed = client.get_all(types.GetAllMemoryOptions(filters={"user_id": user}, page_size=1))

    assert memory["user_id"] == user
    assert memory["expiration_date"] == "2099-12-31"
    assert memories(found) == memories(listed) == ["I have a dog."]
    assert client.update(added["id"], expiration_date=None)["expiration_date"] is None
    gone = client.delete_all(types.DeleteAllMemoryOptions(filters={"user_id": user}))
    assert gone["deleted"] == 1


def test_a_repetition_is_no_second_memory(client: Any, user: str) -> None:
    first = client.add("I have a cat.", user_id=user)["results"][0]
    second = client.add("I have a cat.", user_id=user)["results"][0]

    assert (second["event"], second["id"]) == ("NONE", first["id"])


def test_roles_that_have_another_name_here_are_taken(client: Any, user: str) -> None:
    said = {"developer": "Answer in Portuguese.", "function": "It is 20 degrees in Porto."}
    messages = [{"role": role, "content": text} for role, text in said.items()]

    assert [one["event"] for one in client.add(messages, user_id=user)["results"]] == ["ADD"] * 2
    page = client.get_all(filters={"user_id": user})
    found = {one["memory"]: one["role"] for one in page["results"]}
    assert found == {said["developer"]: "system", said["function"]: "tool"}
    with pytest.raises(exceptions.ValidationError, match="role"):
        client.add([{"role": "narrator", "content": "Once upon a time."}], user_id=user)


def test_feedback_of_nothing_changes_nothing(server: Server, client: Any, user: str) -> None:
    memory_id = one_of(client, user_id=user)
    path = f"/v1/agents/mem0/memories/{memory_id}"
    before = server.client.get(path).json()

    assert "message" in client.feedback(memory_id)
    assert server.client.get(path).json()["stability_days"] == before["stability_days"]
    with pytest.raises(exceptions.MemoryNotFoundError):
        client.feedback("nothing")


def test_a_newer_value_updates_an_older_one(client: Any, user: str, agent: str) -> None:
    said = ("The office of the company is in Porto.", "The office of the company is in Faro.")
    old, new = (
        client.add(one, agent_id=agent, user_id=user, infer=False, timestamp=stamp)["results"][0]
        for one, stamp in zip(said, (1767225600, 1769904000), strict=True)
    )
    whose = {"agent_id": agent}

    assert (old["event"], new["event"]) == ("ADD", "UPDATE")
    assert new["affected"] == [old["id"]]
    assert memories(client.get_all(filters=whose)) == [said[1]]
    assert len(client.get_all(filters=whose, latest_only=False)["results"]) == 2
    client.delete(new["id"], delete_linked=True)
    assert client.get_all(filters=whose, latest_only=False) == GONE


def test_parts_of_text_are_put_together_and_silence_is_none(client: Any, user: str) -> None:
    parts = [{"type": "text", "text": "I have"}, {"type": "text", "text": "a parrot."}]
    call = {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]}

    added = client.add([{"role": "user", "content": parts}, call], user_id=user)["results"]

    assert [one["event"] for one in added] == ["ADD", "NONE"]
    assert memories(client.get_all(filters={"user_id": user})) == ["I have\na parrot."]
    with pytest.raises(exceptions.ValidationError, match="put them into words"):
        client.add([{"role": "user", "content": [{"type": "image_url"}]}], user_id=user)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"user_id": "U"}, "abc"),
        ({"AND": [{"user_id": "U"}, {"run_id": "*"}]}, "b"),
        ({"AND": [{"user_id": "U"}, {"run_id": {"ne": "r1"}}]}, "ac"),
        ({"AND": [{"user_id": "U"}, {"app_id": "shop"}]}, "c"),
        ({"AND": [{"user_id": "U"}, {"NOT": {"app_id": "shop"}}]}, "ab"),
        ({"AND": [{"user_id": "U"}, {"NOT": [{"app_id": "shop"}, {"run_id": "r1"}]}]}, "a"),
        ({"AND": [{"user_id": "U"}, {"metadata": {"n": 1}}]}, "a"),
        ({"AND": [{"user_id": "U"}, {"metadata": {"n": {"gte": 2}}}]}, "bc"),
        ({"AND": [{"user_id": "U"}, {"metadata.w": {"icontains": "RAIN"}}]}, "b"),
        ({"AND": [{"user_id": "U"}, {"metadata.w": {"contains": "RAIN"}}]}, ""),
        ({"user_id": "U", "agent_id": "*"}, ""),
        ({"user_id": "U", "agent_id": {"in": ["A"]}}, "d"),
        ({"AND": [{"user_id": "U"}, {"OR": [{"agent_id": "A"}, {"run_id": "r1"}]}]}, "bd"),
        ({"OR": [{"AND": [{"user_id": "U"}, {"run_id": "r1"}]}, {"agent_id": "A"}]}, "bd"),
        ({"user_id": {"in": ["U", "nobody"]}}, "abc"),
        ({"AND": [{"user_id": "U"}, {"created_at": {"gte": "2020-01-01"}}]}, "abc"),
        ({"AND": [{"user_id": "U"}, {"created_at": {"lt": "2020-01-01T00:00:00"}}]}, ""),
        ({"AND": [{"user_id": "U"}, {"timestamp": {"lte": "2026-01-01"}}]}, "a"),
        ({"AND": [{"user_id": "U"}, {"timestamp": {"gt": "2026-01-01"}}]}, ""),
    ],
)
def test_filters_mean_the_same_in_a_search_and_in_a_list(
    client: Any, written: dict[str, str], filters: dict[str, Any], found: str
) -> None:
    filters = named(filters, written)
    if filters.get("agent_id") == "*":
        filters["metadata"] = {"n": 99}

    listed = {one["id"] for one in client.get_all(filters=filters)["results"]}
    searched = {one["id"] for one in client.search("Thing", filters=filters)["results"]}

    assert listed == searched == {written[one] for one in found}


def named(value: Any, written: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: named(one, written) for key, one in value.items()}
    if isinstance(value, list):
        return [named(one, written) for one in value]
    return written.get(value, value) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def written(client: Any) -> dict[str, str]:
    """Four memories of one user, the last with an agent of its own."""
    user, agent = uuid4().hex, uuid4().hex
    ids = {
        "a": one_of(
            client, said="Thing one.", user_id=user, metadata={"n": 1}, timestamp=1767250000
        ),
        "b": one_of(
            client, said="Thing two.", user_id=user, metadata={"n": 2, "w": "rain"}, run_id="r1"
        ),
        "c": one_of(client, said="Thing three.", user_id=user, metadata={"n": 3}, app_id="shop"),
        "d": one_of(client, said="Thing four.", user_id=user, agent_id=agent),
    }
    return {**ids, "U": user, "A": agent}


def test_memories_are_found_by_their_ids(client: Any, written: dict[str, str]) -> None:
    ids = [written["a"], written["d"], "nobody~nothing", "~"]

    page = client.get_all(filters={"OR": [{"memory_ids": ids}]})

    assert {one["id"] for one in page["results"]} == {written["a"], written["d"]}


def test_pages_are_complete_and_have_no_gaps(client: Any, user: str, agent: str) -> None:
    for whose in ({"user_id": user}, {"user_id": user, "agent_id": agent}):
        client.add(
            [{"role": "user", "content": f"Thing {n} of {whose}"} for n in range(25)], **whose
        )
    filters = {"OR": [{"user_id": user}, {"agent_id": agent}]}

    pages = [client.get_all(filters=filters, page=n, page_size=20) for n in (1, 2, 3, 4)]

    assert [one["count"] for one in pages] == [50] * 4
    assert [len(one["results"]) for one in pages] == [20, 20, 10, 0]
    assert len({one["id"] for page in pages for one in page["results"]}) == 50
    assert pages[0]["next"].endswith("page=2&page_size=20")
    assert pages[0]["previous"] is None
    assert (pages[2]["next"], pages[1]["previous"] is None) == (None, False)


def test_fields_and_threshold_narrow_what_a_search_answers(client: Any, user: str) -> None:
    client.add("I have a cat.", user_id=user)
    filters = {"user_id": user}

    [hit] = client.search("cat", filters=filters, fields=["id", "memory"])["results"]

    assert set(hit) == {"id", "memory"}
    assert client.search("cat", filters=filters, threshold=1.0)["results"] == []
    assert client.search("cat", filters=filters, rerank=True, keyword_search=True)["results"]


def test_delete_all_takes_all_that_matches_and_nothing_else(
    client: Any, user: str, agent: str
) -> None:
    for start in range(0, 600, 200):
        said = [{"role": "user", "content": f"Thing {start + n}."} for n in range(200)]
        client.add(said, user_id=user, run_id="r1")
    kept = one_of(client, said="Kept.", user_id=user, run_id="r2")
    elsewhere = one_of(client, said="Elsewhere.", user_id=user, agent_id=agent)

    assert client.delete_all(user_id=user, run_id="r1")["deleted"] == 600
    assert client.get_all(filters={"user_id": user})["count"] == 1
    assert client.get(kept)
    assert client.get(elsewhere)
    assert client.delete_all(user_id=user)["deleted"] == 2
    with pytest.raises(exceptions.MemoryNotFoundError):
        client.get(elsewhere)


def test_nothing_is_wiped_unasked(client: Any, user: str) -> None:
    memory_id = one_of(client, user_id=user)

    unasked: list[dict[str, Any]] = [
        {},
        {"filters": {}},
        {"metadata": {}},
        {"filters": {"metadata": {"n": 1}}},
    ]
    for nobody in unasked:
        with pytest.raises(exceptions.ValidationError, match="erases everything"):
            client.delete_all(**nobody)
    with pytest.raises(exceptions.ValidationError, match="erases everything"):
        client.delete_all(filters={"OR": [{"user_id": user}, {"metadata": {"n": 1}}]})

    assert client.get(memory_id)
    assert client.delete_all(user_id="nobody-at-all")["deleted"] == 0


def test_entities_are_told_and_deleted(client: Any, user: str, agent: str) -> None:
    one_of(client, user_id=user, run_id=f"run/{user}")
    one_of(client, said="Else.", user_id=user, agent_id=agent, app_id=f"app of {user}")

    def told() -> dict[str, dict[str, Any]]:
        return {one["name"]: one for one in client.users()["results"]}

    known = told()
    assert known[user]["type"] == "user"
    assert known[user]["total_memories"] == 2
    assert known[agent]["type"] == "agent"
    assert known[f"run/{user}"]["type"] == "run"
    client.delete_users(run_id=f"run/{user}")
    assert told()[user]["total_memories"] == 1
    client.delete_users(app_id=f"app of {user}")
    assert not {user, agent, f"run/{user}"} & told().keys()
    for whose in ({"user_id": user}, {"agent_id": agent}):
        one_of(client, **whose)
        client.delete_users(**whose)
        assert not {user, agent} & told().keys()


def test_a_batch_is_refused_as_a_whole_where_one_is_unknown(client: Any, user: str) -> None:
    ids = [one_of(client, said=one, user_id=user) for one in ("One.", "Two.")]
    changes = [{"memory_id": one, "text": f"Changed {at}."} for at, one in enumerate(ids)]

    with pytest.raises(exceptions.MemoryNotFoundError):
        client.batch_update([*changes, {"memory_id": "nothing", "text": "x"}])
    with pytest.raises(exceptions.MemoryNotFoundError):
        client.batch_delete([{"memory_id": one} for one in (*ids, "nothing")])
    assert [client.get(one)["memory"] for one in ids] == ["One.", "Two."]
    client.batch_update(changes)
    assert [client.get(one)["memory"] for one in ids] == ["Changed 0.", "Changed 1."]
    client.batch_delete([{"memory_id": one} for one in ids])
    assert client.get_all(filters={"user_id": user}) == GONE


def test_a_profile_is_what_consolidation_read(server: Server, client: Any, user: str) -> None:
    one_of(client, said="My name is Nives and I have a dog named Rex.", user_id=user)
    assert client.get_profile(user)["status"] == "insufficient_data"

    server.client.post("/v1/agents/mem0/consolidations", json={}).raise_for_status()
    until = time.monotonic() + 20.0
    known = client.get_profile(user)
    while known["status"] != "succeeded" and time.monotonic() < until:
        time.sleep(0.05)
        known = client.get_profile(user)

    assert known["status"] == "succeeded"
    assert any("Rex" in line for lines in known["profile"].values() for line in lines)
    with pytest.raises(exceptions.MemoryNotFoundError):
        client.get_profile("nobody-at-all")


def test_a_key_sees_its_agents_alone(
    client: Any, with_key: Callable[..., Any], user: str, agent: str
) -> None:
    own = with_key(agents=f"{agent}*")
    theirs = one_of(client, user_id=user)
    mine = one_of(own, user_id=user, agent_id=agent)

    for foreign in (theirs, "mem0~" + theirs, "nothing", f"{agent}~nothing"):
        for ask in (own.get, own.history, own.delete, lambda one: own.update(one, text="x")):
            with pytest.raises(exceptions.MemoryNotFoundError):
                ask(foreign)
        with pytest.raises(exceptions.MemoryNotFoundError):
            own.feedback(foreign, "POSITIVE")
    for refused in (
        lambda: own.add("x", user_id=user),
        lambda: own.search("cat", filters={"user_id": user}),
        lambda: own.get_all(filters={"agent_id": "another"}),
        lambda: own.delete_users(agent_id="another"),
    ):
        with pytest.raises(exceptions.MemoryNotFoundError):
            refused()
    everywhere = {"user_id": user, "agent_id": "*"}
    assert [one["id"] for one in own.get_all(filters=everywhere)["results"]] == [mine]
    assert {one["name"] for one in own.users()["results"]} == {agent, user}
    one_of(own, said="Of nobody.", agent_id=agent)
    assert own.delete_all(user_id=user)["deleted"] == 1
    own.reset()
    assert client.get(theirs)["user_id"] == user
    with pytest.raises(exceptions.MemoryNotFoundError):
        client.get(mine)


def test_everything_that_a_key_sees_can_be_wiped(
    client: Any, with_key: Callable[..., Any], user: str, agent: str
) -> None:
    own = with_key(agents=f"{agent}*")
    for name in (agent, f"{agent}-2"):
        one_of(own, agent_id=name)
    theirs = one_of(client, user_id=user)

    assert own.delete_all(user_id="*", agent_id="*", app_id="*", run_id="*")["deleted"] == 2
    assert client.get(theirs)


def test_errors_are_the_client_s_own(server: Server, host: str, client: Any, user: str) -> None:
    garbage = connected(host, "msk_garbage")
    with pytest.raises(ValueError, match="unknown, expired or revoked"), garbage:
        pass
    viewer = server.client.post("/v1/keys", json={"role": "viewer"}).json()["key"]
    with pytest.raises(ValueError, match="role viewer"), connected(host, viewer):
        pass
    with pytest.raises(exceptions.ValidationError) as invalid:
        client.search("x", filters={"nothing": 1})
    assert invalid.value.details["code"] == "invalid_request"
    assert "unknown field" in invalid.value.message
    with pytest.raises(exceptions.MemoryQuotaExceededError, match="over the limit"):
        client.add("x", user_id=user, metadata={"much": "x" * 9_000_000})


@pytest.mark.parametrize(
    "asked",
    [
        {"custom_instructions": "Only names."},
        {"custom_categories": [{"pets": "Animals."}]},
        {"enable_graph": True},
        {"immutable": True},
        {"expiration_date": "soon"},
        {"timestamp": "yesterday"},
        {"nothing_of_the_kind": 1},
        {"agent_id": "a/b"},
    ],
)
def test_what_means_nothing_here_is_refused_by_name(
    client: Any, user: str, asked: dict[str, Any]
) -> None:
    with pytest.raises(exceptions.ValidationError, match=next(iter(asked))):
        client.add("I have a cat.", user_id=user, **asked)
    assert client.get_all(filters={"user_id": user}) == GONE


def test_what_changes_nothing_is_taken(client: Any, user: str) -> None:
    harmless = {"enable_graph": False, "async_mode": True, "output_format": "v1.1"}

    assert client.add("I have a cat.", user_id=user, **harmless)["results"][0]["event"] == "ADD"


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.project.get(),
        lambda client: client.project.update(custom_instructions="x"),
        lambda client: client.get_webhooks("default"),
        lambda client: client.create_memory_export("{}"),
        lambda client: client.get_summary(),
        lambda client: client.generate_profile("alice"),
        lambda client: client.get_profile_settings(),
    ],
)
def test_what_is_not_here_says_what_to_do_instead(client: Any, ask: Callable[[Any], Any]) -> None:
    with pytest.raises(exceptions.MemoryError) as error:
        ask(client)

    assert error.value.details["code"] == "not_offered"
    assert error.value.debug_info["status_code"] == 501


def test_the_same_request_again_is_the_same_answer(host: str, user: str) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    with httpx.Client(headers=headers, timeout=30.0) as transport:
        client = mem0.MemoryClient(api_key=KEY, host=host, client=transport)
        first = client.add(MESSAGES, user_id=user)
        second = client.add(MESSAGES, user_id=user)
        with pytest.raises(exceptions.ValidationError, match="another body"):
            client.add("Else.", user_id=user)

    assert first == second


def test_a_fast_key_is_told_to_wait(tmp_path: Path) -> None:
    limits = {"MEMSVC_LIMITS__REQUESTS_PER_S": "0.1", "MEMSVC_LIMITS__BURST": "2"}
    server = Server(tmp_path / "data", tmp_path, **limits)
    try:
        with connected(str(server.client.base_url), KEY) as client:
            client.add("I have a cat.", user_id="u1")
            with pytest.raises(exceptions.RateLimitError) as error:
                client.get_all(filters={"user_id": "u1"})
        assert error.value.debug_info["retry_after"] >= 1
    finally:
        server.kill()


def test_the_default_agent_is_a_setting(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", tmp_path, MEMSVC_MEM0__AGENT="another")
    try:
        with connected(str(server.client.base_url), KEY) as client:
            memory_id = one_of(client, user_id="u1")
            assert client.get(memory_id)["agent_id"] is None
        assert server.client.get(f"/v1/agents/another/memories/{memory_id}").status_code == 200
    finally:
        server.kill()
