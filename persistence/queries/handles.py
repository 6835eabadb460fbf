"""Questions about handles."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries import visibility
from persistence.statements import Statement, one_of, parameter

_Handle = models.Handle

of_profiles = Statement(
    sa.select(_Handle.profile_id, _Handle.handle).where(
        one_of(_Handle.profile_id, "profile_ids"), visibility.may_see(_Handle.profile_id)
    )
)
"""The handles of those of `profile_ids` whom `viewer_id` may see and who have one."""

take = Statement(
    postgresql.insert(_Handle)
    .values(
        handle=parameter("handle", _Handle.handle),
        profile_id=parameter("profile_id", _Handle.profile_id),
    )
    .on_conflict_do_nothing()
    .returning(_Handle.handle)
)
"""Give `handle` to `profile_id`, who has none; no row when somebody else has it."""
