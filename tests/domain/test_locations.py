"""Locations: P-10 of the inventory, and that nobody triangulates anybody."""

import math
from types import SimpleNamespace
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import locations
from domain.locations import DistanceUnit
from domain.refusals import InvalidInput
from matching.distance import haversine_km, snapped
from resolvers.locations import band_between

anything = st.floats(allow_nan=True, allow_infinity=True)
latitudes = st.one_of(st.floats(-90, 90), anything)
longitudes = st.one_of(st.floats(-180, 180), anything)
inhabited = st.tuples(st.floats(-80, 80), st.floats(-180, 180))
units = st.sampled_from(DistanceUnit)
GRID_KM = 2.0


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
def test_a_band_holds_the_distance_of_the_snapped_places(mine, theirs, unit, my_salt, their_salt):
    me, other = somebody(mine, my_salt), somebody(theirs, their_salt)
    band = band_between(me, other, GRID_KM, unit)
    exact_km = haversine_km(
        *snapped(*mine, GRID_KM, my_salt), *snapped(*theirs, GRID_KM, their_salt)
    )
    per_unit = 1.0 if unit is DistanceUnit.KILOMETRES else 1.609344
    assert band.at_least * per_unit <= exact_km + 1e-6
    assert exact_km <= band.at_most * per_unit + 1e-6
    assert (band.at_most - band.at_least) * per_unit >= GRID_KM
    assert band.unit is unit
    back = band_between(other, me, GRID_KM, unit)
    assert back == band


def test_who_has_no_location_has_no_distance():
    here, nowhere = somebody((1.0, 2.0)), somebody(None)
    for one, other in ((here, nowhere), (nowhere, here), (nowhere, nowhere)):
        assert band_between(one, other, GRID_KM, DistanceUnit.KILOMETRES) is None


@given(inhabited, inhabited, st.tuples(st.floats(-1, 1), st.floats(-1, 1)), units, st.uuids())
def test_all_places_of_a_cell_look_the_same_from_everywhere(mine, cell, shift, unit, salt):
    # What others are told depends on the cell alone: no number of probes tells more than the cell.
    middle = snapped(*cell, GRID_KM, salt)
    half = 0.499 * GRID_KM / 111.32
    elsewhere = (
        middle[0] + shift[0] * half,
        middle[1] + shift[1] * half / math.cos(math.radians(middle[0])),
    )
    probe = somebody(mine, UUID(int=2))
    told = [
        band_between(probe, somebody(place, salt), GRID_KM, unit) for place in (middle, elsewhere)
    ]
    assert told[0] == told[1]


def test_a_thousand_probes_leave_more_than_a_cell():
    salt, home = UUID(int=77), (52.52, 13.405)
    target = somebody(home, salt)
    # The attacker walks a raster around the target and keeps each place that fits all bands.
    probes = [
        somebody((home[0] + (n % 32 - 16) * 0.01, home[1] + (n // 32 - 16) * 0.016), UUID(int=n))
        for n in range(1000)
    ]
    told = [band_between(probe, target, GRID_KM, DistanceUnit.KILOMETRES) for probe in probes]
    cell = snapped(*home, GRID_KM, salt)
    step = GRID_KM / 111.32 / 10
    fitting = []
    for north in range(-12, 13):
        for east in range(-12, 13):
            turn = east * step / math.cos(math.radians(cell[0]))
            place = (cell[0] + north * step, cell[1] + turn)
            other = somebody(place, salt)
            if all(
                band_between(probe, other, GRID_KM, DistanceUnit.KILOMETRES) == band
                for probe, band in zip(probes, told, strict=True)
            ):
                fitting.append(place)
    latitudes_km = [place[0] * 111.32 for place in fitting]
    assert max(latitudes_km) - min(latitudes_km) >= 0.75 * GRID_KM
    assert len(fitting) >= 64
