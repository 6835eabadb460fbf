"""Questions about whom a viewer can still be shown in a deck."""

from typing import Any

import sqlalchemy as sa

from persistence import models
from persistence.queries import profiles, visibility
from persistence.statements import Statement, parameter

EXCLUDED_MOST = 5_000
"""The most people that `decided_by` names; who is decided on never comes back in `candidates`."""

_Profile, _Pair = models.Profile, models.Pair
_viewer = visibility.viewer_id()

_decided = sa.union_all(
    sa.select(
        _Pair.second_id.label("profile_id"), _Pair.first_decided_at.label("decided_at")
    ).where(_Pair.first_id == _viewer, _Pair.first_decision.is_not(None)),
    sa.select(_Pair.first_id, _Pair.second_decided_at).where(
        _Pair.second_id == _viewer, _Pair.second_decision.is_not(None)
    ),
).subquery("decided")

decided_by = Statement(
    sa.select(_decided.c.profile_id)
    .order_by(_decided.c.decided_at.desc().nulls_last())
    .limit(EXCLUDED_MOST)
)
"""Whom `viewer_id` likes or passed, the latest first, at most `EXCLUDED_MOST`."""

_undecided = ~sa.exists().where(
    _Pair.first_id == sa.func.least(_viewer, _Profile.profile_id),
    _Pair.second_id == sa.func.greatest(_viewer, _Profile.profile_id),
    sa.case((_Pair.first_id == _viewer, _Pair.first_decision), else_=_Pair.second_decision).is_not(
        None
    ),
)

_matching: Any = profiles.matching_rows.clause

candidates = Statement(_matching.where(_undecided, _Profile.profile_id != _viewer), _Profile)
"""Those of the people `ids` on whom `viewer_id` has not decided; columns of `matching_rows`."""

newest = Statement(
    sa.select(_Profile.profile_id)
    .where(
        _Profile.profile_id != _viewer,
        visibility.may_see(_Profile.profile_id),
        _undecided,
        ~sa.exists().where(
            models.Preferences.profile_id == _Profile.profile_id,
            models.Preferences.is_discoverable.is_(False),
        ),
    )
    .order_by(_Profile.profile_id.desc())
    .limit(parameter("limit", sa.Integer()))
)
"""The `limit` people who joined last and on whom `viewer_id` has not decided."""
