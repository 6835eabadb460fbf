"""Questions about who follows whom."""

from typing import Any

import sqlalchemy as sa

from persistence import models
from persistence.pages import Listing
from persistence.queries import visibility
from persistence.statements import Statement, alias, one_of, parameter

_Follow = models.Follow
_Profile = models.Profile


def follows(follower_id: Any, followed_id: Any) -> sa.ColumnElement[bool]:
    """Say that one person follows another, accepted where that is needed."""
    follow = alias(_Follow, "standing_follow")
    return sa.exists().where(
        follow.c.follower_id == follower_id,
        follow.c.followed_id == followed_id,
        follow.c.accepted_at.is_not(None),
    )


def _may_list(owner: Any) -> sa.ColumnElement[bool]:
    """Say that the viewer may read whom a person follows, and who follows them.

    One's own lists always; those of who approves followers only as one of these; all others as
    far as one may see the person.
    """
    viewer = visibility.viewer_id()
    approves = sa.exists().where(
        models.Preferences.profile_id == owner, models.Preferences.approves_followers
    )
    open_to_viewer = sa.or_(owner == viewer, ~approves, follows(viewer, owner))
    return sa.and_(visibility.may_see(owner), open_to_viewer)


_with_place: Any = sa.select(
    _Profile, _Follow.accepted_at, _Follow.follower_id, _Follow.followed_id
)
_asking: Any = sa.select(_Profile, _Follow.asked_at, _Follow.follower_id)

followers_of = Listing(
    "follows.followers_of",
    _with_place.join(_Follow, _Follow.follower_id == _Profile.profile_id).where(
        _Follow.accepted_at.is_not(None), visibility.may_see(_Profile.profile_id)
    ),
    owner=_Follow.followed_id,
    order=[_Follow.accepted_at, _Follow.follower_id],
    model=_Profile,
    shown_to=_may_list,
)
"""The profiles of who follows a person and `viewer_id` may see, the latest first."""

followed_by = Listing(
    "follows.followed_by",
    _with_place.join(_Follow, _Follow.followed_id == _Profile.profile_id).where(
        _Follow.accepted_at.is_not(None), visibility.may_see(_Profile.profile_id)
    ),
    owner=_Follow.follower_id,
    order=[_Follow.accepted_at, _Follow.followed_id],
    model=_Profile,
    shown_to=_may_list,
)
"""The profiles of whom a person follows and `viewer_id` may see, the latest first."""

requests_to = Listing(
    "follows.requests_to",
    _asking.join(_Follow, _Follow.follower_id == _Profile.profile_id).where(
        _Follow.accepted_at.is_(None), visibility.may_see(_Profile.profile_id)
    ),
    owner=_Follow.followed_id,
    order=[_Follow.asked_at, _Follow.follower_id],
    model=_Profile,
    shown_to=lambda owner: owner == visibility.viewer_id(),
)
"""The profiles of who wants to follow `viewer_id` and waits, the latest first."""

by_viewer = Statement(
    sa.select(_Follow).where(
        _Follow.follower_id == visibility.viewer_id(), one_of(_Follow.followed_id, "profile_ids")
    ),
    _Follow,
)
"""What `viewer_id` follows, or asks to, of `profile_ids`."""

of_viewer = Statement(
    sa.select(_Follow).where(
        _Follow.followed_id == visibility.viewer_id(), one_of(_Follow.follower_id, "profile_ids")
    ),
    _Follow,
)
"""Who of `profile_ids` follows `viewer_id`, or asks to."""

accept = Statement(
    sa.update(_Follow)
    .where(
        _Follow.follower_id == parameter("follower_id", _Follow.follower_id),
        _Follow.followed_id == parameter("followed_id", _Follow.followed_id),
        _Follow.accepted_at.is_(None),
    )
    .values(accepted_at=sa.func.now())
    .returning(_Follow.__table__),
    _Follow,
)
"""Accept a request; no row when there is none that waits."""
