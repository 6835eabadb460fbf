"""Feedback: decisions learned into the database, once each, and read back for ranking."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

import numpy as np

from matching import exposure
from matching.experiments import arm_of
from matching.features import features_of
from matching.learning import Tally, Taste, learned_of, lesson_of
from matching.scoring import NOTHING_LEARNED, Learned, log_odds, signals
from matching.weights import ActiveModel
from persistence import models
from persistence.queries import experiments, profile_vectors, profiles
from persistence.queries import learning as queries
from persistence.statements import Asking
from persistence.transaction import Transaction

_TEACHES = frozenset({"like", "super_like", "pass"})


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
    tx: Transaction,
    viewer_id: UUID,
    ids: Sequence[UUID],
    now: datetime,
    *,
    embedding_version: str | None = None,
) -> set[UUID]:
    """Note that people were shown to a viewer; on one day each counts once, so it may be repeated.

    While an experiment runs, the viewer is noted as exposed to their arm.

    Args:
        tx: the transaction; nothing else should be locked in it.
        viewer_id: to whom.
        ids: who was shown; who is gone is left out.
        now: the moment, with its time zone.
        embedding_version: by which texts were compared, None if none were.

    Returns:
        Whose impressions were counted: who had not been shown to the viewer on this day.
    """
    shown = {"viewer_id": viewer_id, "ids": list(ids), "shown_on": now.date(), "now": now}
    shown["embedding_version"] = embedding_version
    half_life = exposure.HALF_LIFE.total_seconds()
    rows = await tx.fetch(queries.show, **shown, half_life_seconds=half_life)
    experiment = await tx.one(experiments.running)
    if experiment is not None:
        arms = [arm["name"] for arm in experiment.arms]
        arm = arm_of(experiment.experiment_id, viewer_id, arms)
        key = {"experiment_id": experiment.experiment_id, "profile_id": viewer_id}
        await tx.fetch(experiments.expose, **key, arm=arm)
    return {row.profile_id for row in rows}


@dataclass(frozen=True, slots=True)
class Memory:
    """What is learned about one person, as a row of `learned` keeps it.

    Attributes:
        received: the decisions of others about them.
        given: their own decisions.
        taste: what their own decisions taught of whom they like.
        reset_at: what they decided before counts neither as given nor for the taste.
    """

    received: Tally
    given: Tally
    taste: Taste
    reset_at: datetime | None = None

    @classmethod
    def of(cls, row: Any) -> Self:
        """Read a row."""
        return cls(
            Tally(row.likes_received, row.decisions_received, row.received_as_of),
            Tally(row.likes_given, row.decisions_given, row.given_as_of),
            Taste.from_dict(row.taste),
            row.reset_at,
        )

    def columns(self) -> dict[str, Any]:
        """Give the columns of its row."""
        return {
            "likes_received": self.received.likes,
            "decisions_received": self.received.decisions,
            "received_as_of": self.received.as_of,
            "likes_given": self.given.likes,
            "decisions_given": self.given.decisions,
            "given_as_of": self.given.as_of,
            "taste": self.taste.as_dict(),
        }

    def learned(self, active: ActiveModel, now: datetime, *, with_appeal: bool = True) -> Learned:
        """Give what ranking makes of it."""
        return learned_of(
            self.received,
            self.given,
            self.taste,
            now,
            rate=active.like_rate,
            with_appeal=with_appeal,
            model=active.model,
        )


async def learn(
    tx: Transaction,
    decider_id: UUID,
    candidate_id: UUID,
    *,
    active: ActiveModel,
    embedding_version: str,
    with_appeal: bool = True,
) -> bool:
    """Let what is learned follow from what somebody's last word about somebody is.

    Whatever counted before of the two is un-learned, to the last bit. So it may be called for every
    fact about them, in any order and any number of times: the second call finds nothing to do. What
    both have learned is locked until the transaction ends, in the order of keys. A decision is
    measured once; undone and made to stand again, it teaches the very same.

    Args:
        tx: the transaction; nothing else should be locked in it.
        decider_id: who decides.
        candidate_id: on whom.
        active: the model in use.
        embedding_version: whose vectors tell how alike their texts are.
        with_appeal: whether being liked by others counts for the chance that is foreseen.

    Returns:
        Whether anything changed; False also when one of them is gone.
    """
    pair = {"decider_id": decider_id, "candidate_id": candidate_id}
    memories = await _held(tx, decider_id, candidate_id)
    if len(memories) < 2:
        return False
    word, counted = await tx.one(queries.last_word, **pair), await tx.one(queries.counted, **pair)
    decision = word if word is not None and word.kind in _TEACHES else None
    if _key(decision) == _key(counted):
        return False
    if counted is not None:
        memories = await _unlearned(tx, memories, counted)
    if decision is not None:
        known = {"decision_id": decision.decision_id}
        lesson = await tx.change(models.Lesson, known, is_counted=True) or await _taught(
            tx,
            decision,
            memories,
            active=active,
            embedding_version=embedding_version,
            with_appeal=with_appeal,
        )
        memories = _after(memories, lesson)
    await _keep(tx, memories)
    return True


async def _held(tx: Transaction, *ids: UUID) -> dict[UUID, Memory]:
    rows = await tx.fetch(queries.hold_learned, ids=list(ids))
    return {row.profile_id: Memory.of(row) for row in rows}


async def _unlearned(
    tx: Transaction, memories: dict[UUID, Memory], lesson: Any
) -> dict[UUID, Memory]:
    await tx.change(models.Lesson, {"decision_id": lesson.decision_id}, is_counted=False)
    return _after(memories, lesson, taken_back=True)


async def _keep(tx: Transaction, memories: dict[UUID, Memory]) -> None:
    for profile_id, memory in memories.items():
        columns = {**memory.columns(), "learned_at": datetime.now(UTC)}
        await tx.change(models.Learned, {"profile_id": profile_id}, **columns)


def _key(row: Any) -> UUID | None:
    return row.decision_id if row is not None else None


def _after(
    memories: dict[UUID, Memory], lesson: Any, *, taken_back: bool = False
) -> dict[UUID, Memory]:
    """Count a lesson for who decided and on whom, or take it back."""
    count = Tally.without if taken_back else Tally.after
    study = Taste.without if taken_back else Taste.after
    decider, candidate = memories[lesson.decider_id], memories[lesson.candidate_id]
    act = (lesson.is_like, lesson.decided_at)
    if lesson.is_personal:
        taste = study(decider.taste, lesson.steps)
        decider = replace(decider, given=count(decider.given, *act), taste=taste)
    candidate = replace(candidate, received=count(candidate.received, *act))
    return {lesson.decider_id: decider, lesson.candidate_id: candidate}


async def _taught(
    tx: Transaction,
    decision: Any,
    memories: dict[UUID, Memory],
    *,
    active: ActiveModel,
    embedding_version: str,
    with_appeal: bool,
) -> Any:
    """Measure how the two looked to each other, and keep what the decision teaches."""
    decider_id, candidate_id = decision.decider_id, decision.candidate_id
    at, is_like = decision.decided_at, decision.kind != "pass"
    measured = await _measured(tx, decider_id, candidate_id, at, embedding_version)
    decider, candidate = (
        memories[key].learned(active, at, with_appeal=with_appeal)
        for key in (decider_id, candidate_id)
    )
    reset_at = memories[decider_id].reset_at
    odds = log_odds(
        measured,
        active.model,
        appeal=candidate.appeal,
        pickiness=decider.pickiness,
        personal=decider.taste,
    )
    chance = active.model.calibration.chance(odds.total)
    return await tx.add(
        models.Lesson,
        decision_id=decision.decision_id,
        decider_id=decider_id,
        candidate_id=candidate_id,
        is_like=is_like,
        signals=measured,
        experience=odds.experience,
        chance=chance,
        steps=lesson_of(measured, chance=chance, liked=is_like, model=active.model),
        model_version=active.model.version,
        decided_at=at,
        is_personal=reset_at is None or at > reset_at,
    )


async def _measured(
    tx: Transaction, decider_id: UUID, candidate_id: UUID, at: datetime, embedding_version: str
) -> dict[str, float | None]:
    ids = [decider_id, candidate_id]
    rows = await tx.fetch(profiles.index_rows, ids=ids)
    people = {row.profile_id: features_of(row) for row in rows}
    kept = await tx.fetch(profile_vectors.by_profiles, ids=ids, model_version=embedding_version)
    vectors = [np.asarray(row.vector, dtype=np.float32) for row in kept]
    # Vectors have length 1: their product is the cosine.
    similarity = float(vectors[0] @ vectors[1]) if len(vectors) == len(ids) else None
    return signals(people[decider_id], people[candidate_id], similarity=similarity, now=at)


def _standing(row: Any, active: ActiveModel, now: datetime, *, with_appeal: bool) -> Standing:
    learned = NOTHING_LEARNED
    if row.taste is not None:
        learned = Memory.of(row).learned(active, now, with_appeal=with_appeal)
    if row.impressions is None:
        return Standing(learned)
    return Standing(learned, exposure.decayed(row.impressions, now - row.counted_at))
