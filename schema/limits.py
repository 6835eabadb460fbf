"""Limits: what the viewer may do only so often, or hold only so many of."""

from datetime import datetime
from typing import Any

import strawberry

from resolvers import limits as resolvers


@strawberry.type
class Limit:
    """A rule that refuses what you do too often or have too many of, and how it stands for you."""

    most: int = strawberry.field(name="limit", description="How often, or how many.")
    remaining: int | None = strawberry.field(
        description="How much is left; null where others share it, or each thing has its own."
    )
    resets_at: datetime | None = strawberry.field(
        description="When more is left than now; null when nothing is used up, or it never renews."
    )

    @strawberry.field(description="Stable, for programs, like `super_likes_per_day`.")
    def name(root: strawberry.Parent[Any]) -> str:
        return root.rule.name  # type: ignore[no-any-return]

    @strawberry.field(description="The code of the refusal or error when it is used up.")
    def code(root: strawberry.Parent[Any]) -> str:
        return root.rule.code  # type: ignore[no-any-return]

    @strawberry.field(description="Why there is such a rule: one sentence for people.")
    def why(root: strawberry.Parent[Any]) -> str:
        return root.rule.why  # type: ignore[no-any-return]


@strawberry.type
class LimitsOfViewer:
    """What limits the viewer."""

    @strawberry.field(description="Every limit that you can run into, and how it stands now.")
    async def limits(root: strawberry.Parent[Any], info: strawberry.Info) -> list[Limit]:
        # A view shows any object that has its attributes.
        return await resolvers.limits(info.context)  # type: ignore[return-value]
