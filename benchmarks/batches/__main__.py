"""Measures what a batch costs: CPU of the whole server process for each request.

Every server has the same core to itself in turn, and load and stub have the other. All rounds of
all servers are interleaved, every answer is checked, and medians are printed.
"""

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.batches.orders import SHOP, UNIQUE, graphql_body, rest_body

_BIN = Path(sys.executable).parent
_TICKS = os.sysconf("SC_CLK_TCK")
_SERVER_CORE, _LOAD_CORE = 0, os.cpu_count() - 1
_REQUESTS = {1: 600, 10: 400, 100: 100, 1_000: 16, 10_000: 3, 50_000: 1}
_CONNECTIONS = {1: 16, 10: 16, 100: 16, 1_000: 4, 10_000: 1, 50_000: 1}
_MOST = 100_000


@dataclass
class Server:
    """A server that is measured."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    api_key: str = "benchmark"
    milliseconds: dict[tuple[int, str], list[float]] = field(default_factory=dict)

    def cpu(self) -> float:
        """The CPU seconds that it has used."""
        schedstat = Path(f"/proc/{self.process.pid}/task")
        return (
            sum(int((task / "schedstat").read_text().split()[0]) for task in schedstat.iterdir())
            / 1e9
        )

    def peak(self) -> int:
        """The most memory that it has had, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024

    def forget_peak(self) -> int:
        """Count the peak anew, from the memory that it has now."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")
        return self.peak()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def _running(command: list[str], core: int, port: int, **environment: str) -> Generator[Any]:
    process = subprocess.Popen(
        command,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"{command} does not start.") from None
                time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait()


def _uvicorn(app: str, port: int) -> list[str]:
    return [
        f"{_BIN}/python",
        "-m",
        "uvicorn",
        app,
        "--port",
        str(port),
        "--log-level",
        "warning",
        "--no-access-log",
        "--http",
        "httptools",
        "--loop",
        "uvloop",
    ]


def _servers(stack: ExitStack, mode: str, chosen: set[str], folder: Path) -> list[Server]:
    stub = _free_port()
    stack.enter_context(
        _running([f"{_BIN}/python", "-m", "benchmarks.batches.stub", str(stub)], _LOAD_CORE, stub)
    )
    upstream = f"http://127.0.0.1:{stub}"
    database = f"sqlite:///{folder}/gateway.db"
    key = "benchmark"
    gateway = {
        "GATEWAY_MAX_REPAIR_ORDERS": str(_MOST),
        "GATEWAY_MAX_BODY_BYTES": str(2**30),
        "GATEWAY_LOG_FORMAT": "json",
    }
    if mode == "embedded":
        gateway["GATEWAY_DATABASE_URL"] = database
        command = [f"{_BIN}/autospot-gateway"]
        run = partial(subprocess.run, env=os.environ | gateway, check=True, capture_output=True)
        run([*command, "shops", "add", str(SHOP)])
        made = run([*command, "keys", "create", "--name", "benchmark", "--all-shops"])
        key = made.stdout.decode().strip()
    else:
        gateway["GATEWAY_UPSTREAM_URL"] = upstream
    naive = {
        "remote": ("benchmarks.naive.remote:app", {"UPSTREAM_URL": upstream}),
        "embedded": (
            "benchmarks.naive.embedded:app",
            {"DATABASE_URL": f"sqlite:///{folder}/naive.db"},
        ),
    }[mode]
    servers = []
    for name in ("gateway", "gateway-rest", "naive", "floor"):
        if name not in chosen:
            continue
        port = _free_port()
        if name.startswith("gateway"):
            command = [f"{_BIN}/autospot-gateway", "serve", "--port", str(port)]
            environment = gateway
        elif name == "naive":
            command, environment = _uvicorn(naive[0], port), naive[1]
        else:
            command, environment = (
                _uvicorn("benchmarks.floor.app:app", port),
                {"UPSTREAM_URL": upstream},
            )
        process = stack.enter_context(_running(command, _SERVER_CORE, port, **environment))
        servers.append(Server(name, port, process, key))
    return servers


_serial = iter(range(10**7))


def _requests(server: Server, body: bytes, count: int) -> list[bytes]:
    path = "/graphql" if server.name in {"gateway", "naive"} else "/batch/repair_orders"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"X-API-Key: {server.api_key}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    return [head + body.replace(UNIQUE, b"%08d" % next(_serial)) for _ in range(count)]


async def _load(server: Server, requests: list[bytes], connections: int, check: Any) -> None:
    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=2**28)
        while requests:
            writer.write(requests.pop())
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line[15:])
                for line in head.lower().split(b"\r\n")
                if line.startswith(b"content-length:")
            )
            check(await reader.readexactly(length))
        writer.close()

    await asyncio.gather(*(one() for _ in range(min(connections, len(requests)))))


def _check(server: Server, orders: int, operation: str) -> Any:
    def check(answer: bytes) -> None:
        value = json.loads(answer)
        if server.name in {"floor", "gateway-rest"}:
            assert value["saved"] == orders, answer[:300]
            return
        result = value["data"]["upsertRepairOrders"]
        assert result["savedCount"] == orders, answer[:300]
        if operation == "rows":
            saved = result["saved"]
            assert len(saved) == orders
            path = ["input", "shops", "0", "repairOrders", str(orders - 1)]
            assert saved[-1]["path"] == path
            assert saved[-1]["action"] == "CREATED"
            assert saved[-1]["repairNumber"].endswith(f"-{orders - 1}")

    return check


def _measure(server: Server, orders: int, operation: str, share: float) -> None:
    rest = server.name in {"floor", "gateway-rest"}
    body = rest_body(orders) if rest else graphql_body(orders, operation)
    count = max(1, int(_REQUESTS[orders] * share))
    requests = _requests(server, body, count)
    before = server.cpu()
    asyncio.run(_load(server, requests, _CONNECTIONS[orders], _check(server, orders, operation)))
    used = (server.cpu() - before) / count * 1_000
    server.milliseconds.setdefault((orders, operation), []).append(used)


def _peaks(servers: list[Server], orders: int) -> None:
    for server in servers:
        rest = server.name in {"floor", "gateway-rest"}
        body = rest_body(orders) if rest else graphql_body(orders, "count")
        _measure(server, 1, "count", 0.1)
        before = server.forget_peak()
        requests = _requests(server, body, 1)
        asyncio.run(_load(server, requests, 1, _check(server, orders, "count")))
        ratio = (server.peak() - before) / len(body)
        print(f"peak memory of a request of {orders:,}: {server.name} {ratio:.1f} times its body")


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mode", choices=["remote", "embedded"], default="remote")
    parser.add_argument("--orders", default="1,10,100,1000,10000")
    parser.add_argument("--servers", default="gateway,naive,floor")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peak", action="store_true")
    options = parser.parse_args()
    sizes = [int(size) for size in options.orders.split(",")]
    os.sched_setaffinity(0, {_LOAD_CORE})
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = _servers(stack, options.mode, set(options.servers.split(",")), folder)
        if options.peak:
            _peaks(servers, sizes[-1])
        cases = [
            (server, size, operation)
            for size in sizes
            for server in servers
            for operation in (("count", "rows") if server.name == "gateway" else ("count",))
        ]
        for server, size, operation in cases:
            _measure(server, size, operation, 0.1)
            server.milliseconds.clear()
        for _ in range(options.rounds):
            for server, size, operation in cases:
                # What is slow by far is measured with fewer requests.
                _measure(server, size, operation, 0.2 if server.name == "naive" else 1)
        _print(servers, sizes)


def _print(servers: list[Server], sizes: list[int]) -> None:
    columns = {
        f"{server.name} {operation}": [
            statistics.median(server.milliseconds[size, operation]) for size in sizes
        ]
        for server in servers
        for operation in ("count", "rows")
        if (sizes[0], operation) in server.milliseconds
    }
    print("CPU milliseconds per request")
    print("| | " + " | ".join(f"{size:,}" for size in sizes) + " |")
    print("|---|" + "---|" * len(sizes))
    for name, values in columns.items():
        print(f"| {name} | " + " | ".join(f"{value:.2f}" for value in values) + " |")
    gateway = columns.get("gateway count")
    for other in ("naive count", "floor count", "gateway rows"):
        if gateway and other in columns:
            ratios = [
                theirs / ours if other != "floor count" else ours / theirs
                for ours, theirs in zip(gateway, columns[other], strict=True)
            ]
            sign = f"{other} / gateway" if other != "floor count" else "gateway / floor"
            print(f"| {sign} | " + " | ".join(f"{ratio:.2f}" for ratio in ratios) + " |")


if __name__ == "__main__":
    main()
