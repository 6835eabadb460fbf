"""Learning: what people and staff ask and do about what matching has learned."""

import asyncio
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from domain import learning
from domain.likes import LikesTold
from domain.refusals import NotFound
from matching.feedback import standings
from matching.recall import RecallGuard
from matching.refitting import MOST_DECISIONS
from matching.report_cards import ReportCard, report_card, unevenness
from matching.scoring import PRIOR
from matching.weights import active_model, forget_active_model
from persistence.queries import insights as insight_queries
from persistence.queries import learning as queries
from persistence.queries import matching_models
from persistence.rows import Row
from persistence.vectors import VectorsUnavailable
from resolvers.context import Context
from resolvers.days import Days, moment_ago
from resolvers.likes import told_of_likes

_WEEK = timedelta(days=7)
_LONGEST_VERSION = 60
_REFITS = 10


class ProfileViews(StrEnum):
    """About how often somebody was shown to others; nobody is told exactly."""

    NONE = "none"
    FEW = "few"
    SOME = "some"
    MANY = "many"
    VERY_MANY = "very_many"


_LEAST_VIEWS = {
    ProfileViews.VERY_MANY: 200,
    ProfileViews.MANY: 50,
    ProfileViews.SOME: 10,
    ProfileViews.FEW: 1,
    ProfileViews.NONE: 0,
}


@dataclass(frozen=True, slots=True)
class MatchingWeight:
    """How much a signal counts for somebody.

    Attributes:
        signal: its stable name.
        weight: for everybody, in log-odds from the least to the most of it.
        personal: what their own decisions add to it.
    """

    signal: str
    weight: float
    personal: float


@dataclass(frozen=True, slots=True)
class Period:
    """What happened to somebody in some time.

    Attributes:
        since: its beginning.
        until: its end.
        counts: how much of what, as `insights.of_viewer` names it.
        told: what the app tells them of likes.
    """

    since: datetime
    until: datetime
    counts: Mapping[str, int]
    told: LikesTold

    @property
    def likes_received(self) -> int | None:
        """How many people like them; None where the app does not tell."""
        return None if self.told is LikesTold.HIDDEN else self.counts.get("likes_received", 0)

    @property
    def profile_views(self) -> ProfileViews:
        """About how often they were shown."""
        views = self.counts.get("profile_views", 0)
        return next(band for band, least in _LEAST_VIEWS.items() if views >= least)


@dataclass(frozen=True, slots=True)
class Insights:
    """How somebody is doing.

    Attributes:
        whole: in all the time.
        weeks: week by week, the earliest first; the first may be shorter.
    """

    whole: Period
    weeks: Sequence[Period]


@dataclass(frozen=True, slots=True)
class RankingReport:
    """How the ranking is doing.

    Attributes:
        since: from when on decisions and impressions count.
        card: how well decisions were foreseen; None without any.
        coverage: which part of the people whom decks may show was shown to somebody.
        gini: how uneven attention was among them.
    """

    since: datetime
    card: ReportCard | None
    coverage: float | None
    gini: float


@dataclass(frozen=True, slots=True)
class MatchingHealth:
    """Whether matching is well.

    Attributes:
        index_size: how many people the vector index holds; None while it is away.
        guard: watches that the index finds the nearest.
        version: of the weights in use.
        refits: the last ones, the latest first.
        people: how many people decks may show.
        never_shown: how many of them nobody was ever shown.
    """

    index_size: int | None
    guard: RecallGuard
    version: str
    refits: Sequence[Row]
    people: int
    never_shown: int


async def matching_weights(context: Context) -> list[MatchingWeight]:
    """Tell how much each signal counts for the viewer, and what their own decisions add to it."""
    viewer_id, now = context.signed_in.profile_id, datetime.now(UTC)
    active = (await active_model(context.database)).for_person(viewer_id)
    known = await standings(context.database, [viewer_id], active=active, now=now)
    taste = known[viewer_id].learned.taste
    return [
        MatchingWeight(signal, weight.slope, taste.get(signal, 0.0))
        for signal, weight in active.model.weights.items()
    ]


async def reset_matching(context: Context) -> dict[str, Any]:
    """Let matching forget what your own decisions taught it; what you decided stays."""
    async with context.write() as tx:
        forgotten = await learning.reset_matching(tx, context.signed_in)
        return tx.answer({"forgotten_decision_count": forgotten})


async def insights(context: Context, days: int) -> Insights:
    """Tell how the viewer is doing.

    Raises:
        InvalidInput: another number of days than 1 to 90.
    """
    now = datetime.now(UTC)
    since = moment_ago(days, now)
    rows = await context.database.fetch(
        insight_queries.of_viewer, viewer_id=context.viewer_id, since=since, now=now
    )
    told, weeks = told_of_likes(context), math.ceil(days / 7)
    whole: dict[str, int] = defaultdict(int)
    by_week: list[dict[str, int]] = [defaultdict(int) for _ in range(weeks)]
    for row in rows:
        whole[row["what"]] += row["total"]
        by_week[min(row["weeks_ago"], weeks - 1)][row["what"]] += row["total"]
    parts = [
        Period(max(since, now - (ago + 1) * _WEEK), now - ago * _WEEK, counts, told)
        for ago, counts in enumerate(by_week)
    ]
    return Insights(Period(since, now, whole, told), parts[::-1])


async def ranking_report(context: Context, *, days: Days = 28) -> RankingReport:
    """How well the ranking foresaw what people decided, and how it shares attention. Staff only.

    Each decision is judged by the chance that was foreseen before it was learned from.

    Raises:
        InvalidInput: another number of days than 1 to 90.
    """
    since = moment_ago(days, datetime.now(UTC))
    decisions: Any = await context.database.fetch(
        queries.foreseen_since, since=since, limit=MOST_DECISIONS
    )
    rows = await context.database.fetch(insight_queries.attention, since=since)
    shown = [(row["times"], row["people"]) for row in rows]
    people = sum(number for _, number in shown)
    reached = sum(number for times, number in shown if times)
    return RankingReport(
        since=since,
        # Not on the event loop: of many decisions it takes a while.
        card=await asyncio.to_thread(report_card, decisions),
        coverage=reached / people if people else None,
        gini=unevenness(shown, people),
    )


async def matching_health(context: Context) -> MatchingHealth:
    """Whether matching is well: its index, its weights, and whom it leaves out. Staff only."""
    active = await active_model(context.database)
    found = await _discoverable(context)
    return MatchingHealth(
        index_size=await _index_size(context),
        guard=context.services.builder.guard,
        version=active.model.version,
        refits=await context.database.fetch(matching_models.recent, limit=_REFITS),
        people=found["people"],
        never_shown=found["never_shown"],
    )


async def use_matching_model(context: Context, *, version: str) -> dict[str, Any]:
    """Put another version of the weights into use: roll back, or forward again. Staff only.

    Every process uses it within five seconds; the next daily refit goes on from it.
    """
    if len(version) > _LONGEST_VERSION or not version.isprintable():
        raise NotFound("MatchingModel")
    async with context.write() as tx:
        await learning.use_matching_model(tx, None if version == PRIOR.version else version)
        answer = tx.answer({"version": version})
    forget_active_model(context.database)
    return answer


async def _index_size(context: Context) -> int | None:
    try:
        return await context.services.vectors.count()
    except VectorsUnavailable:
        return None


async def _discoverable(context: Context) -> Row:
    (row,) = await context.database.fetch(insight_queries.discoverable)
    return row
