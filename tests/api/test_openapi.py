"""The OpenAPI document says everything a user needs to know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from memsvc.api.wire.context import ContextBody
from memsvc.api.wire.search import SearchBody
from memsvc.app import create_app
from memsvc.operations.question import Mode, Timing
from tests.api.site import PROBLEM, settings_in

DOCUMENT = create_app(settings_in(Path())).openapi()
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
OPEN = {"/healthz", "/readyz"}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def properties() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, schema in SCHEMAS.items():
        for field, described in schema.get("properties", {}).items():
            yield f"{name}.{field}", described


OPERATIONS = list(operations())
PROPERTIES = list(properties())
each_operation = pytest.mark.parametrize(
    "operation", [pytest.param(o, id=n) for n, o in OPERATIONS]
)
each_property = pytest.mark.parametrize("described", [pytest.param(o, id=n) for n, o in PROPERTIES])


@each_operation
def test_an_operation_is_summed_up_and_described(operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"].endswith(".")
    assert operation["tags"]


def test_operations_have_ids_of_their_own() -> None:
    ids = [operation["operationId"] for _, operation in OPERATIONS]

    assert len(set(ids)) == len(ids)


@each_operation
def test_a_parameter_is_described(operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        assert parameter["description"].endswith("."), parameter["name"]


@each_operation
def test_an_error_is_a_problem(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        assert response["description"]
        if status >= "400":
            assert set(response["content"]) == {PROBLEM}, status
            schema = response["content"][PROBLEM]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}, status


@each_operation
def test_a_success_has_a_schema(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if status < "400" and status != "204":
            assert all(one["schema"] for one in response["content"].values())
            assert response["content"]


def test_every_route_but_health_asks_for_a_key_and_says_what_else_may_happen() -> None:
    for path, item in DOCUMENT["paths"].items():
        for operation in item.values():
            assert ("security" in operation) is (path not in OPEN), path
            if path not in OPEN:
                assert {"401", "403", "422", "429", "503"} <= operation["responses"].keys()


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_described(name: str) -> None:
    assert SCHEMAS[name].get("description"), name


@each_property
def test_a_property_is_described(described: dict[str, Any]) -> None:
    assert described.get("description"), described


@each_property
def test_a_property_has_an_example(described: dict[str, Any]) -> None:
    refers = "$ref" in described or any("$ref" in one for one in described.get("anyOf", []))

    assert refers or described.get("examples"), described


@pytest.mark.parametrize(
    ("described", "example"),
    [
        pytest.param(described, example, id=name)
        for name, described in PROPERTIES
        for example in described.get("examples", [])
    ],
)
def test_an_example_is_what_it_is_an_example_of(described: dict[str, Any], example: Any) -> None:
    schema = {**described, "components": DOCUMENT["components"]}

    assert [one.message for one in Draft202012Validator(schema).iter_errors(example)] == []


def test_the_examples_of_a_question_make_one() -> None:
    for body in (SearchBody, ContextBody):
        described = SCHEMAS[body.__name__]["properties"]
        asked = body.model_validate(
            {name: one["examples"][0] for name, one in described.items() if "examples" in one}
        )
        assert asked.asked(asked.limit).query == "Where does Ana live?"


def test_how_hard_to_look_and_what_times_do_is_told() -> None:
    for schema in ("SearchBody", "ContextBody"):
        described = SCHEMAS[schema]["properties"]
        for field, values in (("mode", Mode), ("timing", Timing)):
            assert all(f"`{value}`" in described[field]["description"] for value in values)
            assert described[field]["default"] == next(iter(values))


def test_every_reference_leads_somewhere() -> None:
    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            for inner in node.values():
                yield from references(inner)
        elif isinstance(node, list):
            for inner in node:
                yield from references(inner)

    known = {f"#/components/schemas/{name}" for name in SCHEMAS}
    used = set(references(DOCUMENT))
    assert used <= known
    assert known - used == set()


def test_errors_are_documented_in_our_shape_alone() -> None:
    assert "HTTPValidationError" not in SCHEMAS
    assert {"type", "title", "status", "detail", "code", "request_id"} == set(
        SCHEMAS["Problem"]["required"]
    )
