"""Caches, queues and what else of people's data lies in the memory of a process.

A cache is named by its module and the name it is defined or assigned under; a test finds caches and
queues in the source by themselves. Nothing in memory outlives the process, and no swap or core dump
of it is written by the service.
"""

from __future__ import annotations

from memsvc.core.data_map.entry import Entry, Holds, Where

_ANSWERED = "being answered"
_UNTIL_ANSWERED = "until the request is answered: milliseconds"
_PROCESS = "the end of the process"
_AS_LONG = "as long as the process"


def _ram(name: str, holds: Holds, why: str, destroyed_by: str, kept: str = _AS_LONG) -> Entry:
    return Entry(Where.RAM, f"memsvc.{name}", holds, why, destroyed_by, kept)


REQUESTS = (
    _ram(
        "api.gathering:Gatherer",
        Holds.PERSONAL,
        "requests that meet are answered together",
        _ANSWERED,
        _UNTIL_ANSWERED,
    ),
    _ram(
        "api.gathering:Gatherer._waiting",
        Holds.PERSONAL,
        "queue of what is asked or offered",
        _ANSWERED,
        _UNTIL_ANSWERED,
    ),
    _ram(
        "operations.question:Filters._shared",
        Holds.PERSONAL,
        "filters that questions of one group share",
        "the end of the group",
        _UNTIL_ANSWERED,
    ),
    _ram(
        "store.group_commit:GroupCommitter._jobs",
        Holds.PERSONAL,
        "queue of writes that wait for the next transaction",
        "the commit, or its failure",
        _UNTIL_ANSWERED,
    ),
    _ram(
        "embedding.waiting:Waiting",
        Holds.PERSONAL,
        "texts that wait for a run of the model, as numbers of their word pieces",
        "the run",
        _UNTIL_ANSWERED,
    ),
    _ram(
        "embedding.waiting:Waiting._queries",
        Holds.PERSONAL,
        "those of searches",
        "the run",
        _UNTIL_ANSWERED,
    ),
    _ram(
        "embedding.waiting:Waiting._bulk",
        Holds.PERSONAL,
        "those of memories",
        "the run",
        _UNTIL_ANSWERED,
    ),
    _ram(
        "api.auth:Recognised",
        Holds.DIGEST,
        "whose API key is whose, by salted hash",
        "a revocation in this process, or a second",
        "a second",
    ),
    _ram(
        "api.rate:RateLimiter",
        Holds.RANDOM_ID,
        "how fast each API key asks: its id and two numbers; how often somebody tries to sign in "
        "to the dashboard, by 4,096 groups of addresses under a salt of the process",
        _PROCESS,
    ),
    _ram("api.measures:Measures", Holds.NUMBER, "counts for the metrics", _PROCESS),
    _ram(
        "store.activity:Gathered",
        Holds.NUMBER,
        "what searches, contexts and writes did, by agent, hour and measure, not yet written",
        "being written",
        "10 seconds",
    ),
)

