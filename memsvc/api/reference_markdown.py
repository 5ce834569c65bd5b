"""The interface as a page of the documentation, in Markdown, made from the OpenAPI schema.

`api/reference` shows the same to browsers; this page can be read, searched and linked without a
running service, and a test keeps it current.
"""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Iterator
from typing import Any

from memsvc.api.reference_shapes import SHAPES, Examples, Schema, anchor, kind_of, title_of

HERE = "http://127.0.0.1:8080"
USUAL = {"401", "403", "413", "422", "429", "503", "507"}
"""Statuses of errors that nearly every route has; they are told once."""

HEAD = """\
# The HTTP interface

Made by `memsvc api-reference --markdown` from the OpenAPI schema, which a running service has at
`/openapi.json` (and for browsers at `/docs`). What it is for is told by the [guides](README.md).

- **Keys.** `Authorization: Bearer KEY` or `X-API-Key: KEY`. The key says whose data it is: a
  tenant, agents by a pattern, and a role. `agent` reads, writes and forgets memories of its
  agents; `viewer` reads figures; `operator` does all of that for all agents of the tenant,
  forgets people, exports and reads the audit log; `admin` makes keys, too. What belongs to others
  answers like what does not exist: 404.
- **Values.** JSON in and out. Times are RFC 3339 with an offset, and come back in UTC; scores are
  0 to 1, more is better. A field that a body does not know is refused.
- **Pages.** Lists answer a `next_cursor`; give it as `cursor` for what follows, until it is null.
- **Errors** are `application/problem+json` with a stable `code`: [errors](errors.md). Every route
  but the open ones may answer 401, 403, 413, 422, 429 and 503, and those that write 507 when the
  disk is full; the others are named.
- **Examples** show the least that a request may say, and answers with the objects inside
  shortened to their first fields.
"""


def as_markdown(schema: dict[str, Any]) -> str:
    """The page for an OpenAPI document; the same document always gives the same page."""
    return "".join(_lines(schema))


class _Page:
    """What the parts of one page have to know of each other."""

    def __init__(self, schema: Schema) -> None:
        self.groups = _by_tag(schema)
        self.shapes: Schema = schema["components"]["schemas"]
        self.examples = Examples(self.shapes)
        self.shown_at: dict[str, str] = {}
        """Where the example of an answer stands, by the shape of the answer."""
        used = Counter(_references(schema))
        bodies = (
            _body(operation)["$ref"]
            for routes in self.groups.values()
            for _, operation in routes
            if "$ref" in _body(operation)
        )
        self.inlined = {body.removeprefix(SHAPES) for body in bodies if used[body] == 1}
        """Shapes of bodies that are told of at the one route that takes them."""


def _lines(schema: dict[str, Any]) -> Iterator[str]:
    yield HEAD
    page = _Page(schema)
    groups = page.groups
    yield "\n| route | what it does |\n|---|---|\n"
    for tag, routes in groups.items():
        yield f"| **[{tag}](#{anchor(tag)})** | |\n"
        for title, operation in routes:
            told = _cell(operation["description"]).partition(". ")[0].removesuffix(".")
            yield f"| [`{title}`](#{anchor(title)}) | {told} |\n"
    for tag, routes in groups.items():
        yield f"\n## {tag.capitalize()}\n"
        for title, operation in routes:
            yield from _operation(title, operation, page)
    yield "\n## Shapes\n"
    for name, shape in page.shapes.items():
        if name not in page.inlined:
            yield f"\n### {title_of(name)}\n\n{shape.get('description', '')}\n"
            yield from _fields(shape)


