"""Access to what this process counts and measures."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.telemetry.instruments import Meters


@cache
def meters() -> "Meters":
    """The meters of this process, made when they are first asked for.

    They are a process's, as its log is. Processes that were started in a block of `shared_meters`
    add theirs up.
    """
    # Only now, since the library looks at the environment when it is imported.
    from gateway.telemetry.instruments import Meters  # noqa: PLC0415

    return Meters()
