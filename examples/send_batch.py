"""Creates a batch of repair orders through the AutoSpot gateway, and acts on every answer.

Needs httpx; run it with a file of repair orders: python send_batch.py orders.json
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import httpx

ENDPOINT = os.environ.get("AUTOSPOT_URL", "http://127.0.0.1:8000/graphql")
KEY = os.environ.get("AUTOSPOT_KEY", "demo-key")
ATTEMPTS = int(os.environ.get("AUTOSPOT_ATTEMPTS", "5"))
TIMEOUT = httpx.Timeout(90, connect=5)  # The gateway itself gives up after 60 seconds.

MUTATION = """
mutation SendBatch($input: UpsertRepairOrdersInput!) {
  upsertRepairOrders(input: $input) {
    ... on UpsertRepairOrdersSuccess { saved { shopId repairNumber } }
    ... on GatewayError { code message }
    ... on RequestError { requestId retryable }
    ... on BatchRejectedError { errors { ... on ItemError { message path } } }
    ... on RateLimitedError { retryAfterSeconds }
    ... on UpstreamUnavailableError { retryAfterSeconds }
  }
}
"""

# What this program makes of an answer that does not come, in the words of the gateway.
NOT_REACHED = {
    "code": "UPSTREAM_UNAVAILABLE",
    "message": f"The gateway was not reached at {ENDPOINT}: is it running there?",
    "retryable": True,
    "requestId": "",
}
NO_ANSWER = {
    "code": "OUTCOME_UNKNOWN",
    "message": "The gateway did not answer.",
    "retryable": True,
    "requestId": "",
}

Json = Any


def main(file: str) -> int:
    """Send the repair orders of a file; the exit code is 0 when they are saved."""
    match send(json.loads(Path(file).read_text("utf-8"))):
        case {"saved": saved}:
            for order in saved:
                print(f"Saved repair order {order['repairNumber']} of shop {order['shopId']}.")
            return 0
        case {"errors": problems}:
            # All or nothing: correct these in the source, then send the whole batch again.
            print("Nothing was saved.")
            for problem in problems:
                print(f"{'/'.join(problem['path'])}: {problem['message']}")
        case error:
            # A wrong key, or no hope for now, or an error that is newer than this program.
            asked = f" Request {error['requestId']}." if error["requestId"] else ""
            print(f"{error['code']}: {error['message']}{asked}")
    return 1


def send(shops: Json) -> Json:
    """Send a batch until it is clear what became of it, or the attempts are used up."""
    sent = {"shops": shops, "onDuplicate": "REJECT"}
    result = NOT_REACHED
    for left in reversed(range(ATTEMPTS)):
        result = attempt(sent)
        match result:
            case {"code": "OUTCOME_UNKNOWN"} if sent["onDuplicate"] == "REJECT":
                # All of it may be saved already, and then would be refused as duplicates.
                sent["onDuplicate"] = "UPDATE"
            case {"retryable": True} if left:
                asked = result.get("retryAfterSeconds")
                wait = 2 if asked is None else asked
                print(f"{result['message']} Trying again in {wait} s.", file=sys.stderr)
                time.sleep(wait)
            case _:
                break
    return result


def attempt(sent: Json) -> Json:
    """Send a batch once; returns the mutation's result."""
    request = {"query": MUTATION, "variables": {"input": sent}}
    try:
        answer = httpx.post(ENDPOINT, json=request, headers={"X-API-Key": KEY}, timeout=TIMEOUT)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol):
        return NOT_REACHED
    except httpx.TransportError:
        return NO_ANSWER
    if answer.is_server_error:  # from something between here and the gateway
        return NO_ANSWER
    body = answer.json()
    if "errors" in body:
        # GraphQL itself refused the request: the program is wrong, not the repair orders.
        raise ValueError(body["errors"])
    return body["data"]["upsertRepairOrders"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
