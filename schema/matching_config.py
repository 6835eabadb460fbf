"""The configuration of matching, for staff."""

from typing import Any

import strawberry

from domain.likes import LikesTold
from resolvers import guards
from resolvers import matching_config as resolvers
from schema import likes  # noqa: F401 - says how LikesTold is shown
from schema.building import resolve


@strawberry.type
class SignalWeight:
    """How a signal counts for everybody: `slope` times how much more of it there is."""

    signal: str = strawberry.field(description="Its stable name, as in `Reason.signal`.")
    slope: float = strawberry.field(
        description="What all of it adds over none of it, in log-odds of a like."
    )
    centre: float = strawberry.field(description="How much of it a typical pair has, 0 to 1.")


@strawberry.type
class MatchingConfig:
    """What decides how people are found, ranked and learned from, as it is in force.

    What an operator sets is named in capitals; the rest comes with Kith or is learned.
    """

    weights: list[SignalWeight] = strawberry.field(
        description="The weights in use, without experiments."
    )
    like_rate: float = strawberry.field(
        description="How often people like whom they decide on, as the last refit counted."
    )
    embedding_version: str = strawberry.field(
        description="The version of the embedding model that decks use; see `embeddingVersions`."
    )
    embedding_batch_size: int = strawberry.field(
        description="How many people are embedded at once."
    )
    counts_appeal: bool = strawberry.field(
        description=(
            "Whether ranking counts how much more often than others somebody is liked: "
            "`MATCHING_APPEAL`."
        )
    )
    likes_told: LikesTold = strawberry.field(
        description="What people learn of likes that they have not answered: `LIKES_RECEIVED`."
    )
    super_likes_per_day: int = strawberry.field(
        description="Super-likes within any 24 hours: `SUPER_LIKES_PER_DAY`."
    )
    candidates: int = strawberry.field(
        description="How many people are looked at closely for a deck."
    )
    least_recall: float = strawberry.field(
        description="Which part of the 20 nearest a search must find, or it looks more widely."
    )
    deck_seconds: int = strawberry.field(
        description="How long somebody who begins anew goes on with the same deck."
    )
    exposure_strength: float = strawberry.field(
        description="How strongly attention is shared, in log-odds for each factor e of load."
    )
    small_pool_exposure_strength: float = strawberry.field(
        description="The same where fewer than `smallPool` people can be shown."
    )
    small_pool: int = strawberry.field(
        description="Below so many people attention is spread by itself."
    )
    impression_half_life_days: int = strawberry.field(
        description="After how long having been shown counts half."
    )
    decision_half_life_days: int = strawberry.field(
        description="After how long a decision counts half."
    )
    refitted_from_days: int = strawberry.field(
        description="The decisions of how many days a refit learns from."
    )

    @strawberry.field(description="The version of the weights; `prior@1` comes with Kith.")
    def model_version(root: strawberry.Parent[Any]) -> str:
        return root.model.version  # type: ignore[no-any-return]

    @strawberry.field(
        description="How far above a typical pair, in log-odds, a score is 50 + 50 tanh(1)."
    )
    def spread(root: strawberry.Parent[Any]) -> float:
        return root.model.spread  # type: ignore[no-any-return]


@strawberry.type
class MatchingConfigQueries:
    """What staff can ask about the configuration of matching."""

    matching_config: MatchingConfig = resolve(resolvers.matching_config, guard=guards.staff)
