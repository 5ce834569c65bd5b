"""Who comes in: from a cookie to a principal, from a principal to pages, at every request anew."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from memsvc.core.access import Permission, Principal, Role, Scope
from memsvc.dashboard import session
from memsvc.dashboard.failures import failed
from memsvc.dashboard.links import link, next_page, place
from memsvc.dashboard.posted import Form, posted
from memsvc.dashboard.security import HEADERS, check_host, check_origin
from memsvc.dashboard.session import COOKIE, Session
from memsvc.dashboard.state import desk, runtime_of
from memsvc.errors import Forbidden, InvalidRequest, MemsvcError, NotFound, StaleForm, WrongMethod
from memsvc.operations.credentials import still_good
from memsvc.operations.start import DEFAULT_TENANT
from memsvc.runtime import Runtime

NOBODY_ASKED = Principal("no-auth", DEFAULT_TENANT, Role.ADMIN)
"""Everybody, when authentication is off."""
FOR_OPERATORS = (
    "This key belongs to an agent. The dashboard is for people: sign in with a viewer, operator "
    "or admin key."
)
STALE = "The form is of another session. Open the page again and repeat what you did."
READS = frozenset({"GET", "HEAD"})
WRONG_METHOD = "Open the page of this address, where it has one, and go on from there."
TOKEN = "token"  # noqa: S105 - the name of a field

Answer = Callable[[Request], Coroutine[Any, Any, Response]]


class SignedOut(Exception):
    """There is no session, or the key behind it is expired or revoked."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request that was let in; `form` is what was posted."""

    request: Request
    runtime: Runtime
    principal: Principal
    session: Session
    agent: Scope | None
    form: Form

    @property
    def scope(self) -> Scope:
        """The agent of the path, in the tenant of the key."""
        assert self.agent is not None, "the route names an agent"
        return self.agent

    def may(self, permission: str) -> bool:
        """Whether the key may do this."""
        return self.principal.may(Permission(permission))


def visit_of(request: Request) -> Visit:
    """What the guard of the route found."""
    visit = request.scope["visit"]
    assert isinstance(visit, Visit)
    return visit


class _Route(APIRoute):
    """A route that answers HEAD where it answers GET, and with a page what it does not answer."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        super().__init__(path, endpoint, **more)
        if self.methods and "GET" in self.methods:
            self.methods.add("HEAD")

    async def handle(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        try:
            await super().handle(scope, receive, send)
        except HTTPException as error:  # the one that is raised before all else
            response = failed(Request(scope), WrongMethod(WRONG_METHOD))
            response.headers.update(error.headers or {})
            await _dressed(response)(scope, receive, send)


def pages(permission: Permission | None) -> type[APIRoute]:
    """A route whose answers are pages, failures included; None lets everybody in.

    Checks, in this order: where a change comes from, who is signed in, what the key may do, which
    agents it sees, and that a form is of this very session.
    """

    class Page(_Route):
        def get_route_handler(self) -> Answer:
            answer = super().get_route_handler()

            async def guard(request: Request) -> Response:
                try:
                    await _enter(request, permission)
                    response = await answer(request)
                except SignedOut:
                    response = sign_in_first(request)
                except MemsvcError as error:
                    response = failed(request, error)
                except RequestValidationError:
                    response = failed(request, InvalidRequest("The address is not one of a page."))
                except Exception as error:  # noqa: BLE001 - whatever it is, people get a page
                    request.scope["failure"] = error  # for the log
                    response = failed(request, MemsvcError("Something broke in the service."))
                return _dressed(response)

            return guard

    return Page


def _dressed(response: Response) -> Response:
    """A page with what browsers are told about every page."""
    response.headers.update(HEADERS)
    response.headers["Cache-Control"] = "no-store"
    return response


async def _enter(request: Request, permission: Permission | None) -> None:
    standing = desk(request)
    changes = request.method not in READS
    if not standing.auth:
        check_host(request)
    if changes:
        check_origin(request)
    if permission is None:
        return
    runtime = runtime_of(request)
    principal, found = await _signed_in(request, runtime, auth=standing.auth)
    request.scope["key_id"] = principal.key_id
    if standing.auth:
        standing.rate.take(principal.key_id)
    form = Form()
    request.scope["visit"] = Visit(request, runtime, principal, found, None, form)
    if principal.role is Role.AGENT:
        raise Forbidden(FOR_OPERATORS)
    if not principal.may(permission):
        raise Forbidden(f"A key of role {principal.role} may not see this: ask for one of another.")
    agent = _agent(request, principal)
    if changes:
        form = await posted(request)
        if not found.sent(form.get(TOKEN, "")):
            raise StaleForm(STALE)
    request.scope["visit"] = Visit(request, runtime, principal, found, agent, form)


async def _signed_in(
    request: Request, runtime: Runtime, *, auth: bool
) -> tuple[Principal, Session]:
    if not auth:
        return NOBODY_ASKED, session.without_keys(runtime, NOBODY_ASKED.key_id)
    found = session.read(runtime, request.cookies.get(COOKIE, ""), runtime.clock.now())
    if found is None:
        raise SignedOut
    principal = await run_in_threadpool(still_good, runtime, found.key_id)
    if principal is None:
        raise SignedOut
    return principal, found


def _agent(request: Request, principal: Principal) -> Scope | None:
    agent_id = request.path_params.get("agent_id")
    if agent_id is None:
        return None
    if not principal.sees(agent_id) or not agent_id.isprintable():
        raise NotFound("No such agent, or not one this key may use.")
    return Scope(principal.tenant, agent_id)


def sign_in_first(request: Request) -> Response:
    """To the page that asks for a key, and from there back to where it was wanted.

    Without its query: that would stand in one more address.
    """
    wanted = next_page(place(request)) if request.method in READS else None
    there = link("login", next=wanted)
    if "hx-request" in request.headers:
        # What was asked for is a part of a page: the whole of it has to change.
        return Response(status_code=200, headers={"HX-Redirect": there})
    return RedirectResponse(there, status_code=303)
