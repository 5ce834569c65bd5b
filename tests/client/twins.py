"""The synchronous surface is made from the asynchronous one: `python -m tests.client.twins`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "memsvc" / "client" / "aio"
TWIN = ROOT / "memsvc" / "client" / "sync"

DOCSTRING = (
    '"""The surface without `await`: made from `aio` by `python -m tests.client.twins`."""\n'
)

TOKENS = (
    (r"\bawait ", ""),
    (r"\basync (?=def|for|with)", ""),
    (r"\bAwaitable\[(\w+)\]", r"\1"),
    (r"\bAwaitable, ", ""),
    (r"\b__a(enter|exit|iter|next)__", r"__\1__"),
    (r"\baclose\b", "close"),
    (r"\basyncio\b", "time"),
    (r"\bmemsvc\.client\.aio\b", "memsvc.client.sync"),
    (r"\bAsync(?=[A-Z])", ""),
)
"""What is replaced by what, in order."""


def translated(source: str) -> str:
    """The twin of a module's source, before it is formatted."""
    for token, twin in TOKENS:
        source = re.sub(token, twin, source)
    return source


def formatted(source: str, path: Path) -> str:
    """As the linters have it."""
    for command in (
        ["check", "--fix", "--unsafe-fixes", "--quiet", "--select", "I,UP028"],
        ["format", "--quiet"],
    ):
        source = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(path), "-"],
            input=source,
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        ).stdout
    return source


def twins() -> dict[Path, str]:
    """Every file of the twin, and what it has to say."""
    made = {
        TWIN / path.name: formatted(translated(path.read_text("utf-8")), TWIN / path.name)
        for path in sorted(SOURCE.glob("*.py"))
        if path.name != "__init__.py"
    }
    return made | {TWIN / "__init__.py": DOCSTRING}


def main() -> None:
    """Write the twin anew."""
    TWIN.mkdir(exist_ok=True)
    for path in SOURCE.glob("*.py"):
        # What is not there yet is sorted among the imports of others.
        (TWIN / path.name).touch()
    made = twins()
    for path in TWIN.glob("*.py"):
        if path not in made:
            path.unlink()
    for path, source in made.items():
        path.write_text(source, "utf-8")


if __name__ == "__main__":
    main()
