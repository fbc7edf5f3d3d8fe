"""What caches may keep of the answers that are the gateway's own."""

NO_STORE = {"Cache-Control": "no-store"}
"""Nothing: the answer is about this request, and for whoever sent it."""

NO_CACHE = {"Cache-Control": "no-cache"}
"""A copy, which is asked about before each use: another version of the gateway has another."""
