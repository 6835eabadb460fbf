"""Costs: what operations cost before they are sent."""

import strawberry

from execution.cost import INTROSPECTION_COST
from resolvers import costs as resolvers
from resolvers import guards
from schema.building import resolve


@strawberry.type
class FieldCost:
    """What one field adds to the cost of an operation."""

    field: str = strawberry.field(description="The field with its type: `Viewer.matches`.")
    cost: int = strawberry.field(
        description="For all objects that have it, without what is selected of it."
    )


@strawberry.type
class OperationCost:
    """What an operation would cost; numbers end at 2,147,483,647."""

    requested: int = strawberry.field(
        description="What it costs at most, as `extensions.cost.requested` tells it when it runs."
    )
    limit: int = strawberry.field(description="What an operation of yours may cost.")
    is_allowed: bool = strawberry.field(
        description="Whether it costs no more than that; else it is refused as `COST_EXCEEDED`."
    )
    depth: int = strawberry.field(description="How many levels of fields it has.")
    fields: list[FieldCost] = strawberry.field(
        description=(
            "What costs most in it, the dearest first, at most 20 fields. All together they are "
            "the cost, unless there are fragments on different types: the dearest of these counts."
        )
    )


@strawberry.type
class CostQueries:
    """What can be asked about costs."""

    # Whoever sends a document learns its price, signed in or not; asking first tells no more.
    cost: OperationCost = resolve(resolvers.cost, guard=guards.public, cost=INTROSPECTION_COST)
