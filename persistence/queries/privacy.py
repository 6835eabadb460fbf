"""Questions about privacy: what people show of what they are doing, and to whom."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries import visibility
from persistence.statements import Statement, alias, one_of, parameter

_Privacy, _Profile = models.Privacy, models.Profile
SWITCHES = ("show_online", "show_last_active", "show_read_receipts", "show_typing")


def hides(profile_id: Any, switch: str) -> sa.ColumnElement[bool]:
    """Say that a person has turned a switch off.

    Args:
        profile_id: the column that holds the person's key.
        switch: one of `SWITCHES`.
    """
    privacy = alias(_Privacy, f"hides_{switch}")
    return sa.exists().where(privacy.c.profile_id == profile_id, ~privacy.c[switch])


def told(profile_id: Any, switch: str) -> sa.ColumnElement[bool]:
    """Say that the viewer learns of a person what the switch is about.

    Of oneself always; of others while neither hides it: who hides theirs does not see others'.
    Whether the viewer may see the person at all is for `visibility.may_see`.

    Args:
        profile_id: the column that holds the person's key.
        switch: one of `SWITCHES`.
    """
    viewer = visibility.viewer_id()
    return sa.or_(profile_id == viewer, sa.and_(~hides(profile_id, switch), ~hides(viewer, switch)))


def _who_show(switch: str) -> Statement:
    return Statement(
        sa.select(_Profile.profile_id).where(
            one_of(_Profile.profile_id, "profile_ids"),
            visibility.may_see(_Profile.profile_id),
            told(_Profile.profile_id, switch),
        )
    )


who_show_online = _who_show("show_online")
"""Of `profile_ids`, those of whom `viewer_id` learns whether they are online."""

who_show_typing = _who_show("show_typing")
"""Of `profile_ids`, those of whom `viewer_id` learns that they are typing."""

who_show_read_receipts = _who_show("show_read_receipts")
"""Of `profile_ids`, those of whom `viewer_id` learns what they have read."""

last_active_of = Statement(
    sa.select(_Profile.profile_id, _Profile.last_active_at).where(
        one_of(_Profile.profile_id, "profile_ids"),
        visibility.may_see(_Profile.profile_id),
        told(_Profile.profile_id, "show_last_active"),
    )
)
"""When those of `profile_ids` were last here of whom `viewer_id` learns it."""

own_of_profiles = Statement(
    sa.select(
        _Profile.profile_id,
        *(sa.func.coalesce(getattr(_Privacy, name), True).label(name) for name in SWITCHES),
    )
    .outerjoin(_Privacy, _Privacy.profile_id == _Profile.profile_id)
    .where(
        one_of(_Profile.profile_id, "profile_ids"), _Profile.profile_id == visibility.viewer_id()
    ),
    _Privacy,
)
"""What `viewer_id` shows, as far as they are among `profile_ids`."""

_new = postgresql.insert(_Privacy).values(profile_id=parameter("profile_id", _Privacy.profile_id))

ensure = Statement(
    _new.on_conflict_do_update(
        index_elements=["profile_id"], set_={"profile_id": _new.excluded.profile_id}
    ).returning(_Privacy),
    _Privacy,
)
"""What `profile_id` shows, locked: everything unless they have said otherwise."""
