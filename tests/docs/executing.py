"""Carrying out a page of the documentation as a reader would, against a real server.

- `sh` blocks run in order, in one shell, in the folder that holds `memsvc-data`.
- `python` blocks run as programs between them, with the shell's exported variables.
- A block without a language (or `json`) behind one of these shows what it prints, or pieces of it
  with `…` between them; spaces and line breaks do not count.
- `make serve` is the server of the test, and its key takes the place of the one that is shown.
- `memsvc` is the one that is tested, whatever the `PATH` says, and `MEMSVC_URL` is the server's.
- Other languages (`console`, `jsonc`, `http`) are shown and not run.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.docs.reading import Block, split, text_of
from tests.serving.server import Server

RUN = {"sh", "python"}
SHOWN = {"", "json"}
SHOWN_KEY = re.compile(r"msk_…")
WRITTEN_URL = "http://127.0.0.1:8080"
MARK = "@@ block {} @@"
AT_MOST_S = 240


@dataclass(frozen=True)
class Step:
    """A block that is run, what the page shows of its output, and what it printed."""

    block: Block
    shown: str | None
    printed: str


def steps_of(page: Path) -> list[tuple[Block, str | None]]:
    """The blocks of a page that are run, each with what is shown of its output."""
    blocks = split(text_of(page))[0]
    found: list[tuple[Block, str | None]] = []
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        if block.language in RUN:
            shown = after.text if after is not None and after.language in SHOWN else None
            found.append((block, shown))
    return found


def carry_out(page: Path, server: Server, key: str) -> list[Step]:
    """Run a page. Raises AssertionError with the block at which it stopped."""
    folder = server.folder.parent
    steps = steps_of(page)
    script = [
        "set -euo pipefail",
        f'memsvc() {{ {sys.executable} -m memsvc "$@"; }}',
        f"export MEMSVC_URL={_address(server)}",
    ]
    for number, (block, _) in enumerate(steps):
        script.append(f"echo '{MARK.format(number)}'")
        script.append(_command(number, block, folder, server, key))
    ran = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=AT_MOST_S,
        check=False,
    )
    printed = re.split(r"@@ block \d+ @@\n", ran.stdout)[1:]
    if ran.returncode:
        stopped = steps[len(printed) - 1][0]
        raise AssertionError(f"{page.name}, line {stopped.line}: {printed[-1]}")
    return [
        Step(block, shown and _as_here(shown, server, key), output)
        for (block, shown), output in zip(steps, printed, strict=True)
    ]


def _command(number: int, block: Block, folder: Path, server: Server, key: str) -> str:
    text = _as_here(block.text, server, key)
    if block.language == "python":
        program = folder / f"block-{number}.py"
        program.write_text(text, encoding="utf-8")
        return f"{sys.executable} {program.name}"
    return re.sub(r"^make serve$", f"cat {folder / 'server.log'}", text, flags=re.MULTILINE)


def _as_here(text: str, server: Server, key: str) -> str:
    """A page's text with the address and the key of this server."""
    here = text.replace(WRITTEN_URL, _address(server))
    return SHOWN_KEY.sub(key, here)


def _address(server: Server) -> str:
    return str(server.client.base_url).rstrip("/")


def agrees(shown: str, printed: str) -> bool:
    """Whether the pieces that are shown stand in what was printed, in order.

    >>> agrees('{"a": …, "c": 1}', '{"a":7,"b":2,"c":1}')
    True
    """
    rest = _tight(printed)
    for piece in filter(None, map(_tight, shown.split("…"))):
        _, found, rest = rest.partition(piece)
        if not found:
            return False
    return True


def _tight(text: str) -> str:
    return "".join(text.split())
