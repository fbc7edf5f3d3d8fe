"""API keys: making them, and the digests that are kept and looked up in their place."""

from hashlib import sha256
from secrets import token_urlsafe

_KEY_BYTES = 32


def new_key() -> str:
    """Make an API key of 256 random bits; its prefix lets people and scanners recognise it."""
    return f"ask_{token_urlsafe(_KEY_BYTES)}"


def digest(api_key: str) -> bytes:
    """The SHA-256 of a key, which is kept and looked up in its place.

    How long a lookup takes tells nothing about a key: whatever is compared, in memory or in an
    index, is digests, and a sender cannot choose the digest of a guess. One that begins like a kept
    one says no more about that key than any other, and not even a whole digest leads back to 256
    random bits. So no key is ever compared, not even in constant time.
    """
    return sha256(api_key.encode(errors="surrogatepass")).digest()
