"""The programs that callers copy: they send a batch, and act on each answer."""

import json
import re
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.clients.programs import NODE
from tests.clients.upstream import Answer, autospot
from tests.postgres import free_port
from tests.server import running
from tests.unmeasured import unmeasured

ROOT = Path(__file__).parents[2]
COMMANDS = re.findall(
    r"^(?:node|python) .*$", (ROOT / "examples/README.md").read_text("utf-8"), re.MULTILINE
)

SAVED = """\
Saved repair order 800201 of shop 33.
Saved repair order 800202 of shop 33.
Saved repair order 800201 of shop 34.
"""
REFUSED = "".join(
    ["Nothing was saved.\n"]
    + [
        f"input/shops/{shop}/repairOrders/{order}/repairNumber: "
        "Repair Order Number is Duplicated: the shop already has it.\n"
        for shop, order in ((0, 0), (0, 1), (1, 0))
    ]
)
WAITING = "Too many requests: wait, then send the same request again. Trying again in 0 s.\n"
NOT_REACHED = "The gateway was not reached at {}/graphql: is it running there?"


@pytest.fixture(params=COMMANDS)
def command(request: pytest.FixtureRequest) -> str:
    """
    Each command of the examples' README.
    """
    return request.param


@pytest.fixture
def demo(tmp_path: Path) -> Generator[str]:
    """
    The address of a fresh demo.
    """
    with running(demo=True, database_url=f"sqlite:///{tmp_path / 'demo.db'}") as address:
        yield address


def run(
    command: str, address: str, key: str = "demo-key", *, said: str = "", attempts: int = 5
) -> tuple[int, str]:
    """Run a program against a gateway; returns its exit code, and what it printed.

    Beside that it says on the terminal why it waits, and nothing else.
    """
    language, *arguments = command.split()
    program = NODE if language == "node" else sys.executable
    done = subprocess.run(
        [program, *arguments],
        cwd=ROOT,
        env=unmeasured()
        | {
            "AUTOSPOT_URL": f"{address}/graphql",
            "AUTOSPOT_KEY": key,
            "AUTOSPOT_ATTEMPTS": str(attempts),
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == said
    return done.returncode, done.stdout


def test_saved_and_refused(command: str, demo: str) -> None:
    """
    The first time everything is saved; the second time each repair order is named as a duplicate.
    """
    assert run(command, demo) == (0, SAVED)
    assert run(command, demo) == (1, REFUSED)


def test_wrong_key(command: str, demo: str) -> None:
    """
    An error that the program does not know by name is told in the gateway's words.
    """
    code, printed = run(command, demo, key="nobody's")

    assert code == 1
    assert re.fullmatch(r"UNAUTHENTICATED: The API key is not valid: .+ Request \w+\.\n", printed)


@pytest.mark.parametrize(
    ("first", "methods", "said"),
    [
        pytest.param(Answer(429, retry_after=0), ["POST", "POST"], WAITING, id="too many requests"),
        pytest.param(None, ["POST", "PATCH"], "", id="outcome unknown"),
    ],
)
def test_second_attempt(command: str, first: Answer | None, methods: list[str], said: str) -> None:
    """
    What was not saved is sent again, and what may have been saved is sent as an upsert.
    """
    answers = iter([first, Answer(200)])
    with autospot(lambda _: next(answers)) as remote, running(upstream_url=remote.url) as address:
        assert run(command, address, said=said) == (0, SAVED)

    assert [method for method, _ in remote.heard] == methods


def test_no_answer(command: str) -> None:
    """
    When the gateway itself hangs up, what may have been saved is sent as an upsert.
    """
    forbidden = {"code": "FORBIDDEN", "message": "No.", "requestId": "1", "retryable": False}
    body = json.dumps({"data": {"upsertRepairOrders": forbidden}})
    answers = iter([None, Answer(200, body=body)])
    with autospot(lambda _: next(answers)) as silent:
        assert run(command, silent.url) == (1, "FORBIDDEN: No. Request 1.\n")

    inputs = [json.loads(sent)["variables"]["input"] for _, sent in silent.heard]
    assert [sent["onDuplicate"] for sent in inputs] == ["REJECT", "UPDATE"]


def test_gateway_that_is_not_there(command: str) -> None:
    """
    A program that nobody listens to says where it tried, waits and tries again, and gives up.
    """
    address = f"http://127.0.0.1:{free_port()}"
    words = NOT_REACHED.format(address)

    outcome = run(command, address, said=f"{words} Trying again in 2 s.\n", attempts=2)

    assert outcome == (1, f"UPSTREAM_UNAVAILABLE: {words}\n")
