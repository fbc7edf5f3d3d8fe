"""Several processes on one port."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path
from threading import Event

import httpx
import pytest

from tests.cli.command import COMMAND, Run, Serve, children_of, until
from tests.client import Client
from tests.conftest import ENGINES, filled
from tests.databases import run_sql

on_both_engines = pytest.mark.parametrize("engine", ENGINES, indirect=True, scope="session")

SHOP = 33
CALLERS = 8
TURNS = 10


@pytest.fixture
def key(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """
    A key for the database that gateways of this test use, on the engine of the test.
    """
    monkeypatch.setenv("GATEWAY_DATABASE_URL", url)
    return filled(url, range(SHOP, SHOP + 1))[1]


def shops(*numbers: str, status: str = "Active") -> list[dict[str, object]]:
    """A batch of orders of the shop, for GraphQL."""
    orders = [{"repairNumber": number, "status": status} for number in numbers]
    return [{"shopId": SHOP, "repairOrders": orders}]


def at_once(address: str, key: str, call: Callable[[Client, int], None]) -> None:
    """Have callers, each on a connection of its own, call at the same time."""

    def connect(caller: int) -> None:
        with httpx.Client(timeout=60) as http:
            call(Client(address, key, http), caller)

    with ThreadPoolExecutor(CALLERS) as pool:
        list(pool.map(connect, range(CALLERS)))


@on_both_engines
def test_nothing_is_lost_between_workers(serve: Serve, url: str, key: str) -> None:
    """
    Callers of all workers change one order and create others, and each is answered rightly.
    """
    gateway = serve("--workers", "3")
    with httpx.Client() as http:
        Client(gateway.address, key, http).upsert(shops("shared"))

    def call(client: Client, caller: int) -> None:
        for turn in range(TURNS):
            patched = client.patch(shops("shared", status=f"{caller}-{turn}"))
            assert patched["savedCount"] == 1, patched
            numbers = [f"{caller}-{turn}-{number}" for number in range(5)]
            created = client.upsert(shops(*numbers))
            assert [one["action"] for one in created["saved"]] == ["CREATED"] * 5, created

    at_once(gateway.address, key, call)

    changes = CALLERS * TURNS
    version = "SELECT version FROM repair_order WHERE repair_number = 'shared'"
    assert run_sql(url, version) == [str(1 + changes)]
    assert run_sql(url, "SELECT count(*) FROM repair_order") == [str(1 + 5 * changes)]
    assert len(gateway.workers) == 3
    assert gateway.stop().exit_code == 0


@on_both_engines
def test_one_of_many_creates_an_order(serve: Serve, key: str) -> None:
    """
    Of callers who create the same order through different workers exactly one wins each time.
    """
    gateway = serve("--workers", "2")
    created: list[str] = []
    refused: list[str] = []

    def call(client: Client, caller: int) -> None:
        for turn in range(TURNS):
            orders = [{"repair_number": f"{turn}"}, {"repair_number": f"{turn}-{caller}"}]
            answer = client.rest("POST", [{"shop_id": SHOP, "repair_orders": orders}])
            (created if answer.status_code == 201 else refused).append(answer.text)

    at_once(gateway.address, key, call)

    assert len(created) == TURNS
    codes = {error["code"] for text in refused for error in json.loads(text)["errors"]}
    assert codes == {"REPAIR_ORDER_NUMBER_IS_DUPLICATED"}


@on_both_engines
def test_a_killed_worker_is_replaced(serve: Serve, url: str, key: str) -> None:
    """
    Killing a worker breaks its connections and nothing else: who comes again is served.
    """
    gateway = serve("--workers", "2")
    before = gateway.workers
    victim = min(before)
    saved: list[str] = []
    may_be_killed, is_replaced = Event(), Event()

    def call(client: Client, caller: int) -> None:
        for turn in count():
            with suppress(httpx.TransportError):  # of the worker that is killed
                answer = client.upsert(shops(f"{caller}-{turn}"))
                assert answer["savedCount"] == 1, answer
                saved.append(f"{caller}-{turn}")
            if turn == 3:
                may_be_killed.set()
            if is_replaced.is_set():
                return

    def kill() -> None:
        may_be_killed.wait()
        os.kill(victim, signal.SIGKILL)
        until(lambda: len(gateway.workers - {victim}) == 2)
        is_replaced.set()

    with ThreadPoolExecutor(1) as pool:
        killing = pool.submit(kill)
        at_once(gateway.address, key, call)
        killing.result()

    assert gateway.workers & before == before - {victim}
    ended = [{**line, "timestamp": ""} for line in gateway.ended_workers()]
    assert ended == [
        {
            "timestamp": "",
            "level": "error",
            "event": "worker ended",
            "process": victim,
            "exit_code": -9,
            "next_in_seconds": 0,
        }
    ]
    assert set(run_sql(url, "SELECT repair_number FROM repair_order")) >= set(saved)
    assert gateway.stop().exit_code == 0


def test_a_worker_that_cannot_start_is_tried_again(serve: Serve, url: str, key: str) -> None:
    """
    The log says why a worker does not start, the pauses grow, and the others go on serving.
    """
    gateway = serve("--workers", "2")
    database_file = Path(url.removeprefix("sqlite:///"))
    away = database_file.with_name("away.db")
    database_file.rename(away)
    database_file.write_text("This is another kind of file, and long enough for it. " * 20)
    os.kill(min(gateway.workers), signal.SIGKILL)
    until(lambda: len(gateway.ended_workers()) == 3)
    away.rename(database_file)
    until(lambda: len(gateway.workers) == 2)

    ended = gateway.ended_workers()

    assert [(line["exit_code"], line["next_in_seconds"]) for line in ended[:3]] == [
        (-9, 0),
        (1, 1),
        (1, 2),
    ]
    assert ended[1]["reason"] == (
        f"The database {database_file} is another kind of file: "
        "name an SQLite database, or a new file."
    )
    assert gateway.stop().exit_code == 0


@on_both_engines
def test_stopped_under_load(serve: Serve, url: str, key: str) -> None:
    """
    Whoever was told that an order is saved finds it, and all processes end well.
    """
    gateway = serve("--workers", "2")
    saved: list[str] = []
    is_loaded = Event()

    def call(client: Client, caller: int) -> None:
        with suppress(httpx.TransportError):
            for turn in count():
                answer = client.upsert(shops(f"{caller}-{turn}"))
                assert answer["savedCount"] == 1, answer
                saved.append(f"{caller}-{turn}")
                if turn == 5:
                    is_loaded.set()

    with ThreadPoolExecutor(1) as pool:
        calling = pool.submit(at_once, gateway.address, key, call)
        is_loaded.wait()
        result = gateway.stop()
        calling.result()

    stored = set(run_sql(url, "SELECT repair_number FROM repair_order"))
    assert stored >= set(saved)
    assert (result.exit_code, result.out) == (0, "")
    assert {json.loads(line)["event"] for line in result.err.splitlines()} == {"request"}


def test_a_request_that_is_running_may_finish(serve: Serve, key: str) -> None:
    """
    A signal reaches every worker: nobody is let in any more, and what has begun is answered.
    """
    gateway = serve("--workers", "2")
    body = json.dumps([{"shop_id": SHOP, "repair_orders": [{"repair_number": "1"}]}]).encode()
    head = (
        f"POST /batch/repair_orders HTTP/1.1\r\nHost: x\r\nX-API-Key: {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        "Expect: 100-continue\r\n\r\n"
    )
    callers = [socket.create_connection(("127.0.0.1", gateway.port)) for _ in range(CALLERS)]
    for caller in callers:
        caller.sendall(head.encode())
        assert caller.recv(100).startswith(b"HTTP/1.1 100 ")

    with ThreadPoolExecutor(1) as pool:
        stopping = pool.submit(gateway.stop)
        until(lambda: is_refused(gateway.port))
        answers = [answer_to(caller, body) for caller in callers]
        result = stopping.result()

    assert sorted(answers) == [b"HTTP/1.1 201"] + [b"HTTP/1.1 409"] * (CALLERS - 1)
    assert result.exit_code == 0


def is_refused(port: int) -> bool:
    """Whether nobody listens on a port."""
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionError:
        return True
    return False


def answer_to(caller: socket.socket, body: bytes) -> bytes:
    """Send the body of a request; returns how its answer begins."""
    with caller:
        caller.sendall(body)
        return caller.recv(12)


def test_a_worker_that_hangs_is_killed(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """
    A worker that does not end in time is killed, and the command says so.
    """
    monkeypatch.setenv("GATEWAY_GRACE_SECONDS", "0")
    gateway = serve("--workers", "2")
    os.kill(max(gateway.workers), signal.SIGSTOP)

    result = gateway.stop()

    assert (result.exit_code, result.out) == (1, "")
    assert result.err.endswith("Workers did not end in time, and were killed: 1.\n")


def test_workers_end_with_their_parent(serve: Serve, key: str) -> None:
    """
    When the parent is killed its workers stop by themselves, and the port is free again.
    """
    gateway = serve("--workers", "2")

    gateway.kill()

    assert gateway.wait() == (-9, "", "")
    assert is_refused(gateway.port)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it_well(serve_by_command: Serve, key: str, number: int) -> None:
    """
    A signal to stop is no failure.
    """
    assert serve_by_command("--workers", "2").stop(number) == (0, "", "")


def test_ctrl_c_reaches_all(key: str) -> None:
    """
    A terminal sends the signal to every process of the command, and all of them end well.
    """
    process = subprocess.Popen(
        [COMMAND, "serve", "--workers", "2"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout
    assert "is listening" in process.stdout.readline()

    os.killpg(process.pid, signal.SIGINT)

    assert process.communicate(timeout=30)[1] == ""
    assert process.returncode == 0


def test_port_in_use_by_another_gateway(serve: Serve, run: Run, key: str) -> None:
    """
    Two gateways never share a port by mistake.
    """
    port = serve("--workers", "2").port

    result = run("serve", "--workers", "2", "--port", str(port))

    assert (result.exit_code, result.out) == (1, "")
    assert result.err.startswith(f"Port {port} of 127.0.0.1 is in use: ")
    assert result.err.count("\n") == 1


def test_database_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What keeps the workers from starting is said once, and not tried again.
    """
    monkeypatch.setenv("GATEWAY_DATABASE_URL", "sqlite:////no/such/folder/gateway.db")

    process = subprocess.run(
        [COMMAND, "serve", "--workers", "4"], capture_output=True, text=True, check=False
    )

    assert (process.returncode, process.stdout) == (1, "")
    assert process.stderr.endswith(".\n")
    assert process.stderr.count("\n") == 1


