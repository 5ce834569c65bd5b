"""What the Python SDK costs beside plain httpx that parses the same answers as JSON.

A server of its own gets one agent. Then the same thing is asked in turn by httpx, by httpx once
more (so much is noise) and by the SDK, in an order that goes round; the median of the quotients of
one round counts. Searches with words that nobody asked before, where the model works; with known
words, where the service is fastest and the client's share the largest; and single writes. The SDK
sends an Idempotency-Key with each write, which the service records: that part is shown by itself.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import httpx
import orjson

from memsvc.bench.client import LoadFailed
from memsvc.bench.figures import Check, Latency, quotients
from memsvc.bench.findings import Plot, Shown, Table
from memsvc.bench.machine import Machine, this_machine
from memsvc.bench.sentences import Sentences
from memsvc.bench.served import KEY, served
from memsvc.client import Memsvc, MemsvcError

AGENT = "bench"
PATH = f"/v1/agents/{AGENT}"
BATCH = 200
WARM_UP = 30
BAR = 1.10
SEARCHED = 10
"""Results of each search."""
RAW, AGAIN, KEYED, SDK = "httpx", "httpx again", "httpx with a key", "SDK"

Ask = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class SdkOptions:
    """What the agent holds, and how many rounds are asked. `models`: the folder of the model."""

    models: Path
    model: str
    backend: str
    memories: int = 2_000
    rounds: int = 300
    seed: int = 1
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """One of the clients: how long its calls took, also in calls of httpx of the same round.

    `cpu_ms` is what a call took of this process, whoever else is on the cores.
    """

    name: str
    latency: Latency
    ratio: float
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing, asked by several clients in turn.

    `overhead` is the SDK's time in that of httpx that sends the same, the median over the rounds.
    """

    what: str
    clients: list[Client]
    overhead: float

    @property
    def check(self) -> Check:
        """That, held against the bar."""
        what = f"{self.what}: SDK, of httpx's time"
        return Check.of(what, "at most", 100 * BAR, [100 * self.overhead], "%")


@dataclass(frozen=True, slots=True)
class SdkReport:
    """What was found."""

    machine: Machine
    memories: int
    rounds: int
    compared: list[Compared]

    @property
    def passed(self) -> bool:
        """Whether the SDK costs little, whatever is asked."""
        return all(one.check.passed for one in self.compared)


def run(options: SdkOptions, say: Callable[[str], None]) -> SdkReport:
    """Measure on a server of its own; writes `out` as JSON. Raises LoadFailed."""
    environment = {
        "MEMSVC_CONSOLIDATE_EVERY_S": "0",
        "MEMSVC_EMBEDDING__BACKEND": options.backend,
        "MEMSVC_EMBEDDING__MODEL": options.model,
        "MEMSVC_EMBEDDING__MODEL_DIR": str(options.models.absolute()),
        "MEMSVC_LIMITS__REQUESTS_PER_S": "100000",
        "MEMSVC_LIMITS__BURST": "100000",
    }
    with served(environment) as server:
        url = str(server.client.base_url).rstrip("/")
        say(f"{options.memories:,} memories go in")
        try:
            compared = []
            for one in _compared(url, options):
                say(f"{one.what}: {one.overhead:.3f}")
                compared.append(one)
        except (httpx.HTTPError, MemsvcError) as error:
            raise LoadFailed(str(error)) from error
    report = SdkReport(this_machine(), options.memories, options.rounds, compared)
    if options.out is not None:
        told = {**asdict(report), "passed": report.passed}
        options.out.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    return report


def render(report: SdkReport) -> str:
    """The report as text."""
    machine = report.machine
    lines = [
        f"{machine.date}; {machine.cpu}, {machine.cores} cores, load {machine.load_average}",
        f"{report.memories:,} memories, {report.rounds:,} rounds, one client, "
        f"{SEARCHED} results a search; bar {BAR} of httpx that sends the same",
    ]
    for one in report.compared:
        lines += [
            f"{one.what:<19}  {client.name:<16} {client.latency.p50_ms:7.2f} ms "
            f"(p95 {client.latency.p95_ms:7.2f})  cpu {client.cpu_ms:.2f} ms  {client.ratio:.3f}"
            for client in one.clients
        ]
        lines.append(f"{one.what:<19}  SDK over httpx that sends the same: {one.overhead:.3f}")
    return "\n".join(lines)


