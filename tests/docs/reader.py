"""Somebody who follows a document from top to bottom, with a demo of their own."""

import json
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from tests.docs.page import Example
from tests.server import running
from tests.unmeasured import unmeasured

_COMMANDS = str(Path(sys.executable).parent)
_GATEWAY, _AUTOSPOT = "http://127.0.0.1:8000", "http://127.0.0.1:8001"
_FRAGMENT = re.compile(r"\.\.\.(\w+)")
# A gateway that serves is tested in tests/cli/test_serve.py; here its settings are checked.
_SERVE = re.compile(r"autospot-gateway serve$", re.MULTILINE)
# Nothing is fetched, deployments need more than this: tests/packaging/test_deploy.py,
# and backups of PostgreSQL need a server: tests/cli/test_backups.py.
_NOT_RUN = re.compile(
    r"git clone \S+ && cd \S+|(?:docker compose|kubectl|sudo|pg_\w+|createdb) .*|make bench"
)


class Reader:
    """Runs examples in an empty folder; what one leaves behind, the next finds."""

    def __init__(self, folder: Path, servers: ExitStack) -> None:
        """Begin with a fresh demo, which ends with the servers."""
        self._folder = folder
        self._servers = servers
        self._exports: list[str] = []
        self._fragments: dict[str, str] = {}
        database_url = f"sqlite:///{folder / 'autospot-demo.db'}"
        self._demo = servers.enter_context(running(demo=True, database_url=database_url))
        self._addresses = {_GATEWAY: self._demo}

    def run(self, example: Example) -> Any:
        """Run an example once; returns what it answers."""
        if example.language == "graphql":
            return self._execute(example.text, example.variables)
        said = self._shell(example.text)
        return json.loads(said) if said.startswith("{") else said

    def _execute(self, document: str, variables: Any) -> Any:
        if name := re.match(r"fragment (\w+)", document):
            self._fragments[name[1]] = document
            return ""
        used = [self._fragments[name] for name in _FRAGMENT.findall(document)]
        return httpx.post(
            f"{self._addresses[_GATEWAY]}/graphql",
            headers={"X-API-Key": "demo-key"},
            json={"query": "\n".join([document, *used]), "variables": variables},
        ).json()

    def _shell(self, text: str) -> str:
        """Run commands as a person would paste them; returns what the terminal shows."""
        commands = [line for line in text.splitlines() if not self._is_start(line)]
        script = "\n".join([*self._exports, *commands])
        script = _SERVE.sub("autospot-gateway config check > /dev/null", script)
        script = script.replace(".venv/bin", _COMMANDS)
        self._exports += [line for line in commands if line.startswith("export ")]
        for shown, real in self._addresses.items():
            script = script.replace(shown, real)
        result = subprocess.run(
            ["bash", "-euc", script],
            cwd=self._folder,
            env={n: v for n, v in unmeasured().items() if not n.startswith("GATEWAY_")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=60,
        )
        assert result.returncode == 0, result.stdout
        return result.stdout

    def _is_start(self, command: str) -> bool:
        """Whether a command starts gateways; then they are there."""
        if command == "make run":
            self._addresses = {_GATEWAY: self._demo}
        elif command == "make demo-proxy":
            gateway = self._servers.enter_context(running(upstream_url=self._demo))
            self._addresses = {_GATEWAY: gateway, _AUTOSPOT: self._demo}
        else:
            return bool(_NOT_RUN.fullmatch(command))
        return True


def as_shown(answer: Any, shown: Any) -> Any:
    """An answer in which what the page leaves open is left open too."""
    if isinstance(shown, str) and isinstance(answer, str):
        pattern = re.escape(shown).replace("…", ".*")
        return shown if re.fullmatch(pattern, answer, re.DOTALL) else answer
    if isinstance(shown, dict) and isinstance(answer, dict):
        return {name: as_shown(value, shown.get(name)) for name, value in answer.items()}
    if isinstance(shown, list) and isinstance(answer, list) and len(shown) == len(answer):
        return [as_shown(*pair) for pair in zip(answer, shown, strict=True)]
    return answer
