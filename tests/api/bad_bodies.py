"""Bodies that break a rule, as raw JSON, with the field that each of them has to be refused for.

The canary stands where a caller's secret would: no answer and no log may repeat it.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

CANARY = "canary-4711"
C = f'"{CANARY}"'

BAD_TIMES = [
    pytest.param('"2026-01-01T00:00:00"', id="naive"),
    pytest.param('"2026-01-01"', id="a date"),
    pytest.param("1893456000", id="a number"),
    pytest.param('"1893456000"', id="a number as text"),
    pytest.param("true", id="a flag"),
    pytest.param(C, id="no time"),
    pytest.param('""', id="empty"),
    pytest.param('"0001-01-01T00:00:00+14:00"', id="before the calendar"),
    pytest.param('"9999-12-31T23:59:59-14:00"', id="after the calendar"),
    pytest.param('"0000-01-01T00:00:00Z"', id="year 0"),
    pytest.param('"10000-01-01T00:00:00Z"', id="year 10000"),
    pytest.param('"2026-13-01T00:00:00Z"', id="month 13"),
    pytest.param('"2026-02-30T00:00:00Z"', id="30 February"),
    pytest.param('"\\ud8002026-01-01T00:00:00Z"', id="surrogate"),
]


def nested(depth: int, inner: str = "1") -> str:
    """Objects within objects."""
    return '{"a":' * depth + inner + "}" * depth


def case(body: str, location: str, label: str = "") -> Any:
    """One row; the label defaults to the body's beginning."""
    return pytest.param(body, location, id=(label or body)[:60].encode().decode("ascii", "replace"))


def texts(name: str, most: int) -> list[Any]:
    """Ways to break a text field."""
    return [
        case(f'"{name}":""', name, f"{name} empty"),
        case(f'"{name}":" \\n\\t\\u00a0\\u2003"', name, f"{name} blank"),
        case(f'"{name}":"{CANARY}{"x" * most}"', name, f"{name} too long"),
        case(f'"{name}":"{CANARY}\\u0000"', name, f"{name} NUL"),
        case(f'"{name}":"{CANARY}\\ud800"', name, f"{name} surrogate"),
        case(f'"{name}":17', name, f"{name} a number"),
        case(f'"{name}":[{C}]', name, f"{name} a list"),
        case(f'"{name}":{{"{name}":{C}}}', name, f"{name} an object"),
        case(f'"{name}":true', name, f"{name} a flag"),
    ]


def lists(name: str) -> list[Any]:
    """Ways to break a list of names."""
    return [
        case(f'"{name}":{C}', name, f"{name} a text"),
        case(f'"{name}":null', name, f"{name} null"),
        case(f'"{name}":[{C},""]', f"{name}.1", f"{name} holds nothing"),
        case(f'"{name}":[{C},17]', f"{name}.1", f"{name} holds a number"),
        case(f'"{name}":["{CANARY}\\u0000"]', f"{name}.0", f"{name} holds NUL"),
        case(f'"{name}":{json.dumps([CANARY] * 65)}', name, f"{name} too many"),
    ]


def shares(name: str) -> list[Any]:
    """Ways to break a number from 0 to 1."""
    broken = ("NaN", "Infinity", "-Infinity", "1e400", "-0.1", "1.1", '"0.5"', C, "true", "null")
    return [case(f'"{name}":{value}', name) for value in broken]


def times(name: str) -> list[Any]:
    """Ways to break a time."""
    return [
        pytest.param(f'"{name}":{time.values[0]}', name, id=f"{name} {time.id}")
        for time in BAD_TIMES
    ]


