"""Questions about favourite places; nobody sees those of others."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from persistence import models
from persistence.pages import Listing
from persistence.queries import visibility
from persistence.statements import Statement, one_of, parameter

_Place, _Favourite = models.Place, models.FavouritePlace

_place_id = parameter("place_id", _Place.place_id)

keep = Statement(
    sa.select(_Place)
    .where(_Place.place_id == _place_id)
    .with_for_update(read=True, key_share=True),
    _Place,
)
"""The place `place_id`, which nobody removes before the transaction ends."""

favourite = Statement(
    postgresql.insert(_Favourite)
    .values(
        place_id=_place_id,
        profile_id=visibility.viewer_id(),
        favourited_at=sa.func.clock_timestamp(),
    )
    .on_conflict_do_nothing()
    .returning(_Favourite.place_id)
)
"""Put `place_id` among the favourites of `viewer_id`; no row when it is one already."""

marked = Statement(
    sa.select(_Favourite.place_id).where(
        one_of(_Favourite.place_id, "place_ids"),
        _Favourite.profile_id == visibility.viewer_id(),
    )
)
"""Those of `place_ids` that are favourites of `viewer_id`."""

_favourites: Any = sa.select(_Place, _Favourite.favourited_at).join(
    _Place, _Place.place_id == _Favourite.place_id
)

of_person = Listing(
    "favourite_places.of_person",
    _favourites,
    owner=_Favourite.profile_id,
    order=[_Favourite.favourited_at, _Favourite.place_id],
    model=_Place,
    shown_to=lambda owner: owner == visibility.viewer_id(),
)
"""A person's favourite places, the newest favourite first; empty for everybody but themselves."""
