"""Processes that run without a measurement of coverage, which would slow all that they do.

What they run of the gateway is measured where tests call it more directly.
"""

import os


def unmeasured() -> dict[str, str]:
    """The environment of the tests, without what has a process of Python measured."""
    return {name: os.environ[name] for name in os.environ if not name.startswith("COVERAGE_")}
