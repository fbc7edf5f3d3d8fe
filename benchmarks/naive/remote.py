"""GraphQL in front of a remote AutoSpot: Strawberry's router and one httpx.AsyncClient."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated

import httpx
import strawberry
from fastapi import FastAPI
from strawberry.fastapi import GraphQLRouter

from benchmarks.naive.models import (
    GatewayError,
    UpsertRepairOrdersInput,
    UpsertRepairOrdersSuccess,
    saved,
)

_client = httpx.AsyncClient(base_url=os.environ["UPSTREAM_URL"], timeout=60)


@strawberry.type
class Query:
    """Reading."""

    version: str = "1"


@strawberry.type
class Mutation:
    """Writing."""

    @strawberry.mutation
    async def upsert_repair_orders(
        self,
        info: strawberry.Info,
        input: UpsertRepairOrdersInput,  # noqa: A002  # the argument's name
    ) -> Annotated[UpsertRepairOrdersSuccess | GatewayError, strawberry.union("UpsertResult")]:
        """Create repair orders."""
        batch = input.to_pydantic()
        answer = await _client.post(
            "/batch/repair_orders",
            json=batch.model_dump(mode="json", exclude_unset=True)["shops"],
            headers={"X-API-Key": info.context["request"].headers["x-api-key"]},
        )
        if answer.is_success:
            return saved(batch)
        return GatewayError(code=str(answer.status_code), message=answer.text)


@asynccontextmanager
async def _lifespan(_site: FastAPI) -> AsyncGenerator[None]:
    async with _client:
        yield


app = FastAPI(lifespan=_lifespan)
app.include_router(GraphQLRouter(strawberry.Schema(Query, Mutation)), prefix="/graphql")
