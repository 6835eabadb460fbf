"""Posts: what people share."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Key, Model, Now, OfProfile


class Post(Model):
    """A short text by one author."""

    __tablename__ = "posts"
    __table_args__ = (
        sa.Index("posts_author_id_post_id_idx", "author_id", "post_id"),
        sa.CheckConstraint("char_length(content) BETWEEN 1 AND 5000", name="content_length"),
    )

    post_id: Mapped[Key]
    author_id: Mapped[OfProfile]
    content: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
