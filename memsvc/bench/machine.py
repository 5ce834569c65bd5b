"""Where a figure was measured, and how much memory a process holds."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from memsvc.bench.client import LoadFailed

LIBRARIES = (
    "bm25s", "fastapi", "httptools", "numpy", "onnxruntime", "pydantic", "sentence-transformers",
    "sqlalchemy", "tokenizers", "torch", "uvicorn",
)  # fmt: skip
CPU_INFO = Path("/proc/cpuinfo")
CPU_TIMES = Path("/proc/stat")
IDLE_COLUMNS = (3, 4)
COLUMNS = 8

# Beyond this share the libraries' own thread pools fall behind and the ratios flatter the service.
MOST_OTHERS = 0.15


@dataclass(frozen=True, slots=True)
class Machine:
    """What the figures depend on besides the service."""

    date: str
    cpu: str
    cores: int
    system: str
    python: str
    load_average: float
    libraries: dict[str, str]


@dataclass(frozen=True, slots=True)
class Memory:
    """A process's memory in MB (2**20 bytes); `peak` since it started, `mapped` from files."""

    resident: float
    mapped: float
    peak: float


class Pauses:
    """Rests in which neither server nor benchmark works: what is busy then is somebody else."""

    def __init__(self) -> None:
        self._idle = self._all = 0

    def rest(self, seconds: float) -> None:
        """Sleep, and see how busy the cores are meanwhile."""
        before = _core_times()
        time.sleep(seconds)
        after = _core_times()
        spent = [late - early for early, late in zip(before, after, strict=True)]
        self._all += sum(spent)
        self._idle += sum(spent[column] for column in IDLE_COLUMNS if column < len(spent))

    @property
    def others(self) -> float | None:
        """Share of all cores that others used, 0 to 1; None where the kernel does not tell."""
        return 1.0 - self._idle / self._all if self._all else None


class Watch:
    """From now on: how long it takes, and who uses the cores."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._cores, self._own = _core_times(), _own_s()

    @property
    def seconds(self) -> float:
        """Seconds since then."""
        return time.perf_counter() - self._began

    @property
    def others(self) -> float | None:
        """Share of all cores that others used since then, 0 to 1; None where nobody tells.

        Others are all but this process and those that it started and that have ended.
        """
        spent = [now - then for now, then in zip(_core_times(), self._cores, strict=True)]
        whole = sum(spent)
        if not whole:
            return None
        busy = whole - sum(spent[column] for column in IDLE_COLUMNS if column < len(spent))
        own = (_own_s() - self._own) * os.sysconf("SC_CLK_TCK")
        return min(1.0, max(0.0, (busy - own) / whole))


def this_machine() -> Machine:
    """The machine as it is now."""
    return Machine(
        date=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        system=platform.platform(),
        python=platform.python_version(),
        load_average=round(os.getloadavg()[0], 2),
        libraries={name: found for name in LIBRARIES if (found := _version(name))},
    )


def memory_of(pid: int) -> Memory:
    """What the kernel says of a process; raises LoadFailed when there is none to see."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8", "replace").splitlines()
        facts = dict(line.split(":", 1) for line in lines)
        resident, mapped, peak = (
            int(facts[name].split()[0]) / 1024 for name in ("VmRSS", "RssFile", "VmHWM")
        )
    except (OSError, KeyError) as error:
        raise LoadFailed(f"the memory of process {pid} cannot be read ({error})") from error
    return Memory(resident, mapped, peak)


def _core_times() -> list[int]:
    """Ticks of all cores since the start, by what they did; time stolen by a host included."""
    try:
        line = CPU_TIMES.read_text(encoding="ascii").partition("\n")[0]
    except OSError:
        return []
    return [int(ticks) for ticks in line.split()[1 : 1 + COLUMNS]]


def _own_s() -> float:
    """Seconds of processor time of this process and its children that have ended."""
    told = os.times()
    return told.user + told.system + told.children_user + told.children_system


def _cpu() -> str:
    try:
        lines = CPU_INFO.read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
