"""The filter grammar and what a filter means."""

from __future__ import annotations

import json
import traceback
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.filters import (
    CODE_FIELDS,
    EVERYTHING,
    FIELDS,
    FLAG_FIELDS,
    LIST_FIELDS,
    MAX_CHOICES,
    MAX_CONDITIONS,
    MAX_DEPTH,
    NUMBER_FIELDS,
    OPERATORS,
    ORDERING,
    TIME_FIELDS,
    And,
    Condition,
    Filter,
    Not,
    Or,
    compare,
    matches,
    metadata_value,
    parse,
    value_of,
)
from memsvc.core.memory import Kind, Memory, Status
from memsvc.errors import InvalidRequest
from tests.core.made import NOW, memory

CANARY = "canary-7f3a91"
SAMPLES: dict[str, Any] = {
    **dict.fromkeys(CODE_FIELDS, "x"),
    **dict.fromkeys(TIME_FIELDS, "2026-01-01T00:00:00Z"),
    **dict.fromkeys(NUMBER_FIELDS, 1),
    **dict.fromkeys(FLAG_FIELDS, True),
    **dict.fromkeys(LIST_FIELDS, "x"),
}


def outcome(source: Any) -> Filter | InvalidRequest:
    """What comes of parsing; an error never repeats a canary, in no form a log could show."""
    try:
        return parse(source)
    except InvalidRequest as raised:
        error = raised
    shown = "".join(traceback.format_exception(error))
    assert CANARY not in error.detail + repr(error.violations) + shown
    return error


def refused(source: Any) -> InvalidRequest:
    """The error for a filter that must not be taken."""
    error = outcome(source)
    assert isinstance(error, InvalidRequest)
    return error


def found(source: dict[str, Any], **fields: Any) -> bool:
    return matches(parse(source), memory(**fields))


# --- the tree ----------------------------------------------------------------------------------


def test_an_empty_filter_is_about_everything() -> None:
    assert parse({}) == EVERYTHING == And(())
    assert matches(EVERYTHING, memory())


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ({"id": "a"}, Condition("id", "eq", "a")),
        ({"id": {"ne": "a"}}, Condition("id", "ne", "a")),
        ({"id": {"in": ["a", "b"]}}, Condition("id", "in", ("a", "b"))),
        ({"id": {"nin": []}}, Condition("id", "nin", ())),
        ({"metadata.a": 1.5}, Condition("metadata.a", "eq", 1.5)),
        ({"id": "a", "role": "b"}, And((Condition("id", "eq", "a"), Condition("role", "eq", "b")))),
        (
            {"use_count": {"gt": 1, "lte": 3}},
            And((Condition("use_count", "gt", 1), Condition("use_count", "lte", 3))),
        ),
        ({"AND": []}, And(())),
        ({"AND": [{"id": "a"}]}, And((Condition("id", "eq", "a"),))),
        ({"OR": [{"id": "a"}, {}]}, Or((Condition("id", "eq", "a"), And(())))),
        ({"NOT": {"id": "a"}}, Not(Condition("id", "eq", "a"))),
        (
            {"NOT": [{"id": "a"}, {"id": "b"}]},
            And((Not(Condition("id", "eq", "a")), Not(Condition("id", "eq", "b")))),
        ),
        ({"NOT": []}, And(())),
        (
            {"id": "a", "OR": [{"id": "b"}]},
            And((Condition("id", "eq", "a"), Or((Condition("id", "eq", "b"),)))),
        ),
    ],
)
def test_what_json_means(source: dict[str, Any], tree: Filter) -> None:
    assert parse(source) == tree


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_every_field_is_one_of_a_memory_and_can_be_compared(name: str) -> None:
    value_of(memory(), name)

    assert parse({name: SAMPLES[name]}) == parse({name: {"eq": SAMPLES[name]}})
    assert parse({name: None}) == Condition(name, "eq", None)


def test_field_groups_do_not_overlap() -> None:
    groups = (CODE_FIELDS, TIME_FIELDS, NUMBER_FIELDS, FLAG_FIELDS, LIST_FIELDS)

    assert sum(len(group) for group in groups) == len(FIELDS)


def test_nothing_of_the_content_can_be_filtered_by() -> None:
    for name in ("content", "agent_id", "number", "fact", "behavior", "metadata", "version"):
        assert refused({name: "x"}).violations[0].location == "filters"


