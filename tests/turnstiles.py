"""A turnstile for doors that are not about rates."""

from gateway.rate_limits import Addresses, Counters, Turnstile


def open_turnstile() -> Turnstile:
    """A turnstile that stops nobody."""
    return Turnstile(Counters(), Addresses(), rate="off", failed_keys_rate="off")
