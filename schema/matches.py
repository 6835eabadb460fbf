"""Matches: two people who like each other."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from dataloaders import matches
from domain import matches as rules
from domain.matches import MatchStatus
from domain.pairs import DecisionKind
from domain.refusals import NotFound
from matching.icebreakers import Topic
from persistence import models
from resolvers import matches as resolvers
from resolvers import meetings
from schema.building import MutationInput, loaded, mutation, resolve, view_of
from schema.connections import Connection
from schema.nodes import Node
from schema.scalars import shown_enum

if TYPE_CHECKING:
    from schema.conversations import Conversation
    from schema.meetings import MeetingSuggestion
    from schema.profiles import Profile

ConversationView = Annotated["Conversation", strawberry.lazy("schema.conversations")]
MeetingSuggestionView = Annotated["MeetingSuggestion", strawberry.lazy("schema.meetings")]
ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]

shown_enum(
    MatchStatus,
    PENDING="You like them, or put them aside; whether they have decided is not told.",
    ACCEPTED="You like each other.",
    REJECTED="You passed, or the match has ended.",
)


shown_enum(
    Topic,
    name="IceBreakerTopic",
    PROMPT="A question that the other person answered.",
    COMPANION="An animal that lives with them.",
    INTEREST="What they like.",
    GOAL="Why you both are here.",
    SKILL="What you both can do.",
    LANGUAGE="What you both speak.",
)


@strawberry.type
class IceBreaker:
    """A first line that you may write to somebody."""

    topic: Topic = strawberry.field(description="What it is about.")
    text: str = strawberry.field(description="The line, in English.")


@view_of(models.Match)
class Match(Node):
    """Two people who like each other; it is gone when either ends it."""

    profile: ProfileView | None = loaded(
        matches.partners_of, key="match_id", description="The other person."
    )
    matched_at: datetime = strawberry.field(description="Since when you like each other.")
    compatibility_score: float | None = strawberry.field(
        description="How well you fitted when you matched, 0 to 100; null when that is unknown."
    )
    conversation: ConversationView | None = loaded(
        matches.conversations_of, key="match_id", description="Where you write to each other."
    )
    ice_breakers: list[IceBreaker] = loaded(
        resolvers.ice_breakers,
        key="match_id",
        description=(
            "First lines to write, from what you both show and then from what the other shows; "
            "none where neither says a thing. The same two always get the same."
        ),
    )

    meeting_suggestions: list[MeetingSuggestionView] = loaded(
        meetings.suggestions_for,
        key="match_id",
        description=(
            "Where and when you two could meet within the next 14 days, at most once a day: in a "
            "place that is open and within reach of both, while both have time. Both get the same; "
            "none until both have said `setMeetingTimes` and where they are. From what is "
            "suggested one can tell a little of the other's hours and likings, nothing more."
        ),
        cost=10,
    )

    @strawberry.field(description="How far you two are.")
    def status(root: strawberry.Parent[Any]) -> MatchStatus:
        return rules.status(
            DecisionKind.PASS if root.ended_at else DecisionKind.LIKE,
            is_matched=root.ended_at is None,
        )


@strawberry.input
class UnmatchInput(MutationInput):
    """What `unmatch` needs."""

    match_id: strawberry.ID = strawberry.field(description="One of your matches.")


@strawberry.type
class UnmatchSuccess:
    """The match and its conversation are gone, for both of you."""

    ended_match_id: strawberry.ID = strawberry.field(description="The id that it had.")


@strawberry.type
class MatchQueries:
    """What can be asked about matches."""

    match: Match | None = resolve(resolvers.match)


@strawberry.type
class MatchMutations:
    """What can be done with matches."""

    unmatch = mutation(
        resolvers.unmatch, input=UnmatchInput, returns=UnmatchSuccess, refuses=(NotFound,)
    )


@strawberry.type
class MatchesOfViewer:
    """The viewer's matches."""

    matches: Connection[Match] = loaded(
        matches.of_member, key="profile_id", description="Your matches, newest first."
    )
