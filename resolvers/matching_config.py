"""The configuration of matching: what decides how people are found, ranked and learned from."""

from dataclasses import dataclass

from domain.likes import LikesTold
from matching import exposure, indexing, learning
from matching.candidates import RETRIEVED
from matching.decks import GOOD_FOR
from matching.recall import LEAST_RECALL
from matching.refitting import LEARNED_FROM
from matching.scoring import Model
from matching.weights import active_model
from resolvers.context import Context
from resolvers.likes import told_of_likes


@dataclass(frozen=True, slots=True)
class SignalWeight:
    """How a signal counts, as the weights have it.

    Attributes:
        signal: its stable name.
        slope: what all of it adds over none of it, in log-odds.
        centre: how much of it a typical pair has.
    """

    signal: str
    slope: float
    centre: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingConfig:
    """What is in force in this process; the schema says what each is."""

    model: Model
    like_rate: float
    embedding_version: str
    counts_appeal: bool
    likes_told: LikesTold
    super_likes_per_day: int
    candidates: int = RETRIEVED
    least_recall: float = LEAST_RECALL
    deck_seconds: int = round(GOOD_FOR.total_seconds())
    small_pool: int = exposure.SMALL_POOL
    exposure_strength: float
    small_pool_exposure_strength: float = exposure.beta_of(0)
    impression_half_life_days: int = exposure.HALF_LIFE.days
    decision_half_life_days: int = learning.HALF_LIFE.days
    refitted_from_days: int = LEARNED_FROM.days
    embedding_batch_size: int = indexing.BATCH

    @property
    def weights(self) -> list[SignalWeight]:
        """Every signal, in the order in which reasons are told."""
        return [
            SignalWeight(signal, one.slope, one.centre)
            for signal, one in self.model.weights.items()
        ]


async def matching_config(context: Context) -> MatchingConfig:
    """What decides how people are found, ranked and learned from, as it is in force. Staff only."""
    builder, settings = context.services.builder, context.services.settings
    active, index = await active_model(context.database), await builder.index()
    return MatchingConfig(
        model=active.model,
        like_rate=active.like_rate,
        embedding_version=index.model_version,
        counts_appeal=builder.with_appeal,
        exposure_strength=exposure.beta_of(exposure.SMALL_POOL, likes_lead=builder.shows_admirers),
        likes_told=told_of_likes(context),
        super_likes_per_day=settings.super_likes_per_day,
    )