def objects(name: str) -> list[Any]:
    """Ways to break a JSON object."""
    return [
        case(f'"{name}":null', name),
        case(f'"{name}":[{C}]', name),
        case(f'"{name}":{C}', name),
        case(f'"{name}":{nested(17, C)}', name, f"{name} too deep"),
        case(f'"{name}":{nested(900, C)}', name, f"{name} much too deep"),
        case(f'"{name}":{{"a":{"[" * 16 + C + "]" * 16}}}', name, f"{name} lists too deep"),
        case(f'"{name}":{{"a":"{CANARY}{"x" * 16_384}"}}', name, f"{name} too large"),
        case(f'"{name}":{{"a":9223372036854775808}}', name, f"{name} above 64 bits"),
        case(f'"{name}":{{"a":[-9223372036854775809]}}', name, f"{name} below 64 bits"),
        case(f'"{name}":{{{C}:NaN}}', name, f"{name} NaN"),
        case(f'"{name}":{{"a":{{{C}:[1e400]}}}}', name, f"{name} infinite"),
        case(f'"{name}":{{"a":"{CANARY}\\u0000"}}', name, f"{name} NUL"),
        case(f'"{name}":{{"{CANARY}\\u0000":1}}', name, f"{name} NUL in a key"),
        case(f'"{name}":{{"a":"{CANARY}\\ud800"}}', name, f"{name} surrogate"),
        case(f'"{name}":{{"{CANARY}\\ud800":1}}', name, f"{name} surrogate in a key"),
    ]


def flags(name: str) -> list[Any]:
    """Ways to break true or false."""
    return [case(f'"{name}":{value}', name) for value in (1, 0, '"true"', C, "null")]


FACT = '"kind":"semantic","fact":'
BEHAVIOR = '"kind":"procedural","behavior":'
_MEMORY_FIELDS = [
    *(row for name in ("user_id", "session_id", "speaker") for row in texts(name, 256)),
    *(row for name in ("subject_ids", "tags", "source_ids") for row in lists(name)),
    *(
        row
        for name in ("event_time", "valid_from", "valid_to", "expires_at")
        for row in times(name)
    ),
    *shares("importance"),
    *objects("metadata"),
    *flags("pinned"),
    *(
        case(f'"{name}":{value}', name)
        for name in ("kind", "role", "channel")
        for value in (C, "17", f"[{C}]", '"EPISODIC"', '""')
    ),
    *(
        case(f'"id":{value}', "id")
        for value in ('""', f'"{CANARY} "', f'"{CANARY}/x"', f'"{CANARY}\\u00e9"', "17", "[]")
    ),
    case(f'"id":"{CANARY}{"x" * 128}"', "id", "id too long"),
    case(f'"id":"{CANARY}\\n"', "id", "id with a line break"),
    case(f'"source_ids":["{CANARY} x"]', "source_ids.0", "source_ids holds no id"),
    case(f'"nothing":{C}', "nothing"),
    case(f'"trust":{C}', "trust"),
    case(f'"agent_id":{C}', "agent_id"),
    case(f'"status":{C}', "status"),
    case(f'"embedding":[{C}]', "embedding"),
    case(f"{FACT}{C}", "fact"),
    case(f'{FACT}{{"subject":{C},"predicate":"is"}}', "fact.object"),
    case(f'{FACT}{{"subject":{C},"predicate":"is","object":""}}', "fact.object", "empty object"),
    case(
        f'{FACT}{{"subject":{C},"predicate":"is","object":"x","cardinality":{C}}}',
        "fact.cardinality",
        "cardinality",
    ),
    case(f'{FACT}{{"subject":"s","predicate":"is","object":"x","more":{C}}}', "fact.more", "more"),
    case(f'"fact":{{"subject":{C},"predicate":"is","object":"x"}}', "fact", "fact of an event"),
    case(
        f'"kind":"procedural","fact":{{"subject":{C},"predicate":"is","object":"x"}}',
        "fact",
        "fact of a behavior",
    ),
    case(
        f'"kind":"semantic","behavior":{{"name":{C},"instruction":"Do."}}',
        "behavior",
        "behavior of a fact",
    ),
    *(
        case(
            f'{BEHAVIOR}{{"name":{C},"instruction":"Do.","version":{version}}}',
            "behavior.version",
            f"version {version}",
        )
        for version in ("0", "-1", "1.5", '"1"', "true", "9" * 30)
    ),
]


def memories() -> list[Any]:
    """Whole memories with one broken field each."""
    rows = []
    for row in _MEMORY_FIELDS:
        fields, location = row.values
        rows.append(pytest.param(f'{{"content":"{CANARY}",{fields}}}', f".{location}", id=row.id))
    rows += [
        pytest.param(f"{{{row.values[0]}}}", ".content", id=row.id)
        for row in texts("content", 32_768)
    ]
    return [
        *rows,
        case("{}", ".content"),
        case(C, ""),
        case("null", ""),
        case("[]", ""),
        case('{"content":null}', ".content"),
    ]


