"""How often requests may come: counted by key, and by address when keys are wrong."""

from gateway.rate_limits.addresses import Addresses
from gateway.rate_limits.counters import Counters
from gateway.rate_limits.turnstile import Turnstile

__all__ = ["Addresses", "Counters", "Turnstile"]
