"""Every query carries the agent's key, so that one shard answers it; the others are listed."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from memsvc.scheduler import consolidation_jobs, forget_jobs, jobs
from memsvc.store.schema import upgrade
from tests.api.conftest import running
from tests.api.site import settings_in
from tests.api.statements import recorded, unled
from tests.api.test_isolation import ROUTES, Town
from tests.databases import fresh_database

ASKED = "a forget request or a right of a person, about all agents of a tenant at once: "
JOB = "a job that looks for what is due, of all agents: "

FIGURES = "figures of a tenant, or of the whole service, for a page that people look at: "

# Beginnings of statements that touch the agents' tables without saying whose rows they mean.
WITHOUT: dict[str, str] = {
    "INSERT INTO agents (tenant,": "made here, by the column's own default",
    "SELECT people.agent_key, people.person_no FROM people WHERE people.token IN": ASKED
    + "where somebody is known",
    "SELECT DISTINCT restrictions.agent_key FROM restrictions WHERE restrictions.holder =": ASKED
    + "which agents it holds back something of",
    "SELECT count(*) AS count_1 FROM restrictions WHERE restrictions.holder =": ASKED
    + "how much it holds back",
    "SELECT DISTINCT forget_requests.id FROM forget_requests JOIN restrictions": ASKED
    + "who else holds the same back",
    "DELETE FROM suppressions WHERE suppressions.": ASKED + "its tombstones are taken down",
    "DELETE FROM key_slots WHERE key_slots.slot IN": "keys of rows that are no agent's, and those "
    "that a crash left to be destroyed; found by an index on their random numbers",
    "SELECT shreddings.key_slot FROM shreddings": JOB + "keys that a crash left",
    "DELETE FROM shreddings WHERE shreddings.key_slot IN": JOB + "the same, done",
    "SELECT DISTINCT rederivations.agent_key FROM rederivations": JOB + "what is to be put "
    "together anew",
    "SELECT agents.agent_key FROM agents WHERE agents.rotation_due": JOB + "keys to be replaced",
    "SELECT agents.agent_key, agents.sequence FROM agents WHERE agents.sequence >": JOB
    + "long journals, agents to be consolidated",
    "SELECT agents.agent_key, agents.settings FROM agents WHERE (agents.settings LIKE": JOB
    + "agents that keep memories for a time only",
    "SELECT memories.agent_key, memories.number FROM memories WHERE memories.expires_at <=": JOB
    + "memories whose time is over",
    "SELECT runs.agent_key, runs.run_id FROM runs WHERE runs.status IN": JOB + "runs to go on with",
    "DELETE FROM activity WHERE activity.agent_key BETWEEN": JOB + "hours whose time is over",
    "SELECT min(agents.agent_key) AS min_1, max(agents.agent_key)": JOB + "the same, in steps",
    "SELECT count(*) AS count_1 FROM agents WHERE agents.tenant =": FIGURES + "its agents, each "
    "with its own first tally",
    "SELECT count(*) AS count_1 FROM suppressions": FIGURES + "tombstones",
    "SELECT count(*) AS count_1 FROM agents WHERE agents.tenant !=": FIGURES + "other tenants",
    "SELECT anon_1.agent_key, anon_1.count, agents.erasure_epoch FROM (": FIGURES
    + "which handbooks have changed",
    "SELECT handbook_changes.agent_key, sum(handbook_changes.tokens)": FIGURES
    + "what handbooks cost",
    "SELECT memories.agent_key, memories.number, memories.kind, memories.status,": FIGURES
    + "retention, of a tenant of few memories; of many a sample is drawn agent by agent",
    "SELECT models.name, count(*) AS count_1 FROM models JOIN vectors": "once, at a start: whether "
    "vectors of another model are there",
}


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> Iterator[set[str]]:
    """All that is executed when every route is asked and every job has had its turn."""
    folder = tmp_path_factory.mktemp("led")
    with fresh_database(postgres) as url:
        upgrade(url)
        settings = settings_in(folder, database_url=url)
        with recorded() as seen, running(settings) as site:
            town = Town(site)
            for name, route in ROUTES.items():
                town.refill()
                assert town.ask(name, {}).status_code == route.success, name
            never = threading.Event()
            for due in (
                jobs(timedelta(0), timedelta(days=90)),
                forget_jobs(never),
                consolidation_jobs(never, timedelta(days=1)),
            ):
                for _, job in due:
                    job(site.runtime)
            yield seen


def test_every_statement_says_whose_rows_it_means(executed: set[str]) -> None:
    assert len(executed) > 200
    others = {sql: tables for sql in executed if (tables := unled(sql))}
    assert {sql: t for sql, t in others.items() if not sql.startswith(tuple(WITHOUT))} == {}
    # And no exception outlives its reason.
    assert {one for one in WITHOUT if not any(sql.startswith(one) for sql in others)} == set()


def test_writes_and_searches_are_led_without_exception(executed: set[str]) -> None:
    """Of the tables that every write and search goes through only jobs and figures ask more."""
    hot = r"\b(memories|vectors|memory_subjects|lineage|changes|sessions|idempotency_records)\b"
    others = [
        sql for sql in executed if unled(sql) and re.search(rf"(FROM|INTO|UPDATE) {hot}", sql)
    ]
    reasons = {WITHOUT[start] for sql in others for start in WITHOUT if sql.startswith(start)}
    assert reasons, "there are some"
    assert all(one.startswith((JOB, FIGURES)) for one in reasons)


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT memories.id FROM memories WHERE memories.agent_key = %s::BIGINT", set()),
        ("SELECT memories.id FROM memories WHERE memories.number = %s::BIGINT", {"memories"}),
        ("SELECT memories.id FROM memories WHERE memories.agent_key > %s::BIGINT", {"memories"}),
        ("SELECT a.id FROM memories AS a WHERE a.agent_key IN (%s::BIGINT, %s::BIGINT)", set()),
        (
            "SELECT 1 FROM memories JOIN people ON people.agent_key = memories.agent_key "
            "WHERE memories.agent_key = %s",
            set(),
        ),
        (
            "SELECT 1 FROM memories JOIN people ON people.agent_key = memories.agent_key",
            {"memories", "people"},
        ),
        (
            "SELECT 1 FROM memories, people WHERE memories.agent_key = %s "
            "AND people.person_no = memories.user_no",
            {"people"},
        ),
        ("INSERT INTO lineage (child, parent) VALUES (%s, %s)", {"lineage"}),
        ("INSERT INTO lineage (agent_key, child) VALUES (%s, %s)", set()),
        ("DELETE FROM sessions WHERE sessions.session_no = %s", {"sessions"}),
        ("UPDATE agents SET sequence=%s WHERE agents.agent_key = %s RETURNING 1", set()),
        ("SELECT audit.place FROM audit WHERE audit.tenant = %s", set()),
    ],
)
def test_what_leads_a_statement_is_told(sql: str, tables: set[str]) -> None:
    assert unled(sql) == tables
