"""Our own commands, run as anybody would run them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from memsvc.bench.client import LoadFailed
from memsvc.bench.served import environment_of_its_own


def command(environment: Mapping[str, str], *words: str | Path) -> None:
    """Run `memsvc …`; raises LoadFailed when it fails."""
    ended = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "memsvc", *map(str, words)],
        env=environment_of_its_own(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise LoadFailed(f"memsvc {words[0]} failed: {ended.stderr}")


def exported(environment: Mapping[str, str], data_dir: Path, file: Path) -> list[str]:
    """Contents of the memories that `memsvc export` can open in a data directory."""
    command(environment, "export", file, "--data-dir", data_dir)
    lines = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
    return [line["content"] for line in lines if "content" in line]
