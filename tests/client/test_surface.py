"""What the client offers, and that it cannot drift from what the service does."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from pydantic import BaseModel

import memsvc.client
from memsvc.app import create_app
from memsvc.client import models, params, routes
from memsvc.client.route import Route
from memsvc.config import Settings
from tests.client.twins import SOURCE

SCHEMA = create_app(Settings()).openapi()
SHAPES: dict[str, Any] = SCHEMA["components"]["schemas"]

ROUTES: dict[str, Route[Any]] = {
    name: one for name, one in vars(routes).items() if isinstance(one, Route)
}

LEFT_OUT = {
    ("GET", "/v1/agents/{agent_id}/traces/{trace_id}/curation-prompt"): "POST says the same, and "
    "keeps what a model thought out of addresses",
}

WHOLE = models.AgentSettings.__module__

ADDED = {("Memory", "etag"): "it comes in a header"}

PUBLIC = {
    "Agent", "AsyncAgent", "AsyncMemsvc", "AsyncPages", "Memsvc", "MemsvcError", "NotFound",
    "NotReached", "Pages", "Refused", "errors", "models", "params",
}  # fmt: skip


def test_the_public_names_are_these() -> None:
    assert set(memsvc.client.__all__) == PUBLIC
    assert all(hasattr(memsvc.client, name) for name in PUBLIC)
    for module in (models, params):
        assert set(module.__all__) == {
            name
            for name, one in vars(module).items()
            if isinstance(one, type) and one.__module__.startswith(module.__name__ + ".")
        } | ({"When"} if module is params else set())


def operations() -> set[tuple[str, str]]:
    """What the service does; paths with a slash at their end are for clients of another make."""
    return {
        (method.upper(), path)
        for path, told in SCHEMA["paths"].items()
        for method in told
        if not path.endswith("/")
    }


def test_every_route_is_reached_and_none_is_made_up() -> None:
    spoken = {(one.method, one.path) for one in ROUTES.values()}

    assert spoken | set(LEFT_OUT) == operations()
    assert not spoken & set(LEFT_OUT)


def test_every_route_has_a_method() -> None:
    surface = "".join(path.read_text("utf-8") for path in SOURCE.glob("*.py"))

    assert set(re.findall(r"\broutes\.([A-Z_]+)\b", surface)) == set(ROUTES)


def answered(route: Route[Any]) -> list[dict[str, Any]]:
    """The schemas of what a route may answer."""
    told = SCHEMA["paths"][route.path][route.method.lower()]["responses"]
    return [
        content["schema"]
        for status, one in told.items()
        if str(status).startswith("2")
        for content in one.get("content", {}).values()
    ]


def shape_of(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, for one that only refers to it."""
    found = schema.get("$ref", "").rpartition("/")[2]
    return SHAPES[found] if found else schema


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models that an annotation speaks of."""
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return [annotation]
    inner = getattr(annotation, "__args__", ())
    return [found for one in inner for found in models_in(one)]


def shapes_in(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The shapes that a field's schema refers to."""
    if "$ref" in schema:
        shape = shape_of(schema)
        return [shape] if "properties" in shape else []
    parts = [*schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])]
    extra = schema.get("additionalProperties")
    parts += [extra] if isinstance(extra, dict) else []
    return [found for one in parts for found in shapes_in(one)]


def differences(model: type[BaseModel], shape: dict[str, Any], seen: set[str]) -> list[str]:
    """What a model and its schema do not share, and what is inside of them."""
    if model.__name__ in seen:
        return []
    seen.add(model.__name__)
    ours = {name for name in model.model_fields if (model.__name__, name) not in ADDED}
    found = [f"{model.__name__}.{name}" for name in ours ^ set(shape["properties"])]
    for name, field in model.model_fields.items():
        told = shape["properties"].get(name)
        if told is None:
            continue
        # Settings are answered whole, whatever may be left out when they are given.
        is_loose = name not in shape.get("required", ()) and model.__module__ != WHOLE
        if is_loose and field.is_required() and not told.get("default", None) is not None:
            found.append(f"{model.__name__}.{name} may be left out")
        for inner, schema in zip(models_in(field.annotation), shapes_in(told), strict=False):
            found += differences(inner, schema, seen)
    return found


