"""The examples of the REST description: AutoSpot's own, made valid."""

from typing import Any

CREATION: Any = [
    {
        "shop_id": 33,
        "repair_orders": [
            {
                "repair_number": "606471",
                "scheduled_arrival": "2020-03-11T00:00:00Z",
                "scheduled_complete": "2020-03-12T00:00:00Z",
                "scheduled_delivery": "2020-03-13T00:00:00Z",
                "rental_car": True,
                "total_estimated_hours": 48,
                "status": "Active",
                "vehicle": {
                    "year": 2000,
                    "model": "Silverado",
                    "make": "Chevrolet",
                    "color": "Red",
                },
                "customer": {
                    "first_name": "Bilbo",
                    "last_name": "Baggins",
                    "email": "test@email.com",
                    "phone_number": "5553337777",
                },
                "insurance": {"name": "State Farm"},
                "repair_team": [
                    {
                        "id": "4849843",
                        "first_name": "Meriadoc",
                        "last_name": "Brandybuck",
                        "title": "Estimator",
                    }
                ],
            }
        ],
    }
]

PATCH: Any = [
    {
        "shop_id": 33,
        "repair_orders": [
            {"repair_number": "606471", "customer": {"phone_number": "5553337777"}},
        ],
    }
]

SAVED: Any = {"saved": 1, "request_id": "0f8fad5bd9cb469fa16570867728950e"}
