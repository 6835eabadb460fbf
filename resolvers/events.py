"""Events: what a client asks and does with them."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

import strawberry

from dataloaders import events as loading
from dataloaders.connections import After, Before, First, Last, PageOf
from domain import event_filters, events
from domain.refusals import InvalidInput
from integrations.embeddings import EmbeddingsUnavailable
from matching import contents
from persistence.contents import ContentKind, Within
from persistence.queries import messages
from persistence.rows import Row
from persistence.vectors import VectorsUnavailable
from resolvers import ids, nodes
from resolvers.context import Context

MOST_ALIKE = 200
"""How many events are looked at that mean nearly the same as a text."""


async def event(
    context: Context,
    *,
    id: Annotated[strawberry.ID, strawberry.argument(description="The event.")],
) -> Row | None:
    """An event; null when it is missing or not for you."""
    return await nodes.of_type(context, id, "Event")


async def listed(
    context: Context,
    wanted: Mapping[str, Any],
    *,
    first: First,
    after: After,
    last: Last,
    before: Before,
) -> PageOf:
    """Give the events to come that meet all of some conditions, the first to start first.

    Args:
        context: of the request.
        wanted: the conditions, as `event_filters.cleaned` takes them, and `meaning`.
        first: as all lists have it.
        after: as all lists have it.
        last: as all lists have it.
        before: as all lists have it.
    """
    conditions = event_filters.cleaned(wanted)
    words = conditions.get("text")
    if words and not await context.database.value(messages.is_searchable, query=words):
        raise InvalidInput.of("text", "text excludes words without wanting one beside them.")
    starts_from = conditions.pop("starts_from", None) or datetime.now(UTC)
    if meaning := conditions.pop("meaning", None):
        within = Within(since=starts_from, until=conditions.get("until"))
        conditions |= await _meaning(context, meaning, within)
    choice = loading.Starting(starts_from, tuple(sorted(conditions.items())))
    page: PageOf = await context.load(
        loading.starting, choice, first=first, after=after, last=last, before=before
    )
    return page


async def _meaning(context: Context, text: str, within: Within) -> dict[str, Any]:
    """Say which events are about a text; by its words while nothing can be embedded."""
    services = context.services
    # Those for everybody also by themselves: others that few may see would leave no room for them.
    asked = [
        contents.nearest_to_text(
            services.database,
            services.vectors,
            services.embedder,
            ContentKind.EVENT,
            text,
            limit=MOST_ALIKE,
            within=each,
        )
        for each in (within, replace(within, only_open=True))
    ]
    try:
        nearest = await asyncio.gather(*asked)
    except (VectorsUnavailable, EmbeddingsUnavailable):
        return {"text": text}
    return {"ids": tuple(dict.fromkeys(key for found in nearest for key, _ in found))}


async def create_event(context: Context, **given: Any) -> dict[str, Any]:
    """Invite to an event; who may see you learns of it, or a circle of them."""
    async with context.write() as tx:
        event = await events.create_event(
            tx,
            context.signed_in,
            most_a_day=context.services.settings.events_per_day,
            **_columns(given),
        )
        return tx.answer({"event": event})


async def edit_event(context: Context, *, event_id: str, **given: Any) -> dict[str, Any]:
    """Change an event that you hold; what you leave out stays, null takes it back.

    Those who go are told.
    """
    async with context.write() as tx:
        key = ids.decode(event_id, "Event")
        event = await events.edit_event(tx, context.signed_in, event_id=key, **_columns(given))
        return tx.answer({"event": event})


async def cancel_event(
    context: Context, *, event_id: str, following: bool | None = None
) -> dict[str, Any]:
    """Say that an event that you hold does not take place; those who go are told."""
    async with context.write() as tx:
        key = ids.decode(event_id, "Event")
        event = await events.cancel_event(
            tx, context.signed_in, event_id=key, following=following or False
        )
        return tx.answer({"event": event})


async def delete_event(context: Context, *, event_id: str) -> dict[str, Any]:
    """Take back your event; one to which people go has to be cancelled first."""
    async with context.write() as tx:
        key = ids.decode(event_id, "Event")
        await events.delete_event(tx, context.signed_in, event_id=key)
        return tx.answer({"deleted_event_id": event_id})


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    """Give what a client says of an event by the columns that keep it."""
    if "following" in given:
        given["following"] = bool(given["following"])
    if "location" in given:
        location = given.pop("location")
        given["latitude"] = location.latitude if location else None
        given["longitude"] = location.longitude if location else None
    for column, noun in (("cover_id", "Media"), ("place_id", "Place")):
        if given.get(column) is not None:
            given[column] = ids.decode(given[column], noun)
    return given
