"""Decisions of people about people, and the matches that follow from them."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Moment, Now, OfProfile

_STANDING = "IN ('like', 'pass', 'later', 'super_like')"


def _received(mine: str, theirs: str) -> sa.Index:
    """Find the likes that one side of a pair has received and not answered, in order of time."""
    unanswered = f"({mine}_decision IS NULL OR {mine}_decision = 'later')"
    return sa.Index(
        f"pairs_{mine}_received_idx",
        f"{mine}_id",
        f"{theirs}_decided_at",
        f"{theirs}_id",
        postgresql_where=sa.text(f"{theirs}_decision IN ('like', 'super_like') AND {unanswered}"),
    )


class Decision(Model):
    """One act of one person about another: append-only, so that feedback can be learned from.

    An act keeps what stood of the decider before it, and an undo names the act that it takes back
    and that no second one can.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        sa.CheckConstraint(
            "kind IN ('like', 'pass', 'later', 'super_like', 'undo', 'unlike', 'unmatch', 'block')",
            name="kind",
        ),
        sa.CheckConstraint(f"replaced {_STANDING}", name="replaced"),
        sa.CheckConstraint("undoes_id IS NULL OR kind = 'undo'", name="undoes"),
        sa.Index(
            "decisions_undoes_id_key",
            "undoes_id",
            unique=True,
            postgresql_where=sa.text("undoes_id IS NOT NULL"),
        ),
        sa.Index(
            "decisions_super_likes_idx",
            "decider_id",
            "decided_at",
            postgresql_where=sa.text("kind = 'super_like'"),
        ),
        sa.Index("decisions_decider_id_decision_id_idx", "decider_id", "decision_id"),
        sa.Index("decisions_pair_idx", "decider_id", "candidate_id", "decision_id"),
    )

    decision_id: Mapped[Key]
    decider_id: Mapped[OfProfile]
    candidate_id: Mapped[OfProfile] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    decided_at: Mapped[Now]
    replaced: Mapped[str | None] = mapped_column(sa.String(10))
    undoes_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("decisions.decision_id", ondelete="CASCADE")
    )


class Pair(Model):
    """Two people and what each has decided about the other, as it stands now.

    One row for an unordered pair, so that two likes from both sides at once meet on one row lock
    and make exactly one match.
    """

    __tablename__ = "pairs"
    __table_args__ = (
        sa.CheckConstraint("first_id < second_id", name="ordered"),
        sa.CheckConstraint(f"first_decision {_STANDING}", name="first_decision"),
        sa.CheckConstraint(f"second_decision {_STANDING}", name="second_decision"),
        _received("first", "second"),
        _received("second", "first"),
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
