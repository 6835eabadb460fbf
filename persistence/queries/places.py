"""Questions about places, which everybody who is signed in may see."""

from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.models.places import POINT
from persistence.pages import Listing
from persistence.queries import visibility
from persistence.statements import Statement, one_of, parameter

_Place, _Photo, _Media = models.Place, models.PlacePhoto, models.Media

_place_id = parameter("place_id", _Place.place_id)
_radius_m = parameter("radius_m", sa.Float())
# "Pl", so that no other lock of this database is meant.
_LOCKS = 0x506C

here: Any = sa.func.ll_to_earth(
    parameter("latitude", sa.Float()), parameter("longitude", sa.Float())
)
"""The point `latitude`, `longitude`."""

chord_m: Any = POINT.op("<->", return_type=sa.Float())(here)
"""How far a place is from `here`, straight through the Earth, in metres: near and far by this are
near and far on the ground, and the index gives places in its order."""


def is_within_radius() -> sa.ColumnElement[bool]:
    """Say that a place is within `radius_m` metres of `here`, along a great circle."""
    box = sa.func.earth_box(here, _radius_m)
    # The box is what the index knows; its corners are farther away than the radius.
    return sa.and_(box.op("@>", is_comparison=True)(POINT), sa.func.sec_to_gc(chord_m) <= _radius_m)


by_ids = Statement(
    sa.select(_Place).where(one_of(_Place.place_id, "ids"), visibility.viewer_id().is_not(None)),
    _Place,
)
"""The places with these `ids`, when somebody is signed in."""

hold = Statement(
    sa.select(_Place).where(_Place.place_id == _place_id).with_for_update(key_share=True), _Place
)
"""The place `place_id`, held against changes until the transaction ends."""

hold_band = Statement(
    sa.select(sa.func.pg_advisory_xact_lock(_LOCKS, parameter("band", sa.Integer())))
)
"""Wait until nobody else holds this `band` of latitudes, and hold it until the commit."""

_similarity = sa.func.similarity(_Place.name, parameter("name", _Place.name))
_SIMILAR = 0.4

duplicates = Statement(
    sa.select(_Place)
    .where(is_within_radius(), _similarity >= _SIMILAR)
    .order_by(_similarity.desc(), chord_m, _Place.place_id)
    .limit(parameter("limit", sa.Integer())),
    _Place,
)
"""Up to `limit` places within `radius_m` of `here` of about the same `name`, the nearest in name
first: at least 0.4 of the groups of three letters of both names are in both."""

photos = Statement(
    sa.select(_Photo.media_id).where(_Photo.place_id == _place_id).order_by(_Photo.position),
    _Photo,
)
"""What are the photos of `place_id`, in their order, for whoever holds the place."""

take_photos = Statement(
    sa.delete(_Photo).where(_Photo.place_id == _place_id).returning(_Photo.media_id)
)
"""Take all photos off `place_id`."""

_order = (
    sa.func.unnest(parameter("ids", postgresql.ARRAY(sa.Uuid)))
    .table_valued(sa.column("media_id", sa.Uuid), with_ordinality="place", name="wanted")
    .render_derived()
)

put_photos = Statement(
    sa.insert(_Photo)
    .from_select(
        ["media_id", "place_id", "position"],
        sa.select(_order.c.media_id, _place_id, sa.cast(_order.c.place, sa.Integer)),
    )
    .returning(_Photo.media_id)
)
"""Show the media with these `ids`, in this order, as the photos of `place_id`."""

photos_of_places = Statement(
    sa.select(_Media, _Photo.place_id)
    .join(_Photo, _Photo.media_id == _Media.media_id)
    .where(
        one_of(_Photo.place_id, "place_ids"),
        _Media.deleted_at.is_(None),
        visibility.may_see(_Media.uploader_id),
        sa.or_(_Media.state == "ready", _Media.uploader_id == visibility.viewer_id()),
    )
    .order_by(_Photo.place_id, _Photo.position),
    _Media,
)
"""The photos of `place_ids` by people whom `viewer_id` may see, as media, in each place's order.

People see their own before they are ready. Beside the medium's columns: `place_id`.
"""

_wanted_name, _wanted_category = (
    parameter("name", _Place.name),
    parameter("category", _Place.category),
)

_near = (
    sa.select(_Place, chord_m.label("chord_m"))
    .where(
        is_within_radius(),
        sa.or_(_wanted_category.is_(None), _Place.category == _wanted_category),
        sa.or_(_wanted_name.is_(None), _wanted_name.op("<%", is_comparison=True)(_Place.name)),
    )
    .subquery("near")
)

near = Listing(
    "places.near",
    # Counting names no column, so the table is named.
    sa.select(_near).select_from(_near),
    # A parameter is the owner here, where other lists have a column.
    owner=cast("Any", visibility.viewer_id()),
    order=cast("Any", [_near.c.chord_m, _near.c.place_id]),
    model=_Place,
    descending=False,
)
"""Places within `radius_m` metres of the point `latitude`, `longitude`, the nearest first: of this
`category` and with words like `name` in their names, unless these are None."""
