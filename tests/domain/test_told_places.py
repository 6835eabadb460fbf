"""Told places: the grid and the offset, from pole to pole and over the date line."""

import ast
import math
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.told_places import GRID_KM, snapped, told_place
from matching.distance import haversine_km

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
places = st.tuples(latitudes, longitudes)
inhabited = st.tuples(st.floats(-85, 85), longitudes)
grids_km = st.floats(0.2, 20)
# The sphere of distances is 0.001 % larger or smaller than that of the grid.
SLACK = 1.001


def on_earth(latitude, longitude):
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


@given(inhabited, grids_km, st.uuids())
def test_a_snapped_place_is_near_the_place(place, grid_km, salt):
    assert haversine_km(*place, *snapped(*place, grid_km, salt)) <= 0.75 * grid_km


@given(places, grids_km, st.uuids())
@example((90.0, 12.0), 1.0, UUID(int=1))
@example((-90.0, -180.0), 1.0, UUID(int=2))
@example((89.9999, 179.9), 1.0, UUID(int=3))
def test_snapping_never_moves_farther_than_the_diagonal_of_a_cell(place, grid_km, salt):
    found = snapped(*place, grid_km, salt)
    assert on_earth(*found)
    assert haversine_km(*place, *found) <= math.sqrt(2.0) * grid_km * SLACK


@given(places, grids_km, st.uuids())
@example((0.0, 180.0), 1.0, UUID(int=1))
@example((52.0, -180.0), 1.0, UUID(int=2))
@example((90.0, 0.0), 1.0, UUID(int=3))
def test_what_is_snapped_snaps_to_itself(place, grid_km, salt):
    once = snapped(*place, grid_km, salt)
    twice = snapped(*once, grid_km, salt)
    assert haversine_km(*once, *twice) <= 1e-3


@given(latitudes, grids_km, st.uuids())
def test_the_date_line_is_no_border(latitude, grid_km, salt):
    east, west = snapped(latitude, 180.0, grid_km, salt), snapped(latitude, -180.0, grid_km, salt)
    assert haversine_km(*east, *west) <= 1e-3
    east, west = told_place(latitude, 180.0, salt), told_place(latitude, -180.0, salt)
    assert haversine_km(*east, *west) <= 1e-3


@given(places, st.floats(20, 20_000), st.uuids())
def test_cells_as_large_as_the_earth_are_on_it(place, grid_km, salt):
    assert on_earth(*snapped(*place, grid_km, salt))
    assert on_earth(*told_place(*place, salt, grid_km))


def test_small_moves_inside_a_cell_do_not_show():
    salt = UUID(int=7)
    middle = snapped(52.52, 13.405, 2.0, salt)
    near = [(middle[0] + d / 1e3, middle[1] + d / 1e3) for d in (-5, 0, 5)]
    assert len({snapped(*place, 2.0, salt) for place in near}) == 1
    assert len({told_place(*place, salt, 2.0) for place in near}) == 1


def test_two_people_at_one_place_are_told_elsewhere_and_each_always_there():
    salts = [UUID(int=n) for n in range(20)]
    for tell in (lambda salt: snapped(52.52, 13.405, 2.0, salt), _told_in_berlin):
        assert len({tell(salt) for salt in salts}) == 20
        assert tell(salts[3]) == tell(salts[3])


def _told_in_berlin(salt):
    return told_place(52.52, 13.405, salt)


@given(places, grids_km, st.uuids())
@example((90.0, 12.0), 1.0, UUID(int=1))
@example((-90.0, -180.0), 20.0, UUID(int=2))
def test_the_offset_is_as_long_as_the_side_to_the_diagonal_of_a_cell(place, grid_km, salt):
    found = told_place(*place, salt, grid_km)
    assert on_earth(*found)
    offset_km = haversine_km(*snapped(*place, grid_km, salt), *found)
    # Next to a pole, the poles of the two spheres need not agree to the metre.
    assert grid_km / SLACK <= offset_km <= math.sqrt(2.0) * grid_km * SLACK


@given(st.floats(-60, 60), longitudes, st.floats(-60, 60), longitudes, st.uuids())
def test_the_offset_of_a_person_is_the_same_everywhere(north, east, other_north, other_east, salt):
    offsets = []
    for place in ((north, east), (other_north, other_east)):
        middle, found = snapped(*place, GRID_KM, salt), told_place(*place, salt)
        turn = (found[1] - middle[1] + 180.0) % 360.0 - 180.0
        shrink = math.cos(math.radians(middle[0]))
        offsets.append(((found[0] - middle[0]) * 111.32, turn * shrink * 111.32))
    # A compass bearing on a sphere: the same but for the curvature over a kilometre.
    assert offsets[0] == pytest.approx(offsets[1], abs=2e-3)


def test_without_a_grid_the_place_is_told():
    assert told_place(52.52, 13.405, UUID(int=1), 0) == (52.52, 13.405)


ROOT = Path(__file__).parents[2]
FOLDERS = ("dataloaders", "domain", "integrations", "matching", "persistence", "realtime")
FOLDERS += ("resolvers", "schema", "web", "workers")


OF_EVENTS_AND_PLACES = {
    *("domain/calendars.py", "domain/event_filters.py", "domain/events.py"),
    *("resolvers/event_recommendations.py", "resolvers/events.py", "resolvers/meetings.py"),
    *("resolvers/places.py", "schema/events.py", "schema/places.py"),
    "persistence/queries/event_recommendations.py",
}
"""Modules that read where events and places are, which everybody who sees them may know."""


def read_coordinates():
    """The modules in which coordinates are read from whatever has them."""
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and node.attr in {"latitude", "longitude"}:
                    yield path.relative_to(ROOT).as_posix()


def test_who_reads_true_places_is_known():
    # Whoever reads them for the eyes of others goes through `told_place`; then comes a line here.
    assert set(read_coordinates()) - OF_EVENTS_AND_PLACES == {
        "domain/locations.py",  # tells the told place
        "matching/features.py",  # ranks by the told place
        "persistence/queries/deck.py",  # areas of a whole degree, for the pools of pairs
        "persistence/queries/meetings.py",  # of both of a match, for `locations.told`
        "resolvers/locations.py",  # takes what one says of oneself
        "schema/profiles.py",  # shows oneself where one is
    }


def measured_points():
    """The modules with statements that measure from or to points, and what the points are."""
    for path in (ROOT / "persistence" / "queries").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "ll_to_earth":
                yield path.name, ast.unparse(node)


def test_no_statement_measures_between_true_places_of_people():
    known = {"event_recommendations.py", "events.py", "meetings.py", "places.py"}
    assert {module for module, _ in measured_points()} == known
    assert [point for _, point in measured_points() if "rofile" in point] == []
