"""Locations: P-10 of the inventory, bands of told places, and how often people may move."""

import math
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import limits, locations
from domain.limits import MOVES, MOVES_PER_DAY
from domain.locations import DistanceUnit
from domain.refusals import InvalidInput, LimitReached
from domain.told_places import GRID_KM, snapped, told_place
from matching.distance import haversine_km
from resolvers.locations import band_between

anything = st.floats(allow_nan=True, allow_infinity=True)
latitudes = st.one_of(st.floats(-90, 90), anything)
longitudes = st.one_of(st.floats(-180, 180), anything)
inhabited = st.tuples(st.floats(-80, 80), st.floats(-180, 180))
units = st.sampled_from(DistanceUnit)
NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


def on_earth(latitude, longitude):
    return (
        math.isfinite(latitude)
        and math.isfinite(longitude)
        and -90 <= latitude <= 90
        and -180 <= longitude <= 180
    )


def somebody(place, salt=UUID(int=1)):  # noqa: B008 - a constant
    latitude, longitude = place or (None, None)
    return SimpleNamespace(latitude=latitude, longitude=longitude, location_salt=salt)


@given(latitudes, longitudes)
def test_coordinates_are_taken_exactly_when_they_are_on_earth(latitude, longitude):
    problems = locations.coordinate_problems(latitude, longitude)
    assert (problems == []) == on_earth(latitude, longitude)


def test_the_edges_of_the_earth_are_on_it():
    for latitude in (-90, 90):
        for longitude in (-180, 180):
            assert locations.coordinate_problems(latitude, longitude) == []
    assert len(locations.coordinate_problems(math.nan, math.inf)) == 2


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(latitudes, longitudes)
async def test_a_stored_location_is_the_one_given_and_nothing_else_is_stored(
    people, database, latitude, longitude
):
    ada = (await people.join()).viewer
    try:
        async with database.write() as tx:
            row = await locations.update_location(tx, ada, latitude=latitude, longitude=longitude)
    except InvalidInput:
        assert not on_earth(latitude, longitude)
    else:
        assert on_earth(latitude, longitude)
        assert (row.latitude, row.longitude) == (round(latitude, 7), round(longitude, 7))


@given(inhabited, inhabited, units, st.uuids(), st.uuids())
def test_a_band_holds_the_distance_of_the_told_places(mine, theirs, unit, my_salt, their_salt):
    me, other = somebody(mine, my_salt), somebody(theirs, their_salt)
    band = band_between(me, other, unit)
    distance_km = haversine_km(*told_place(*mine, my_salt), *told_place(*theirs, their_salt))
    per_unit = 1.0 if unit is DistanceUnit.KILOMETRES else 1.609344
    assert band.at_least * per_unit <= distance_km + 1e-6
    if band.at_most is not None:
        assert distance_km <= band.at_most * per_unit + 1e-6
        assert (band.at_most - band.at_least) * per_unit >= GRID_KM
    assert band.unit is unit
    back = band_between(other, me, unit)
    assert back == band


def test_who_has_no_location_has_no_distance():
    here, nowhere = somebody((1.0, 2.0)), somebody(None)
    for one, other in ((here, nowhere), (nowhere, here), (nowhere, nowhere)):
        assert band_between(one, other, DistanceUnit.KILOMETRES) is None


@given(inhabited, inhabited, st.tuples(st.floats(-1, 1), st.floats(-1, 1)), units, st.uuids())
def test_all_places_of_a_cell_look_the_same_from_everywhere(mine, cell, shift, unit, salt):
    # What others are told depends on the cell alone: no number of probes tells more than the cell.
    middle = snapped(*cell, GRID_KM, salt)
    half = 0.499 * GRID_KM / 111.32
    elsewhere = (
        middle[0] + shift[0] * half,
        middle[1] + shift[1] * half / math.cos(math.radians(middle[0])) * 0.99,
    )
    told = [locations.told(somebody(place, salt)) for place in (middle, elsewhere)]
    assert told[0] == told[1]
    probe = somebody(mine, UUID(int=2))
    bands = {band_between(probe, somebody(place, salt), unit) for place in (middle, elsewhere)}
    assert len(bands) == 1


MOVE_REGAINED_AFTER = timedelta(days=1) / MOVES_PER_DAY


def of_moves(regained_at, now):
    return limits.of_regained(MOVES, MOVES_PER_DAY, regained_at, now)


regained = st.none() | st.timedeltas(timedelta(days=-2), MOVE_REGAINED_AFTER * MOVES_PER_DAY).map(
    lambda later: NOW + later
)


@given(regained)
def test_what_is_left_of_moves_is_what_can_be_used(regained_at):
    left = of_moves(regained_at, NOW)
    used = 0
    while of_moves(regained_at, NOW).remaining:
        regained_at = limits.regained_after_use(MOVES_PER_DAY, regained_at, NOW)
        used += 1
    assert used == left.remaining
    none = of_moves(regained_at, NOW)
    assert NOW < none.resets_at <= NOW + MOVE_REGAINED_AFTER
    later = of_moves(regained_at, none.resets_at)
    assert later.remaining == 1
    assert of_moves(regained_at, none.resets_at - timedelta(microseconds=1)).remaining == 0


def test_nothing_used_is_nothing_to_regain():
    for regained_at in (None, NOW, NOW - timedelta(days=1)):
        left = of_moves(regained_at, NOW)
        assert (left.remaining, left.resets_at) == (MOVES_PER_DAY, None)


@given(st.lists(st.timedeltas(timedelta(), timedelta(hours=6)), max_size=80))
def test_in_any_day_there_are_at_most_twice_the_moves_of_a_day(pauses):
    now, regained_at, moved = NOW, None, []
    for pause in pauses:
        now += pause
        if of_moves(regained_at, now).remaining:
            regained_at = limits.regained_after_use(MOVES_PER_DAY, regained_at, now)
            moved.append(now)
    for first in moved:
        assert sum(first <= at < first + timedelta(days=1) for at in moved) <= 2 * MOVES_PER_DAY


async def test_moves_are_counted_where_others_would_look_different(people, database):
    ada = (await people.join()).viewer

    async def move(north_km):
        async with database.write() as tx:
            await locations.update_location(
                tx, ada, latitude=10.0 + north_km / 111.32, longitude=20.0
            )

    await move(0)
    for n in range(1, MOVES_PER_DAY):
        await move(3 * n)
        # The same cell, three times: nothing to see that was not seen before.
        for _ in range(2):
            await move(3 * n)
    with pytest.raises(LimitReached) as refused:
        await move(300)
    assert refused.value.resets_at > datetime.now(UTC)
    await move(3 * (MOVES_PER_DAY - 1))


async def test_clearing_does_not_give_moves_back(people, database):
    ada = (await people.join(moves_regained_at=datetime.now(UTC) + timedelta(hours=22))).viewer
    async with database.write() as tx:
        await locations.clear_location(tx, ada)
        await locations.update_location(tx, ada, latitude=52.52, longitude=13.405)
        with pytest.raises(LimitReached):
            await locations.update_location(tx, ada, latitude=48.0, longitude=11.0)