@pytest.mark.parametrize("name", sorted(FIELDS))
@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_which_operator_fits_which_field(name: str, operator: str) -> None:
    textual = name in CODE_FIELDS | LIST_FIELDS
    ordered = name in TIME_FIELDS | NUMBER_FIELDS
    fits = {
        "contains": textual,
        "icontains": textual,
        **dict.fromkeys(ORDERING, ordered),
    }.get(operator, True)
    value = [SAMPLES[name]] if operator in ("in", "nin") else SAMPLES[name]

    if fits:
        assert isinstance(parse({name: {operator: value}}), Condition)
    else:
        assert refused({name: {operator: value}}).violations[0].location == f"filters.{name}"


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "location", "reason"),
    [
        ([CANARY], "filters", "must be an object"),
        (CANARY, "filters", "must be an object"),
        ({CANARY: 1}, "filters", "unknown field"),
        ({"metadata.": CANARY}, "filters", "unknown field"),
        ({"and": [{"id": CANARY}]}, "filters", "unknown field"),
        ({"AND": {"id": CANARY}}, "filters.AND", "must be a list of filters"),
        ({"AND": CANARY}, "filters.AND", "must be a list of filters"),
        ({"OR": {"id": CANARY}}, "filters.OR", "must be a list of filters"),
        ({"OR": []}, "filters.OR", "must be a list of filters"),
        ({"AND": [{}, CANARY]}, "filters.AND[1]", "must be an object"),
        ({"OR": [{}, {}, [CANARY]]}, "filters.OR[2]", "must be an object"),
        ({"NOT": CANARY}, "filters.NOT[0]", "must be an object"),
        ({"NOT": [{}, CANARY]}, "filters.NOT[1]", "must be an object"),
        ({"AND": [{"NOT": {"kind": 7}}]}, "filters.AND[0].NOT[0].kind", "must be text"),
        ({"id": {}}, "filters.id", "use operators out of"),
        ({"id": {CANARY: 1}}, "filters.id", "use operators out of"),
        ({"id": {"eq": "a", CANARY: 1}}, "filters.id", "use operators out of"),
        ({"id": [CANARY]}, "filters.id", "eq takes a single value"),
        ({"id": {"eq": {"a": CANARY}}}, "filters.id", "eq takes a single value"),
        ({"metadata." + CANARY: [CANARY]}, "filters.metadata", "eq takes a single value"),
        ({"id": {"in": CANARY}}, "filters.id", "in takes a list"),
        ({"id": {"nin": {CANARY: 1}}}, "filters.id", "nin takes a list"),
        ({"id": {"in": [[CANARY]]}}, "filters.id", "eq takes a single value"),
        ({"id": {"in": ["a", 7]}}, "filters.id", "must be text"),
        ({"id": 7}, "filters.id", "must be text"),
        ({"tags": True}, "filters.tags", "must be text"),
        ({"tags": {"gt": CANARY}}, "filters.tags", "gt does not order this field"),
        ({"kind": {"lte": None}}, "filters.kind", "lte does not order this field"),
        ({"pinned": CANARY}, "filters.pinned", "must be true or false"),
        ({"pinned": 1}, "filters.pinned", "must be true or false"),
        ({"pinned": {"gte": True}}, "filters.pinned", "gte does not order this field"),
        ({"use_count": CANARY}, "filters.use_count", "must be a number"),
        ({"use_count": True}, "filters.use_count", "must be a number"),
        ({"use_count": {"gt": None}}, "filters.use_count", "gt needs a value"),
        ({"metadata.a": {"lt": None}}, "filters.metadata", "lt needs a value"),
        ({"metadata.a": {"contains": 7}}, "filters.metadata", "contains compares text with text"),
        ({"id": {"icontains": None}}, "filters.id", "icontains compares text with text"),
        ({"pinned": {"contains": CANARY}}, "filters.pinned", "contains compares text with text"),
        ({"use_count": {"icontains": CANARY}}, "filters.use_count", "icontains compares text"),
        ({"created_at": {"contains": CANARY}}, "filters.created_at", "contains compares text"),
        ({"id": {"contains": [CANARY]}}, "filters.id", "contains takes a single value"),
        ({"created_at": CANARY}, "filters.created_at", "must be an RFC 3339 time"),
        ({"created_at": 7}, "filters.created_at", "must be an RFC 3339 time"),
        ({"created_at": True}, "filters.created_at", "must be an RFC 3339 time"),
        ({"created_at": "2026-01-01T00:00:00"}, "filters.created_at", "must carry a UTC offset"),
        ({"created_at": "2026-01-01"}, "filters.created_at", "must carry a UTC offset"),
        ({"created_at": "2026-13-01T00:00:00Z"}, "filters.created_at", "must be an RFC 3339"),
        ({"created_at": "0001-01-01T00:00:00+01:00"}, "filters.created_at", "must be an RFC 3339"),
        ({"created_at": "9999-12-31T23:59:59-01:00"}, "filters.created_at", "must be an RFC 3339"),
    ],
)
def test_what_is_refused_and_where(source: Any, location: str, reason: str) -> None:
    violation = refused(source).violations[0]

    assert violation.location == location
    assert violation.reason.startswith(reason)


