"""A caller of a gateway, through both of its doors."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

RESULT = """
  __typename
  ... on BatchSuccess {
    savedCount
    saved { path shopId repairNumber action repairOrder { status } }
  }
  ... on GatewayError { code message }
  ... on RequestError { requestId outcome retryable }
  ... on RateLimitedError { retryAfterSeconds }
  ... on BatchRejectedError {
    errorCount
    errors {
      __typename
      ... on ItemError { code message path shopId repairNumber }
      ... on ShopNotFoundError { repairNumbers }
      ... on InvalidInputError { reason }
      ... on DuplicateRepairOrderError { duplicateOf firstPath }
    }
  }
"""
UPSERT = f"""mutation($input: UpsertRepairOrdersInput!) {{
  upsertRepairOrders(input: $input) {{ {RESULT} }}
}}"""
PATCH = f"""mutation($input: PatchRepairOrdersInput!) {{
  patchRepairOrders(input: $input) {{ {RESULT} }}
}}"""

Json = Any


@dataclass(frozen=True)
class Client:
    """A caller with an API key; None is no key.

    `reader` reads repair orders where the gateway itself cannot: it calls the AutoSpot behind it.
    """

    url: str
    api_key: str | None
    http: httpx.Client = field(repr=False)
    reader: "Client | None" = None

    def with_key(self, api_key: str | None) -> "Client":
        """The same gateway, called with another key."""
        reader = self.reader.with_key(api_key) if self.reader else None
        return Client(self.url, api_key, self.http, reader)

    def request(self, method: str, path: str, **options: Json) -> httpx.Response:
        """Send a request with the key."""
        headers = dict(options.pop("headers", {}))
        if "json" in options:
            # Escaped, since httpx cannot send a lone surrogate.
            options["content"] = json.dumps(options.pop("json"))
            headers.setdefault("Content-Type", "application/json")
        if self.api_key is not None:
            headers["X-API-Key"] = self.api_key
        return self.http.request(method, self.url + path, headers=headers, **options)

    def execute(self, query: str, variables: Json = None, **more: Json) -> Json:
        """Run an operation; returns the whole GraphQL answer."""
        body = {"query": query, "variables": variables, **more}
        return self.request("POST", "/graphql", json=body).json()

    def upsert(self, shops: Json, on_duplicate: str | None = None) -> Json:
        """Run upsertRepairOrders; returns its result."""
        variables = {"shops": shops} | ({"onDuplicate": on_duplicate} if on_duplicate else {})
        return self._result("upsertRepairOrders", UPSERT, variables)

    def patch(self, shops: Json) -> Json:
        """Run patchRepairOrders; returns its result."""
        return self._result("patchRepairOrders", PATCH, {"shops": shops})

    def rest(self, method: str, body: Json) -> httpx.Response:
        """Call the batch API."""
        return self.request(method, "/batch/repair_orders", json=body)

    def order(self, shop_id: int, number: str, fields: str) -> Json:
        """Read fields of a repair order back; None when there is none."""
        if self.reader:
            return self.reader.order(shop_id, number, fields)
        query = f"""query($shop: Int!, $number: String!) {{
          repairOrder(shopId: $shop, repairNumber: $number) {{ {fields} }}
        }}"""
        answer = self.execute(query, {"shop": shop_id, "number": number})
        assert "errors" not in answer, answer
        return answer["data"]["repairOrder"]

    def _result(self, name: str, query: str, sent: Json) -> Json:
        answer = self.execute(query, {"input": sent})
        assert "errors" not in answer, answer
        return answer["data"][name]
