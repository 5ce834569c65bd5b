"""A file of dialogs, in whichever of the known forms it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from memsvc.bench.client import LoadFailed
from memsvc.bench.retrieval import locomo, longmemeval
from memsvc.bench.retrieval.dialogs import Corpus

Form = tuple[str, frozenset[str], Callable[[Sequence[Any]], Corpus]]

FORMS: tuple[Form, ...] = (
    (locomo.NAME, locomo.KEYS, locomo.corpus),
    (longmemeval.NAME, longmemeval.KEYS, longmemeval.corpus),
)


def read(path: Path) -> Corpus:
    """The dialogs of a file with at least one question that has evidence.

    Raises LoadFailed, with what to do, for a file that cannot be read or is in no known form.
    """
    entries = _entries(path)
    for name, keys, corpus in FORMS:
        if keys <= entries[0].keys():
            try:
                found = corpus(entries)
            except ValidationError as error:
                raise LoadFailed(f"{path} looks like {name}, but {_first(error)}") from error
            except ValueError as error:
                raise LoadFailed(f"{path} looks like {name}, but {error}") from error
            if not found.questions:
                raise LoadFailed(f"{path} asks nothing whose evidence is among its turns")
            return found
    raise _unknown(path, "its first entry has other keys")


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        entries = orjson.loads(path.read_bytes())
    except OSError as error:
        raise LoadFailed(f"{path} cannot be read ({error.strerror}); check the path") from error
    except orjson.JSONDecodeError as error:
        raise _unknown(path, f"it is no JSON ({error})") from error
    if not isinstance(entries, list) or not entries:
        raise _unknown(path, "it is no list with entries")
    if not all(isinstance(entry, dict) for entry in entries):
        raise _unknown(path, "its entries are no objects")
    return entries


def _unknown(path: Path, reason: str) -> LoadFailed:
    known = "; or ".join(f"{name}, a list of {{{', '.join(sorted(k))}}}" for name, k, _ in FORMS)
    return LoadFailed(f"{path} is in no known form: {reason}. Give a file of {known}")


def _first(error: ValidationError) -> str:
    one = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, one['loc']))}: {one['msg']}"
