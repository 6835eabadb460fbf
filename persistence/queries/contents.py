"""Questions about contents: what of posts, events and places goes into the vector index."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from persistence import models
from persistence.contents import ContentKind
from persistence.statements import Statement, one_of, parameter

_MOST_CHARACTERS = 4_000
"""More than any model reads."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where contents of a kind come from.

    Attributes:
        rows: those with these `ids`: `content_id, owner_id, at, is_open, text`.
        after: the next `limit` keys after the key `last`, for a walk over all.
    """

    rows: Statement
    after: Statement


def _source(key: Any, *, owner: Any, at: Any, is_open: Any, texts: list[Any]) -> Source:
    written = sa.func.left(sa.func.concat_ws("\n", *texts), _MOST_CHARACTERS)
    content_id = key.label("content_id")
    rows = sa.select(
        content_id,
        owner.label("owner_id"),
        at.label("at"),
        is_open.label("is_open"),
        written.label("text"),
    )
    following = sa.select(content_id).where(key > parameter("last", key)).order_by(key)
    return Source(
        Statement(rows.where(one_of(key, "ids"))),
        Statement(following.limit(sa.bindparam("limit", type_=sa.Integer))),
    )


_Post, _Event, _Place = models.Post, models.Event, models.Place

SOURCES: Mapping[ContentKind, Source] = MappingProxyType(
    {
        ContentKind.POST: _source(
            _Post.post_id,
            owner=_Post.author_id,
            at=_Post.created_at,
            is_open=_Post.audience == "everyone",
            texts=[_Post.content],
        ),
        ContentKind.EVENT: _source(
            _Event.event_id,
            owner=_Event.host_id,
            at=_Event.starts_at,
            is_open=sa.and_(_Event.audience == "everyone", _Event.cancelled_at.is_(None)),
            texts=[
                _Event.title,
                _Event.description,
                sa.func.array_to_string(_Event.tags, " "),
                _Event.place_name,
                _Event.city,
            ],
        ),
        ContentKind.PLACE: _source(
            _Place.place_id,
            # A place stays when the account of who added it goes.
            owner=sa.null(),
            at=_Place.created_at,
            is_open=sa.true(),
            texts=[
                _Place.name,
                _Place.category,
                _Place.description,
                _Place.city,
                sa.func.array_to_string(_Place.attributes, ", "),
            ],
        ),
    }
)
"""By kind; a kind without a source is not in the index."""
