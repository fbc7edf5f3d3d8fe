"""The OpenAPI 3.1 description of the REST API served here, made from the contract's classes."""

from http import HTTPStatus
from typing import Any

from pydantic.json_schema import models_json_schema

from gateway import __version__
from gateway.contract import Fields, ShopRepairOrderPatches, ShopRepairOrders
from gateway.door import Door
from gateway.rest.examples import CREATION, PATCH, SAVED
from gateway.rest.problem import MEDIA_TYPE
from gateway.rest.problem_examples import problem_examples
from gateway.rest.problem_schema import meanings_by_status, problem_schemas

Json = dict[str, Any]

_ALL_OR_NOTHING = (
    "All or nothing: when one repair order is wrong, nothing of the request is saved, and the "
    "answer names every one that is."
)


def openapi_document(door: Door, batch_path: str) -> Json:
    """Describe the REST API of a door."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "AutoSpot Batch API",
            "version": __version__,
            "description": "Creates and updates repair orders of one or more shops. "
            + _ALL_OR_NOTHING,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [
            {"name": "batch", "description": "Repair orders."},
            {"name": "health", "description": "Whether the gateway works."},
        ],
        "security": [{"apiKey": []}],
        "paths": {batch_path: _batch_operations(door), **_health_operations()},
        "components": {
            "securitySchemes": {
                "apiKey": {
                    "type": "apiKey",
                    "in": "header",
                    "name": door.api_key_header,
                    "description": "The API key of the source system.",
                }
            },
            "schemas": _model_schemas() | problem_schemas() | {"Saved": _SAVED},
        },
    }


_SAVED: Json = {
    "type": "object",
    "description": "Everything was saved.",
    "required": ["saved", "request_id"],
    "properties": {
        "saved": {"type": "integer", "description": "How many repair orders were saved."},
        "request_id": {"type": "string", "description": "Quote this to support."},
    },
}


def _batch_operations(door: Door) -> Json:
    return {
        "post": _operation(
            door,
            operation_id="createRepairOrders",
            summary="Create repair orders",
            description=f"{_ALL_OR_NOTHING} A number that its shop already has, or that the "
            "request carries twice for one shop, is refused.",
            model=ShopRepairOrders,
            example=CREATION,
            success=("201", "Every repair order was created."),
        ),
        "patch": _operation(
            door,
            operation_id="updateRepairOrders",
            summary="Update repair orders",
            description=f"{_ALL_OR_NOTHING} Each repair order is a JSON Merge Patch (RFC 7396): "
            "left out = unchanged, null = cleared, a value = set, objects field by field. The "
            "repair team is replaced as a whole.",
            model=ShopRepairOrderPatches,
            example=PATCH,
            success=("200", "Every change was applied."),
        ),
    }


def _operation(  # noqa: PLR0913  # each is a part of the description
    door: Door,
    *,
    operation_id: str,
    summary: str,
    description: str,
    model: type[Fields],
    example: object,
    success: tuple[str, str],
) -> Json:
    status, meaning = success
    body = {
        "type": "array",
        "minItems": 1,
        "description": "At least one shop, each with at least one repair order; at most "
        f"{door.limits.max_repair_orders:,} repair orders and {door.limits.max_body_bytes:,} bytes "
        "in all.",
        "items": _reference(model.__name__),
    }
    return {
        "operationId": operation_id,
        "tags": ["batch"],
        "summary": summary,
        "description": description,
        "requestBody": {"required": True, "content": _json(body, example)},
        "responses": {
            status: {
                "description": meaning,
                "headers": _HEADERS,
                "content": _json(_reference("Saved"), SAVED),
            },
            **_error_answers(),
        },
    }


_HEADERS: Json = {
    "X-Request-Id": {
        "description": "Id of this request; quote it to support.",
        "schema": {"type": "string"},
    }
}
_RETRY_AFTER: Json = {
    "Retry-After": {
        "description": "Wait this many seconds.",
        "schema": {"type": "integer", "minimum": 0},
    }
}
_HEADERS_OF_STATUS: dict[int, Json] = {
    HTTPStatus.UNAUTHORIZED: {
        "WWW-Authenticate": {
            "description": "Asks for the API key.",
            "required": True,
            "schema": {"type": "string"},
        }
    },
    HTTPStatus.TOO_MANY_REQUESTS: _RETRY_AFTER,
}


def _error_answers() -> Json:
    examples = problem_examples()
    return {
        str(status): {
            "description": "; ".join(meanings),
            "headers": _HEADERS | _HEADERS_OF_STATUS.get(status, {}),
            "content": {MEDIA_TYPE: {"schema": _reference("Problem"), "example": examples[status]}},
        }
        for status, meanings in meanings_by_status().items()
    }


def _health_operations() -> Json:
    return {
        "/-/live": {"get": _health("isLive", "Whether the process works", {})},
        "/-/ready": {
            "get": _health(
                "isReady",
                "Whether requests can be answered",
                {
                    "503": {
                        "description": "The database cannot be read.",
                        "headers": _HEADERS | _RETRY_AFTER,
                        "content": {MEDIA_TYPE: {"schema": _reference("Problem")}},
                    }
                },
            )
        },
    }


def _health(operation_id: str, summary: str, errors: Json) -> Json:
    status = {"type": "object", "properties": {"status": {"const": "ok"}}, "required": ["status"]}
    return {
        "operationId": operation_id,
        "tags": ["health"],
        "summary": summary,
        "security": [],
        "responses": {
            "200": {
                "description": "Yes.",
                "headers": _HEADERS,
                "content": _json(status, {"status": "ok"}),
            },
            **errors,
        },
    }


def _json(schema: Json, example: object) -> Json:
    return {"application/json": {"schema": schema, "example": example}}


def _reference(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _model_schemas() -> Json:
    models: list[type[Fields]] = [ShopRepairOrders, ShopRepairOrderPatches]
    _, schema = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    return schema["$defs"]
