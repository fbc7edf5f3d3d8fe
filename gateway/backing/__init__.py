"""AutoSpot's own rules, for a gateway that keeps the repair orders itself."""

from gateway.backing.local import LocalAutoSpot
from gateway.backing.merge import merged

__all__ = ["LocalAutoSpot", "merged"]