@pytest.mark.parametrize("name", ROUTES)
def test_an_answer_has_the_fields_that_the_service_tells(name: str) -> None:
    route = ROUTES[name]
    if not (inspect.isclass(route.answer) and issubclass(route.answer, BaseModel)):
        assert all(
            "properties" not in shape_of(one) or route.answer is str for one in answered(route)
        )
        return
    told = [
        differences(route.answer, shape, set())
        for one in answered(route)
        if "properties" in (shape := shape_of(one))
    ]
    assert [] in told, told


BODIES = {
    "DraftFields": ("DraftWire", {"content"}),
    "Draft": ("DraftWire", set()),
    "Message": ("MessageWire", set()),
    "MemoryChanges": ("PatchBody", set()),
    "FactFields": ("FactWire", set()),
    "MemoryBehaviorFields": ("BehaviorWire", set()),
    "FeedbackItem": ("FeedbackItem", set()),
    "TimeRange": ("TimeRange", set()),
    "Selection": ("AgentForgetBody", {"dry_run"}),
    "SearchOptions": ("SearchBody", {"query"}),
    "ContextOptions": ("ContextBody", {"query"}),
    "TraceFields": ("TraceBody", {"task"}),
    "BehaviorChanges": ("EditBody", {"memory_id"}),
    "OfferOptions": ("OfferBody", {"task"}),
    "OutcomeFields": ("OfferOutcomeBody", {"outcome", "input_tokens", "output_tokens"}),
    "RankingFields": ("RankingWire", set()),
    "KeptFields": ("KeptWire", set()),
    "RetentionFields": ("RetentionWire", set()),
    "DecayFields": ("DecayWire", set()),
    "DecayPolicyFields": ("DecayPoliciesWire", set()),
    "HandbookFields": ("HandbookSettingsWire", set()),
    "SettingsFields": ("SettingsWire", set()),
    "Chosen": ("ChosenWire", set()),
    "Order": ("ForgetRequestBody", {"dry_run", "mentions_after"}),
    "Correction": ("CorrectionWire", set()),
    "KeyFields": ("KeyBody", {"role"}),
}
"""Which body a dictionary of keywords goes into, and what of it a method asks for by itself."""


@pytest.mark.parametrize("name", sorted(set(params.__all__) - {"When", "MemoryFilter"}))
def test_keywords_are_the_fields_of_the_body(name: str) -> None:
    told, asked = BODIES[name]
    # Of several shapes of one name, and what is answered otherwise than given, the schema makes
    # longer names.
    shapes = [one for key, one in SHAPES.items() if re.fullmatch(rf"(.*__)?{told}(-Input)?", key)]

    ours = set(get_type_hints(getattr(params, name))) | asked
    assert any(ours == set(one["properties"]) for one in shapes)


def test_a_list_is_filtered_by_what_the_service_filters_by() -> None:
    [listed] = [one for one in ROUTES.values() if one is routes.LIST_MEMORIES]
    told = SCHEMA["paths"][listed.path]["get"]["parameters"]
    names = {one["name"] for one in told if one["in"] == "query"}

    assert set(get_type_hints(params.MemoryFilter)) | {"cursor"} == names


@pytest.mark.parametrize("name", ROUTES)
def test_what_is_sent_beside_the_body_is_a_parameter_of_the_route(name: str) -> None:
    route = ROUTES[name]
    operation = SCHEMA["paths"][route.path][route.method.lower()]
    keyed = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}

    assert (route.repeat.name == "KEYED") == ("idempotency-key" in keyed)


def test_the_client_knows_nothing_else_of_the_house() -> None:
    folder = Path(memsvc.client.__file__).parent
    sources = "".join(path.read_text("utf-8") for path in folder.rglob("*.py"))

    assert set(re.findall(r"^ *from (memsvc(?:\.\w+)?)", sources, re.MULTILINE)) == {
        "memsvc.client"
    }
