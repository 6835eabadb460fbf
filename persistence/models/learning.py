"""What decisions teach, who was shown to whom, and the versions of the weights of matching."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Moment, Now, OfProfile

Body = Annotated[dict[str, Any], mapped_column(postgresql.JSONB)]
_Count = Annotated[float, mapped_column(server_default=sa.text("0"))]
_AsOf = Annotated[
    datetime,
    mapped_column(
        sa.DateTime(timezone=True), server_default=sa.text("'2020-01-01 00:00:00+00'::timestamptz")
    ),
]


class Learned(Model):
    """What decisions taught about one person: shown to nobody else, and gone with the person.

    Counts are those of a `Tally`, the taste that of a `Taste`: sums of lessons, each added when it
    begins to count and taken back when it ends. When an account is deleted its lessons go, and what
    they added to the sums of others stays, nameless: so sums are never made anew from `Lesson`.
    What the person decided before `reset_at` adds nothing to what they gave and to their taste.
    """

    __tablename__ = "learned"

    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True)
    likes_received: Mapped[_Count]
    decisions_received: Mapped[_Count]
    received_as_of: Mapped[_AsOf]
    likes_given: Mapped[_Count]
    decisions_given: Mapped[_Count]
    given_as_of: Mapped[_AsOf]
    taste: Mapped[Body] = mapped_column(postgresql.JSONB, server_default=sa.text("'{}'"))
    reset_at: Mapped[Moment | None]
    learned_at: Mapped[Now]


class Lesson(Model):
    """What one decision taught, kept so that its undo takes back the very same.

    A lesson is made once for a decision. It counts while the decision stands, and is forgotten some
    time after; `is_personal` ends when who decided forgets their own weights.
    """

    __tablename__ = "lessons"
    __table_args__ = (
        # Of all that one person decided about another, one decision at most counts.
        sa.Index(
            "lessons_counted_key",
            "decider_id",
            "candidate_id",
            unique=True,
            postgresql_where=sa.text("is_counted"),
        ),
        sa.Index(
            "lessons_counted_decided_at_idx",
            "decided_at",
            postgresql_where=sa.text("is_counted"),
        ),
        sa.Index(
            "lessons_not_counted_decided_at_idx",
            "decided_at",
            postgresql_where=sa.text("NOT is_counted"),
        ),
        sa.CheckConstraint("chance BETWEEN 0 AND 1", name="chance"),
    )

    decision_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("decisions.decision_id", ondelete="CASCADE"), primary_key=True
    )
    decider_id: Mapped[OfProfile] = mapped_column(index=True)
    candidate_id: Mapped[OfProfile] = mapped_column(index=True)
    is_like: Mapped[bool]
    signals: Mapped[Body]
    experience: Mapped[float]
    chance: Mapped[float]
    steps: Mapped[Body]
    model_version: Mapped[str] = mapped_column(sa.String(60))
    decided_at: Mapped[Moment]
    is_counted: Mapped[bool] = mapped_column(server_default=sa.true())
    is_personal: Mapped[bool] = mapped_column(server_default=sa.true())


class Impression(Model):
    """Somebody was shown to somebody on a day: the ledger of attention; a day counts once.

    `embedding_version` is that by which texts were compared when they were shown first on that day.
    """

    __tablename__ = "impressions"
    __table_args__ = (
        sa.Index("impressions_candidate_id_shown_on_idx", "candidate_id", "shown_on"),
        sa.Index("impressions_shown_on_idx", "shown_on"),
    )

    viewer_id: Mapped[OfProfile] = mapped_column(primary_key=True)
    candidate_id: Mapped[OfProfile] = mapped_column(primary_key=True)
    shown_on: Mapped[date] = mapped_column(primary_key=True)
    embedding_version: Mapped[str | None] = mapped_column(sa.String(100))


class Exposure(Model):
    """How much attention a person has had: their impressions, older ones counting less."""

    __tablename__ = "exposures"

    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True)
    impressions: Mapped[float]
    counted_at: Mapped[Moment]


class MatchingModel(Model):
    """One refit of the population's weights and what it found; without weights it was not kept.

    At most one is active; while none is, the prior that comes with Kith is.
    """

    __tablename__ = "matching_models"
    __table_args__ = (
        sa.CheckConstraint(
            "activated_at IS NULL OR weights IS NOT NULL", name="only_weights_are_active"
        ),
        sa.CheckConstraint("like_rate > 0 AND like_rate < 1", name="like_rate"),
        sa.Index(
            "matching_models_active_key",
            sa.text("(true)"),
            unique=True,
            postgresql_where=sa.text("activated_at IS NOT NULL AND retired_at IS NULL"),
        ),
        sa.Index("matching_models_created_at_idx", "created_at"),
    )

    version: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    weights: Mapped[Body | None] = mapped_column(postgresql.JSONB(none_as_null=True))
    report: Mapped[Body]
    like_rate: Mapped[float]
    created_at: Mapped[Now]
    activated_at: Mapped[Moment | None]
    retired_at: Mapped[Moment | None]


class Experiment(Model):
    """Versions of the weights compared on people, who fall into arms by a hash of their key."""

    __tablename__ = "experiments"
    __table_args__ = (
        sa.Index(
            "experiments_running_key",
            sa.text("(true)"),
            unique=True,
            postgresql_where=sa.text("stopped_at IS NULL"),
        ),
    )

    experiment_id: Mapped[Key]
    name: Mapped[str] = mapped_column(sa.String(100))
    arms: Mapped[list[dict[str, Any]]] = mapped_column(postgresql.JSONB)
    started_at: Mapped[Now]
    stopped_at: Mapped[Moment | None]


class ExperimentExposure(Model):
    """Somebody's deck was ranked by an arm, since this moment."""

    __tablename__ = "experiment_exposures"

    experiment_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("experiments.experiment_id", ondelete="CASCADE"), primary_key=True
    )
    profile_id: Mapped[OfProfile] = mapped_column(primary_key=True, index=True)
    arm: Mapped[str] = mapped_column(sa.String(40))
    exposed_at: Mapped[Now]
