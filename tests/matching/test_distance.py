"""Distances: P-08 and P-09 of the inventory, the privacy grid, and the bands."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.distance import (
    EARTH_RADIUS_KM,
    distance_band_km,
    haversine_km,
    kilometres_of,
    miles_of,
    snapped,
)

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
places = st.tuples(latitudes, longitudes)
inhabited = st.tuples(st.floats(-85, 85), longitudes)
lengths = st.floats(0, 50_000)


def test_known_distance_agrees_with_earthdistance():
    # SELECT earth_distance(ll_to_earth(52.52, 13.405), ll_to_earth(48.8566, 2.3522)) / 1000
    assert haversine_km(52.52, 13.405, 48.8566, 2.3522) == pytest.approx(878.449, abs=0.01)
    assert EARTH_RADIUS_KM == 6378.168


@given(places, places)
def test_distance_is_symmetric_and_bounded_by_half_the_circumference(a, b):
    assert haversine_km(*a, *b) == pytest.approx(haversine_km(*b, *a), abs=1e-9)
    assert 0 <= haversine_km(*a, *b) <= 3.1415926536 * EARTH_RADIUS_KM


@given(places)
def test_distance_to_itself_is_zero(a):
    assert haversine_km(*a, *a) == 0


@given(places, places, places)
def test_triangle_inequality_holds(a, b, c):
    # asin is steep near antipodes, where rounding costs up to about 0.2 m.
    assert haversine_km(*a, *c) <= haversine_km(*a, *b) + haversine_km(*b, *c) + 1e-3


@given(lengths)
def test_unit_conversion_is_undone_within_a_billionth(length):
    assert kilometres_of(miles_of(length)) == pytest.approx(length, rel=1e-9)
    assert miles_of(kilometres_of(length)) == pytest.approx(length, rel=1e-9)


def test_a_mile_has_its_defined_length():
    assert kilometres_of(1) == 1.609344


@given(inhabited, st.floats(0.2, 20), st.uuids())
def test_a_snapped_place_is_near_the_place_and_on_earth(place, grid_km, key):
    latitude, longitude = snapped(*place, grid_km, key)
    assert -90 <= latitude <= 90
    assert -180 <= longitude <= 180
    assert haversine_km(*place, latitude, longitude) <= 0.75 * grid_km


@given(places, st.floats(0.2, 20_000), st.uuids())
def test_a_snapped_place_is_on_earth_at_the_poles_too(place, grid_km, key):
    latitude, longitude = snapped(*place, grid_km, key)
    assert -90 <= latitude <= 90
    assert -180 <= longitude <= 180


def test_small_moves_inside_a_cell_do_not_show():
    key = UUID(int=7)
    middle = snapped(52.52, 13.405, 2.0, key)
    moved = {snapped(middle[0] + d / 1e3, middle[1] + d / 1e3, 2.0, key) for d in (-5, 0, 5)}
    assert len(moved) == 1


def test_two_people_at_one_place_have_different_grids_and_each_a_stable_one():
    keys = [UUID(int=n) for n in range(20)]
    assert len({snapped(52.52, 13.405, 2.0, key) for key in keys}) == 20
    assert snapped(52.52, 13.405, 2.0, keys[3]) == snapped(52.52, 13.405, 2.0, keys[3])


def test_no_grid_leaves_the_place():
    assert snapped(52.52, 13.405, 0, UUID(int=1)) == (52.52, 13.405)


@given(lengths, st.floats(0.1, 20))
def test_a_band_holds_its_distance(distance_km, grid_km):
    low, high = distance_band_km(distance_km, grid_km)
    assert low <= distance_km * (1 + 1e-12)
    assert distance_km <= high * (1 + 1e-12)
    assert high - low >= grid_km * 0.999


def test_bands_widen_with_the_distance():
    assert distance_band_km(0.3, 1) == (0, 1)
    assert distance_band_km(12.4, 1) == (10, 15)
    assert distance_band_km(99, 1) == (75, 100)
    assert distance_band_km(1234, 1) == (1200, 1300)
