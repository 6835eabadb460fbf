"""Questions about profiles."""

import sqlalchemy as sa

from persistence import models
from persistence.queries import visibility
from persistence.statements import Statement, one_of

by_ids = Statement(
    sa.select(models.Profile).where(
        one_of(models.Profile.profile_id, "ids"), visibility.may_see(models.Profile.profile_id)
    ),
    models.Profile,
)
"""The profiles with these `ids` that `viewer_id` may see."""
