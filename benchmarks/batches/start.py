"""How long a gateway takes from its start to its first answer."""

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.batches.cases import Case
from benchmarks.batches.load import load_for, send
from benchmarks.batches.servers import running_gateway
from benchmarks.machine import age_seconds
from benchmarks.processes import free_ports


def seconds_to_first_answer() -> float:
    """Start an embedded gateway with a new database, and save one repair order."""
    [port] = free_ports(1)
    # The database is made before, by the commands that add a shop and a key.
    with TemporaryDirectory() as folder, running_gateway(Path(folder), port) as gateway:
        send(load_for(gateway, Case(1)), 1)
        return age_seconds(gateway.pid)
