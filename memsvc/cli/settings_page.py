"""The settings as a page of the documentation, in Markdown, made from their own descriptions."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from memsvc.config import Settings

HEAD = """\
# Settings

Made by `memsvc settings --markdown` from the program itself; `memsvc settings` prints the same to
a terminal. Each is an environment variable; in a container it may be a file in `/run/secrets`,
named like its variable. Without any of them the service starts on 127.0.0.1 with SQLite. What can
be set for one agent, while the service runs, is another matter: [settings of an
agent](agents.md).

After a change of the model the service refuses to mix vectors of two models: run `memsvc reindex`,
which embeds everything anew, shows its progress and can be interrupted.

A variable that looks like a setting but is none is named by [`memsvc doctor`](doctor.md).
"""


def as_markdown() -> str:
    """The whole page; the same program always gives the same."""
    page = [HEAD, *_group("The service", Settings, "MEMSVC_")]
    for variable, field in _fields(Settings, "MEMSVC_"):
        if _is_group(field):
            title = str(field.description).removesuffix(".")
            page += _group(title, field.annotation, variable + "__")
    return "".join(page)


def _group(title: str, model: object, prefix: str) -> Iterator[str]:
    assert isinstance(model, type)
    assert issubclass(model, BaseModel)
    yield f"\n## {title}\n\n| variable | default | meaning |\n|---|---|---|\n"
    for variable, field in _fields(model, prefix):
        if not _is_group(field):
            yield f"| `{variable}` | {_default(field)} | {_meaning(field)} |\n"


def _fields(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        yield prefix + name.upper(), field


def _is_group(field: FieldInfo) -> bool:
    return isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)


def _default(field: FieldInfo) -> str:
    default = field.default
    shown = default.get_secret_value() if isinstance(default, SecretStr) else default
    if isinstance(shown, bool):
        shown = str(shown).lower()
    return "none" if shown is None or shown == "" else f"`{shown}`"


def _meaning(field: FieldInfo) -> str:
    said = str(field.description).replace("|", "\\|")
    values = field.annotation
    if isinstance(values, type) and issubclass(values, StrEnum):
        # Each value is told of in the description; which word is meant is told here.
        return f"{said} One of {', '.join(f'`{one}`' for one in values)}."
    return said
