"""Places as a property: what is stored is on Earth, and a search finds what lies within its radius,
nearest first, also at the poles and across the date line (P-10, P-12)."""

import hypothesis
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from domain import locations
from matching.distance import haversine_km
from persistence import models
from persistence.pages import Window
from persistence.queries import places

# Many near each other, and many where coordinates are odd.
NOOKS = st.sampled_from([(52.52, 13.4), (90.0, 0.0), (-90.0, 77.0), (0.0, 180.0), (16.0, -180.0)])
STEPS = st.tuples(st.floats(-2, 2), st.floats(-2, 2))


def on_earth(nook, step):
    latitude = max(-90.0, min(90.0, nook[0] + step[0]))
    longitude = (nook[1] + step[1] * 3 + 180.0) % 360.0 - 180.0
    return locations.rounded(latitude, longitude)


ANYWHERE = st.builds(locations.rounded, st.floats(-90, 90), st.floats(-180, 180))
POINTS = st.builds(on_earth, NOOKS, STEPS) | ANYWHERE
RADII = st.floats(0.001, 500) | st.sampled_from([0.001, 100.0, 500.0])


async def found(database, viewer_id, here, radius_km):
    """The places within a radius, read in pages of three."""
    listing, rows, after = places.near, [], None
    while True:
        window = Window(3, after=after)
        page = await database.fetch(
            listing.page_statement(window),
            **listing.parameters([viewer_id], window),
            **dict(zip(("latitude", "longitude"), here, strict=True)),
            viewer_id=viewer_id,
            radius_m=radius_km * 1_000,
            name=None,
            category=None,
        )
        (page,) = listing.pages([viewer_id], page, window)
        rows += page.rows
        if not page.has_next:
            return rows
        after = listing.place_of(page.rows[-1])


@hypothesis.settings(
    max_examples=300 if hypothesis.settings.get_current_profile_name() == "nightly" else 20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(POINTS, min_size=1, max_size=12), POINTS, RADII)
async def test_a_search_finds_what_lies_within_its_radius_the_nearest_first(
    database, people, points, here, radius_km
):
    ada = await people.join()
    async with database.write() as tx:
        await tx.connection.execute("DELETE FROM places")
        for n, (latitude, longitude) in enumerate(points):
            spot = {"latitude": latitude, "longitude": longitude, "category": "park"}
            await tx.add(models.Place, name=str(n), **spot)
    rows = await found(database, ada.key, here, radius_km)
    near = [haversine_km(*here, row.latitude, row.longitude) for row in rows]
    names = {row.name for row in rows}
    assert len(names) == len(rows)
    assert near == pytest.approx(sorted(near), abs=1e-3)
    assert near == pytest.approx([row.chord_m / 1_000 for row in rows], rel=2e-3, abs=1e-3)
    for n, point in enumerate(points):
        distance = haversine_km(*here, *point)
        # Within a metre of the border rounding decides.
        if abs(distance - radius_km) > 1e-3:
            assert (distance < radius_km) == (str(n) in names)


@given(st.floats() | st.floats(-91, 91), st.floats() | st.floats(-181, 181))
def test_a_point_is_taken_when_it_is_on_earth(latitude, longitude):
    wrong = [each.path for each in locations.coordinate_problems(latitude, longitude, "near")]
    assert ("near.latitude" in wrong) == (not -90 <= latitude <= 90)
    assert ("near.longitude" in wrong) == (not -180 <= longitude <= 180)
