"""Errors as a model, and who reads over its shoulder, can act on them."""

from __future__ import annotations

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import ValidationError

from memsvc.client import MemsvcError, Refused, errors

MEND = "Mend the arguments and call again."

REMEDIES: dict[type[MemsvcError], str] = {
    errors.NotReached: "Start it, or set MEMSVC_URL to where it runs.",
    errors.UnexpectedAnswer: "Set MEMSVC_URL to the address of a memsvc service.",
    errors.Unauthenticated: "Set MEMSVC_API_KEY; `memsvc keys create --role agent` makes a key.",
    errors.Forbidden: "A key of role agent, operator or admin is needed.",
    errors.NotFound: "Check the id, and that the key is for this agent.",
    errors.RateLimited: "Call less often.",
    errors.InvalidRequest: MEND,
}

NAME_SHOWN = 64
"""Characters of an argument's name: it may be one that the caller made up."""


def tool_error(error: MemsvcError) -> ToolError:
    """What a failed call is to a model: what happened, and what to do about it."""
    told = error.detail if isinstance(error, Refused) else str(error)
    kinds = (REMEDIES[kind] for kind in type(error).__mro__ if kind in REMEDIES)
    ended = told if told.endswith((".", "?", "!")) else f"{told}."
    return ToolError(" ".join([ended, *list(kinds)[:1]]))


def key_error(error: ValueError) -> ToolError:
    """What a key that is none is to a caller."""
    return ToolError(f"{error} {REMEDIES[errors.Unauthenticated]}")


def header_error(header: str, argument: str) -> ToolError:
    """What a header is to a caller that may be read in two ways."""
    return ToolError(f"The header {header} is not plain ASCII: leave it out, and give {argument}.")


def half_done(error: MemsvcError, first: int, erased: int, missing: int) -> ToolError:
    """What an error is that ends a deletion of several: how far it came, in numbers alone."""
    if not first:
        return tool_error(error)
    return ToolError(
        f"{tool_error(error)} Before that the first {first} of memory_ids were dealt with: "
        f"{erased} erased for good, {missing} not found. Call again with the others."
    )


def argument_error(error: ValidationError) -> ToolError:
    """What arguments are to a model that do not fit: which, and why; never what was in them."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    told = "; ".join(_told(one["type"], one["loc"], one["msg"]) for one in found)
    return ToolError(f"{told}. {MEND}")


def _told(kind: str, place: tuple[int | str, ...], rule: str) -> str:
    name = ".".join(str(step) for step in place)
    shown = "".join(one if one.isprintable() else "?" for one in name)[:NAME_SHOWN]
    if kind == "missing":
        return f"{shown} is missing"
    if kind == "extra_forbidden":
        return f"{shown} is not an argument of this tool"
    return f"{shown}: {rule[:1].lower()}{rule[1:]}"
