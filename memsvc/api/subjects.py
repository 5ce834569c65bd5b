"""Routes: rights of a person next to erasure, for operators and admins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import StreamingResponse

from memsvc.api.answers import Json
from memsvc.api.auth import call_of, guarded
from memsvc.api.problems import documented
from memsvc.api.wire.subjects import (
    AliasesAnswer,
    AliasesBody,
    CorrectionWire,
    LookupAnswer,
    ReadmitAnswer,
    RectifyAnswer,
    RectifyBody,
    RestrictAnswer,
    RestrictBody,
    SubjectBody,
    SubjectExportBody,
)
from memsvc.core.access import Permission
from memsvc.core.memory import Behavior, Fact
from memsvc.core.subject_page import POLICY
from memsvc.operations.subjects.alias import Registration, look_up, register
from memsvc.operations.subjects.collect import Collection, collect
from memsvc.operations.subjects.export_subject import as_lines, as_page
from memsvc.operations.subjects.readmit import readmit
from memsvc.operations.subjects.rectify import Correction, rectify
from memsvc.operations.subjects.restrict import lift, restrict
from memsvc.runtime import Safe

router = APIRouter(
    prefix="/v1/subjects", tags=["subjects"], route_class=guarded(Permission.SUBJECTS)
)

JSON_LINES, PAGE = "application/x-ndjson", "text/html"
_FORMS: dict[str, tuple[str, Callable[[Safe, Collection], Iterator[bytes]]]] = {
    "jsonl": (JSON_LINES, as_lines),
    "html": (f"{PAGE}; charset=utf-8", as_page),
}
_COPY: dict[str, Any] = {
    "description": "The copy, as a download. Without its last line (`end`), or the end of the "
    "page, it was cut off.",
    "content": {
        JSON_LINES: {"schema": {"type": "string"}},
        PAGE: {"schema": {"type": "string"}},
    },
}


@router.post("/aliases", response_model=AliasesAnswer, responses=documented(409, 507))
def register_aliases(body: AliasesBody, request: Request) -> Json:
    """Register that identities and names mean one person, in all agents of your tenant.

    From then on a request that gives any of them means all. Forgetting the person lets the
    registration go. 409 where the identities belong to several registered people, unless `merge`.
    """
    call = call_of(request)
    said = Registration(body.subject_id, body.aliases, body.names, body.remove, body.merge)
    known = register(call.runtime, call.principal.tenant, call.principal.key_id, said)
    return Json({"identities": len(known.identities), "names": len(known.names)})


@router.post("/lookup", response_model=LookupAnswer, responses=documented())
def look_up_subject(body: SubjectBody, request: Request) -> Json:
    """Read by which identities and names a person is known, and whether they are restricted."""
    call = call_of(request)
    known = look_up(call.runtime, call.principal.tenant, body.subject_id)
    return Json(
        {
            "subject_ids": known.identities,
            "names": known.names,
            "restriction_id": known.restriction,
        }
    )


@router.post(
    "/export",
    response_class=StreamingResponse,
    responses={200: _COPY, **documented(507)},
)
def export_subject(body: SubjectExportBody, request: Request) -> StreamingResponse:
    """Download everything that is held from and about a person, for them (GDPR Art. 15 and 20).

    Whatever its status, restricted or superseded, with earlier versions, with what was derived from
    it and the sources of each; but not what an erasure under way is to erase. Somebody who is
    unknown gets an empty copy of the same form. Derived memories may speak of others, too: read
    before you hand it out.
    """
    call = call_of(request)
    principal = call.principal
    collection = collect(
        call.runtime, principal.tenant, principal.key_id, body.subject_id, body.agent_id
    )
    media_type, written = _FORMS[body.format]
    name = f"subject-{collection.about.made_at.date().isoformat()}.{body.format}"
    return StreamingResponse(
        written(call.runtime, collection),
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": f"{POLICY}; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@router.post("/rectify", response_model=RectifyAnswer, responses=documented(507))
def rectify_memories(body: RectifyBody, request: Request) -> Json:
    """Put memories right and erase for good what they said before (GDPR Art. 16).

    Unlike a change of a memory no earlier version is kept: on the answer its key is destroyed. What
    was derived from it is quarantined, since it may say the same, and the old wording is not taken
    in again when it is replayed. Restricted memories can be put right, too.
    """
    call = call_of(request)
    corrections = [
        Correction(one.agent_id, one.memory_id, _values(one)) for one in body.corrections
    ]
    principal = call.principal
    done = rectify(call.runtime, principal.tenant, principal.key_id, corrections)
    return Json(
        {
            "results": [
                {
                    "agent_id": one.agent_id,
                    "memory_id": one.memory_id,
                    "status": "rectified" if was_there else "not_found",
                }
                for one, was_there in zip(corrections, done, strict=True)
            ]
        }
    )


def _values(wire: CorrectionWire) -> dict[str, Any]:
    """The fields that were given, as a memory holds them."""
    values: dict[str, Any] = {
        "content": wire.content,
        "speaker": wire.speaker,
        "metadata": wire.metadata,
        "tags": tuple(wire.tags),
        "fact": wire.fact and Fact(**wire.fact.model_dump()),
        "behavior": wire.behavior and Behavior(**wire.behavior.model_dump()),
    }
    return {name: value for name, value in values.items() if name in wire.model_fields_set}


@router.post("/restrict", response_model=RestrictAnswer, responses=documented(507))
def restrict_subject(body: RestrictBody, request: Request) -> Json:
    """Restrict what is held of a person, or lift that (GDPR Art. 18).

    From the answer on nobody is shown any of it: it is kept, exported for the person, and can be
    put right. It holds for what there is: repeat it to extend it to what was written since. An
    erasure of the same person waits for the restriction to be lifted.
    """
    call = call_of(request)
    tenant, actor = call.principal.tenant, call.principal.key_id
    if body.restricted:
        result = restrict(call.runtime, tenant, actor, body.subject_id, body.reason)
    else:
        result = lift(call.runtime, tenant, actor, body.subject_id)
    return Json({"restricted": result.restricted, "memories": result.memories, "id": result.id})


@router.post("/readmit", response_model=ReadmitAnswer, responses=documented(507))
def readmit_subject(body: SubjectBody, request: Request) -> Json:
    """Let what was forgotten of a person be written again, once they have consented anew.

    Takes down the tombstones that answer `suppressed`. An erasure lets aliases go: give each
    identity that the transcript names.
    """
    call = call_of(request)
    tenant, actor = call.principal.tenant, call.principal.key_id
    return Json({"lifted": readmit(call.runtime, tenant, actor, body.subject_id)})
