"""The servers of the benchmark: the upstream, and the two that stand in front of it."""

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.machine import Cores, started_on
from benchmarks.processes import free_ports, running


class Server(NamedTuple):
    """A server under test."""

    name: str
    url: str
    pid: int


@contextmanager
def servers(nginx: str, folder: Path, cores: Cores) -> Generator[list[Server]]:
    """Start the upstream, and nginx and the gateway in front of it, in a folder with the bodies."""
    upstream, proxy, gateway = free_ports(3)
    ports = {"upstream_port": upstream, "proxy_port": proxy}
    command = [str(Path(sys.executable).with_name("autospot-gateway")), "serve"]
    settings = {
        "GATEWAY_UPSTREAM_URL": f"http://127.0.0.1:{upstream}",
        "GATEWAY_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(gateway),
    }
    (folder / "temporary").mkdir()
    with (
        started_on(cores.others),
        running(_nginx(nginx, "upstream.conf", folder, ports), folder, upstream),
        started_on(cores.server),
        running(_nginx(nginx, "proxy.conf", folder, ports), folder, proxy) as first,
        running(command, folder, gateway, settings) as second,
    ):
        yield [
            Server("nginx", f"http://127.0.0.1:{proxy}", first),
            Server("gateway", f"http://127.0.0.1:{gateway}", second),
        ]


def _nginx(nginx: str, name: str, folder: Path, ports: Mapping[str, int]) -> list[str]:
    """Write a configuration, and return the command that runs it."""
    text = Path(__file__).with_name(name).read_text()
    for variable, port in ports.items():
        text = text.replace(f"@{variable}@", str(port))
    (folder / name).write_text(text)
    return [nginx, "-e", "stderr", "-p", str(folder), "-c", name]
