"""Events: what a client asks and does with them."""

from datetime import UTC, datetime
from typing import Annotated, Any

import strawberry

from dataloaders import events as loading
from dataloaders.connections import After, Before, First, Last, PageOf
from domain import events, texts
from domain.refusals import InvalidInput
from persistence.rows import Row
from resolvers import ids, nodes
from resolvers.context import Context

CITY_LENGTH = 100
"""The most characters of a city's name."""


async def event(
    context: Context,
    *,
    id: Annotated[strawberry.ID, strawberry.argument(description="The event.")],
) -> Row | None:
    """An event; null when it is missing or not for you."""
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
    """Events to come that are not cancelled, the first to start first."""
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


async def create_event(context: Context, **given: Any) -> dict[str, Any]:
    """Invite to an event; who may see you learns of it, or a circle of them."""
    async with context.write() as tx:
        event = await events.create_event(tx, context.signed_in, **_columns(given))
        return tx.answer({"event": event})


async def edit_event(context: Context, *, event_id: str, **given: Any) -> dict[str, Any]:
    """Change an event that you hold; what you leave out stays, null takes it back.

    Those who go are told.
    """
    async with context.write() as tx:
        key = ids.decode(event_id, "Event")
        event = await events.edit_event(tx, context.signed_in, event_id=key, **_columns(given))
        return tx.answer({"event": event})


async def cancel_event(context: Context, *, event_id: str) -> dict[str, Any]:
    """Say that an event that you hold does not take place; those who go are told."""
    async with context.write() as tx:
        key = ids.decode(event_id, "Event")
        event = await events.cancel_event(tx, context.signed_in, event_id=key)
        return tx.answer({"event": event})


async def delete_event(context: Context, *, event_id: str) -> dict[str, Any]:
    """Take back your event; one to which people go has to be cancelled first."""
    async with context.write() as tx:
        key = ids.decode(event_id, "Event")
        await events.delete_event(tx, context.signed_in, event_id=key)
        return tx.answer({"deleted_event_id": event_id})


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    """Give what a client says of an event by the columns that keep it."""
    if "location" in given:
        location = given.pop("location")
        given["latitude"] = location.latitude if location else None
        given["longitude"] = location.longitude if location else None
    if (cover := given.get("cover_id")) is not None:
        given["cover_id"] = ids.decode(cover, "Media")
    return given