BAD_MEMORIES = memories()

_MESSAGE = '{"role":"user","content":"Good."}'
BAD_WRITES = [
    case("{}", "body"),
    case(f'{{"memories":[{{"content":{C}}}],"messages":[{_MESSAGE}]}}', "body", "both"),
    case(f'{{"memories":[{{"content":{C}}}],"user_id":{C}}}', "body", "user_id beside memories"),
    case(f'{{"memories":[{{"content":"x"}}],"session_id":{C}}}', "body", "session_id beside"),
    case('{"memories":[]}', "memories"),
    case('{"messages":[]}', "messages"),
    case('{"memories":null}', "memories"),
    case(f'{{"memories":{C}}}', "memories"),
    case(f'{{"memories":{{"content":{C}}}}}', "memories", "memories an object"),
    case(f'{{"nothing":{C},"messages":[{_MESSAGE}]}}', "nothing"),
    case(f'{{"agent_id":{C},"messages":[{_MESSAGE}]}}', "agent_id"),
    case(
        json.dumps({"memories": [{"content": f"{CANARY} {n}"} for n in range(1001)]}),
        "memories",
        "1001 memories",
    ),
    case(
        json.dumps({"messages": [{"role": "user", "content": CANARY}] * 1001}),
        "messages",
        "1001 messages",
    ),
    case(f'{{"messages":[{_MESSAGE}],"user_id":""}}', "user_id"),
    case(f'{{"messages":[{_MESSAGE}],"session_id":" "}}', "session_id"),
    case(f'{{"messages":[{_MESSAGE},{{"content":{C}}}]}}', "messages.1.role", "no role"),
    case(f'{{"messages":[{{"role":{C},"content":"x"}}]}}', "messages.0.role", "odd role"),
    case('{"messages":[{"role":"user"}]}', "messages.0.content", "no content"),
    case('{"messages":[{"role":"user","content":" "}]}', "messages.0.content", "blank message"),
    case(
        f'{{"messages":[{{"role":"user","content":"x","name":"{CANARY}\\u0000"}}]}}',
        "messages.0.name",
        "NUL in a name",
    ),
    case(
        f'{{"messages":[{{"role":"user","content":{C},"kind":"semantic"}}]}}',
        "messages.0.kind",
        "kind of a message",
    ),
    *(
        pytest.param(
            f'{{"messages":[{{"role":"user","content":{C},"timestamp":{time.values[0]}}}]}}',
            "messages.0.timestamp",
            id=f"timestamp {time.id}",
        )
        for time in BAD_TIMES
    ),
    case(
        f'{{"memories":[{{"content":{C},"source_ids":["nobody"]}}]}}',
        "memories.0.source_ids",
        "unknown source",
    ),
]


def _bodies(rows: list[Any], beside: str = "") -> list[Any]:
    return [pytest.param(f"{{{beside}{row.values[0]}}}", row.values[1], id=row.id) for row in rows]


BAD_PATCHES = [
    case("{}", "body"),
    *_bodies(
        [
            *texts("content", 32_768),
            *lists("tags"),
            *shares("importance"),
            *objects("metadata"),
            *flags("pinned"),
            *times("expires_at"),
            case('"content":null', "content"),
            *(
                case(f'"status":{value}', "status")
                for value in (C, '"superseded"', '"disputed"', '"quarantined"', "null", "17")
            ),
            *(
                case(f'"{name}":{C}', name)
                for name in ("id", "kind", "user_id", "trust", "created_at", "agent_id", "version")
            ),
        ]
    ),
]

