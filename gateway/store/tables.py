"""The tables, as SQLAlchemy knows them."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept to the microsecond; it comes back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as it is written."""
        del dialect
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as it is read: SQLite forgets the time zone."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

shop = Table(
    "shop",
    metadata,
    Column("shop_id", Integer, primary_key=True, autoincrement=False),
)

# Not WITHOUT ROWID: with documents of usual size it made writing four times slower.
repair_order = Table(
    "repair_order",
    metadata,
    Column("shop_id", Integer, ForeignKey(shop.c.shop_id), primary_key=True, autoincrement=False),
    # Texts are compared by their bytes, as SQLite does anyway.
    Column(
        "repair_number",
        String(64).with_variant(String(64, collation="C"), "postgresql"),
        primary_key=True,
    ),
    Column("document", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

# The shops of a key are only ever read as a whole, so they are a value and not a table.
api_key = Table(
    "api_key",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column(
        "name", Text().with_variant(Text(collation="C"), "postgresql"), nullable=False, unique=True
    ),
    Column("can_write", Boolean, nullable=False),
    Column("shop_ids", JSON(none_as_null=True)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
)
