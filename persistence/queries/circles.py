"""Circles: for whom of those who may see its owner a post or an event is."""

from typing import Any

import sqlalchemy as sa

from persistence import models
from persistence.queries import follows
from persistence.statements import alias


def includes(audience: Any, *, owner: Any, viewer: Any) -> sa.ColumnElement[bool]:
    """Say that somebody is in the circle of an audience; its owner always is.

    Whether they may see the owner is another question.

    Args:
        audience: the column that holds the audience.
        owner: the column that holds whose circle it is.
        viewer: the column that holds who looks.
    """
    return sa.or_(
        audience == "everyone",
        owner == viewer,
        sa.and_(audience == "followers", follows.follows(viewer, owner)),
        sa.and_(audience == "matches", matched(owner, viewer)),
    )


def matched(one: Any, other: Any) -> sa.ColumnElement[bool]:
    """Say that two people have a match that has not ended."""
    match = alias(models.Match, "standing_match")
    return sa.exists().where(
        match.c.first_id == sa.func.least(one, other),
        match.c.second_id == sa.func.greatest(one, other),
        match.c.ended_at.is_(None),
    )
