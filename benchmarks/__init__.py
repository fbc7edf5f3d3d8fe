"""Benchmarks, each a command of its own; the gateway knows nothing of them."""
