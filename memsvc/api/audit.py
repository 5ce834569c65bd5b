"""Routes: the audit log of the tenant."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from memsvc.api.answers import Json
from memsvc.api.auth import call_of, guarded
from memsvc.api.problems import documented
from memsvc.api.wire.audit import AuditAnswer, AuditQuery, CheckpointAnswer
from memsvc.core.access import Permission
from memsvc.core.audit import Entry, content
from memsvc.core.canonical import encoded
from memsvc.operations.audit import read_audit, sign_checkpoint

router = APIRouter(prefix="/v1/audit", tags=["audit"], route_class=guarded(Permission.AUDIT))


@router.get("", response_model=AuditAnswer, responses=documented())
def list_records(request: Request, query: Annotated[AuditQuery, Query()]) -> Json:
    """List who did what in your tenant, oldest first, in a chain of digests.

    Records hold ids, numbers and codes, never content or identities.
    """
    call = call_of(request)
    page = read_audit(call.runtime, call.principal.tenant, query.after, query.limit, query.action)
    return Json({"records": [_record(one) for one in page.entries], "next_after": page.next_after})


@router.get("/checkpoint", response_model=CheckpointAnswer, responses=documented())
def read_checkpoint(request: Request) -> Json:
    """Sign where your tenant's audit log stands now."""
    call = call_of(request)
    signed = sign_checkpoint(call.runtime, call.principal.tenant)
    return Json(
        {
            **signed.content,
            "public_key": encoded(signed.public_key),
            "signature": encoded(signed.signature),
        }
    )


def _record(entry: Entry) -> dict[str, Any]:
    """An entry in the shape of `AuditRecord`."""
    covered = content(entry.record)
    del covered["tenant"]
    return covered | {"agent_id": entry.agent_id, "digest": entry.digest.hex()}
