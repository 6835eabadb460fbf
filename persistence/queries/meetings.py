"""Questions about when and where people can meet."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.models.places import POINT
from persistence.queries import visibility
from persistence.statements import Statement, one_of, parameter

_Profile, _Preferences, _Times = models.Profile, models.Preferences, models.MeetingTimes
_Place, _Favourite = models.Place, models.FavouritePlace

own_of_profiles = Statement(
    sa.select(_Times).where(
        one_of(_Times.profile_id, "profile_ids"), _Times.profile_id == visibility.viewer_id()
    ),
    _Times,
)
"""The meeting times of `profile_ids`, which nobody but `viewer_id` sees."""

_liked = (
    sa.select(sa.func.array_agg(sa.distinct(_Place.category)))
    .join(_Favourite, _Favourite.place_id == _Place.place_id)
    .where(_Favourite.profile_id == _Profile.profile_id)
    .scalar_subquery()
)

sides = Statement(
    sa.select(
        _Profile.profile_id,
        _Profile.latitude,
        _Profile.longitude,
        _Profile.location_salt,
        _Preferences.max_distance_km,
        _Times.time_zone,
        _Times.hours,
        _liked.label("liked"),
    )
    .join(_Times, _Times.profile_id == _Profile.profile_id)
    .outerjoin(_Preferences, _Preferences.profile_id == _Profile.profile_id)
    .where(one_of(_Profile.profile_id, "profile_ids"), _Profile.latitude.is_not(None))
)
"""What meetings are suggested by, of those of `profile_ids` who have said where they are and when
they have time; shown to nobody as it is. Beside it: `liked`, the kinds of their favourites."""

_FLOATS = postgresql.ARRAY(sa.Float())
_middles: Any = (
    sa.func.unnest(
        parameter("match_ids", postgresql.ARRAY(sa.Uuid())),
        parameter("latitudes", _FLOATS),
        parameter("longitudes", _FLOATS),
    )
    .table_valued(
        sa.column("match_id", sa.Uuid()),
        sa.column("middle_latitude", sa.Float()),
        sa.column("middle_longitude", sa.Float()),
        name="middles",
    )
    .render_derived()
)
_middle = sa.func.ll_to_earth(_middles.c.middle_latitude, _middles.c.middle_longitude)
_nearest = (
    sa.select(_Place)
    .order_by(POINT.op("<->", return_type=sa.Float())(_middle), _Place.place_id)
    .limit(parameter("limit", sa.Integer()))
    .lateral("nearest")
)

nearest_places = Statement(
    sa.select(_nearest, _middles.c.match_id).join_from(_middles, _nearest, sa.true()), _Place
)
"""For each of `match_ids` the `limit` places nearest to its middle, one of `latitudes` and one of
`longitudes`. Beside the columns of the place: `match_id`."""
