"""Questions about preferences; they are shown to nobody but the person."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries import visibility
from persistence.statements import Statement, alias, one_of, parameter

_Preferences = models.Preferences


def is_discoverable(profile_id: Any) -> sa.ColumnElement[bool]:
    """Say that a person lets decks, searches and recommendations show them to strangers.

    Args:
        profile_id: the column that holds the person's key.
    """
    preferences = alias(_Preferences, "sought_preferences")
    return ~sa.exists().where(
        preferences.c.profile_id == profile_id, sa.not_(preferences.c.is_discoverable)
    )


own_of_profiles = Statement(
    sa.select(_Preferences).where(
        one_of(_Preferences.profile_id, "profile_ids"),
        _Preferences.profile_id == visibility.viewer_id(),
    ),
    _Preferences,
)
"""The preferences of `profile_ids`, as far as they are those of `viewer_id`."""

_new = postgresql.insert(_Preferences).values(
    profile_id=parameter("profile_id", _Preferences.profile_id)
)

ensure = Statement(
    _new.on_conflict_do_update(
        index_elements=["profile_id"], set_={"profile_id": _new.excluded.profile_id}
    ).returning(_Preferences),
    _Preferences,
)
"""The preferences of `profile_id`, locked: those that everybody starts with unless there are some.
"""