_NARROWING = [
    *(case(f'"limit":{value}', "limit") for value in ("0", "201", "-1", "1.5", "true", C)),
    case(f'"limit":{"9" * 30}', "limit"),
    *shares("min_score"),
    *times("as_of"),
    *times("reference_time"),
    *(
        case(f'"{name}":{value}', name)
        for name in ("mode", "timing")
        for value in (C, "17", "null", "true", f"[{C}]", '"DEEP"', '"Boost"', '""')
    ),
    *texts("user_id", 256),
    *texts("session_id", 256),
    *objects("filters"),
    case(f'"kinds":[{C}]', "kinds.0"),
    case('"kinds":["episodic","episodic","episodic","episodic"]', "kinds", "four kinds"),
    case(f'"kinds":{C}', "kinds"),
    case('"include":["active"]', "include.0"),
    case(f'"include":[{C}]', "include.0"),
    case(f'"nothing":{C}', "nothing"),
    case(f'"tenant":{C}', "tenant"),
]

BAD_SEARCHES = [
    case("{}", "query"),
    *_bodies(texts("query", 8_192)),
    *_bodies([*_NARROWING, *flags("explain")], beside='"query":"rain",'),
]

BAD_CONTEXTS = [
    case("{}", "query"),
    *_bodies(texts("query", 8_192)),
    *_bodies(
        [
            *_NARROWING,
            *(
                case(f'"token_budget":{value}', "token_budget")
                for value in ("0", "49", "32001", "-1", "99.5", "true", "null", '"100"', C)
            ),
            case(f'"token_budget":{"9" * 30}', "token_budget"),
            case('"explain":true', "explain"),
        ],
        beside='"query":"rain",',
    ),
]


BAD_FILTERS = [
    case(f'{{"nothing":{C}}}', "filters"),
    case(f"{{{C}:1}}", "filters"),
    case(f'{{"content":{C}}}', "filters"),
    case(f'{{"metadata.":{C}}}', "filters"),
    case(f'{{"AND":{C}}}', "filters.AND"),
    case(f'{{"AND":{{"kind":{C}}}}}', "filters.AND"),
    case('{"OR":[]}', "filters.OR"),
    case(f'{{"OR":[{{"kind":"semantic"}},{C}]}}', "filters.OR[1]"),
    case(f'{{"NOT":{C}}}', "filters.NOT[0]"),
    case(f'{{"AND":[{{"NOT":{{{C}:1}}}}]}}', "filters.AND[0].NOT[0]"),
    case('{"kind":17}', "filters.kind"),
    case(f'{{"kind":[{C}]}}', "filters.kind"),
    case(f'{{"kind":{{{C}:1}}}}', "filters.kind"),
    case('{"kind":{}}', "filters.kind"),
    case(f'{{"kind":{{"gt":{C}}}}}', "filters.kind"),
    case(f'{{"tags":{{"lte":{C}}}}}', "filters.tags"),
    case(f'{{"tags":{{"in":{C}}}}}', "filters.tags"),
    case(f'{{"tags":{{"in":[[{C}]]}}}}', "filters.tags"),
    case(f'{{"importance":{C}}}', "filters.importance"),
    case('{"importance":true}', "filters.importance"),
    case(f'{{"importance":{{"contains":{C}}}}}', "filters.importance"),
    case('{"importance":{"gt":null}}', "filters.importance"),
    case(f'{{"pinned":{C}}}', "filters.pinned"),
    case('{"pinned":1}', "filters.pinned"),
    case('{"pinned":{"gt":false}}', "filters.pinned"),
    case(f'{{"metadata.topic":{{"eq":{{"a":{C}}}}}}}', "filters.metadata"),
    case(f'{{"metadata.topic":[{C}]}}', "filters.metadata"),
    case('{"metadata.topic":{"contains":1}}', "filters.metadata"),
    case(f'{{"metadata.{CANARY}":{{"near":1}}}}', "filters.metadata"),
    case(f'{{"metadata.{CANARY}":NaN}}', "filters"),
    case('{"importance":{"gt":Infinity}}', "filters"),
    case('{"importance":{"in":[1e400]}}', "filters"),
    case(f'{{"metadata.n":{"9" * 30}}}', "filters"),
    case('{"kind":{"in":' + json.dumps(["x"] * 1001) + "}}", "filters.kind", "1001 choices"),
    case('{"OR":' + json.dumps([{"kind": "semantic"}] * 65) + "}", "filters", "65 conditions"),
    case('{"NOT":' * 8 + f'{{"kind":{C}}}' + "}" * 8, "filters" + ".NOT[0]" * 8, "nine deep"),
    case('{"AND":[' * 200 + f'{{"kind":{C}}}' + "]}" * 200, "filters", "200 deep"),
    *(
        pytest.param(
            f'{{"event_time":{{"gte":{time.values[0]}}}}}',
            "filters.event_time",
            id=f"gte {time.id}",
        )
        for time in BAD_TIMES
        if time.id not in ("surrogate", "a date")
    ),
]

