"""Decisions of people about people, and the matches that follow from them."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Moment, Now, OfProfile


class Decision(Model):
    """One act of one person about another: append-only, so that feedback can be learned from."""

    __tablename__ = "decisions"
    __table_args__ = (
        sa.CheckConstraint(
            "kind IN ('like', 'pass', 'undo', 'unlike', 'unmatch', 'block')", name="kind"
        ),
        sa.Index("decisions_decider_id_decision_id_idx", "decider_id", "decision_id"),
        sa.Index("decisions_pair_idx", "decider_id", "candidate_id", "decision_id"),
    )

    decision_id: Mapped[Key]
    decider_id: Mapped[OfProfile]
    candidate_id: Mapped[OfProfile] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    decided_at: Mapped[Now]


class Pair(Model):
    """Two people and what each has decided about the other, as it stands now.

    One row for an unordered pair, so that two likes from both sides at once meet on one row lock
    and make exactly one match.
    """

    __tablename__ = "pairs"
    __table_args__ = (
        sa.CheckConstraint("first_id < second_id", name="ordered"),
        sa.CheckConstraint("first_decision IN ('like', 'pass')", name="first_decision"),
        sa.CheckConstraint("second_decision IN ('like', 'pass')", name="second_decision"),
    )

    first_id: Mapped[OfProfile] = mapped_column(primary_key=True)
    second_id: Mapped[OfProfile] = mapped_column(primary_key=True, index=True)
    first_decision: Mapped[str | None] = mapped_column(sa.String(10))
    second_decision: Mapped[str | None] = mapped_column(sa.String(10))
    first_decided_at: Mapped[Moment | None]
    second_decided_at: Mapped[Moment | None]


class Match(Model):
    """Two people who like each other; ended rows stay for the history and are shown to nobody."""

    __tablename__ = "matches"
    __table_args__ = (
        sa.CheckConstraint("first_id < second_id", name="ordered"),
        sa.CheckConstraint("compatibility_score BETWEEN 0 AND 100", name="score"),
        sa.Index(
            "matches_pair_key",
            "first_id",
            "second_id",
            unique=True,
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("matches_first_id_matched_at_idx", "first_id", "matched_at", "match_id"),
        sa.Index("matches_second_id_matched_at_idx", "second_id", "matched_at", "match_id"),
    )

    match_id: Mapped[Key]
    first_id: Mapped[OfProfile]
    second_id: Mapped[OfProfile]
    compatibility_score: Mapped[float | None]
    matched_at: Mapped[Now]
    ended_at: Mapped[Moment | None]
    ended_by_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("profiles.profile_id", ondelete="SET NULL")
    )
