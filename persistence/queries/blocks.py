"""Questions about blocks; they are shown to nobody but the blocker."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.pages import Listing
from persistence.queries import visibility
from persistence.statements import Statement, one_of, parameter

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

add = Statement(
    postgresql.insert(_Block)
    .values(
        blocker_id=parameter("blocker_id", _Block.blocker_id),
        blocked_id=parameter("blocked_id", _Block.blocked_id),
    )
    .on_conflict_do_update(
        index_elements=["blocker_id", "blocked_id"], set_={"blocked_at": _Block.blocked_at}
    )
    # PostgreSQL leaves xmax at 0 in a row that was inserted rather than updated.
    .returning(_Block, sa.literal_column("blocks.xmax = 0").label("is_new")),
    _Block,
)
"""Let `blocker_id` block `blocked_id`; `is_new` says whether that was not so before."""

of_blocker = Listing(
    "blocks.of_blocker",
    sa.select(_Block),
    owner=_Block.blocker_id,
    order=[_Block.blocked_at, _Block.blocked_id],
    model=_Block,
)
"""Whom a person blocks, the latest first."""