BAD_SETTINGS = [
    case("{}", "settings"),
    *(case(f'{{"settings":{value}}}', "settings") for value in ("null", C, "[]", "0.1", "true")),
    case(f'{{"settings":{{}},"nothing":{C}}}', "nothing"),
    case(f'{{"settings":{{}},"agent_id":{C}}}', "agent_id"),
    case(f'{{"settings":{{"nothing":{C}}}}}', "settings.nothing"),
    *(
        case(f'{{"settings":{{"ranking":{value}}}}}', "settings.ranking")
        for value in ("null", C, f"[{C}]", "0.1")
    ),
    *(
        pytest.param(
            f'{{"settings":{{"ranking":{{{row.values[0]}}}}}}}',
            f"settings.ranking.{row.values[1]}",
            id=row.id,
        )
        for name in ("retention", "importance", "trust")
        for row in shares(name)
    ),
    case(f'{{"settings":{{"ranking":{{"relevance":{C}}}}}}}', "settings.ranking.relevance"),
    case('{"settings":{"ranking":{"retention":0.91}}}', "settings.ranking", "a sum over 1"),
    case('{"settings":{"ranking":{"retention":1,"trust":1}}}', "settings.ranking", "a sum of 2"),
    *(
        case(f'{{"settings":{{"retention":{value}}}}}', "settings.retention")
        for value in ("null", C, f"[{C}]", "90")
    ),
    case(f'{{"settings":{{"retention":{{"anything":{C}}}}}}}', "settings.retention.anything"),
    *(
        case(f'{{"settings":{{"retention":{{"semantic":{value}}}}}}}', f"settings.retention.{at}")
        for value, at in (
            ("90", "semantic"),
            (C, "semantic"),
            ("[]", "semantic"),
            ("{}", "semantic.days"),
            (f'{{"days":{C}}}', "semantic.days"),
            ('{"days":null}', "semantic.days"),
            ('{"days":0}', "semantic.days"),
            ('{"days":-1}', "semantic.days"),
            ('{"days":36501}', "semantic.days"),
            ('{"days":1.5}', "semantic.days"),
            ('{"days":true}', "semantic.days"),
            ('{"days":"90"}', "semantic.days"),
            (f'{{"days":{"9" * 30}}}', "semantic.days"),
            (f'{{"days":1,"hours":{C}}}', "semantic.hours"),
        )
    ),
]


BAD_KEYS = [
    case("{}", "role"),
    case(f'{{"role":{C}}}', "role"),
    case('{"role":null}', "role"),
    case(f'{{"role":"agent","agents":"{CANARY}/x"}}', "agents", "a slash"),
    case(f'{{"role":"agent","agents":"{CANARY}\\n"}}', "agents", "a line break"),
    case('{"role":"agent","agents":""}', "agents", "no pattern"),
    case('{"role":"agent","agents":null}', "agents", "null pattern"),
    case(f'{{"role":"agent","agents":"{CANARY}{"x" * 256}"}}', "agents", "long pattern"),
    case(f'{{"role":"agent","agents":"{CANARY}\\ud800"}}', "agents", "surrogate pattern"),
    case(f'{{"role":"agent","name":"{CANARY}{"x" * 128}"}}', "name", "long name"),
    case(f'{{"role":"agent","name":"{CANARY}\\u0000"}}', "name", "NUL name"),
    case(f'{{"role":"agent","tenant":{C}}}', "tenant", "a tenant"),
    case(f'{{"role":"agent","key":{C}}}', "key", "a key"),
    *(
        pytest.param(
            f'{{"role":"agent","expires_at":{time.values[0]}}}', "expires_at", id=f"until {time.id}"
        )
        for time in BAD_TIMES
    ),
]
