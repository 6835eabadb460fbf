"""Feedback: decisions learned into the database, once each, and read back for ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from matching import exposure
from matching.learning import Tally, Taste, learned_of
from matching.scoring import NOTHING_LEARNED, Learned
from matching.weights import ActiveModel
from persistence.queries import learning as queries
from persistence.statements import Asking
from persistence.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Standing:
    """What ranking knows about a person beside their profile; never shown to others.

    Attributes:
        learned: what decisions taught, in log-odds, for `ranking.directions`.
        impressions: how often they were shown, older times counting less, for `exposure.loads`.
    """

    learned: Learned = NOTHING_LEARNED
    impressions: float = 0.0


async def standings(
    database: Asking,
    ids: Sequence[UUID],
    *,
    active: ActiveModel,
    now: datetime,
    with_appeal: bool = True,
) -> dict[UUID, Standing]:
    """Give what is known about each of many people, by one statement.

    Args:
        database: where it is, or a transaction.
        ids: who; the viewer of a deck among them saves a statement.
        active: the model in use, from `weights.active_model`.
        now: the moment for which it counts, with its time zone.
        with_appeal: whether being liked by others counts at all.

    Returns:
        One for each of the ids, also for who is gone or about whom nothing is known.
    """
    rows = await database.fetch(queries.learned_by_ids, ids=list(ids))
    known = {row.profile_id: _standing(row, active, now, with_appeal=with_appeal) for row in rows}
    return {key: known.get(key, Standing()) for key in ids}


async def note_shown(
    tx: Transaction, viewer_id: UUID, ids: Sequence[UUID], now: datetime
) -> set[UUID]:
    """Note that people were shown to a viewer; on one day each counts once, so it may be repeated.

    Args:
        tx: the transaction; nothing else should be locked in it.
        viewer_id: to whom.
        ids: who was shown; who is gone is left out.
        now: the moment, with its time zone.

    Returns:
        Whose impressions were counted: who had not been shown to the viewer on this day.
    """
    shown = {"viewer_id": viewer_id, "ids": list(ids), "shown_on": now.date(), "now": now}
    half_life = exposure.HALF_LIFE.total_seconds()
    rows = await tx.fetch(queries.show, **shown, half_life_seconds=half_life)
    return {row.profile_id for row in rows}


def received_of(row: Any) -> Tally:
    """Give the decisions of others about a person, from the row of what is learned."""
    return Tally(row.likes_received, row.decisions_received, row.received_as_of)


def given_of(row: Any) -> Tally:
    """Give the decisions of a person, from the row of what is learned."""
    return Tally(row.likes_given, row.decisions_given, row.given_as_of)


def _standing(row: Any, active: ActiveModel, now: datetime, *, with_appeal: bool) -> Standing:
    learned = NOTHING_LEARNED
    if row.taste is not None:
        learned = learned_of(
            received_of(row),
            given_of(row),
            Taste.from_dict(row.taste),
            now,
            rate=active.like_rate,
            with_appeal=with_appeal,
            model=active.model,
        )
    if row.impressions is None:
        return Standing(learned)
    return Standing(learned, exposure.decayed(row.impressions, now - row.counted_at))
