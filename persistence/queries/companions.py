"""Questions about companions."""

import sqlalchemy as sa

from persistence import models
from persistence.queries import visibility
from persistence.statements import Statement, one_of, parameter

_Companion = models.Companion

by_ids = Statement(
    sa.select(_Companion).where(
        one_of(_Companion.companion_id, "ids"), visibility.may_see(_Companion.profile_id)
    ),
    _Companion,
)
"""The companions with these `ids` that `viewer_id` may see."""

of_profiles = Statement(
    sa.select(_Companion)
    .where(one_of(_Companion.profile_id, "profile_ids"), visibility.may_see(_Companion.profile_id))
    .order_by(_Companion.companion_id),
    _Companion,
)
"""The companions of `profile_ids` that `viewer_id` may see, oldest entries first."""

count = Statement(
    sa.select(sa.func.count())
    .select_from(_Companion)
    .where(_Companion.profile_id == parameter("profile_id", _Companion.profile_id))
)
"""How many companions `profile_id` shows."""
