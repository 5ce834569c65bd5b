"""Pages from templates. Everything is escaped unless a template of ours made it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse

import memsvc
from memsvc.dashboard import words
from memsvc.dashboard.assets import asset
from memsvc.dashboard.links import here, link
from memsvc.dashboard.notices import NOTICES

TEMPLATES = Environment(
    loader=PackageLoader("memsvc.dashboard", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
TEMPLATES.globals.update(asset=asset, link=link, version=memsvc.__version__)
TEMPLATES.filters.update(
    number=words.number,
    counted=words.counted,
    size=words.size,
    share=words.share,
    plain=words.plain,
    spell=words.spell,
    span=words.span,
    instant=words.instant,
    ago=words.ago,
)


def rendered(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page; `visit` is None on those that are seen without a session."""
    visit = request.scope.get("visit")
    now = visit.runtime.clock.now() if visit is not None else datetime.min.replace(tzinfo=UTC)
    text = TEMPLATES.get_template(template).render(
        visit=visit,
        csrf=visit.session.token if visit is not None else "",
        now=now,
        path=here(request),
        notice=NOTICES.get(request.query_params.get("done", "")),
        **values,
    )
    return HTMLResponse(text, status_code=status)


def moved(*steps: str, done: str = "", **query: object) -> RedirectResponse:
    """To another page after something was done; `done` names one of the notices shown there."""
    assert not done or done in NOTICES, done
    return RedirectResponse(link(*steps, done=done, **query), status_code=303)
