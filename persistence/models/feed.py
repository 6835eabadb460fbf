"""The feed: what a reader wants to see less of."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Model, Now, OfProfile


class AuthorShownLess(Model):
    """Somebody wants to see less by an author; nobody else learns of it."""

    __tablename__ = "authors_shown_less"
    __table_args__ = (sa.CheckConstraint("viewer_id <> author_id", name="not_self"),)

    viewer_id: Mapped[OfProfile] = mapped_column(primary_key=True)
    author_id: Mapped[OfProfile] = mapped_column(primary_key=True, index=True)
    asked_at: Mapped[Now]


class TopicShownLess(Model):
    """Somebody wants to see less of what a post is about; nobody else learns of it."""

    __tablename__ = "topics_shown_less"

    viewer_id: Mapped[OfProfile] = mapped_column(primary_key=True)
    post_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("posts.post_id", ondelete="CASCADE"), primary_key=True, index=True
    )
    asked_at: Mapped[Now]
