"""Learning: what matching has learned, for the person it is about and for staff."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from domain.refusals import NotFound
from execution.cost import DECLARED
from resolvers import experiments, guards
from resolvers import learning as resolvers
from resolvers.days import Days
from resolvers.learning import ProfileViews
from resolvers.what_if import Number
from resolvers.what_if import what_if as supposed
from schema.building import MutationInput, mutation, resolve
from schema.deck import Recommendation
from schema.experiments import Experiment
from schema.preferences import PreferencesInput
from schema.scalars import shown_enum

shown_enum(
    ProfileViews,
    NONE="Never.",
    FEW="Once, or up to 9 times.",
    SOME="10 times, or up to 49.",
    MANY="50 times, or up to 199.",
    VERY_MANY="200 times or more.",
)


@strawberry.type
class MatchingWeight:
    """How much a signal counts when your deck is ranked. Nobody else sees it."""

    signal: str = strawberry.field(description="Its stable name, as in `Reason.signal`.")
    weight: float = strawberry.field(
        description="For everybody: what all of it adds over none of it, in log-odds of a like."
    )
    personal: float = strawberry.field(
        description=(
            "What your own decisions add to the weight; near 0 below about 20 of them. "
            "`resetMatching` makes it 0."
        )
    )


@strawberry.type
class InsightsPeriod:
    """What happened to you in some time. Decisions count as they stand now."""

    since: datetime = strawberry.field(description="Its beginning.")
    until: datetime = strawberry.field(description="Its end.")
    likes_received: int | None = strawberry.field(
        description="How many people have liked you; null where the app does not tell."
    )
    profile_views: ProfileViews = strawberry.field(
        description="About how often you were shown in decks; each viewer counts once a day."
    )

    @strawberry.field(description="How many people you have liked.")
    def likes_given(root: strawberry.Parent[Any]) -> int:
        return root.counts.get("likes_given", 0)  # type: ignore[no-any-return]

    @strawberry.field(description="How many people you passed.")
    def passes_given(root: strawberry.Parent[Any]) -> int:
        return root.counts.get("passes_given", 0)  # type: ignore[no-any-return]

    @strawberry.field(description="How many of your matches were made.")
    def matches(root: strawberry.Parent[Any]) -> int:
        return root.counts.get("matches", 0)  # type: ignore[no-any-return]

    @strawberry.field(description="How many messages others wrote to you.")
    def replies(root: strawberry.Parent[Any]) -> int:
        return root.counts.get("replies", 0)  # type: ignore[no-any-return]


@strawberry.type
class Insights:
    """How you are doing. Nobody else sees it."""

    whole: InsightsPeriod = strawberry.field(description="In all the time.")
    weeks: list[InsightsPeriod] = strawberry.field(
        description=(
            "Week by week up to now, the earliest first; the first one may be shorter, as the days "
            "asked for may not fill it."
        )
    )


# However few are asked for, hundreds are ranked anew.
_NEW_DECK = 500


@strawberry.type
class LearningOfViewer:
    """What matching has learned of the viewer."""

    @strawberry.field(description="How much each signal counts when your deck is ranked.")
    async def matching_weights(
        root: strawberry.Parent[Any], info: strawberry.Info
    ) -> list[MatchingWeight]:
        # A view shows any object that has its attributes.
        return await resolvers.matching_weights(info.context)  # type: ignore[return-value]

    @strawberry.field(
        description=(
            "Whom your deck would begin with if you had other preferences; what you leave out is "
            "as it is. Nothing is kept, and nobody counts as shown."
        ),
        metadata={DECLARED: _NEW_DECK},
    )
    async def what_if(
        root: strawberry.Parent[Any],
        info: strawberry.Info,
        preferences: Annotated[
            PreferencesInput, strawberry.argument(description="Whom you would want to meet.")
        ],
        first: Number = 10,
    ) -> list[Recommendation]:
        given = {key: v for key, v in vars(preferences).items() if v is not strawberry.UNSET}
        return await supposed(info.context, given, first)  # type: ignore[return-value]

    @strawberry.field(description="How you are doing.")
    async def insights(
        root: strawberry.Parent[Any], info: strawberry.Info, days: Days = 28
    ) -> Insights:
        return await resolvers.insights(info.context, days)  # type: ignore[return-value]


@strawberry.type
class CalibrationBin:
    """Decisions that were foreseen with about the same chance of a like."""

    count: int = strawberry.field(description="How many.")
    predicted: float = strawberry.field(description="The mean of the chances.")
    observed: float = strawberry.field(description="Which part of them were likes.")


@strawberry.type
class Ranking:
    """How well an order of people foresaw who is liked."""

    auc: float | None = strawberry.field(
        description=(
            "How often, of two people on whom one viewer decided, the liked one came first; 0.5 is "
            "a coin. Null where nobody both liked and passed."
        )
    )
    top_like_rate: float = strawberry.field(
        description="Which part of the tenth that came first was liked."
    )
    lift: float | None = strawberry.field(
        description="That over the part of all; random order is 1. Null where nobody was liked."
    )


@strawberry.type
class ReportCard:
    """How well decisions were foreseen, each by the weights then in use, before it was learned."""

    decisions: int = strawberry.field(description="How many decisions, at most 100,000.")
    likes: int = strawberry.field(description="How many of them were likes.")
    engine: Ranking = strawberry.field(description="By the chance that was foreseen.")
    similarity: Ranking = strawberry.field(
        description="The same people by how alike the texts of their profiles were."
    )
    calibration_error: float = strawberry.field(
        description="The mean gap of the chance and what happened, over `calibration`."
    )

    @strawberry.field(description="Tenths of the decisions by foreseen chance, the least first.")
    def calibration(root: strawberry.Parent[Any]) -> list[CalibrationBin]:
        return root.deciles  # type: ignore[no-any-return]


@strawberry.type
class RankingReport:
    """How the ranking is doing."""

    since: datetime = strawberry.field(description="From when on decisions and impressions count.")
    card: ReportCard | None = strawberry.field(
        description="How well decisions were foreseen; null without any."
    )
    coverage: float | None = strawberry.field(
        description="Which part of the people whom decks may show was shown; null without any."
    )
    gini: float = strawberry.field(
        description="How uneven attention was: 0 when all got the same, towards 1 when one got all."
    )


@strawberry.type
class Refit:
    """What one day's refit of the weights found."""

    version: str = strawberry.field(description="Its name, for `useMatchingModel`.")
    created_at: datetime = strawberry.field(description="When.")
    activated_at: datetime | None = strawberry.field(
        description="Since when it is in use, or was last; null when never."
    )
    retired_at: datetime | None = strawberry.field(
        description="When it went out of use; null while it is in use, or when it never was."
    )
    like_rate: float = strawberry.field(description="Which part of the decisions were likes.")

    @strawberry.field(
        description="Whether it did no worse on decisions held out than what was in use."
    )
    def is_kept(root: strawberry.Parent[Any]) -> bool:
        return root.weights is not None

    @strawberry.field(description="How many decisions it learned from.")
    def learned_from(root: strawberry.Parent[Any]) -> int:
        return root.report["learned_from"]  # type: ignore[no-any-return]

    @strawberry.field(description="How many decisions, the latest, it was judged by.")
    def held_out(root: strawberry.Parent[Any]) -> int:
        return root.report["held_out"]  # type: ignore[no-any-return]

    @strawberry.field(
        description="Whether the version before took over again, having foreseen decisions better."
    )
    def has_rolled_back(root: strawberry.Parent[Any]) -> bool:
        return root.report["rolled_back"] is not None


