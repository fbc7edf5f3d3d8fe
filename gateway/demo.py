"""The demo: sample shops, repair orders and a key that everybody knows."""

from contextlib import suppress
from datetime import UTC, datetime

from gateway.auth import digest
from gateway.batch_api import BatchApi
from gateway.contract import BatchRejected, Caller, Limits, Verb, read_batch
from gateway.store import ApiKey, Store

DEMO_KEY = "demo-key"
DEMO_SHOPS = frozenset({33, 34, 35})

_NAME = "demo"
_SAMPLES: list[dict[str, object]] = [
    {
        "shop_id": 33,
        "repair_orders": [
            {
                "repair_number": "700101",
                "scheduled_arrival": "2026-03-02T08:30:00-07:00",
                "scheduled_complete": "2026-03-06T15:00:00-07:00",
                "scheduled_delivery": "2026-03-06T17:00:00-07:00",
                "rental_car": True,
                "total_estimated_hours": 31.5,
                "status": "Active",
                "vehicle": {"year": 2019, "make": "Subaru", "model": "Outback", "color": "Green"},
                "customer": {
                    "first_name": "Ada",
                    "last_name": "Sample",
                    "email": "ada@example.com",
                    "phone_number": "555-0101",
                },
                "insurance": {"name": "Example Mutual"},
                "repair_team": [
                    {"id": "501", "first_name": "Tom", "last_name": "Test", "title": "Estimator"},
                    {"id": "502", "first_name": "Pia", "last_name": "Paint", "title": "Painter"},
                ],
            }
        ],
    },
    {
        "shop_id": 34,
        "repair_orders": [
            {
                "repair_number": "700102",
                "scheduled_arrival": "2026-03-03T10:00:00-07:00",
                "rental_car": False,
                "total_estimated_hours": 12,
                "status": "Scheduled",
                "vehicle": {"year": 2022, "make": "Ford", "model": "Ranger", "color": "Blue"},
                "customer": {
                    "first_name": "Ben",
                    "last_name": "Sample",
                    "phone_number": "555-0102",
                },
            }
        ],
    },
    {
        "shop_id": 35,
        "repair_orders": [
            {
                "repair_number": "700103",
                "status": "Waiting for parts",
                "vehicle": {"year": 2016, "make": "Honda", "model": "Civic", "color": "White"},
                "customer": {"first_name": "Cleo", "last_name": "Sample"},
                "insurance": {"name": "Example Mutual"},
            }
        ],
    },
]


async def prepare_demo(store: Store, batches: BatchApi, limits: Limits) -> None:
    """Make the sample shops, the key and the repair orders, where they are not there yet.

    What is there stays as it is: a changed repair order, a revoked key.
    """
    await store.add_shops(DEMO_SHOPS)
    now = datetime.now(UTC)
    await store.add_key(
        ApiKey(digest(DEMO_KEY), _NAME, can_write=True, shop_ids=DEMO_SHOPS, created_at=now)
    )
    caller = Caller(_NAME, can_write=True, shop_ids=DEMO_SHOPS)
    for sample in _SAMPLES:
        with suppress(BatchRejected):  # a batch each, so that one that exists keeps back no other
            await batches.create(read_batch([sample], Verb.CREATE, limits), caller)
