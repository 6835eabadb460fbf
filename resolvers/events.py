"""Events: what a client asks of them."""

from datetime import UTC, datetime
from typing import Annotated

import strawberry

from dataloaders import events as loading
from dataloaders.connections import After, Before, First, Last, PageOf
from domain import texts
from domain.refusals import InvalidInput
from persistence.rows import Row
from resolvers import nodes
from resolvers.context import Context

CITY_LENGTH = 100
"""The most characters of a city's name."""


async def event(
    context: Context,
    *,
    id: Annotated[strawberry.ID, strawberry.argument(description="The event.")],
) -> Row | None:
    """An event; null when it is missing or its host hidden from you."""
    return await nodes.of_type(context, id, "Event")


async def listed(
    context: Context,
    *,
    from_: Annotated[
        datetime | None,
        strawberry.argument(
            name="from", description="Those that start then or later; from now on when left out."
        ),
    ] = None,
    city: Annotated[
        str | None,
        strawberry.argument(description="Those in this city, in upper or lower case; else all."),
    ] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> PageOf:
    """Events to come, the first to start first."""
    wanted = loading.Starting(from_ or datetime.now(UTC), _cleaned(city))
    page: PageOf = await context.load(
        loading.starting, wanted, first=first, after=after, last=last, before=before
    )
    return page


def _cleaned(city: str | None) -> str | None:
    if city is None:
        return None
    city = texts.clean(city)
    if problems := texts.length_problems("city", city, least=1, most=CITY_LENGTH):
        raise InvalidInput(problems)
    return city
