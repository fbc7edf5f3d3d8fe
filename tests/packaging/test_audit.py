"""What is said of the packages that are shipped, whatever the advisory service answers."""

import json
import sys
from pathlib import Path

import pytest

from tools.audit import main

_KNOWN = {"name": "httptools", "version": "0.9.0", "vulns": []}
_WEAK = {"name": "uvloop", "version": "0.23.0", "vulns": [{"id": "PYSEC-1"}]}
_UNKNOWN = {"name": "msgspec", "skip_reason": "not found"}
_OWN = {"name": "autospot-gateway", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "exit_code", "said"),
    [
        ([_KNOWN, _OWN], 0, "0 weaknesses are known of 1 packages.\n"),
        ([_KNOWN, _WEAK], 1, "uvloop 0.23.0: PYSEC-1\n1 weaknesses are known of 2 packages.\n"),
        (
            [_KNOWN, _UNKNOWN],
            2,
            "0 weaknesses are known of 2 packages.\n"
            "The advisory service does not know 1 of them: msgspec.\n",
        ),
    ],
)
def test_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], packages: object, exit_code: int, said: str
) -> None:
    """
    Weaknesses fail the audit, and so do packages of which nothing is known.
    """
    answer = json.dumps({"dependencies": packages})

    result = main(_environment(tmp_path), [sys.executable, "-c", f"print({answer!r})"])

    assert (result, capsys.readouterr().out) == (exit_code, said)


def test_no_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    Without an answer nothing is known, and that is no success.
    """
    failing = [sys.executable, "-c", "raise SystemExit('cannot connect')"]

    result = main(_environment(tmp_path), failing)

    assert result == 2
    assert capsys.readouterr().out == (
        "The advisory service did not answer, so nothing is known: cannot connect\n"
    )


def _environment(folder: Path) -> Path:
    (folder / "lib/python3/site-packages").mkdir(parents=True)
    return folder