DERIVED = (
    _ram(
        "index.cache:IndexCache",
        Holds.PERSONAL,
        "indexes of agents, those used least let go over a budget",
        "each erasure takes what is erased out; other processes follow before they answer",
        "until let go",
    ),
    _ram(
        "index.cache:IndexCache._held",
        Holds.PERSONAL,
        "the indexes",
        "being let go, or an erasure for what is erased",
        "until let go",
    ),
    _ram(
        "index.cache:IndexCache._loading",
        Holds.PERSONAL,
        "indexes being loaded",
        "the end of the loading",
        "while loading",
    ),
    _ram(
        "index.cache:IndexCache._epochs",
        Holds.NUMBER,
        "the erasure epoch of each agent that was noted last",
        _PROCESS,
    ),
    _ram(
        "index.agent_index:AgentIndex",
        Holds.PERSONAL,
        "vectors, terms, filter values, names and fingerprints of one agent's memories",
        "an erasure, which takes out what is erased",
        "until let go",
    ),
    _ram(
        "index.worths:WorthCache",
        Holds.NUMBER,
        "ratings of behaviors and bounds of their effects, by numbers of their memories",
        "the next offer or outcome after an erasure that took outcomes along",
        "until 1,024 other agents came",
    ),
    _ram(
        "index.worths:WorthCache._held",
        Holds.NUMBER,
        "those of each agent",
        "the next offer or outcome after an erasure that took outcomes along",
        "until 1,024 other agents came",
    ),
    _ram(
        "timed_cache:TimedCache",
        Holds.NUMBER,
        "of agents and tenants with many memories: how many of some drawn at random have how much "
        "retention, since when the oldest dispute is one, and how many agents there are",
        "being drawn anew when it is a minute old",
        "until 256 others came",
    ),
    _ram(
        "timed_cache:TimedCache._held",
        Holds.NUMBER,
        "those of each",
        "being drawn anew when it is a minute old",
        "until 256 others came",
    ),
    _ram(
        "operations.retain:Retaining._queues",
        Holds.NUMBER,
        "what retention policies make due next: times and numbers of memories",
        "an hour, another policy, being used up",
        "while the agent has a policy",
    ),
    _ram(
        "operations.retain:_Queue",
        Holds.NUMBER,
        "those of one agent",
        "an hour, another policy, being used up",
        "while the agent has a policy",
    ),
    _ram(
        "operations.retain:_queue",
        Holds.NUMBER,
        "those of one agent, as they are looked up",
        "an hour, another policy, being used up",
        "while the agent has a policy",
    ),
    _ram(
        "embedding.query_cache:QueryCache",
        Holds.PERSONAL,
        "vectors of questions, by salted hash",
        "any erasure empties it",
        "until 4,096 others came, or an erasure",
    ),
    _ram(
        "embedding.query_cache:QueryCache._vectors",
        Holds.PERSONAL,
        "the vectors",
        "any erasure empties it",
        "until 4,096 others came, or an erasure",
    ),
)

KEYS = (
    _ram(
        "sealing.root:RootKey._derived",
        Holds.KEY,
        "keys derived from the root key for a purpose, in the clear",
        _PROCESS,
    ),
    _ram(
        "sealing.sealed:SealedKeyring._agent_cipher",
        Holds.KEY,
        "agents' keys, in the clear; keys of memories are never kept",
        "rotation, and stopping",
        "until 4,096 others came",
    ),
    _ram(
        "store.key_rows:KeyRows._of_request",
        Holds.KEY,
        "new keys of the request being written",
        "its commit",
        _UNTIL_ANSWERED,
    ),
    _ram(
        "store.key_rows:KeyRows._of_group",
        Holds.KEY,
        "new keys of the group being written",
        "its commit",
        _UNTIL_ANSWERED,
    ),
)

ABOUT_NOBODY = (
    _ram(
        "operations.sealed:_kept",
        Holds.CHOSEN_ID,
        "bytes that stand for tenant and agent id",
        "1,024 others",
    ),
    _ram(
        "store.agent_keys:Keys._held",
        Holds.CHOSEN_ID,
        "tenant, agent id and number of agents that were asked for",
        "16,384 others",
    ),
    _ram("store.agent_settings:settings_in", Holds.NUMBER, "settings of agents", "1,024 others"),
    _ram("store.columns:moment", Holds.TIME, "times, made from numbers", "1,024 others"),
    _ram("store.prepared:PreparedSelect._compiled", Holds.NOTHING, "statements", _PROCESS),
    _ram("store.prepared:PreparedInsert._compiled", Holds.NOTHING, "statements", _PROCESS),
    _ram("store.key_rows:_some", Holds.NOTHING, "statements", _PROCESS),
    _ram("store.memories:_by_numbers", Holds.NOTHING, "statements", _PROCESS),
    _ram("store.memories:_some_with_vectors", Holds.NOTHING, "statements", _PROCESS),
    _ram("store.tallies:_by_numbers", Holds.NOTHING, "statements", _PROCESS),
    _ram("store.figures:_at_slots", Holds.NOTHING, "statements", _PROCESS),
    _ram("store.handbook_changes:_naming", Holds.NOTHING, "statements", _PROCESS),
    _ram("core.text:_pile", Holds.NOTHING, "a pattern", _PROCESS),
    _ram("embedding.counting:_stripped", Holds.NOTHING, "single characters", "4,096 others"),
    _ram("embedding.counting:TokenCounter._tokenizer", Holds.NOTHING, "word pieces", _PROCESS),
    _ram("embedding.counting:TokenCounter._unknown", Holds.NOTHING, "a number", _PROCESS),
)

IN_RAM: tuple[Entry, ...] = (*REQUESTS, *DERIVED, *KEYS, *ABOUT_NOBODY)
