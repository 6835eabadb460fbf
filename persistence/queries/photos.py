"""Questions about photos of profiles."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.queries import visibility
from persistence.statements import Statement, one_of, parameter

_Media, _Photo = models.Media, models.Photo

_shown = (
    sa.select(_Media, _Photo.profile_id)
    .join(_Photo, _Photo.media_id == _Media.media_id)
    .where(
        one_of(_Photo.profile_id, "profile_ids"),
        _Media.deleted_at.is_(None),
        visibility.may_see(_Photo.profile_id),
    )
    .order_by(_Photo.profile_id, _Photo.position)
)

of_profiles = Statement(
    _shown.where(sa.or_(_Media.state == "ready", _Photo.profile_id == visibility.viewer_id())),
    _Media,
)
"""The photos of `profile_ids` that `viewer_id` may see, as media, in each person's order.

People see their own before they are ready. Beside the medium's columns: `profile_id`.
"""

first_of_profiles = Statement(
    _shown.where(_Media.state == "ready").ext(postgresql.distinct_on(_Photo.profile_id)), _Media
)
"""The first photo that is ready of each of `profile_ids` that `viewer_id` may see, as a medium."""

own = Statement(
    sa.select(_Photo.media_id, _Photo.position, _Media.state)
    .join(_Media, _Media.media_id == _Photo.media_id)
    .where(_Photo.profile_id == parameter("profile_id", _Photo.profile_id))
    .order_by(_Photo.position),
    _Photo,
)
"""The photos of `profile_id`, in their order, for whoever holds the profile's lock."""

_order = (
    sa.func.unnest(parameter("media_ids", postgresql.ARRAY(sa.Uuid)))
    .table_valued(sa.column("media_id", sa.Uuid), with_ordinality="place", name="wanted")
    .render_derived()
)

put_in_order = Statement(
    sa.update(_Photo)
    .values(position=_order.c.place)
    .where(_Photo.media_id == _order.c.media_id)
    .returning(_Photo),
    _Photo,
)
"""Number the photos with `media_ids` from 1 in this order."""
