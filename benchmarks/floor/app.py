"""FastAPI, REST to REST: a batch decoded and encoded by msgspec, and sent on by httpx."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import msgspec
from fastapi import FastAPI, Request, Response
from msgspec import UNSET, Struct, UnsetType


class Vehicle(Struct):
    """The vehicle."""

    year: int | None | UnsetType = UNSET
    make: str | None | UnsetType = UNSET
    model: str | None | UnsetType = UNSET
    color: str | None | UnsetType = UNSET


class Customer(Struct):
    """The customer."""

    first_name: str | None | UnsetType = UNSET
    last_name: str | None | UnsetType = UNSET
    email: str | None | UnsetType = UNSET
    phone_number: str | None | UnsetType = UNSET


class Insurance(Struct):
    """The insurance."""

    name: str | None | UnsetType = UNSET


class RepairTeamMember(Struct):
    """A specialist."""

    id: str
    first_name: str | None | UnsetType = UNSET
    last_name: str | None | UnsetType = UNSET
    title: str | None | UnsetType = UNSET


class RepairOrder(Struct):
    """A repair order."""

    repair_number: str
    scheduled_arrival: str | None | UnsetType = UNSET
    scheduled_complete: str | None | UnsetType = UNSET
    scheduled_delivery: str | None | UnsetType = UNSET
    rental_car: bool | None | UnsetType = UNSET
    total_estimated_hours: float | None | UnsetType = UNSET
    status: str | None | UnsetType = UNSET
    vehicle: Vehicle | None | UnsetType = UNSET
    customer: Customer | None | UnsetType = UNSET
    insurance: Insurance | None | UnsetType = UNSET
    repair_team: list[RepairTeamMember] | None | UnsetType = UNSET


class ShopRepairOrders(Struct):
    """One shop and its repair orders."""

    shop_id: int
    repair_orders: list[RepairOrder]


_decoder = msgspec.json.Decoder(list[ShopRepairOrders])
_encoder = msgspec.json.Encoder()


@asynccontextmanager
async def _lifespan(site: FastAPI) -> AsyncGenerator[None]:
    async with httpx.AsyncClient(base_url=os.environ["UPSTREAM_URL"], timeout=60) as client:
        site.state.client = client
        yield


app = FastAPI(lifespan=_lifespan)


@app.post("/batch/repair_orders")
async def create(request: Request) -> Response:
    """Send a batch on."""
    shops = _decoder.decode(await request.body())
    answer = await request.app.state.client.post(
        "/batch/repair_orders",
        content=_encoder.encode(shops),
        headers={
            "Content-Type": "application/json",
            "X-API-Key": request.headers["x-api-key"],
        },
    )
    answer.raise_for_status()
    saved = sum(len(shop.repair_orders) for shop in shops)
    return Response(_encoder.encode({"saved": saved}), 201, media_type="application/json")
