"""Distances: P-08 and P-09 of the inventory, and the bands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.distance import (
    BORDERS,
    EARTH_RADIUS_KM,
    bands_within,
    distance_band,
    haversine_km,
    kilometres_of,
    midpoint,
    miles_of,
)

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
places = st.tuples(latitudes, longitudes)
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


@given(lengths | st.sampled_from(BORDERS), st.floats(0.1, 90))
def test_a_band_holds_its_distance_and_is_never_narrower_than_asked(distance, narrowest):
    low, high = distance_band(distance, narrowest)
    assert low <= distance
    if high is None:
        assert low == BORDERS[-1]
    else:
        assert distance < high
        assert high - low >= narrowest


@given(st.floats(0.1, 90))
def test_bands_meet_without_a_gap(narrowest):
    distance, borders = 0.0, []
    while distance is not None:
        low, distance = distance_band(distance, narrowest)
        borders.append(low)
    assert borders == sorted(set(borders))
    assert set(borders) <= {0.0, *BORDERS}


def test_bands_widen_with_the_distance():
    assert distance_band(0.3, 1) == (0, 2)
    assert distance_band(2, 1) == (2, 5)
    assert distance_band(12.4, 1) == (10, 25)
    assert distance_band(99, 1) == (50, 100)
    assert distance_band(100, 1) == (100, None)
    assert distance_band(3, 4) == (0, 5)


def test_a_grid_coarser_than_all_bands_leaves_one():
    assert distance_band(0.0, 200) == (0, None)


def test_units_bands_and_the_middle_of_places_that_are_known():
    assert miles_of(kilometres_of(5)) == pytest.approx(5)
    assert bands_within(2) == [(0, 2)]
    assert bands_within(2.1) == [(0, 2), (2, 5)]
    assert midpoint((0.0, 10.0), (0.0, 30.0)) == pytest.approx((0.0, 20.0))
    # Across the line of dates the short way.
    assert abs(midpoint((0.0, 179.0), (0.0, -179.0))[1]) == pytest.approx(180.0)