def test_wrong_url_of_autospot(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A wrong setting is refused before any worker starts.
    """
    monkeypatch.setenv("GATEWAY_UPSTREAM_URL", "ftp://a.example")

    assert run("serve", "--workers", "2") == (
        2,
        "",
        "The upstream's URL must begin with http:// or https://.\n",
    )


@pytest.mark.parametrize(
    ("number", "ending"),
    [
        (signal.SIGKILL, (1, "A worker ended before it served; the log says how.")),
        (signal.SIGTERM, (0, "")),
    ],
)
def test_ended_while_it_starts(
    monkeypatch: pytest.MonkeyPatch, number: int, ending: tuple[int, str]
) -> None:
    """
    A worker that is killed before it serves ends the start; a signal to the command ends it well.
    """
    with socket.create_server(("127.0.0.1", 0)) as database:
        database.settimeout(60)
        port = database.getsockname()[1]
        monkeypatch.setenv("GATEWAY_DATABASE_URL", f"postgresql://user@127.0.0.1:{port}/silent")
        process = subprocess.Popen(
            [COMMAND, "serve", "--workers", "2"], stderr=subprocess.PIPE, text=True
        )
        with database.accept()[0]:
            (worker,) = children_of(process.pid)
            os.kill(worker if number == signal.SIGKILL else process.pid, number)
        _, err = process.communicate(timeout=30)

    assert (process.returncode, err.splitlines()[-1] if err else "") == ending


def test_demo(serve: Serve, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The demo is made once, however many workers there are, and how often it is started.
    """
    for _ in range(2):
        gateway = serve("--demo", "--workers", "3")
        with httpx.Client() as http:
            order = Client(gateway.address, "demo-key", http).order(33, "700101", "status")
        assert order == {"status": "Active"}
        assert gateway.stop().exit_code == 0

    assert run("shops", "list").out == "33\n34\n35\n"
    assert run("keys", "list").out.count("\n") == 2


def test_in_front_of_autospot(
    serve: Serve, url: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Several workers in front of another gateway of several pass on what legacy callers send, too.
    """
    autospot = serve("--workers", "2")
    monkeypatch.setenv("GATEWAY_UPSTREAM_URL", autospot.address)
    monkeypatch.setenv("GATEWAY_WORKERS", "2")
    gateway = serve()

    def call(client: Client, caller: int) -> None:
        for turn in range(TURNS):
            number = f"{caller}-{turn}"
            created = client.rest(
                "POST", [{"shop_id": SHOP, "repair_orders": [{"repair_number": number}]}]
            )
            assert created.status_code == 201, created.text
            assert client.patch(shops(number))["savedCount"] == 1

    at_once(gateway.address, key, call)

    changed = "SELECT count(*) FROM repair_order WHERE version = 2"
    assert run_sql(url, changed) == [str(CALLERS * TURNS)]
    assert (len(autospot.workers), len(gateway.workers)) == (2, 2)
    assert gateway.stop().exit_code == 0
