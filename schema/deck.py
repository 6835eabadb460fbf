"""The deck: the people whom the viewer may want to meet, the best first."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from dataloaders import profiles
from dataloaders.connections import After, First
from resolvers import deck as resolvers
from schema.building import loaded
from schema.connections import Connection

if TYPE_CHECKING:
    from schema.profiles import Profile

ProfileView = Annotated["Profile", strawberry.lazy("schema.profiles")]


@strawberry.type
class Reason:
    """What one signal adds to a score, or takes away."""

    signal: str = strawberry.field(description="Its stable name, like `interests_shared`.")
    contribution: float = strawberry.field(
        description="Its points; those of all reasons sum exactly to `score` - 50."
    )
    text: str = strawberry.field(description="One sentence, in English.")


@strawberry.type
class Recommendation:
    """Somebody whom you may want to meet, and who may want to meet you."""

    profile: ProfileView | None = loaded(
        profiles.by_ids, key="profile_id", description="The person."
    )
    reasons: list[Reason] = strawberry.field(
        description="What the score is made of, the weightiest first."
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
class DeckConnection(Connection[Recommendation]):
    """A page of your deck."""

    @strawberry.field(
        description="How many people the deck holds now, at most 300; deciding makes room."
    )
    def total_count(root: strawberry.Parent[Any]) -> int:
        return root.total  # type: ignore[no-any-return]


@strawberry.type
class DeckOfViewer:
    """Whom the viewer may want to meet."""

    @strawberry.field(
        description=(
            "People on whom you have not decided, the best first: within what you want, and you "
            "within what they want. Following `endCursor` neither repeats nor skips anybody while "
            "nobody changes. Empty until you have completed onboarding: `onboarding` tells what "
            "is missing. Without a location, distance does not count."
        )
    )
    async def deck(
        root: strawberry.Parent[Any],
        info: strawberry.Info,
        first: First = None,
        after: After = None,
    ) -> DeckConnection:
        # A view shows any object that has its attributes.
        return await resolvers.deck(info.context, first=first, after=after)  # type: ignore[return-value]
