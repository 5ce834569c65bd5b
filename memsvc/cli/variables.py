"""The variables that settings are read from, and what they say of themselves."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, SecretStr


def variables(model: type[BaseModel], prefix: str = "MEMSVC_") -> Iterator[str]:
    """Every variable a setting is read from; a group of settings has one of its own, too."""
    for name, field in model.model_fields.items():
        variable = prefix + name.upper()
        yield variable
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from variables(field.annotation, variable + "__")


def described(model: type[BaseModel], prefix: str = "MEMSVC_") -> Iterator[str]:
    """Every setting as lines of text: variable, default, meaning."""
    for name, field in model.model_fields.items():
        variable = prefix + name.upper()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from described(field.annotation, variable + "__")
            continue
        default = field.default
        shown = default.get_secret_value() if isinstance(default, SecretStr) else default
        yield f"{variable}={shown}"
        yield f"    {field.description}"