def test_the_place_starts_where_the_caller_says() -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse({"kind": 7}, "selector.where")

    assert caught.value.violations[0].location == "selector.where.kind"


def test_a_refusal_of_an_unknown_field_lists_what_there_is() -> None:
    reason = refused({"colour": CANARY}).violations[0].reason

    assert all(name in reason for name in FIELDS)
    assert "metadata.*" in reason
    assert "colour" not in reason


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.just(CANARY),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [CANARY, "AND", "OR", "NOT", "metadata." + CANARY, *FIELDS, *OPERATORS]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_any_json_is_taken_or_refused_without_being_repeated(source: Any) -> None:
    came = outcome(source)

    if not isinstance(came, InvalidRequest):
        assert matches(came, memory()) in (True, False)


# --- limits ------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["AND", "OR", "NOT"])
def test_depth_is_bounded(group: str) -> None:
    def nested(levels: int) -> dict[str, Any]:
        source: dict[str, Any] = {"id": "a"}
        for _ in range(levels - 1):
            source = {group: [source]}
        return source

    parse(nested(MAX_DEPTH))
    assert refused(nested(MAX_DEPTH + 1)).violations[0].reason == "nested deeper than 8"
    refused(nested(500))


def test_the_limits_are_the_documented_ones() -> None:
    assert (MAX_DEPTH, MAX_CONDITIONS, MAX_CHOICES) == (8, 64, 1000)


@pytest.mark.parametrize(
    "part",
    [
        pytest.param({"id": "a"}, id="conditions"),
        pytest.param({"NOT": {"id": "a"}}, id="negations"),
        pytest.param({"OR": [{"id": "a"}]}, id="groups"),
        pytest.param({}, id="empty groups"),
        pytest.param({"NOT": [{}]}, id="empty negations"),
    ],
)
@pytest.mark.parametrize("group", ["AND", "OR", "NOT"])
def test_conditions_are_bounded(part: dict[str, Any], group: str) -> None:
    parse({group: [part] * MAX_CONDITIONS})
    error = refused({group: [part] * (MAX_CONDITIONS + 1)})

    assert error.violations[0].location == "filters"
    assert error.violations[0].reason == "more than 64 conditions"


def test_conditions_are_counted_over_the_whole_tree() -> None:
    half: dict[str, Any] = {"OR": [{"id": "a", "role": "b"}] * (MAX_CONDITIONS // 4)}

    parse({"AND": [half, half]})
    refused({"AND": [half, half, {"id": "a"}]})


@pytest.mark.parametrize("operator", ["in", "nin"])
def test_choices_are_bounded(operator: str) -> None:
    parse({"id": {operator: ["a"] * MAX_CHOICES}})
    reason = refused({"id": {operator: ["a"] * (MAX_CHOICES + 1)}}).violations[0].reason

    assert reason == f"{operator} takes a list of at most 1000"


# --- times -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["2026-03-01T12:00:00Z", "2026-03-01T13:00:00+01:00", "2026-03-01T06:30:00.000000-05:30"],
)
def test_times_are_moments_whatever_their_offset(text: str) -> None:
    condition = parse({"created_at": text})

    assert condition == Condition("created_at", "eq", datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert isinstance(condition, Condition)
    assert condition.value.tzinfo is UTC


def test_times_in_a_list_are_read_as_well() -> None:
    assert parse({"created_at": {"in": ["2026-03-01T12:00:00Z", None]}}) == Condition(
        "created_at", "in", (NOW, None)
    )


def test_metadata_stays_as_it_is_written() -> None:
    assert parse({"metadata.at": "2026-03-01T12:00:00Z"}) == Condition(
        "metadata.at", "eq", "2026-03-01T12:00:00Z"
    )


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.integers(min_value=-14 * 60, max_value=14 * 60),
)
def test_a_time_written_with_any_offset_is_found_again(moment: datetime, minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes))
    try:
        written = moment.astimezone(zone).isoformat()
    except OverflowError:
        written = moment.isoformat()

    assert found({"created_at": written}, created_at=moment)
    assert not found({"created_at": {"ne": written}}, created_at=moment)


