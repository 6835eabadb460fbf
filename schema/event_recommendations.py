"""Event recommendations: events that the viewer may like to go to."""

from typing import Annotated, Any

import strawberry

from matching.event_recommendations import EventReasonKind
from resolvers import event_recommendations as resolvers
from schema.events import Event
from schema.scalars import shown_enum

shown_enum(
    EventReasonKind,
    MATCH_GOES="Somebody goes with whom you have a match.",
    FOLLOWED_GOES="Somebody goes whom you follow.",
    SIMILAR="It goes with what you write about yourself.",
    NEARBY="It is at most 25 kilometres from about where you are.",
)

FirstArgument = Annotated[
    int, strawberry.argument(description=f"How many at most, 1 to {resolvers.MOST}.")
]


@strawberry.type
class EventReason:
    """Why an event is recommended to you."""

    kind: EventReasonKind = strawberry.field(description="The reason, for programs.")
    text: str = strawberry.field(
        description="One sentence, in the language of your notification settings."
    )


@strawberry.type
class RecommendedEvent:
    """An event that you may like to go to."""

    event: Event = strawberry.field(description="The event.")
    reasons: list[EventReason] = strawberry.field(
        description="What speaks for it, one or more, what speaks most first."
    )


@strawberry.type
class EventRecommendationsOfViewer:
    """What the viewer may like to go to."""

    @strawberry.field(
        description=(
            "Events that you may like, the best first: by who goes of your matches and of those "
            "whom you follow, how near the event is to what you write about yourself and to about "
            "where you are, and how soon it is. It has events to come that you can see, neither "
            "hold nor have answered, and for which one of the reasons speaks; who is hidden from "
            "you, or whom the event does not show, counts for nothing."
        )
    )
    async def recommended_events(
        root: strawberry.Parent[Any],
        info: strawberry.Info,
        first: FirstArgument = resolvers.DEFAULT_SIZE,
    ) -> list[RecommendedEvent]:
        # A view shows any object that has its attributes.
        return await resolvers.recommended_events(  # type: ignore[return-value]
            info.context, first=first
        )
