"""Failures as pages: what is wrong, and what can be done about it."""

from __future__ import annotations

import math

from fastapi import Request
from starlette.responses import Response

from memsvc.dashboard.links import address
from memsvc.dashboard.render import rendered
from memsvc.errors import MemsvcError

REMEDIES = {
    404: "It may have been erased meanwhile, or belong to another tenant.",
    409: "Go back, look at it as it stands now, and decide again.",
    412: "Somebody changed it meanwhile: go back and look at it as it stands now.",
    422: "Go back, mend what is named above, and send it again.",
    429: "Wait a moment and load the page again.",
    500: "The logs know more under the request's id, below.",
    503: "Wait a moment and load the page again.",
    507: "Nothing was changed. Make room on the disk, then send it again.",
}


def failed(request: Request, error: MemsvcError) -> Response:
    """The page of a deliberate error."""
    if "hx-request" in request.headers and request.method == "GET":
        # A part of a page was asked for: load the whole, which tells what is wrong.
        return Response(headers={"HX-Redirect": address(request)})
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    response = rendered(
        request,
        "error.html",
        status=error.status,
        error=error,
        remedy=REMEDIES.get(error.status, ""),
        request_id=request.scope.get("request_id", ""),
    )
    response.headers.update(headers)
    return response