# --- meaning -----------------------------------------------------------------------------------

EARLIER, LATER = "2026-03-01T11:59:59Z", "2026-03-01T12:00:01Z"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"kind": "semantic"}, True),
        ({"kind": "episodic"}, False),
        ({"kind": "SEMANTIC"}, False),
        ({"kind": {"ne": "episodic"}}, True),
        ({"kind": {"ne": "semantic"}}, False),
        ({"kind": {"in": ["episodic", "semantic"]}}, True),
        ({"kind": {"in": ["episodic"]}}, False),
        ({"kind": {"in": []}}, False),
        ({"kind": {"nin": ["episodic"]}}, True),
        ({"kind": {"nin": ["semantic"]}}, False),
        ({"kind": {"nin": []}}, True),
        ({"kind": {"contains": "mantic"}}, True),
        ({"status": "disputed"}, True),
        ({"user_id": {"contains": "nn"}}, True),
        ({"user_id": {"contains": "NN"}}, False),
        ({"user_id": {"icontains": "NN"}}, True),
        ({"user_id": {"icontains": "b"}}, False),
        ({"pinned": True}, True),
        ({"pinned": False}, False),
        ({"pinned": {"ne": False}}, True),
        ({"use_count": 3}, True),
        ({"use_count": 3.0}, True),
        ({"use_count": {"gt": 2}}, True),
        ({"use_count": {"gt": 3}}, False),
        ({"use_count": {"gte": 3}}, True),
        ({"use_count": {"gte": 3.5}}, False),
        ({"use_count": {"lt": 3}}, False),
        ({"use_count": {"lt": 4}}, True),
        ({"use_count": {"lte": 3}}, True),
        ({"use_count": {"lte": 2}}, False),
        ({"use_count": {"gt": 1, "lt": 3}}, False),
        ({"use_count": {"gt": 1, "lt": 5}}, True),
        ({"created_at": {"gt": EARLIER, "lt": LATER}}, True),
        ({"created_at": {"gte": LATER}}, False),
        ({"created_at": {"lte": EARLIER}}, False),
        ({"tags": "red"}, True),
        ({"tags": "re"}, False),
        ({"tags": {"ne": "red"}}, False),
        ({"tags": {"ne": "re"}}, True),
        ({"tags": {"in": ["green", "blue"]}}, True),
        ({"tags": {"in": ["green"]}}, False),
        ({"tags": {"nin": ["green"]}}, True),
        ({"tags": {"nin": ["green", "red"]}}, False),
        ({"tags": {"contains": "red"}}, True),
        ({"tags": {"contains": "re"}}, False),
        ({"tags": {"icontains": "RE"}}, True),
        ({"tags": {"icontains": "gr"}}, False),
        ({"AND": [{"kind": "semantic"}, {"pinned": True}]}, True),
        ({"AND": [{"kind": "semantic"}, {"pinned": False}]}, False),
        ({"OR": [{"kind": "episodic"}, {"pinned": True}]}, True),
        ({"OR": [{"kind": "episodic"}, {"pinned": False}]}, False),
        ({"NOT": {"kind": "episodic"}}, True),
        ({"NOT": {"kind": "semantic"}}, False),
        ({"NOT": [{"kind": "episodic"}, {"pinned": True}]}, False),
        ({"NOT": {"kind": "semantic", "pinned": False}}, True),
        ({"kind": "semantic", "pinned": False}, False),
    ],
)
def test_what_a_filter_finds(source: dict[str, Any], expected: bool) -> None:
    fields: dict[str, Any] = {
        "kind": Kind.SEMANTIC,
        "status": Status.DISPUTED,
        "user_id": "Anna",
        "pinned": True,
        "use_count": 3,
        "tags": ("red", "blue"),
    }

    assert found(source, **fields) is expected