def shown(report: SdkReport) -> Shown:
    """The report in the form of all benchmarks."""
    heads = ("client", "p50, ms", "p95, ms", "of httpx's time", "CPU, ms")
    tables = tuple(
        Table(one.what, heads, tuple(_cells(client) for client in one.clients))
        for one in report.compared
    )
    note = (
        f"{report.memories:,} memories, {report.rounds:,} rounds, one client, {SEARCHED} results "
        "a search. The bar compares the SDK with httpx that sends the same."
    )
    return Shown("Python SDK", tables, tuple(one.check for one in report.compared), (note,))


def _cells(client: Client) -> tuple[str, ...]:
    took = client.latency
    return (
        client.name,
        f"{took.p50_ms:.2f}",
        f"{took.p95_ms:.2f}",
        f"{client.ratio:.3f}",
        f"{client.cpu_ms:.3f}",
    )


def plots(report: SdkReport) -> tuple[Plot, ...]:
    """The drawing of a report; needs matplotlib."""
    from memsvc.bench.plot import latencies, plot_of  # noqa: PLC0415 - it may be missing

    took = {
        f"{one.what}, {client.name}": client.latency
        for one in report.compared
        for client in one.clients
    }
    return (plot_of(latencies("Calls by client", took), "Calls, in milliseconds"),)


def _compared(url: str, options: SdkOptions) -> Iterator[Compared]:
    sentences = Sentences(options.seed)
    headers = {"Authorization": f"Bearer {KEY}"}
    with (
        httpx.Client(base_url=url, headers=headers, timeout=60.0) as raw,
        httpx.Client(base_url=url, headers=headers, timeout=60.0) as again,
        Memsvc(url, api_key=KEY) as memsvc,
    ):
        demo = memsvc.agent(AGENT)
        for start in range(0, options.memories, BATCH):
            demo.write_many(sentences.statements(min(BATCH, options.memories - start)))
        searching: Mapping[str, Ask] = {
            RAW: lambda text: _post(raw, "search", {"query": text, "limit": SEARCHED}),
            AGAIN: lambda text: _post(again, "search", {"query": text, "limit": SEARCHED}),
            SDK: lambda text: demo.search(text, limit=SEARCHED),
        }
        rounds = WARM_UP + options.rounds
        news = sentences.questions(len(searching) * rounds)
        yield _in_turn("search, new words", searching, iter(news), RAW)
        known = sentences.questions(1) * (len(searching) * rounds)
        yield _in_turn("search, known words", searching, iter(known), RAW)
        writing: Mapping[str, Ask] = {
            RAW: lambda text: _post(raw, "memories", {"memories": [{"content": text}]}),
            KEYED: lambda text: _post(
                again, "memories", {"memories": [{"content": text}]}, keyed=True
            ),
            SDK: demo.write,
        }
        texts = sentences.statements(len(writing) * rounds)
        yield _in_turn("write", writing, iter(texts), KEYED)


def _post(client: httpx.Client, path: str, body: object, *, keyed: bool = False) -> object:
    headers = {"Idempotency-Key": uuid.uuid4().hex} if keyed else None
    answer = client.post(f"{PATH}/{path}", json=body, headers=headers)
    answer.raise_for_status()
    return answer.json()


def _in_turn(what: str, clients: Mapping[str, Ask], texts: Iterator[str], like: str) -> Compared:
    """Until the texts are over; the first rounds warm up. `like`: who sends what the SDK sends."""
    took: dict[str, list[float]] = {name: [] for name in clients}
    cpu: dict[str, list[float]] = {name: [] for name in clients}
    order = list(clients)
    while len(asked := dict(zip(order, texts, strict=False))) == len(order):
        for name, text in asked.items():
            began, worked = time.perf_counter(), time.process_time()
            clients[name](text)
            took[name].append((time.perf_counter() - began) * 1e3)
            cpu[name].append((time.process_time() - worked) * 1e3)
        order = [*order[1:], order[0]]
    measured = {name: one[WARM_UP:] for name, one in took.items()}
    return Compared(
        what,
        [
            Client(name, Latency.of(one), _ratio(one, measured[RAW]), median(cpu[name][WARM_UP:]))
            for name, one in measured.items()
        ],
        _ratio(measured[SDK], measured[like]),
    )


def _ratio(above: Sequence[float], below: Sequence[float]) -> float:
    return median(quotients(above, below))
