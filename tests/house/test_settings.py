"""Every setting says what it does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import BaseModel

config = pytest.importorskip("memsvc.config")


def fields(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, str | None, bool]]:
    """Path, description and whether it must be given, of every setting and group of settings."""
    for name, field in model.model_fields.items():
        yield f"{path}{name}", field.description, field.is_required()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from fields(field.annotation, f"{path}{name}.")


SETTINGS = list(fields(config.Settings))


def test_groups_are_looked_into() -> None:
    assert "embedding.model" in {path for path, _, _ in SETTINGS}


@pytest.mark.parametrize(
    ("path", "description", "required"), SETTINGS, ids=[s[0] for s in SETTINGS]
)
def test_a_setting_is_described_and_has_a_default(
    path: str, description: str | None, required: bool
) -> None:
    assert description, path
    assert description.endswith("."), path
    assert not required, path


def test_the_environment_prefix_is_the_name_of_the_house() -> None:
    assert config.Settings.model_config["env_prefix"] == "MEMSVC_"
