"""The deck: the people whom the viewer may want to meet, the best first."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from dataloaders import profiles
from dataloaders.connections import After, First
from domain.availability import Availability
from domain.pairs import DecisionKind
from execution.cost import DECLARED
from matching.candidates import RETRIEVED
from matching.relaxation_texts import text_of
from persistence.facets import Wish
from resolvers import deck as resolvers
from resolvers import second_looks
from schema import likes  # noqa: F401 - says how DecisionKind is shown
from schema.building import loaded
from schema.connections import Connection, Edge
from schema.scalars import shown_enum

if TYPE_CHECKING:
    from schema.profiles import Profile

ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]

_NEW_DECK = 500

shown_enum(
    Wish,
    name="DeckFilter",
    AGE_MIN="The least age.",
    AGE_MAX="The greatest age.",
    DISTANCE="The greatest distance.",
    GENDERS="The genders.",
    GOALS="The goals.",
    LANGUAGES="The languages.",
    ACTIVITY="How long ago they were here at most.",
)


@strawberry.type
class Reason:
    """What one signal adds to a score, or takes away."""

    signal: str = strawberry.field(description="Its stable name, like `interests_shared`.")
    contribution: float = strawberry.field(
        description="Its points; those of all reasons sum exactly to `score` - 50."
    )
    text: str = strawberry.field(
        description="One sentence, in English. What is usual in it is a typical pair, scored 50."
    )


@strawberry.type
class Recommendation:
    """Somebody whom you may want to meet, and who may want to meet you."""

    profile: ProfileView | None = loaded(
        profiles.by_ids, key="profile_id", description="The person."
    )
    reasons: list[Reason] = strawberry.field(
        description="What the score is made of, the weightiest first."
    )
    embedding_version: str | None = strawberry.field(
        description="By which version of the embedding model your two texts were compared, if any."
    )

    @strawberry.field(
        description=(
            "How well you two fit, judged from both sides, 0 to 100; 50 is a typical pair. "
            "It is 50 plus the `contribution` of every reason."
        )
    )
    def score(root: strawberry.Parent[Any]) -> float:
        return root.score.value  # type: ignore[no-any-return]


@strawberry.type
class SecondLook:
    """Somebody on whom you decided long ago, and whom you may have missed."""

    profile: ProfileView | None = loaded(
        profiles.by_ids, key="profile_id", description="The person."
    )
    decided_at: datetime = strawberry.field(description="When you decided.")
    reasons: list[Reason] = strawberry.field(
        description="What the score is made of, the weightiest first."
    )
    text: str = strawberry.field(description="Why they are told of: one sentence, in English.")
    embedding_version: str | None = strawberry.field(
        description="By which version of the embedding model your two texts were compared, if any."
    )

    @strawberry.field(description="What you decided.")
    def decision(root: strawberry.Parent[Any]) -> DecisionKind:
        return DecisionKind(root.kind)

    @strawberry.field(description="How well you two fit now, as in the deck: more than 50.")
    def score(root: strawberry.Parent[Any]) -> float:
        return root.score.value  # type: ignore[no-any-return]


@strawberry.type
class Relaxation:
    """One filter of yours, loosened."""

    filter: Wish = strawberry.field(description="Which.")
    to: float | None = strawberry.field(
        description="Its new limit, in years, kilometres or days; null is no limit."
    )
    gain: int = strawberry.field(
        description="How many people that adds, at least 3 and at most 200."
    )

    @strawberry.field(description="One sentence, in English.")
    def text(root: strawberry.Parent[Any]) -> str:
        return text_of(root)


@strawberry.type
class DeckConnection(Connection[Recommendation]):
    """A page of your deck."""

    # Whom a client only counts is not shown to anybody.
    @strawberry.field(description="The items with their cursors.")
    def edges(root: strawberry.Parent[Any]) -> list[Edge[Recommendation]]:
        return [Edge(cursor=root.cursor_of(row), node=row) for row in root.shown()]

    @strawberry.field(description="The items.")
    def nodes(root: strawberry.Parent[Any]) -> list[Recommendation]:
        return root.shown()  # type: ignore[no-any-return]

    model_version: str | None = strawberry.field(
        description="The version of the weights of its scores; null while you have no deck."
    )
    embedding_version: str | None = strawberry.field(
        description="The version of the embedding model that compared its texts, if any were."
    )

    @strawberry.field(
        description="How many people the deck holds now, at most 300; deciding makes room.",
        # Each of them is judged as those of a page are.
        metadata={DECLARED: RETRIEVED},
    )
    async def total_count(root: strawberry.Parent[Any]) -> int:
        return await root.total()  # type: ignore[no-any-return]

    @strawberry.field(
        description=(
            "Which of your filters to loosen, and how many people each adds: who is within all "
            "your other filters and wants to meet somebody like you. The greatest gain first; "
            "what would add one or two is not told, since that could tell of their wishes."
        ),
        # As many people are looked at as for a deck, and more.
        metadata={DECLARED: _NEW_DECK},
    )
    async def relaxations(root: strawberry.Parent[Any]) -> list[Relaxation]:
        return await root.relaxations()  # type: ignore[no-any-return]


RefreshArgument = Annotated[
    bool,
    strawberry.argument(
        description=(
            "Rank anew, although the present deck is still good; not if it was made within the "
            "last 2 seconds, or 6 were made within a minute."
        )
    ),
]
AvailabilityArgument = Annotated[
    Availability | None, strawberry.argument(description="Only people who have time then.")
]


@strawberry.type
class DeckOfViewer:
    """Whom the viewer may want to meet."""

    @strawberry.field(
        description=(
            "People on whom you have not decided: within what you want, and you within what they "
            "want; whom you will most likely match with first, in turn with those whom few have "
            "seen. The order is made once and then stays: following `endCursor` neither repeats "
            "nor skips anybody, whoever decides on whom, on any device. Who asks without `after` "
            "gets a new order once the last is 15 minutes old, used up, or made for another "
            "profile or other preferences; one that was made while you were away is good for a "
            "day, and followed by another within 15 minutes of your coming. A cursor is good for a "
            "day, at least while fewer than 8 newer orders are made; after that it is refused "
            "with `INVALID_INPUT`: begin without `after`. "
            "Empty until you have completed onboarding: `onboarding` tells what is missing. "
            "Without a location, distance does not count."
        )
    )
    async def deck(
        root: strawberry.Parent[Any],
        info: strawberry.Info,
        first: First = None,
        after: After = None,
        availability: AvailabilityArgument = None,
        refresh: RefreshArgument = False,
    ) -> DeckConnection:
        # A view shows any object that has its attributes.
        return await resolvers.deck(  # type: ignore[return-value]
            info.context, first=first, after=after, availability=availability, refresh=refresh
        )

    @strawberry.field(
        description=(
            "People worth a second look: whom you passed over 30 days ago, or liked over 14 days "
            "ago without an answer, and whom you fit better than usual; within what both of you "
            "want now. The best fits first. Decide on them anew with `decide`."
        )
    )
    async def matches_you_missed(
        root: strawberry.Parent[Any], info: strawberry.Info, first: First = None
    ) -> list[SecondLook]:
        # A view shows any object that has its attributes.
        return await second_looks.matches_you_missed(  # type: ignore[return-value]
            info.context, first=first
        )
