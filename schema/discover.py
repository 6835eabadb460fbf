"""Discover: people and posts for the viewer, by the two rankings."""

from typing import Any

import strawberry

from dataloaders.connections import After, First
from resolvers import deck, feed
from resolvers.feed import FeedOrder
from schema.deck import DeckConnection
from schema.feed import FeedConnection


@strawberry.type
class Discover:
    """People and posts that may matter to you."""

    @strawberry.field(description="The beginning of your deck; cursors are those of `deck`.")
    async def people(
        root: strawberry.Parent[Any],
        info: strawberry.Info,
        first: First = None,
        after: After = None,
    ) -> DeckConnection:
        # A view shows any object that has its attributes.
        return await deck.deck(  # type: ignore[return-value]
            info.context, first=first, after=after
        )

    @strawberry.field(
        description="The beginning of your feed by relevance; cursors are those of `feed`."
    )
    async def posts(
        root: strawberry.Parent[Any],
        info: strawberry.Info,
        first: First = None,
        after: After = None,
    ) -> FeedConnection:
        # A view shows any object that has its attributes.
        return await feed.feed(  # type: ignore[return-value]
            info.context, order=FeedOrder.RELEVANT, first=first, after=after
        )


@strawberry.type
class DiscoverOfViewer:
    """What the viewer may discover."""

    @strawberry.field(description="People and posts that may matter to you, side by side.")
    def discover(root: strawberry.Parent[Any]) -> Discover:
        return Discover()
