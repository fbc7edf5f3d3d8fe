"""The command autospot-gateway."""

from gateway.cli.command import main

__all__ = ["main"]
