"""What tests do with a database behind the gateway's back, on each engine."""

import sqlite3
from contextlib import closing

from tests import postgres


def run_sql(url: str, statements: str) -> list[str]:
    """Run SQL in a database; returns the rows of a query, with bars between the columns."""
    kind, _, path = url.partition(":///")
    if kind != "sqlite":
        return postgres.run_sql(url, statements)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        if "SELECT" not in statements:
            connection.executescript(statements)
            return []
        return ["|".join(map(str, row)) for row in connection.execute(statements)]
