"""The pages that are made from the program are current, whole, and their examples hold."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator
from pydantic import BaseModel
from typer.testing import CliRunner

from memsvc import errors
from memsvc.api.reference_markdown import as_markdown
from memsvc.api.reference_shapes import Examples
from memsvc.app import create_app
from memsvc.cli import settings_page
from memsvc.cli.commands import app as commands
from memsvc.cli.variables import described
from memsvc.config import Settings
from memsvc.errors import MemsvcError
from tests.api.site import settings_in
from tests.docs.reading import DOCS, anchors, split, text_of

DOCUMENT: dict[str, Any] = create_app(settings_in(Path())).openapi()
SCHEMAS = DOCUMENT["components"]["schemas"]
API = DOCS / "api.md"
SETTINGS = DOCS / "settings.md"

ROUTES = [
    pytest.param(method, path, operation, id=f"{method.upper()} {path}")
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
each_route = pytest.mark.parametrize(("method", "path", "operation"), ROUTES)


def test_the_page_of_the_interface_is_the_interface() -> None:
    assert text_of(API) == as_markdown(DOCUMENT), "memsvc api-reference --markdown > docs/api.md"


def test_the_page_of_the_settings_is_the_settings() -> None:
    assert text_of(SETTINGS) == settings_page.as_markdown(), (
        "memsvc settings --markdown > docs/settings.md"
    )


def test_the_commands_print_the_pages() -> None:
    for arguments, page in ((["api-reference"], API), (["settings"], SETTINGS)):
        printed = CliRunner().invoke(commands, [*arguments, "--markdown"])
        assert printed.stdout == text_of(page)
    plain = CliRunner().invoke(commands, ["api-reference"])
    assert json.loads(plain.stdout) == DOCUMENT


@each_route
def test_a_route_is_on_the_page_under_its_own_heading(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    page = text_of(API)
    [section] = re.findall(
        rf"^### `{re.escape(f'{method.upper()} {path}')}`\n(.*?)(?=^##)",
        page,
        re.DOTALL | re.MULTILINE,
    )

    assert operation["description"] in section
    for parameter in operation.get("parameters", []):
        assert f"| `{parameter['name']}` | {parameter['in']} |" in section
    [curl] = [block for block in split(section)[0] if block.language == "sh"]
    words = shlex.split(curl.text)
    assert words[0] == "curl"
    assert "{" not in next(word for word in words if word.startswith("http"))


BODIES = [
    pytest.param(
        operation["requestBody"]["content"]["application/json"], id=f"{method.upper()} {path}"
    )
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if "requestBody" in operation
]


@pytest.mark.parametrize("body", BODIES)
def test_a_body_that_is_shown_is_one_that_is_taken(body: dict[str, Any]) -> None:
    schema = {**body["schema"], "components": DOCUMENT["components"]}
    shown = Examples(SCHEMAS).asked(body["schema"])

    assert [one.message for one in Draft202012Validator(schema).iter_errors(shown)] == []


def test_every_field_of_every_shape_is_on_the_page() -> None:
    page = text_of(API)
    rows = set(re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE))

    assert {name for shape in SCHEMAS.values() for name in shape.get("properties", {})} <= rows
    assert len(anchors(page)) > len(ROUTES)


def test_every_setting_is_on_the_page_with_its_meaning() -> None:
    page = text_of(SETTINGS)
    lines = list(described(Settings))
    for variable, meaning in zip(lines[::2], lines[1::2], strict=True):
        assert f"| `{variable.partition('=')[0]}` |" in page
        assert meaning.strip().replace("|", "\\|") in page


def test_no_secret_of_this_environment_gets_onto_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMSVC_ADMIN_KEY", "a-key-of-somebody")
    monkeypatch.setenv("MEMSVC_LLM__API_KEY", "another-key")
    printed = CliRunner().invoke(commands, ["settings", "--markdown"]).stdout

    assert printed == text_of(SETTINGS)


def test_every_error_code_is_documented() -> None:
    page = text_of(DOCS / "errors.md")
    codes = [one.code for one in vars(errors).values() if is_error(one)]

    assert [code for code in codes if f"| `{code}` |" not in page] == []


def is_error(thing: object) -> bool:
    return isinstance(thing, type) and issubclass(thing, MemsvcError)


def test_groups_of_settings_have_sections() -> None:
    groups = [
        str(field.description).removesuffix(".")
        for field in Settings.model_fields.values()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    ]

    assert groups
    assert all(f"\n## {group}\n" in text_of(SETTINGS) for group in groups)