METADATA: dict[str, Any] = {
    "topic": "Travel",
    "a": {"b": {"c": 1}, "n": None},
    "a.b": "whole",
    "flag": True,
    "one": 1,
    "zero": 0,
    "list": [1, "x", None],
    "flags": [True],
    "empty": [],
    "object": {"x": 1},
    "day": "2026-02-03",
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("topic", "Travel"),
        ("a.b", "whole"),
        ("a.b.c", 1),
        ("a.n", None),
        ("a.b.c.d", None),
        ("a.missing", None),
        ("missing", None),
        ("topic.T", None),
        ("list.0", None),
        ("a.", None),
        ("object", {"x": 1}),
    ],
)
def test_metadata_is_found_as_one_key_or_step_by_step(field: str, value: Any) -> None:
    assert metadata_value(METADATA, f"metadata.{field}") == value
    assert value_of(memory(metadata=METADATA), f"metadata.{field}") == value


@pytest.mark.parametrize(
    ("field", "wanted", "expected"),
    [
        ("topic", "Travel", True),
        ("topic", "travel", False),
        ("topic", {"icontains": "tRAV"}, True),
        ("topic", {"contains": "trav"}, False),
        ("topic", {"gt": 1}, False),
        ("topic", {"lt": "U"}, True),
        ("topic", {"in": [None, "Travel"]}, True),
        ("a.b.c", 1, True),
        ("flag", True, True),
        ("flag", 1, False),
        ("flag", {"ne": 1}, True),
        ("flag", {"gte": True}, False),
        ("flag", {"gte": 1}, False),
        ("flag", {"contains": "True"}, False),
        ("one", True, False),
        ("one", {"in": [True]}, False),
        ("one", {"in": [1.0]}, True),
        ("one", {"lte": 1.5}, True),
        ("one", {"lte": True}, False),
        ("one", {"lt": "2"}, False),
        ("one", {"icontains": "1"}, False),
        ("zero", False, False),
        ("zero", None, False),
        ("zero", {"gt": -1}, True),
        ("list", 1, True),
        ("list", True, False),
        ("list", None, True),
        ("list", 2, False),
        ("list", {"contains": "x"}, True),
        ("list", {"icontains": "X"}, True),
        ("list", {"gt": 0}, False),
        ("flags", 1, False),
        ("flags", True, True),
        ("flags", {"nin": [1]}, True),
        ("empty", {"in": [1]}, False),
        ("object", "x", False),
        ("object", {"contains": "x"}, False),
        ("day", {"gte": "2026-02-01", "lt": "2026-03-01"}, True),
        ("day", {"gte": "2026-02-04"}, False),
    ],
)
def test_metadata_is_compared_as_json(field: str, wanted: Any, expected: bool) -> None:
    assert found({f"metadata.{field}": wanted}, metadata=METADATA) is expected


@pytest.mark.parametrize("operator", sorted(OPERATORS))
@pytest.mark.parametrize("value", ["x", 1, NOW], ids=["text", "number", "time"])
def test_a_missing_value_satisfies_only_what_speaks_of_absence(operator: str, value: Any) -> None:
    wanted = (value,) if operator in ("in", "nin") else value

    assert compare(None, operator, wanted) is (operator in ("ne", "nin"))


@pytest.mark.parametrize("field", ["user_id", "event_time", "expires_at", "metadata.gone"])
def test_what_a_memory_may_miss(field: str) -> None:
    assert value_of(memory(), field) is None


def test_null_speaks_of_absence() -> None:
    assert found({"user_id": None})
    assert found({"user_id": {"eq": None}})
    assert found({"user_id": {"in": ["x", None]}})
    assert not found({"user_id": {"ne": None}})
    assert not found({"user_id": {"nin": [None]}})
    assert not found({"user_id": None}, user_id="x")
    assert found({"user_id": {"ne": None}}, user_id="x")


def test_an_empty_list_is_a_value_and_holds_nothing() -> None:
    assert not found({"tags": None}, tags=())
    assert found({"tags": {"ne": None}}, tags=())
    assert not found({"tags": {"contains": ""}}, tags=())


def test_moments_without_and_with_offset_are_not_ordered() -> None:
    assert not compare(NOW, "gt", NOW.replace(tzinfo=None))


# --- laws --------------------------------------------------------------------------------------

