"""Facts (the outbox), live logs, and the answers kept for retried mutations."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Moment, Now


class Fact(Model):
    """What happened, waiting for the relay to start what follows from it."""

    __tablename__ = "facts"
    __table_args__ = (
        sa.Index(
            "facts_unfinished_idx", "fact_id", postgresql_where=sa.text("finished_at IS NULL")
        ),
        sa.Index(
            "facts_unfinished_subject_idx",
            "kind",
            "subject",
            "fact_id",
            postgresql_where=sa.text("finished_at IS NULL"),
        ),
    )

    fact_id: Mapped[Key]
    kind: Mapped[str] = mapped_column(sa.String(50))
    subject: Mapped[UUID | None]
    body: Mapped[dict[str, Any]] = mapped_column(postgresql.JSONB)
    recorded_at: Mapped[Now]
    available_at: Mapped[Now]
    attempt_count: Mapped[int] = mapped_column(server_default=sa.text("0"))
    finished_at: Mapped[Moment | None]


class TopicHead(Model):
    """The last position of a live log; its row lock puts positions in the order of commits."""

    __tablename__ = "topic_heads"

    topic: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    position: Mapped[int] = mapped_column(sa.BigInteger)


class TopicEntry(Model):
    """One entry of a live log: positions of a topic run from 1 without gaps."""

    __tablename__ = "topic_entries"
    __table_args__ = (sa.Index("topic_entries_recorded_at_idx", "recorded_at"),)

    topic: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    position: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(50))
    body: Mapped[dict[str, Any]] = mapped_column(postgresql.JSONB)
    recorded_at: Mapped[Now]


class Answer(Model):
    """The answer of a mutation called with a `clientMutationId`, kept so that a retry gets it."""

    __tablename__ = "answers"
    __table_args__ = (sa.Index("answers_answered_at_idx", "answered_at"),)

    scope: Mapped[UUID] = mapped_column(primary_key=True)
    mutation: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    client_mutation_id: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    input_hash: Mapped[str] = mapped_column(sa.String(64))
    payload: Mapped[dict[str, Any] | None] = mapped_column(postgresql.JSONB)
    answered_at: Mapped[Now]
