"""The store for LangGraph, held against LangGraph's own store in RAM and run in its graphs."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator
from typing import Any, TypedDict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.store.base import (
    BaseStore,
    GetOp,
    InvalidNamespaceError,
    Op,
    PutOp,
    SearchOp,
)
from langgraph.store.memory import InMemoryStore

from memsvc.client import Memsvc
from memsvc.client.errors import InvalidRequest
from memsvc.integrations.langgraph import MemsvcStore, NotStored
from tests.serving.server import KEY, Server

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def memsvc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Memsvc]:
    folder = tmp_path_factory.mktemp("served")
    server = Server(folder / "data", folder)
    with Memsvc(str(server.client.base_url), api_key=KEY) as client:
        yield client
    server.kill()


def new_store(memsvc: Memsvc, **options: Any) -> MemsvcStore:
    """A store in an agent of its own."""
    return MemsvcStore(memsvc.agent(f"graph-{next(_numbers)}"), **options)


@pytest.fixture
def store(memsvc: Memsvc) -> MemsvcStore:
    return new_store(memsvc)


# --- The same as LangGraph's own store -----------------------------------------------------------

LABELS = st.sampled_from(["users", "docs", "ana", "bo"])
NAMESPACES = st.lists(LABELS, min_size=1, max_size=3).map(tuple)
KEYS = st.sampled_from(["a", "b", "profile", "7f0c2a54-9d1e-4b52-8a61-0c6c1d0d6a11"])
TEXTS = st.sampled_from(["likes tea", "likes coffee very much indeed", "1", "日本語", ";)"])
VALUES = st.fixed_dictionaries(
    {"text": TEXTS, "n": st.integers(0, 3), "more": st.sampled_from([None, [1, 2], {"deep": True}])}
)
FILTERS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.sampled_from(
        [
            {"n": 1},
            {"n": {"$gte": 2}},
            {"n": {"$ne": 2}, "text": "likes tea"},
            {"more": [1, 2]},
            {"more": {"deep": True}},
            {"missing": None},
            {"n": {"$gt": 0, "$lt": 3}},
        ]
    ),
)
INDEXED: st.SearchStrategy[Any] = st.sampled_from([None, None, False, ["text"]])
# Built by hand: `builds` would make up times to live and pages, too.
OPS: st.SearchStrategy[Op] = st.one_of(
    st.tuples(NAMESPACES, KEYS, VALUES, INDEXED).map(lambda put: PutOp(*put)),
    st.tuples(NAMESPACES, KEYS).map(lambda place: PutOp(*place, None)),
    st.tuples(NAMESPACES, KEYS).map(lambda place: GetOp(*place)),
    st.tuples(st.one_of(st.just(()), NAMESPACES), FILTERS).map(
        lambda asked: SearchOp(*asked, limit=100)
    ),
)


def plain(result: Any) -> Any:
    """A result without times; searches as sets, since each store has its own order."""
    if result is None:
        return None
    if isinstance(result, list):
        shown = [one if isinstance(one, tuple) else plain(one) for one in result]
        return sorted(map(repr, shown))
    return result.namespace, result.key, result.value


@given(batches=st.lists(st.lists(OPS, min_size=1, max_size=4), min_size=1, max_size=8))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_answers_as_the_store_in_ram(memsvc: Memsvc, batches: list[list[Op]]) -> None:
    ours, theirs = new_store(memsvc), InMemoryStore()
    for ops in batches:
        for one, other in zip(ours.batch(ops), theirs.batch(ops), strict=True):
            assert plain(one) == plain(other)
        # Its own list goes on naming a namespace that has lost its last item.
        left = {one.namespace for one in theirs.search((), limit=1000)}
        assert set(ours.list_namespaces(limit=1000)) == left


def test_a_namespace_is_listed_by_prefix_suffix_wildcard_and_depth(store: MemsvcStore) -> None:
    theirs = InMemoryStore()
    for namespace in (("a", "b", "c"), ("a", "b", "d"), ("a", "x", "c"), ("q",)):
        for each in (store, theirs):
            each.put(namespace, "k", {"text": "something"})
    for asked in (
        {"prefix": ("a",)},
        {"suffix": ("c",)},
        {"prefix": ("a", "*", "c")},
        {"prefix": ("a",), "suffix": ("d",)},
        {"max_depth": 2},
        {"limit": 2, "offset": 1},
    ):
        arguments: dict[str, Any] = asked
        assert store.list_namespaces(**arguments) == theirs.list_namespaces(**arguments)


def test_values_of_many_items_that_say_the_same_are_kept_apart(store: MemsvcStore) -> None:
    for number in range(30):
        store.put(("same",), f"k{number}", {"text": "Ana takes the tram to work"}, index=["text"])
    found = store.search(("same",), limit=50)
    assert {one.key for one in found} == {f"k{number}" for number in range(30)}
    assert store.get(("same",), "k17") is not None


# --- Search --------------------------------------------------------------------------------------


def test_a_query_finds_by_words_within_prefix_and_filter(store: MemsvcStore) -> None:
    store.put(("users", "ana"), "tea", {"text": "Ana drinks green tea", "n": 1})
    store.put(("users", "bo"), "tea", {"text": "Bo drinks black tea", "n": 2})
    store.put(("docs",), "tea", {"text": "How tea is grown", "n": 1})
    found = store.search(("users",), query="green tea")
    assert [one.namespace for one in found] == [("users", "ana"), ("users", "bo")]
    assert found[0].score is not None
    assert found[1].score is not None
    assert 1 >= found[0].score > found[1].score >= 0
    assert [one.namespace for one in store.search((), query="tea", filter={"n": 2})] == [
        ("users", "bo")
    ]
    assert len(store.search((), query="tea", limit=2, offset=2)) == 1


def test_a_blank_query_is_none_and_of_a_long_one_the_beginning_is_asked(
    store: MemsvcStore,
) -> None:
    for number in range(3):
        store.put(("docs",), str(number), {"text": f"otter {number}"})
    listed = store.search(("docs",))
    assert len(listed) == 3
    assert store.search(("docs",), query=" \n") == listed
    found = store.search(("docs",), query="otter 2" + " zebra" * 2000)
    assert {one.key for one in found} == {"0", "1", "2"}
    assert all(one.score is not None for one in found)


def test_what_is_not_indexed_comes_last_and_without_a_score(store: MemsvcStore) -> None:
    store.put(("docs",), "hidden", {"text": "a zebra on the roof"}, index=False)
    store.put(("docs",), "shown", {"text": "nothing about animals"})
    found = store.search(("docs",), query="zebra on the roof")
    assert [(one.key, one.score is None) for one in found] == [("shown", False), ("hidden", True)]


def test_fields_say_what_a_query_searches(memsvc: Memsvc) -> None:
    store = new_store(memsvc, fields=["about", "parts[*].text"])
    store.put(("docs",), "1", {"about": "otters", "parts": [{"text": "rivers"}], "note": "zebra"})
    [memory] = memsvc.agent(store._agent.id).memories()
    assert memory.content == "otters\nrivers"


def test_an_operator_there_is_none_of_is_refused(store: MemsvcStore) -> None:
    with pytest.raises(ValueError, match="Unsupported operator"):
        store.search((), filter={"n": {"$near": 1}})


# --- Life of an item -----------------------------------------------------------------------------


def test_an_item_keeps_its_birth_and_its_memory_when_it_is_put_again(store: MemsvcStore) -> None:
    store.put(("users",), "ana", {"text": "likes tea"})
    first = store.get(("users",), "ana")
    store.put(("users",), "ana", {"text": "likes mate"})
    second = store.get(("users",), "ana")
    assert first is not None
    assert second is not None
    assert second.value == {"text": "likes mate"}
    assert second.created_at == first.created_at
    assert second.updated_at > first.updated_at


def test_an_item_is_over_when_its_time_is_and_reading_puts_that_off(memsvc: Memsvc) -> None:
    store = new_store(memsvc)
    minutes = 3 / 60
    for key in ("kept", "left"):
        store.put(("cache",), key, {"text": key}, ttl=minutes)
    end = time.monotonic() + 4.5
    while time.monotonic() < end:
        assert store.get(("cache",), "kept") is not None
        time.sleep(0.3)
    assert store.get(("cache",), "left") is None
    assert [one.key for one in store.search(("cache",))] == ["kept"]


def test_a_put_over_an_item_that_was_deleted_meanwhile_is_stored(store: MemsvcStore) -> None:
    place = (("users",), "ana")
    store.put(*place, {"text": "likes tea"})
    before = store._held([place])
    store.delete(*place)
    store._put({place: PutOp(*place, {"text": "likes mate"})}, before)
    found = store.get(*place)
    assert found is not None
    assert found.value == {"text": "likes mate"}


def test_a_delete_of_what_is_gone_meanwhile_does_not_stop_a_batch(store: MemsvcStore) -> None:
    gone, left = (("users",), "ana"), (("users",), "bo")
    for place in (gone, left):
        store.put(*place, {"text": f"{place[1]} likes tea"})
    before = store._held([gone, left])
    store.delete(*gone)
    store._put({gone: PutOp(*gone, None), left: PutOp(*left, None)}, before)
    assert store.search(("users",)) == []


def test_to_put_an_item_off_is_no_change_of_it(store: MemsvcStore) -> None:
    place = (("cache",), "one")
    store.put(*place, {"text": "one"}, ttl=3 / 60)
    born = store.get(*place, refresh_ttl=False)
    assert born is not None
    time.sleep(0.3)
    store.put(*place, {"text": "two"}, ttl=3 / 60)
    put = store.get(*place, refresh_ttl=False)
    assert put is not None
    assert put.created_at == born.created_at <= born.updated_at < put.updated_at
    [before] = store._agent.memories()
    time.sleep(0.3)
    assert store.get(*place) == put
    assert store.search(("cache",), refresh_ttl=False)[0].updated_at == put.updated_at
    [after] = store._agent.memories()
    assert before.expires_at is not None
    assert after.expires_at is not None
    assert after.expires_at > before.expires_at


def test_the_default_time_to_live_is_that_of_the_settings(memsvc: Memsvc) -> None:
    store = new_store(memsvc, ttl={"default_ttl": 60.0, "refresh_on_read": False})
    store.put(("cache",), "one", {"text": "one"})
    store.put(("cache",), "for good", {"text": "two"}, ttl=None)
    ends = {one.metadata["key"]: one.expires_at for one in store._agent.memories()}
    assert ends["one"] is not None
    assert ends["for good"] is None


@pytest.mark.parametrize("key", ["", "  ", "k" * 9000, "last May"])
@pytest.mark.parametrize("index", [None, False])
def test_any_key_names_an_item(store: MemsvcStore, key: str, index: Any) -> None:
    store.put(("docs",), key, {"text": "one"}, index=index)
    store.put(("docs",), key, {"text": "two"}, index=index)
    found = store.get(("docs",), key)
    assert found is not None
    assert found.value == {"text": "two"}
    store.delete(("docs",), key)
    assert store.search(("docs",)) == []


def test_labels_that_langgraph_does_not_allow_are_refused(store: MemsvcStore) -> None:
    with pytest.raises(InvalidNamespaceError):
        store.batch([GetOp(("a.b",), "k")])


def test_a_value_over_the_limit_is_refused_by_name_and_not_repeated(store: MemsvcStore) -> None:
    with pytest.raises(InvalidRequest) as refused:
        store.put(("docs",), "long", {"text": "secret " * 5000})
    assert "metadata" in refused.value.errors[0].location
    assert "secret" not in str(refused.value)
    assert store.get(("docs",), "long") is None


# --- People --------------------------------------------------------------------------------------


def user_of(namespace: tuple[str, ...]) -> str | None:
    return namespace[1] if namespace[0] == "users" and len(namespace) > 1 else None


def test_a_person_is_forgotten_with_their_items_and_does_not_come_back(memsvc: Memsvc) -> None:
    store = new_store(memsvc, user_of=user_of)
    store.put(("users", "ana"), "home", {"text": "Ana lives in Lisbon"})
    store.put(("users", "bo"), "home", {"text": "Bo lives in Porto"})
    memsvc.forget_requests.order(subject_ids=["ana"])
    assert store.get(("users", "ana"), "home") is None
    assert [one.namespace for one in store.search((), query="lives in")] == [("users", "bo")]
    with pytest.raises(NotStored, match="suppressed"):
        store.put(("users", "ana"), "home", {"text": "Ana lives in Lisbon"})
    assert store.list_namespaces() == [("users", "bo")]


def test_what_is_in_quarantine_is_no_item_for_any_call(memsvc: Memsvc) -> None:
    store = new_store(memsvc, user_of=user_of)
    store.put(("users", "eve"), "home", {"text": "Eve lives in Lisbon"})
    store.put(("users", "bo"), "home", {"text": "Bo lives in Porto"})
    store._agent.marked_sources.mark(user_id="eve")
    with pytest.raises(NotStored, match="quarantine"):
        store.put(("users", "eve"), "work", {"text": "Eve works in Lisbon"})
    assert store.get(("users", "eve"), "home") is None
    for query in (None, "lives in"):
        assert [one.namespace for one in store.search(("users",), query=query)] == [("users", "bo")]
    assert store.list_namespaces() == [("users", "bo")]
    held = [one for one in store._agent.memories() if one.status == "quarantined"]
    assert {one.metadata["key"] for one in held} == {"home", "work"}


# --- In LangGraph --------------------------------------------------------------------------------


class State(TypedDict):
    said: str
    known: list[str]


def remember(state: State, runtime: Runtime[Any]) -> dict[str, list[str]]:
    assert runtime.store is not None
    found = runtime.store.search(("users", "ana"), query=state["said"])
    runtime.store.put(("users", "ana"), state["said"], {"text": state["said"]})
    return {"known": [one.value["text"] for one in found]}


def test_a_graph_remembers_from_run_to_run(store: MemsvcStore) -> None:
    builder = StateGraph(State)
    builder.add_node("remember", remember)
    builder.add_edge(START, "remember")
    builder.add_edge("remember", END)
    graph = builder.compile(store=store)
    assert graph.invoke({"said": "I moved to Lisbon", "known": []})["known"] == []
    again = graph.invoke({"said": "Where did I move to?", "known": []})
    assert again["known"] == ["I moved to Lisbon"]


def test_it_is_as_good_with_await(store: MemsvcStore) -> None:
    async def run(used: BaseStore) -> list[str]:
        await asyncio.gather(
            *(used.aput(("n",), str(one), {"text": f"number {one}"}) for one in range(8))
        )
        await used.adelete(("n",), "3")
        return sorted(one.key for one in await used.asearch(("n",), limit=20))

    assert asyncio.run(run(store)) == [str(one) for one in range(8) if one != 3]
