"""The one predicate for what a viewer may see.

Every reading statement that shows a person, or what a person made, applies it with the parameter
`viewer_id` (None for somebody who is not signed in). Whoever is hidden is as good as missing.
"""

from functools import cache
from typing import Any

import sqlalchemy as sa

from persistence import models
from persistence.statements import alias, parameter

Column = sa.ColumnElement[Any]

_seen_account = alias(models.Account, "seen_account")
_seen_profile = alias(models.Profile, "seen_profile")


@cache
def viewer_id() -> sa.BindParameter[Any]:
    """The parameter that says who looks."""
    return parameter("viewer_id", models.Profile.profile_id)


def no_block_between(one: Column, other: Column) -> sa.ColumnElement[bool]:
    """Say that neither person has blocked the other."""
    # Two questions rather than one with an "or": each is a look at an index.
    return sa.and_(~_blocks(one, other), ~_blocks(other, one))


def _blocks(one: Column, other: Column) -> sa.ColumnElement[bool]:
    block = models.Block
    return sa.exists().where(block.blocker_id == one, block.blocked_id == other)


def may_see(profile_id: Any, *, viewer: Any = None) -> sa.ColumnElement[bool]:
    """Say that the viewer may see this person.

    Oneself always; others while active, once onboarded, and with no block in between. Who is not
    signed in sees nobody: a block would end with logging out.

    Args:
        profile_id: the column that holds the person's key.
        viewer: the column that holds who looks, where that is not `viewer_id`.
    """
    viewer = viewer_id() if viewer is None else viewer
    account, profile = _seen_account, _seen_profile
    shown = sa.exists().where(
        account.c.account_id == profile_id,
        account.c.is_active,
        profile.c.profile_id == profile_id,
        profile.c.onboarded_at.is_not(None),
        viewer.is_not(None),
    )
    return sa.or_(profile_id == viewer, sa.and_(shown, no_block_between(profile_id, viewer)))
