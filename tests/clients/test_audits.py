"""GraphQL over HTTP, as the audits of graphql-http have it: what must be, should be and may be."""

import json
import subprocess

from tests.client import Client
from tests.clients.programs import TYPESCRIPT, node

AUDITS = 61


def test_audits(gateway: Client) -> None:
    """
    Every audit passes, in each of the two modes.
    """
    headers = json.dumps({"X-API-Key": gateway.api_key})
    command = [node(), TYPESCRIPT / "audits.ts", f"{gateway.url}/graphql", headers]

    run = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)

    results = json.loads(run.stdout)
    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == AUDITS
