"""What is held about a person as one HTML page: for reading, on a phone too, and for printing.

The page comes in pieces, one after the other, and needs nothing from elsewhere. Whatever somebody
stored is text in it: every value is escaped, and the page forbids itself scripts, images, forms and
everything else but its own style.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from html import escape

from memsvc.core.memory import Json, Memory
from memsvc.core.subject import About, Earlier, Held, Relation

STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1rem;
overflow-wrap:anywhere}
h2{margin:2.5rem 0 0;border-bottom:2px solid #8888}h3{margin:1.5rem 0 .5rem}
article{border:1px solid #8886;border-radius:8px;padding:.6rem .8rem;margin:.6rem 0}
article:target{outline:3px solid #48f}
.said{white-space:pre-wrap;margin:.3rem 0;font-size:1.05rem}
.told,dt{opacity:.75;font-size:.875rem}.told{margin:0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:0 .8rem;margin:.3rem 0}dd{margin:0}
blockquote{margin:.4rem 0;padding-left:.8rem;border-left:3px solid #8886}
@media (max-width:30rem){dl{display:block}dd{margin-left:.8rem}}
@media print{body{max-width:none;font-size:11pt}article{break-inside:avoid}nav{display:none}}
"""
_STYLE_DIGEST = base64.b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; base-uri 'none'; form-action 'none'"
)
"""The content security policy of the page, in its head and for the header beside it."""

AGENT_END = "</section>\n"

_RELATION = {
    Relation.FROM: "from this person",
    Relation.ABOUT: "about this person",
    Relation.DERIVED: "derived from what this person said or what was said of them",
}
# What an HTML document may not hold.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


def head(about: About, agents: Sequence[str]) -> str:
    """The page down to the first agent."""
    known = [*_row("Identities", about.identities), *_row("Names", about.names)]
    counts = about.counts
    scope = "" if about.agent_id is None else f" by the agent {_own(about.agent_id)}"
    links = "".join(
        f'<li><a href="#agent-{place}">{_own(one)}</a></li>' for place, one in enumerate(agents)
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_text(POLICY)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">'
        f"<title>What is held about a person</title><style>{STYLE}</style></head>\n<body>"
        "<h1>What is held about a person</h1>\n"
        f"<p>Everything that is remembered{scope} from or about this person, as of "
        f"{_moment(about.made_at)}.</p>\n<dl>{''.join(known)}"
        f"<dt>Memories</dt><dd>{counts['memories']}: {counts['from']} from them, "
        f"{counts['about']} about them, {counts['derived']} derived from these</dd></dl>\n"
        f"<nav><ul>{links}</ul></nav>\n"
    )


def agent_head(place: int, agent_id: str) -> str:
    """Where the memories of an agent begin; `place` is its number on the page."""
    return f'<section id="agent-{place}"><h2>Agent {_own(agent_id)}</h2>\n'


def day_head(day: date) -> str:
    """Where the memories of a day begin."""
    told = f"{day.strftime('%A')}, {day.isoformat()}"
    return f'<h3><time datetime="{day.isoformat()}">{told}</time></h3>\n'


def article(place: int, one: Held) -> str:
    """One memory, which others on the page can be led to."""
    memory = one.memory
    return (
        f'<article id="{_anchor(place, memory.id)}">'
        f'<p class="told">{_moment(one.happened)} · {_text(_who(memory))} · {memory.kind} · '
        f"{memory.status} · trust {memory.trust}{' · restricted' if one.restricted else ''}</p>"
        f'<p class="said" dir="auto">{_text(memory.content)}</p>'
        f'<p class="told">{_RELATION[one.relation]}</p>'
        f"<dl>{''.join(_details(place, one))}</dl>"
        f"{''.join(map(_earlier, one.history))}</article>\n"
    )


def end(memories: int) -> str:
    """The end of the page: without it the page was cut off."""
    return f'<footer><p class="told">End: {memories} memories.</p></footer></body></html>\n'


def _details(place: int, one: Held) -> Iterator[str]:
    memory = one.memory
    yield from _row("From", [memory.user_id] if memory.user_id else [])
    yield from _row("About", memory.subject_ids)
    yield from _row("Session", [memory.session_id] if memory.session_id else [])
    yield from _worded(memory)
    sources = [_source(place, id_, linked=id_ in one.derived_from) for id_ in memory.source_ids]
    yield from _raw("Derived from", sources)
    yield from _times(one)
    yield from _raw("Id", [f"<code>{_text(memory.id)}</code>"])


def _worded(memory: Memory) -> Iterator[str]:
    """What a version of a memory says beside its content."""
    if memory.fact is not None:
        fact = memory.fact
        yield from _row("Fact", [fact.subject, fact.predicate, fact.object])
    if memory.behavior is not None:
        yield from _row("Behavior", [memory.behavior.name, memory.behavior.instruction])
    yield from _row("Tags", memory.tags)
    if memory.metadata:
        yield from _row("Further", [_json(memory.metadata)])


def _times(one: Held) -> Iterator[str]:
    memory = one.memory
    for name, moment in (
        ("Recorded", memory.created_at),
        ("Changed", memory.updated_at if memory.version > 1 else None),
        ("Last used", memory.last_used_at),
        ("True from", memory.valid_from),
        ("True until", memory.valid_to),
        ("Superseded", one.memory.superseded_at),
        ("Erased on", memory.expires_at),
    ):
        if moment is not None:
            yield from _raw(name, [_moment(moment)])


def _earlier(past: Earlier) -> str:
    memory = past.memory
    return (
        f'<blockquote><p class="told">Until {_moment(past.superseded_at)} it said</p>'
        f'<p class="said" dir="auto">{_text(memory.content)}</p>'
        f"<dl>{''.join(_worded(memory))}</dl></blockquote>"
    )


def _source(place: int, memory_id: str, *, linked: bool) -> str:
    if not linked:
        return f"<code>{_text(memory_id)}</code>"
    return f'<a href="#{_anchor(place, memory_id)}"><code>{_text(memory_id)}</code></a>'


def _anchor(place: int, memory_id: str) -> str:
    # Two agents may have memories of the same id.
    return _text(f"m{place}.{memory_id}")


def _who(memory: Memory) -> str:
    said = memory.speaker or memory.user_id or "nobody in particular"
    return f"{said} ({memory.role})" if memory.role else said


def _row(name: str, values: Iterable[str]) -> Iterator[str]:
    return _raw(name, map(_own, values))


def _raw(name: str, values: Iterable[str]) -> Iterator[str]:
    """A line of the list of details; none without values, which are HTML already."""
    shown = ", ".join(values)
    if shown:
        yield f"<dt>{name}</dt><dd>{shown}</dd>"


def _own(value: str) -> str:
    """A value whose direction of writing stays its own affair."""
    return f"<bdi>{_text(value)}</bdi>"


def _text(value: str) -> str:
    return escape(_NO_TEXT.sub("\ufffd", value), quote=True)


def _json(value: Mapping[str, Json]) -> str:
    return json.dumps(dict(value), ensure_ascii=False)


def _moment(moment: datetime) -> str:
    return f'<time datetime="{moment.isoformat()}">{moment.strftime("%Y-%m-%d %H:%M")} UTC</time>'
