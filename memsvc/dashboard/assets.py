"""Scripts and styles, shipped with the package: the dashboard asks nothing of the internet."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files

from fastapi import APIRouter, Request
from starlette.responses import Response

from memsvc.dashboard.security import HEADERS
from memsvc.errors import NotFound

router = APIRouter(prefix="/dashboard/static", include_in_schema=False)

MEDIA_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
FOREVER = "public, max-age=31536000, immutable"
_STATIC = files(__package__) / "static"
ASSETS = {
    f"{folder}{entry.name}": entry.read_bytes()
    for folder in ("", "vendor/")
    for entry in (_STATIC / folder if folder else _STATIC).iterdir()
    if entry.name.rpartition(".")[2] in MEDIA_TYPES
}
_STAMPS = {name: sha256(content).hexdigest()[:12] for name, content in ASSETS.items()}


def asset(name: str) -> str:
    """Where a browser gets a file; another version of it has another address."""
    return f"/dashboard/static/{name}?v={_STAMPS[name]}"


@router.get("/{name:path}")
async def read_asset(name: str, request: Request) -> Response:
    """One file. Needs no session: it says nothing of anybody."""
    content = ASSETS.get(name)
    if content is None:
        raise NotFound("No such file.")
    is_current = request.query_params.get("v") == _STAMPS[name]
    return Response(
        content,
        media_type=f"{MEDIA_TYPES[name.rpartition('.')[2]]}; charset=utf-8",
        headers={**HEADERS, "Cache-Control": FOREVER if is_current else "no-cache"},
    )
