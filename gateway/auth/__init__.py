"""Who holds an API key, and what stands for a key where keys are kept."""

from gateway.auth.authenticator import LOOKUP_SECONDS, Authenticator
from gateway.auth.keys import digest, new_key

__all__ = ["LOOKUP_SECONDS", "Authenticator", "digest", "new_key"]
