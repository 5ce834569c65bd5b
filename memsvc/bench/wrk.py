"""The same searches sent by wrk, an independent load generator written in C."""

from __future__ import annotations

import resource
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from memsvc.bench.client import LoadFailed, Target

MARK = "figures: "

# The key comes by file: arguments of a process can be read by everybody on the machine.
SCRIPT = """
local bodies, at = {}, 0
for line in io.lines(FOLDER .. "/bodies") do bodies[#bodies + 1] = line end
for line in io.lines(FOLDER .. "/key") do wrk.headers["Authorization"] = "Bearer " .. line end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
function request()
  at = at + 1
  return wrk.format(nil, nil, nil, bodies[math.min(at, #bodies)])
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    'MARK{"requests":%d,"us":%d,"failed":%d,"p50":%f,"p95":%f,"p99":%f}\\n',
    summary.requests, summary.duration, e.status + e.connect + e.read + e.write + e.timeout,
    latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
"""


@dataclass(frozen=True, slots=True)
class WrkSample:
    """One measurement by wrk; percentiles are the 50th, 95th and 99th."""

    requests: int
    seconds: float
    percentiles_ms: tuple[float, float, float]
    cpu_s: float


def by_wrk(
    target: Target, path: str, bodies: Sequence[bytes], clients: int, seconds: float
) -> WrkSample:
    """Post the bodies, each once, over `clients` connections.

    Raises LoadFailed when wrk is missing, a request failed or the bodies ran out. wrk counts
    whole seconds.
    """
    program = shutil.which("wrk")
    if program is None:
        raise LoadFailed("wrk is not installed")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bodies").write_bytes(b"\n".join(bodies) + b"\n")
        (folder / "key").write_text(f"{target.key}\n" if target.key else "", encoding="utf-8")
        script = folder / "search.lua"
        script.write_text(
            SCRIPT.replace("FOLDER", f'"{folder}"').replace("MARK", MARK), encoding="utf-8"
        )
        counts = ("-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", "-s", str(script))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        ended = subprocess.run(  # noqa: S603 - found on the path, no shell
            [program, *counts, target.base_url + path], capture_output=True, check=False, text=True
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    lines = [line for line in ended.stdout.splitlines() if line.startswith(MARK)]
    if not lines:
        raise LoadFailed(f"wrk failed: {ended.stderr or ended.stdout}")
    told = orjson.loads(lines[0].removeprefix(MARK))
    if told["failed"]:
        raise LoadFailed(f"{told['failed']} requests of wrk failed")
    if told["requests"] + clients > len(bodies):
        raise LoadFailed("wrk was faster than expected and repeated queries")
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    shares = (told["p50"] / 1e3, told["p95"] / 1e3, told["p99"] / 1e3)
    return WrkSample(told["requests"], told["us"] / 1e6, shares, cpu_s)
