"""Agents whose indexes lie in the database: over HTTP they are like any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.databases import fresh_database
from tests.serving.server import Server

ROOT = "11" * 32
WORDS = {"MEMSVC_INDEX__PGVECTOR": "vectors_and_words", "MEMSVC_INDEX__PGVECTOR_ABOVE": "0"}
VECTORS = WORDS | {"MEMSVC_INDEX__PGVECTOR": "vectors"}

SAID: list[tuple[str, str, dict[str, Any]]] = [
    ("m1", "I moved to Lisbon last week", {"user_id": "ana", "session_id": "s1"}),
    ("m2", "Ana's sister paints zeppelins", {"user_id": "ana", "session_id": "s1"}),
    ("m3", "Bob drinks green tea", {"user_id": "bob", "session_id": "s2", "speaker": "Bob"}),
    ("m4", "The rent is due in March", {"tags": ["money"], "metadata": {"topic": {"n": 3}}}),
    ("m5", "Carla painted the harbour", {"subject_ids": ["Carla"], "session_id": "s2"}),
]
QUESTIONS: list[dict[str, Any]] = [
    {"query": "who paints zeppelins?"},
    {"query": "what does Bob drink", "filters": {"session_id": "s2"}},
    {"query": "tea", "filters": {"user_id": {"icontains": "BO"}}},
    {"query": "rent", "filters": {"metadata.topic.n": {"gte": 3}}},
    {"query": "rent", "filters": {"OR": [{"tags": "money"}, {"user_id": {"ne": None}}]}},
]


@contextmanager
def serving(folder: Path, url: str, **environment: str) -> Iterator[Server]:
    folder.mkdir(parents=True, exist_ok=True)
    settings = {"MEMSVC_DATABASE_URL": url, "MEMSVC_ROOT_KEY": ROOT}
    server = Server(folder / "data", folder, **settings, **environment)
    try:
        yield server
    finally:
        server.stop()


def write(server: Server) -> None:
    for id_, content, fields in SAID:
        draft = {"id": id_, "content": content} | fields
        added = server.ask("POST", "/memories", {"memories": [draft]})
        assert added.status_code == 201, added.text


def answers(server: Server) -> list[list[tuple[str, float]]]:
    found = []
    for question in QUESTIONS:
        answer = server.ask("POST", "/search", question)
        assert answer.status_code == 200, answer.text
        results = answer.json()["results"]
        found.append([(one["memory"]["id"], round(one["score"], 3)) for one in results])
    return found


def index_rows(url: str) -> dict[str, int]:
    """Rows of each table of the indexes."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'memsvc_index'"
        ).fetchall()
        found = {}
        for (name,) in tables:
            row = connection.execute(
                f"SELECT count(*) FROM memsvc_index.{name}".encode()
            ).fetchone()
            assert row is not None
            found[name.split("_")[0]] = row[0]
        return found


def test_answers_are_those_of_an_index_in_ram(tmp_path: Path, postgres: str) -> None:
    with ExitStack() as stack:
        one = stack.enter_context(fresh_database(postgres))
        other = stack.enter_context(fresh_database(postgres))
        here = stack.enter_context(serving(tmp_path / "here", one, **WORDS))
        there = stack.enter_context(serving(tmp_path / "there", other))
        for server in (here, there):
            write(server)
        assert answers(here) == answers(there)
        assert index_rows(one)["memories"] == len(SAID)
        assert index_rows(other) == {}
        again = {"memories": [{"content": SAID[0][1], "user_id": "ana", "session_id": "s1"}]}
        events = [
            server.ask("POST", "/memories", again).json()["results"][0]["event"]
            for server in (here, there)
        ]
        assert events == ["duplicate", "duplicate"]
        for server in (here, there):
            assert server.ask("DELETE", "/memories/m2").status_code == 204
        assert index_rows(one)["memories"] == len(SAID) - 1
        assert answers(here) == answers(there)


def test_replicas_share_it_and_settings_may_change(tmp_path: Path, postgres_url: str) -> None:
    with ExitStack() as stack:
        one = stack.enter_context(serving(tmp_path / "one", postgres_url, **WORDS))
        two = stack.enter_context(serving(tmp_path / "two", postgres_url, **WORDS))
        write(one)
        before = answers(one)
        # Whoever erases, though it never asked the index.
        assert two.ask("DELETE", "/memories/m1").status_code == 204
        assert index_rows(postgres_url)["memories"] == len(SAID) - 1
        left = answers(one)
        assert left == answers(two) != before
    with serving(tmp_path / "one", postgres_url, **VECTORS) as server:
        assert [[id_ for id_, _ in one] for one in answers(server)] == [
            [id_ for id_, _ in one] for one in left
        ]
    with serving(tmp_path / "one", postgres_url) as server:
        assert answers(server) == left
        assert index_rows(postgres_url) == {}
