"""Routes: API keys of the tenant."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from memsvc.api.answers import Json
from memsvc.api.auth import call_of, guarded
from memsvc.api.problems import documented
from memsvc.api.wire.keys import KeyBody, KeyList, NewKey
from memsvc.core.access import Permission
from memsvc.operations.credentials import KeyCard, issue_key, list_keys, revoke_key

router = APIRouter(prefix="/v1/keys", tags=["keys"], route_class=guarded(Permission.KEYS))


@router.post("", status_code=201, response_model=NewKey, responses=documented(507))
def make_key(body: KeyBody, request: Request) -> Json:
    """Make a key in your tenant. The answer is the only place that ever shows it."""
    call = call_of(request)
    card, value = issue_key(
        call.runtime,
        call.principal.tenant,
        body.role,
        name=body.name,
        agent_pattern=body.agents,
        expires_at=body.expires_at,
        actor=call.principal.key_id,
    )
    return Json(_card(card) | {"key": value}, status_code=201)


@router.get("", response_model=KeyList, responses=documented())
def show_keys(request: Request) -> Json:
    """List your tenant's living keys, oldest first."""
    call = call_of(request)
    return Json({"keys": [_card(one) for one in list_keys(call.runtime, call.principal.tenant)]})


@router.delete(
    "/{key_id}", status_code=204, response_class=Response, responses=documented(404, 507)
)
def end_key(
    key_id: Annotated[
        str, Path(description="The key's id.", pattern=r"^[0-9a-f]{1,64}$", examples=["9f1c"])
    ],
    request: Request,
) -> Response:
    """Revoke a key at once. The tenant's last admin key cannot be revoked."""
    call = call_of(request)
    principal = call.principal
    revoke_key(call.runtime, principal.tenant, key_id, actor=principal.key_id)
    request.app.state.recognised.clear()
    return Response(status_code=204)


def _card(card: KeyCard) -> dict[str, Any]:
    return {
        "id": card.key_id,
        "role": card.role,
        "agents": card.agent_pattern,
        "name": card.name,
        "created_at": card.created_at,
        "expires_at": card.expires_at,
    }