@strawberry.type
class MatchingHealth:
    """Whether matching is well."""

    index_size: int | None = strawberry.field(
        description="How many people the vector index holds; null while it is away."
    )
    refits: list[Refit] = strawberry.field(description="The last ten, the latest first.")

    @strawberry.field(description="The experiment that runs; null when none does.")
    async def experiment(root: strawberry.Parent[Any], info: strawberry.Info) -> Experiment | None:
        return await experiments.running_experiment(info.context)

    @strawberry.field(description="The version of the weights in use; `prior@1` comes with Kith.")
    def model(root: strawberry.Parent[Any]) -> str:
        return root.version  # type: ignore[no-any-return]

    @strawberry.field(
        description=(
            "Which part of the 20 nearest people the index finds, over the last samples of this "
            "process; null before the first, and where every search looks at everybody."
        )
    )
    def recall_at_20(root: strawberry.Parent[Any]) -> float | None:
        return root.guard.recall  # type: ignore[no-any-return]

    @strawberry.field(
        description="Which part of the people whom decks may show was shown to nobody yet."
    )
    def share_never_shown(root: strawberry.Parent[Any]) -> float | None:
        return root.never_shown / root.people if root.people else None


# Of what looks at months of decisions.
_ALL_DECISIONS = 500


@strawberry.type
class LearningQueries:
    """What staff can ask about matching."""

    ranking_report: RankingReport = resolve(
        resolvers.ranking_report, guard=guards.staff, cost=_ALL_DECISIONS
    )
    matching_health: MatchingHealth = resolve(resolvers.matching_health, guard=guards.staff)


@strawberry.input
class ResetMatchingInput(MutationInput):
    """What `resetMatching` takes."""


@strawberry.type
class ResetMatchingSuccess:
    """Matching knows of you what it knew before your first decision."""

    forgotten_decision_count: int = strawberry.field(
        description="Of how many decisions it has forgotten what they taught."
    )


@strawberry.input
class UseMatchingModelInput(MutationInput):
    """What `useMatchingModel` needs."""

    version: str = strawberry.field(
        description="A version that a refit has kept, or `prior@1`, which comes with Kith."
    )


@strawberry.type
class UseMatchingModelSuccess:
    """The version is in use."""

    version: str = strawberry.field(description="Its name.")


@strawberry.type
class LearningMutations:
    """What can be done about what matching has learned."""

    reset_matching = mutation(
        resolvers.reset_matching, input=ResetMatchingInput, returns=ResetMatchingSuccess
    )
    use_matching_model = mutation(
        resolvers.use_matching_model,
        input=UseMatchingModelInput,
        returns=UseMatchingModelSuccess,
        refuses=(NotFound,),
        guard=guards.staff,
    )
