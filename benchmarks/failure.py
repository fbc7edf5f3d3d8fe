"""How a benchmark fails."""


class BenchmarkFailed(Exception):
    """Nothing was measured that could be told; the message says why."""
