"""GraphQL that keeps the repair orders itself: SQLAlchemy's ORM, row by row."""

import os
import sqlite3
from datetime import UTC, datetime
from typing import Annotated

import strawberry
from fastapi import FastAPI
from sqlalchemy import create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from strawberry.fastapi import GraphQLRouter

from benchmarks.naive.models import (
    GatewayError,
    UpsertRepairOrdersInput,
    UpsertRepairOrdersSuccess,
    saved,
)

_engine = create_engine(os.environ["DATABASE_URL"])


@event.listens_for(_engine, "connect")
def _configure(connection: sqlite3.Connection, _entry: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")


class _Base(DeclarativeBase):
    pass


class _RepairOrder(_Base):
    __tablename__ = "repair_order"

    shop_id: Mapped[int] = mapped_column(primary_key=True)
    repair_number: Mapped[str] = mapped_column(primary_key=True)
    document: Mapped[str]
    created_at: Mapped[datetime]


_Base.metadata.create_all(_engine)


@strawberry.type
class Query:
    """Reading."""

    version: str = "1"


@strawberry.type
class Mutation:
    """Writing."""

    @strawberry.mutation
    def upsert_repair_orders(
        self,
        input: UpsertRepairOrdersInput,  # noqa: A002  # the argument's name
    ) -> Annotated[UpsertRepairOrdersSuccess | GatewayError, strawberry.union("UpsertResult")]:
        """Create repair orders."""
        batch = input.to_pydantic()
        now = datetime.now(UTC)
        with Session(_engine) as session:
            for shop in batch.shops:
                for order in shop.repair_orders:
                    if session.get(_RepairOrder, (shop.shop_id, order.repair_number)):
                        return GatewayError(code="DUPLICATE", message=order.repair_number)
                    row = _RepairOrder(
                        shop_id=shop.shop_id,
                        repair_number=order.repair_number,
                        document=order.model_dump_json(exclude_unset=True),
                        created_at=now,
                    )
                    session.add(row)
            session.commit()
        return saved(batch)


app = FastAPI()
app.include_router(GraphQLRouter(strawberry.Schema(Query, Mutation)), prefix="/graphql")