texts = st.sampled_from(["", "a", "A", "ab", "b"])
numbers = st.integers(-2, 2) | st.sampled_from([0.5, 1.0])
scalars = st.none() | st.booleans() | numbers | texts
held = scalars | st.lists(scalars, max_size=3)

memories = st.builds(
    memory,
    kind=st.sampled_from(Kind),
    user_id=st.none() | texts,
    use_count=st.integers(0, 3),
    pinned=st.booleans(),
    tags=st.lists(texts, max_size=2).map(tuple),
    created_at=st.integers(-2, 2).map(lambda hours: NOW + timedelta(hours=hours)),
    metadata=st.dictionaries(st.sampled_from(["a", "b"]), held, max_size=2),
)


def conditions() -> st.SearchStrategy[dict[str, Any]]:
    text = st.sampled_from(["user_id", "tags", "kind"])
    some = st.sampled_from(["metadata.a", "metadata.b"])
    moments = st.integers(-2, 2).map(lambda hours: (NOW + timedelta(hours=hours)).isoformat())
    ordering = st.sampled_from(sorted(ORDERING))

    def one(
        names: st.SearchStrategy[str],
        operators: st.SearchStrategy[str],
        values: st.SearchStrategy[Any],
    ) -> st.SearchStrategy[dict[str, Any]]:
        return st.builds(lambda name, op, value: {name: {op: value}}, names, operators, values)

    return st.one_of(
        one(text | some, st.sampled_from(["eq", "ne"]), st.none() | texts),
        one(text | some, st.sampled_from(["contains", "icontains"]), texts),
        one(text | some, st.sampled_from(["in", "nin"]), st.lists(texts, max_size=3)),
        one(st.just("use_count") | some, ordering, numbers),
        one(some, ordering, texts | st.booleans()),
        one(some, st.sampled_from(["eq", "ne"]), scalars),
        one(st.just("created_at"), ordering, moments),
        one(st.just("pinned"), st.sampled_from(["eq", "ne"]), st.booleans()),
    )


filters = st.recursive(
    conditions(),
    lambda inner: st.one_of(
        st.builds(lambda parts: {"AND": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"OR": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"NOT": parts}, st.lists(inner, max_size=3) | inner),
    ),
    max_leaves=6,
)


def plainly(source: dict[str, Any], one: Memory) -> bool:
    """The grammar's groups spelled out a second time, over the JSON itself."""
    for key, value in source.items():
        if key == "AND":
            holds = all(plainly(part, one) for part in value)
        elif key == "OR":
            holds = any(plainly(part, one) for part in value)
        elif key == "NOT":
            negated = value if isinstance(value, list) else [value]
            holds = not any(plainly(part, one) for part in negated)
        else:
            holds = matches(parse({key: value}), one)
        if not holds:
            return False
    return True


@given(filters, memories)
def test_groups_mean_what_they_say(source: dict[str, Any], one: Memory) -> None:
    assert matches(parse(source), one) is plainly(source, one)


@given(filters, memories)
def test_a_filter_or_its_negation_holds(source: dict[str, Any], one: Memory) -> None:
    assert matches(parse({"NOT": source}), one) is not matches(parse(source), one)


@given(filters)
def test_a_filter_survives_the_wire(source: dict[str, Any]) -> None:
    assert parse(json.loads(json.dumps(source))) == parse(source)


@given(held, scalars)
def test_ne_is_not_eq_and_a_choice_of_one_is_eq(value: Any, wanted: Any) -> None:
    equal = compare(value, "eq", wanted)

    assert compare(value, "ne", wanted) is not equal
    assert compare(value, "in", (wanted,)) is equal
    assert compare(value, "nin", (wanted,)) is not equal


@given(scalars, scalars)
def test_order_agrees_with_equality(value: Any, wanted: Any) -> None:
    below, above = compare(value, "lt", wanted), compare(value, "gt", wanted)
    equal = compare(value, "eq", wanted)

    assert not (below and above)
    assert not (equal and (below or above))
    if below or above:
        assert compare(value, "lte", wanted) is below
        assert compare(value, "gte", wanted) is above
        assert compare(wanted, "gt", value) is below


@given(st.text(), st.text())
def test_text_within_text_is_contained_in_any_case(outer: str, inner: str) -> None:
    held_text = f"{outer}{inner}{outer}"

    assert compare(held_text, "contains", inner)
    assert compare(held_text, "icontains", inner)
    assert compare(outer, "contains", inner) is (outer.find(inner) >= 0)
