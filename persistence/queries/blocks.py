"""Questions about blocks; they are shown to nobody but the blocker."""

import sqlalchemy as sa

from persistence import models
from persistence.pages import Listing
from persistence.queries import visibility
from persistence.statements import Statement, one_of

_Block = models.Block

names_of_blocked = Statement(
    sa.select(models.Profile.profile_id, models.Profile.display_name)
    .join(_Block, _Block.blocked_id == models.Profile.profile_id)
    .where(
        one_of(models.Profile.profile_id, "profile_ids"),
        _Block.blocker_id == visibility.viewer_id(),
    )
)
"""The `display_name` of those of `profile_ids` whom `viewer_id` blocks."""

of_blocker = Listing(
    "blocks.of_blocker",
    sa.select(_Block),
    owner=_Block.blocker_id,
    order=[_Block.blocked_at, _Block.blocked_id],
    model=_Block,
)
"""Whom a person blocks, the latest first."""
