"""The store over SQL, whatever the database engine."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial

from gateway.contract import OrderKey, Saved, StoredOrder
from gateway.store import found_orders, keys, orders
from gateway.store.abandonable import Abandonable
from gateway.store.database import Database
from gateway.store.groups import Groups
from gateway.store.port import ApiKey, Decide, OrderFilter, Stored, Wanted
from gateway.telemetry import span


class SqlStore:
    """Shops, repair orders and keys in the tables of a database. Implements Store."""

    def __init__(self, database: Database, *, max_waiting: int = 1000) -> None:
        """Keep rows in a database that has the tables; only so many batches wait for others."""
        self._database = Abandonable(database)
        self._groups = Groups(self._database, max_waiting)

    async def close(self) -> None:
        """Write the batches that wait."""
        await self._groups.close()

    async def read(self, wanted: Wanted) -> Stored:
        """Read rows without locking them."""
        query = partial(orders.read_stored, rows=self._database.rows, wanted=wanted)
        with span("store read"):
            return await self._database.read(query)

    async def write(self, wanted: Wanted, decide: Decide) -> Saved:
        """Lock rows, have decided what is written, and write all of it or nothing."""
        with span("store write"):
            return await self._groups.write(orders.BatchWrite(self._database.rows, wanted, decide))

    async def find_orders(self, which: OrderFilter) -> list[StoredOrder]:
        """The repair orders that match, in ascending order."""
        return await self._database.read(partial(found_orders.find_orders, which=which))

    async def erase_orders(self, which: OrderFilter) -> list[OrderKey]:
        """Delete the repair orders that match, all or none; returns their keys in that order."""
        erase = partial(found_orders.erase_orders, rows=self._database.rows, which=which)
        return await self._database.write(erase)

    async def add_shops(self, shop_ids: Collection[int]) -> list[int]:
        """Add shops; return those that are new, in ascending order."""
        return await self._database.write(partial(self._database.rows.add_shops, shop_ids=shop_ids))

    async def shops(self) -> list[int]:
        """Every shop, in ascending order."""
        return await self._database.read(orders.all_shops)

    async def add_key(self, key: ApiKey) -> bool:
        """Add a key; False when a key of that name, or the key itself, is already there."""
        return await self._database.write(partial(keys.add_key, key=key))

    async def keys(self) -> list[ApiKey]:
        """Every key, those that are over too, oldest first."""
        return await self._database.read(keys.all_keys)

    async def succeed_key(self, name: str, ends_at: datetime, successor: ApiKey) -> bool:
        """Give a key its end, and add the one that takes its place; False when that cannot be."""
        change = partial(keys.succeed_key, name=name, ends_at=ends_at, successor=successor)
        return await self._database.write(change)

    async def revoke_key(self, name: str, at: datetime) -> bool:
        """Revoke a key for good; False when no key of that name is valid."""
        return await self._database.write(partial(keys.revoke_key, name=name, at=at))

    async def key(self, digest: bytes) -> ApiKey | None:
        """The key with this digest, if there is one that is not revoked; it may have expired."""
        return await self._database.read(partial(keys.unrevoked_key, digest=digest))

    async def note_uses(self, uses: Mapping[bytes, datetime]) -> None:
        """Note when the keys with these digests were used, for each at most once in a minute."""
        await self._database.write(partial(keys.note_uses, uses=uses))

    def give_up(self) -> None:
        """Have nobody wait any longer, and refuse what is asked from now on."""
        self._database.give_up()
