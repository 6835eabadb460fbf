"""The feed: what the people around the viewer share."""

from typing import Annotated, Any

import strawberry

from dataloaders.connections import After, Before, First, Last
from domain.feed import LessOf
from domain.refusals import NotAllowed, NotFound
from matching.feed_ranking import FeedReasonKind
from resolvers import feed as resolvers
from resolvers.feed import FeedOrder
from schema.building import MutationInput, mutation
from schema.connections import Connection, Edge
from schema.posts import Post
from schema.scalars import shown_enum

shown_enum(
    FeedOrder,
    LATEST="The newest first.",
    RELEVANT="What will most likely matter to you first, in an order that stays.",
)
shown_enum(
    FeedReasonKind,
    OWN="You shared it.",
    MATCH="You have a match with the author.",
    MUTUAL_FOLLOW="You and the author follow each other.",
    FOLLOW="You follow the author.",
    IN_TOUCH="You and the author have been in touch lately.",
    SIMILAR="It goes with what you write about yourself.",
)
shown_enum(
    LessOf,
    AUTHOR="Of what its author shares.",
    TOPIC="Of what it is about, whoever shares it.",
)


@strawberry.type
class FeedReason:
    """Why a post is in your feed."""

    kind: FeedReasonKind = strawberry.field(description="The reason, for programs.")
    text: str = strawberry.field(
        description="One sentence, in the language of your notification settings."
    )


@strawberry.type
class FeedEdge(Edge[Post]):
    """A post in your feed, its place, and why it is there."""

    reason: FeedReason | None = strawberry.field(
        description="What speaks most for it; null in the order LATEST, which needs no reason."
    )


@strawberry.type
class FeedConnection(Connection[Post]):
    """A page of your feed."""

    # What a client only counts is not shown to anybody.
    @strawberry.field(description="The posts with their cursors, and why they are there.")
    def edges(root: strawberry.Parent[Any]) -> list[FeedEdge]:
        return [
            FeedEdge(cursor=root.cursor_of(row), node=row, reason=root.reason_of(row))
            for row in root.shown()
        ]

    @strawberry.field(description="The posts.")
    def nodes(root: strawberry.Parent[Any]) -> list[Post]:
        return root.shown()  # type: ignore[no-any-return]

    @strawberry.field(
        description=(
            "How many posts the feed has; in the order RELEVANT, how many of this order you can "
            "read now, at most 300. Counted only when asked."
        )
    )
    async def total_count(root: strawberry.Parent[Any]) -> int:
        return await root.total()  # type: ignore[no-any-return]


OrderArgument = Annotated[
    FeedOrder, strawberry.argument(description="What comes first; LATEST if unsaid.")
]


@strawberry.type
class FeedOfViewer:
    """What the people around the viewer share."""

    @strawberry.field(
        description=(
            "Posts of your matches, of people whom you follow, and your own, as far as they are "
            "for you. LATEST has all of them, the newest first. RELEVANT has those of the last two "
            "weeks, and some by others that go with what you write about yourself: by how close "
            "you are to the author, what the post is about, how fresh it is, what you asked to see "
            "less of (`showLess`) and what you were shown before. That order is made once and then "
            "stays: following `endCursor` neither repeats nor skips anything, on any device. Who "
            "asks without `after` gets a new order when something new was shared, when the last "
            "one is 15 minutes old, and after `showLess`. A cursor is good for a day, at least "
            "while fewer than 8 newer orders are made; after that it is refused with "
            "`INVALID_INPUT`: begin without `after`. It is read forwards, by `first` and `after`."
        )
    )
    async def feed(  # noqa: PLR0917 - Relay has four arguments
        root: strawberry.Parent[Any],
        info: strawberry.Info,
        order: OrderArgument = FeedOrder.LATEST,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> FeedConnection:
        # A view shows any object that has its attributes.
        return await resolvers.feed(  # type: ignore[return-value]
            info.context, order=order, first=first, after=after, last=last, before=before
        )


@strawberry.input
class ShowLessInput(MutationInput):
    """What `showLess` needs."""

    post_id: strawberry.ID = strawberry.field(description="The post, by somebody else.")
    of: LessOf = strawberry.field(
        default=LessOf.TOPIC, description="Of what you want to see less; TOPIC if unsaid."
    )


@strawberry.type
class ShowLessSuccess:
    """Your next feed by relevance has less of it."""

    post: Post = strawberry.field(description="The post.")


@strawberry.input
class UndoShowLessInput(MutationInput):
    """What `undoShowLess` needs."""

    post_id: strawberry.ID = strawberry.field(description="The post.")
    of: LessOf = strawberry.field(
        default=LessOf.TOPIC, description="Of what you wanted to see less; TOPIC if unsaid."
    )


@strawberry.type
class UndoShowLessSuccess:
    """Your next feed by relevance has as much of it as before."""

    post: Post = strawberry.field(description="The post.")


@strawberry.type
class FeedMutations:
    """What can be done with the feed."""

    show_less = mutation(
        resolvers.show_less,
        input=ShowLessInput,
        returns=ShowLessSuccess,
        refuses=(NotFound, NotAllowed),
    )
    undo_show_less = mutation(
        resolvers.undo_show_less,
        input=UndoShowLessInput,
        returns=UndoShowLessSuccess,
        refuses=(NotFound,),
    )
