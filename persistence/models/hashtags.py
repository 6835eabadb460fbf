"""Hashtags: what posts say that they are about."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from persistence.models.base import Model
from persistence.models.posts import OfPost


class PostHashtag(Model):
    """A tag of a post, without its sign and in the form in which equal ones are equal."""

    __tablename__ = "post_hashtags"
    __table_args__ = (sa.Index("post_hashtags_post_id_idx", "post_id"),)

    # In the order of code points, so that what begins with something is a range of the index.
    tag: Mapped[str] = mapped_column(sa.Text(collation="C"), primary_key=True)
    post_id: Mapped[OfPost] = mapped_column(primary_key=True)
