"""A scan in a process of its own: closing a file there drops no lock that is held here."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from memsvc.operations.scan import Scan, residue

POLITE = 10
"""How far behind the service the scan stands in line for a core."""


def residue_apart(
    needles: Mapping[str, Mapping[str, bytes]],
    places: Iterable[Path],
    without: Collection[Path] = (),
    *,
    timeout_s: float | None = None,
) -> Scan:
    """`scan.residue`, for a process that has databases open below the places.

    Needles go through a pipe: they are personal data, and command lines are seen by all.

    Raises what `residue` raises, TimeoutError after `timeout_s`, and ChildProcessError when the
    other process ended without an answer.
    """
    asked = ({name: dict(shapes) for name, shapes in needles.items()}, [*places], [*without])
    package_root = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (package_root, os.environ.get("PYTHONPATH"))))
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "memsvc.operations.scan_apart"],
            input=pickle.dumps(asked),
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"the scan took longer than {timeout_s} s") from None
    if ended.returncode:
        raise ChildProcessError(f"the scan ended with status {ended.returncode}")
    answer = pickle.loads(ended.stdout)  # noqa: S301 - from the process started above
    if isinstance(answer, Scan):
        return answer
    raise answer


def main() -> None:
    """Read what to look for from stdin, answer on stdout."""
    if hasattr(os, "nice"):
        os.nice(POLITE)
    needles, places, without = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own parent
    answer: Scan | Exception
    try:
        answer = residue(needles, places, without)
    except (OSError, ValueError) as error:
        answer = error
    try:
        sys.stdout.buffer.write(pickle.dumps(answer))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Who asked has died: there is nobody to be told, and nothing to be flushed at the end.
        os._exit(1)


if __name__ == "__main__":
    main()