def _by_tag(schema: dict[str, Any]) -> dict[str, list[tuple[str, Schema]]]:
    groups: dict[str, list[tuple[str, Schema]]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            group = groups.setdefault(operation["tags"][0], [])
            group.append((f"{method.upper()} {path}", operation))
    return groups


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from _references(inner)


def _body(operation: Schema) -> Schema:
    """The schema of a request's body; empty if it takes none."""
    content = operation.get("requestBody", {}).get("content", {})
    schema: Schema = content.get("application/json", {}).get("schema", {})
    return schema


def _operation(title: str, operation: Schema, page: _Page) -> Iterator[str]:
    yield f"\n### `{title}`\n\n{operation['description']}\n"
    parameters = operation.get("parameters", [])
    if parameters:
        yield "\n| parameter | in | type | meaning |\n|---|---|---|---|\n"
        for one in parameters:
            kind, meaning = kind_of(one["schema"]), _cell(_meaning(one["schema"] | one))
            yield f"| `{one['name']}` | {one['in']} | {kind} | {meaning} |\n"
    body = _body(operation)
    name = body.get("$ref", "").removeprefix(SHAPES)
    if name in page.inlined:
        yield f"\nBody: {page.shapes[name]['description']}\n"
        yield from _fields(page.shapes[name])
    elif body:
        yield f"\nBody: {kind_of(body)}\n"
    yield f"\n```sh\n{_curl(title, operation, page.examples)}\n```\n"
    for status, answer in operation["responses"].items():
        if status < "400":
            yield from _answer(status, answer, title, page)
    particular = [status for status in operation["responses"] if status >= "400"]
    particular = [status for status in particular if status not in USUAL]
    if particular:
        yield f"\nErrors of its own: {', '.join(particular)}.\n"


def _curl(title: str, operation: Schema, examples: Examples) -> str:
    """A command line; `$KEY` is the caller's. Query and headers are shown where they must be."""
    method, path = title.split(" ", 1)
    body = _body(operation)
    for one in operation.get("parameters", []):
        value = str(_first(one["schema"]))
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", value)
        elif one["in"] == "query" and one.get("required"):
            path += f"{'&' if '?' in path else '?'}{one['name']}={value}"
    plain = "POST" if body else "GET"
    url = HERE + path
    line = f"curl -s {'' if method == plain else f'-X {method} '}"
    line += shlex.quote(url) if "?" in url else url
    if "security" in operation:
        line += ' \\\n  -H "Authorization: Bearer $KEY"'
    if body:
        said = json.dumps(examples.asked(body), ensure_ascii=False)
        line += f" -H 'Content-Type: application/json' \\\n  -d {shlex.quote(said)}"
    return line


def _first(schema: Schema) -> Any:
    return (schema.get("examples") or [schema.get("default", "")])[0]


def _answer(status: str, answer: Schema, title: str, page: _Page) -> Iterator[str]:
    content = answer.get("content", {})
    if not content:
        yield f"\nAnswers {status} without a body.\n"
    for media, one in content.items():
        if media != "application/json":
            yield f"\nAnswers {status} as `{media}`.\n"
            continue
        yield f"\nAnswers {status}: {kind_of(one['schema'])}"
        at = page.shown_at.setdefault(kind_of(one["schema"]), title)
        if at != title:
            yield f", as shown at [`{at}`](#{anchor(at)}).\n"
            continue
        shown = json.dumps(page.examples.answered(one["schema"]), ensure_ascii=False, indent=2)
        yield f"\n\n```json\n{shown}\n```\n"


def _fields(shape: Schema) -> Iterator[str]:
    if "properties" not in shape:
        yield f"\n{kind_of(shape)}\n"
        return
    required = set(shape.get("required", []))
    yield "\n| field | type | meaning |\n|---|---|---|\n"
    for name, field in shape["properties"].items():
        must = " (required)" if name in required and "default" not in field else ""
        yield f"| `{name}` | {kind_of(field)}{must} | {_cell(_meaning(field))} |\n"


def _meaning(field: Schema) -> str:
    said = str(field.get("description", ""))
    default = field.get("default", field.get("schema", {}).get("default"))
    # What is empty when left out goes without saying.
    if default in (None, "", [], {}):
        return said
    return f"{said} Default: `{json.dumps(default, ensure_ascii=False)}`."


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
