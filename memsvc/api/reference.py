"""Route: the interface described, as one plain page made from the OpenAPI schema.

The usual viewers load their scripts from elsewhere on the internet; this page needs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

router = APIRouter()

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code{background:#8882;border-radius:4px;padding:0 .3em}h2{margin-top:2.5rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;
border-top:1px solid #8884;padding:.3rem .6rem .3rem 0}:root{color-scheme:light dark}
"""


@router.get("/docs", include_in_schema=False)
def docs(request: Request) -> HTMLResponse:
    """Every route and every field. Needs no key."""
    return HTMLResponse("".join(_page(request.app.openapi())))


def _page(schema: dict[str, Any]) -> Iterator[str]:
    info = schema["info"]
    yield f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(info['title'])}</title>"
    yield f"<meta name=viewport content='width=device-width'><style>{STYLE}</style>"
    yield f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>"
    yield f"<p>{escape(info['description'])} For machines: <a href=/openapi.json>openapi.json</a>."
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            yield from _operation(method, path, operation)
    yield "<h1>Shapes</h1>"
    for name, shape in schema["components"]["schemas"].items():
        yield f"<h2 id={escape(name)}>{escape(name)}</h2><p>{escape(shape.get('description', ''))}"
        yield from _fields(shape.get("properties", {}).items())


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
    yield f"<p>{escape(operation.get('description', operation.get('summary', '')))}"
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body:
        yield f"<p>Body: {_kind(body['schema'])}"
    for status, answer in operation["responses"].items():
        content = answer.get("content", {}).get("application/json")
        if content and content.get("schema"):
            yield f"<p>{escape(status)}: {_kind(content['schema'])}"
    parameters = operation.get("parameters", [])
    yield from _fields((one["name"], one["schema"] | one) for one in parameters)


def _fields(fields: Any) -> Iterator[str]:
    rows = [
        f"<tr><td><code>{escape(name)}</code><td>{_kind(field)}"
        f"<td>{escape(field.get('description', ''))}"
        for name, field in fields
    ]
    if rows:
        yield f"<table><tr><th>field<th>type<th>meaning{''.join(rows)}</table>"


def _kind(field: dict[str, Any]) -> str:
    """What a value is, with a link to its shape."""
    if "$ref" in field:
        name = escape(field["$ref"].rsplit("/", 1)[-1])
        return f"<a href=#{name}>{name}</a>"
    if "anyOf" in field:
        return " or ".join(_kind(one) for one in field["anyOf"])
    if "enum" in field:
        return ", ".join(f"<code>{escape(str(one))}</code>" for one in field["enum"])
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}))}"
    return escape(str(field.get("format") or field.get("type") or "any"))
