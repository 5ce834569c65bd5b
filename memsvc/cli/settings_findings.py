"""What is wrong with the settings themselves: values, contradictions, variables nobody reads."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator

from pydantic import ValidationError
from pydantic_settings import SettingsError

from memsvc.app import check_exposure
from memsvc.cli.variables import variables
from memsvc.config import SECRETS, EmbeddingBackend, Pgvector, Settings
from memsvc.core.finding import Finding, failure, ok, warning
from memsvc.errors import StartupError
from memsvc.operations.backup import SHORTEST_PASSPHRASE
from memsvc.operations.credentials import MIN_LENGTH
from memsvc.store.kinds import is_postgres

SETTINGS = "settings"
PREFIX = "MEMSVC_"

NOT_SETTINGS = {"MEMSVC_KEY"}
"""Read by commands that speak to a server."""

FOR_TESTS = "MEMSVC_TEST_"

SEE = "See `memsvc settings`."


def unusable(error: ValidationError | SettingsError) -> list[Finding]:
    """Why the settings could not be read, without the values."""
    if isinstance(error, SettingsError):
        # Its text names the field, and its cause the value.
        return [failure(SETTINGS, "a group of settings is no JSON", SEE)]
    found = []
    for one in error.errors(include_input=False, include_url=False, include_context=False):
        variable = PREFIX + "__".join(str(step).upper() for step in one["loc"])
        found.append(failure(SETTINGS, f"{variable}: {one['msg']}", SEE))
    return found


def contradictions(settings: Settings) -> list[Finding]:
    """What keeps a service from starting with these settings, and what makes it worth little."""
    found = [*no_database(settings), *_too_short(settings)]
    try:
        check_exposure(settings)
    except StartupError as error:
        found.append(failure(SETTINGS, error.title, error.detail))
    if settings.index.pgvector is not Pgvector.OFF:
        found.append(_readable(settings))
    embedding = settings.embedding
    if embedding.backend is EmbeddingBackend.OPENAI_HTTP and not embedding.url:
        found.append(
            failure(
                SETTINGS,
                "backend openai_http without an endpoint",
                "Set MEMSVC_EMBEDDING__URL to the endpoint's base URL.",
            )
        )
    if embedding.backend is EmbeddingBackend.HASHING:
        found.append(
            warning(
                SETTINGS,
                "backend hashing is a test double: it finds words, not meaning",
                "Leave MEMSVC_EMBEDDING__BACKEND out, then run `memsvc reindex`.",
            )
        )
    return found


def no_database(settings: Settings) -> list[Finding]:
    """A database URL that names none: nothing else can be looked at then."""
    try:
        is_postgres(settings.url)
    except StartupError as error:
        return [failure(SETTINGS, error.title, error.detail)]
    return []


def _too_short(settings: Settings) -> Iterator[Finding]:
    for name, secret, least, report in (
        ("ADMIN_KEY", settings.admin_key, MIN_LENGTH, failure),
        ("BACKUP_PASSPHRASE", settings.backup_passphrase, SHORTEST_PASSPHRASE, warning),
    ):
        if 0 < len(secret.get_secret_value()) < least:
            yield report(
                SETTINGS,
                f"{PREFIX}{name} is too short",
                f"It needs at least {least} characters.",
            )


def unread(names: Iterable[str]) -> list[Finding]:
    """Variables that look like settings, but that no setting is read from."""
    known = [*variables(Settings), *NOT_SETTINGS]
    found = []
    for name in sorted(names):
        # Settings are read whatever the case.
        upper = name.upper()
        if not upper.startswith(PREFIX) or upper.startswith(FOR_TESTS) or upper in known:
            continue
        close = difflib.get_close_matches(upper, known, n=1)
        meant = f"Do you mean {close[0]}?" if close else SEE
        found.append(warning(SETTINGS, f"{name} is no setting and is not read", meant))
    return found


def names_given() -> list[str]:
    """Names of environment variables and of secrets that come as files."""
    secrets = [path.name for path in SECRETS.iterdir()] if SECRETS.is_dir() else []
    return [*os.environ, *secrets]


def settings_findings(settings: Settings) -> list[Finding]:
    """Everything about settings that could be read."""
    found = [*contradictions(settings), *unread(names_given())]
    return found or [ok(SETTINGS, "they fit together")]


def _readable(settings: Settings) -> Finding:
    if not no_database(settings) and not is_postgres(settings.url):
        return failure(
            SETTINGS,
            "MEMSVC_INDEX__PGVECTOR is set, and the database is SQLite",
            "Set MEMSVC_DATABASE_URL to a PostgreSQL server, or MEMSVC_INDEX__PGVECTOR=off.",
        )
    return warning(
        SETTINGS,
        "MEMSVC_INDEX__PGVECTOR lets who reads the database read vectors of large agents",
        "See docs/large-agents.md for what that tells, and set it off if nobody may.",
    )
