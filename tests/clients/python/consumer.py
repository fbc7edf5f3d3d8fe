"""A caller's program in generated types: it knows some errors, and is ready for others."""

# Generated anew by each run of the tests.
from autospot import (  # pyright: ignore[reportMissingImports]
    Client,
    RepairOrderInput,
    ShopRepairOrdersInput,
    Upsert,
    UpsertRepairOrdersInput,
)


def create(client: Client, shop_id: int) -> list[str]:
    """Create repair orders; None is sent, and what is not given is left out."""
    order = RepairOrderInput(repairNumber="1", status=None)
    shop = ShopRepairOrdersInput(shopId=shop_id, repairOrders=[order])
    return told(client.upsert(UpsertRepairOrdersInput(shops=[shop])))


def told(answer: Upsert) -> list[str]:
    """What became of a batch."""
    result = answer.upsert_repair_orders
    if result.typename__ == "UpsertRepairOrdersSuccess":
        return [order.repair_number for order in result.saved]
    if result.typename__ == "MixedUpsertError":
        return [f"{order.repair_number} is new" for order in result.known_new]
    if result.typename__ == "RateLimitedError":
        return [f"wait {result.retry_after_seconds or 1} seconds"]
    if result.typename__ != "BatchRejectedError":
        return [result.message]
    problems: list[str] = []
    for problem in result.errors:
        place = "/".join(problem.path)
        if problem.typename__ == "DuplicateRepairOrderError":
            problems.append(f"{place}: {problem.duplicate_of.value}")
        elif problem.typename__ == "InvalidInputError":
            problems.append(f"{place}: {problem.reason.value}")
        else:
            problems.append(problem.message)
    return problems
