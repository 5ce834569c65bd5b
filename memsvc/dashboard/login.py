"""Signing in by an API key, and out."""

from __future__ import annotations

import hmac
import re
import secrets
from hashlib import blake2b

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from memsvc.core.access import Permission, Role
from memsvc.dashboard import session
from memsvc.dashboard.links import HOME, next_page
from memsvc.dashboard.posted import posted
from memsvc.dashboard.render import moved, rendered
from memsvc.dashboard.security import is_https
from memsvc.dashboard.session import COOKIE
from memsvc.dashboard.state import desk, runtime_of
from memsvc.dashboard.visits import FOR_OPERATORS, STALE, TOKEN, pages
from memsvc.errors import StaleForm, TooManyRequests
from memsvc.operations.credentials import recognise

router = APIRouter(prefix=HOME, include_in_schema=False, route_class=pages(None))
signed_in = APIRouter(
    prefix=HOME, include_in_schema=False, route_class=pages(Permission.STATISTICS)
)

ASKED = "memsvc_login"
UNKNOWN = "This key is unknown, expired or revoked."
BUCKETS = 4096
_ASKED = re.compile(r"[0-9a-f]{32}")
_SALT = secrets.token_bytes(16)


@router.get("/login")
async def ask_for_key(request: Request) -> Response:
    """The form that asks for a key."""
    wanted = next_page(request.query_params.get("next", ""))
    if not desk(request).auth:
        return RedirectResponse(HOME, status_code=303)
    return _form(request, wanted)


@router.post("/login")
async def sign_in(request: Request) -> Response:
    """Begin a session with a key; one that is not for the dashboard is told why."""
    standing = desk(request)
    if not standing.auth:
        return RedirectResponse(HOME, status_code=303)
    _bound_attempts(request)
    fields = await posted(request)
    wanted = next_page(fields.get("next", ""))
    # Nobody is signed in yet, so the form is held against a cookie that only this browser has:
    # another site must not sign somebody in with a key of its own.
    asked = request.cookies.get(ASKED, "").encode()
    if not asked or not hmac.compare_digest(asked, fields.get(TOKEN, "").encode()):
        raise StaleForm(STALE)
    runtime = runtime_of(request)
    principal = await run_in_threadpool(recognise, runtime, fields.get("key", "").strip())
    if principal is None:
        return _form(request, wanted, UNKNOWN, 401)
    request.scope["key_id"] = principal.key_id
    if principal.role is Role.AGENT:
        return _form(request, wanted, FOR_OPERATORS, 403)
    response = RedirectResponse(wanted, status_code=303)
    response.set_cookie(
        COOKIE,
        session.begin(runtime, principal.key_id),
        max_age=int(session.LASTS.total_seconds()),
        path=HOME,
        secure=is_https(request),
        httponly=True,
        samesite="strict",
    )
    response.delete_cookie(ASKED, path=HOME)
    return response


@signed_in.post("/logout")
async def sign_out(request: Request) -> Response:
    """End the session in this browser."""
    response = moved("login", done="signed-out")
    response.delete_cookie(COOKIE, path=HOME, httponly=True, samesite="strict")
    return response


def _form(request: Request, wanted: str, wrong: str = "", status: int = 200) -> Response:
    # Two forms that are open in two tabs share one cookie.
    held = request.cookies.get(ASKED, "")
    asked = held if _ASKED.fullmatch(held) else secrets.token_hex(16)
    response = rendered(
        request, "login.html", status=status, asked=asked, wanted=wanted, wrong=wrong
    )
    response.set_cookie(
        ASKED, asked, path=HOME, secure=is_https(request), httponly=True, samesite="strict"
    )
    return response


def _bound_attempts(request: Request) -> None:
    """Bound tries per address, by one of so many buckets: addresses themselves are not kept."""
    address = request.client.host if request.client else ""
    digest = blake2b(address.encode(), key=_SALT, digest_size=8).digest()
    bucket = int.from_bytes(digest, "big") % BUCKETS
    try:
        desk(request).attempts.take(f"sign-in {bucket}")
    except TooManyRequests as error:
        raise TooManyRequests(
            "Too many tries to sign in from your address.", retry_after=error.retry_after
        ) from None
