"""Refitting: the population's weights learned anew from the deployment's decisions, day by day."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.learning import use_matching_model
from matching.fitting import Decision, Decisions, Judgement, Report, judged, refitted
from matching.learning import like_rate
from matching.scoring import PRIOR, Model
from matching.weights import forget_active_model
from persistence import models
from persistence.database import Database
from persistence.queries import learning as queries
from persistence.queries import matching_models

LEARNED_FROM = timedelta(days=60)
"""How old a decision may be to teach the population's weights."""

MOST_DECISIONS = 100_000
"""The most decisions that a refit looks at, the latest; they take about a kilobyte each."""

_ENOUGH_TO_ROLL_BACK = 100


@dataclass(frozen=True, slots=True)
class Refit:
    """What a day's refit found and did.

    Attributes:
        report: of the fit.
        rolled_back: how the version in use and the one before it did on the decisions made since it
            is in use, where the one before did better and took its place; else None.
        active: the version in use afterwards.
    """

    report: Report
    rolled_back: tuple[Judgement, Judgement] | None
    active: Model

    def as_dict(self) -> dict[str, Any]:
        """Give what a column of JSON keeps of it."""
        judgements = self.rolled_back and [asdict(one) for one in self.rolled_back]
        return {**self.report.as_dict(), "rolled_back": judgements, "active": self.active.version}


async def refit(database: Database, now: datetime) -> Refit | None:
    """Fit the weights to the decisions of the last 60 days; they come into use if they do better.

    Before, the version in use is judged by the decisions made since: where the version before it
    would have ranked and predicted them better, that one comes back into use. Both judge by
    decisions that none of the two was fitted to.

    One refit counts for a day: the version's key settles it, so it may be called again.

    Args:
        database: where the lessons and the versions are.
        now: the moment, with its time zone.

    Returns:
        None when there was one on this day, when nobody has decided anything, or when the version
        in use was changed meanwhile.
    """
    version = f"refit@{now:%Y-%m-%d}"
    if await database.one(matching_models.by_version, version=version) is not None:
        return None
    lessons = await database.fetch(
        queries.counted_since, since=now - LEARNED_FROM, limit=MOST_DECISIONS
    )
    if not lessons:
        return None
    active = await database.one(matching_models.active)
    before = active and await database.one(matching_models.before, created_at=active.created_at)
    found = await asyncio.to_thread(_found, lessons, version, active, before)
    if not await _keep(database, version, found, lessons, active):
        return None
    forget_active_model(database)
    return found


def _found(lessons: Sequence[Any], version: str, active: Any, before: Any) -> Refit:
    decisions = Decisions.of([_decision(lesson) for lesson in lessons])
    current, rolled_back = _model(active), None
    if active is not None:
        since = decisions.where(decisions.decided_at > active.activated_at.timestamp())
        rolled_back = _worse(current, _model(before), since)
        current = _model(before) if rolled_back else current
    model, report = refitted(decisions, version=version, current=current)
    return Refit(report, rolled_back, model)


def _worse(
    current: Model, before: Model, decisions: Decisions
) -> tuple[Judgement, Judgement] | None:
    """Give how both versions do, if the one before both ranks and predicts better."""
    if len(decisions.liked) < _ENOUGH_TO_ROLL_BACK:
        return None
    own, other = judged(current, decisions), judged(before, decisions)
    if own.auc is None or other.auc is None:
        return None
    return (own, other) if other.auc > own.auc and other.log_loss < own.log_loss else None


async def _keep(
    database: Database, version: str, found: Refit, lessons: Sequence[Any], active: Any
) -> bool:
    """Keep what was found and put the version into use; not where something else was faster."""
    async with database.write() as tx:
        await tx.fetch(matching_models.hold)
        present = await tx.one(matching_models.active)
        has_changed = _model(present).version != _model(active).version
        if has_changed or await tx.one(matching_models.by_version, version=version) is not None:
            return False
        is_kept = found.report.is_kept
        await tx.add(
            models.MatchingModel,
            version=version,
            weights=found.active.as_dict() if is_kept else None,
            report=found.as_dict(),
            like_rate=like_rate(sum(lesson.is_like for lesson in lessons), len(lessons)),
        )
        if found.active.version != _model(active).version:
            chosen = found.active.version
            await use_matching_model(tx, None if chosen == PRIOR.version else chosen)
    return True


def _model(row: Any) -> Model:
    return Model.from_dict(row.weights) if row is not None else PRIOR


def _decision(lesson: Any) -> Decision:
    return Decision(
        viewer_id=lesson.decider_id,
        measured=lesson.signals,
        experience=lesson.experience,
        liked=lesson.is_like,
        decided_at=lesson.decided_at,
    )
