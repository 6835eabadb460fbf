"""Lists of events through the API: by time, place, tags, host, words, meaning and who goes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import resolvers.events
from integrations.embeddings import EmbeddingsUnavailable
from matching import contents
from matching.distance import haversine_km
from matching.embeddings import LocalEmbedder
from persistence import models
from persistence.contents import ContentKind
from persistence.pages import MOST_COUNTED
from tests.api.test_events import titles
from tests.support.events import announced, global_id
from tests.support.people import Person
from tests.support.towns import embed_by_words

HERE = {"latitude": 52.52, "longitude": 13.405}


def near(radius, unit="KILOMETRES", **point):
    return {"near": {"location": {**HERE, **point}, "radius": radius, "unit": unit}}


async def test_events_are_counted_to_a_bound(people, database):
    ada = await people.join()
    async with database.write() as tx:
        await tx.connection.execute(
            "INSERT INTO events (host_id, title, starts_at, ends_at, time_zone, place_name)"
            " SELECT $1, 'Walk', now() + interval '1 h', now() + interval '2 h', 'UTC', 'Gate'"
            " FROM generate_series(1, $2)",
            ada.key,
            MOST_COUNTED + 1,
        )
    counted = await ada.api.ask("{ events { totalCount } }")
    assert counted["events"]["totalCount"] == MOST_COUNTED


async def test_events_are_found_by_what_they_are_about(people, database):
    ada, bob = await people.join(), await people.join()
    about = {"tags": ["games", "indoors"], "description": "Tea and cake"}
    await announced(database, ada, title="Board games", **about)
    await announced(database, bob, title="A hike", tags=["outdoors"], place_name="Grüne Hütte")
    assert await titles(ada, tags=["#Games", "chess"]) == ["Board games"]
    assert await titles(ada, tags=["games", "outdoors"]) == ["Board games", "A hike"]
    assert await titles(ada, text="CAKE -coffee") == ["Board games"]
    assert await titles(ada, text="hutte") == ["A hike"]
    assert await titles(ada, hostId=bob.id) == ["A hike"]
    assert await titles(ada, hostId=bob.id, tags=["games"]) == []
    assert await titles(ada, text="nothing of it", hostId=bob.id) == []


async def test_events_are_found_by_when_they_start_and_by_whether_one_goes(people, database):
    ada, bob = await people.join(), await people.join()
    events = [await announced(database, ada, title=str(n), starts_in_hours=n) for n in (1, 2, 3)]
    later = (datetime.now(UTC) + timedelta(hours=2.5)).isoformat()
    assert await titles(bob, to=later) == ["1", "2"]
    assert await titles(bob, going=True) == []
    for event in events[1:]:
        await bob.api.done("rsvp", eventId=global_id(event), answer="GOING")
    await ada.api.done("cancelEvent", eventId=global_id(events[1]))
    assert await titles(bob, going=True) == ["2", "3"]
    assert await titles(bob, going=False) == ["1", "3"]
    assert await titles(ada, going=True) == []


async def test_events_are_found_within_a_circle(people, database):
    ada = await people.join()
    await announced(database, ada, title="here", **HERE)
    await announced(database, ada, title="Potsdam", latitude=52.39, longitude=13.065)
    await announced(database, ada, title="somewhere")
    assert await titles(ada, **near(1)) == ["here"]
    assert await titles(ada, **near(20)) == ["here"]
    assert await titles(ada, **near(20, "MILES")) == ["here", "Potsdam"]


_LATITUDES = st.one_of(st.sampled_from([-90.0, 0.0, 90.0, 52.5]), st.floats(-90, 90))
_LONGITUDES = st.one_of(st.sampled_from([-180.0, 0.0, 180.0]), st.floats(-180, 180))
_POINTS = st.tuples(_LATITUDES.map(lambda x: round(x, 4)), _LONGITUDES.map(lambda x: round(x, 4)))


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(middle=_POINTS, others=st.lists(_POINTS, max_size=4), radius=st.floats(1, 1_000))
async def test_a_circle_holds_what_is_near_enough(people, database, middle, others, radius):
    ada: Person = await people.join()
    distances = {}
    for n, (latitude, longitude) in enumerate([middle, *others]):
        where = {"latitude": latitude, "longitude": longitude}
        await announced(database, ada, title=str(n), **where)
        distances[str(n)] = haversine_km(*middle, latitude, longitude)
    point = {"latitude": middle[0], "longitude": middle[1]}
    found = set(await titles(ada, hostId=ada.id, **near(radius, **point)))
    # The sphere of the extension is a little larger than the mean one.
    for title, distance in distances.items():
        if abs(distance - radius) > 0.003 * radius:
            assert (title in found) == (distance < radius)
    async with database.write() as tx:
        await tx.remove(models.Event, host_id=ada.key)


async def test_events_are_found_by_what_they_mean(people, database, services, monkeypatch):
    monkeypatch.setattr(LocalEmbedder, "embed", embed_by_words)
    ada = await people.join()
    events = [await announced(database, ada, title=title) for title in ("Chess", "Rowing")]
    kind, keys = ContentKind.EVENT, [event.event_id for event in events]
    await services.vectors.contents.drop_version()
    await contents.index_contents(database, services.vectors, services.embedder, kind, keys)
    monkeypatch.setattr(resolvers.events, "MOST_ALIKE", 1)
    assert await titles(ada, meaning="rowing") == ["Rowing"]
    await services.vectors.contents.drop_version()

    async def away(*_args, **_kwargs):
        raise EmbeddingsUnavailable("away")

    monkeypatch.setattr(contents, "nearest_to_text", away)
    assert await titles(ada, meaning="chess") == ["Chess"]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        (near(0), "near.radius"),
        (near(1_001), "near.radius"),
        (near(1_000, "MILES"), "near.radius"),
        (near(1, latitude=91), "near.location.latitude"),
        ({"tags": ["a b"]}, "tags.0"),
        ({"hostId": "x"}, "hostId"),
        ({"text": "\u200b"}, "text"),
        ({"text": "x" * 201}, "text"),
        ({"text": "-zebra"}, "text"),
        ({"meaning": ""}, "meaning"),
    ],
)
async def test_a_filter_refuses_what_it_cannot_mean(people, given, path):
    ada = await people.join()
    query = "query ($filter: EventFilter) { events(filter: $filter) { totalCount } }"
    answer = await ada.api.send(query, filter=given)
    assert answer.codes == ["INVALID_INPUT"]
    assert [field["path"] for field in answer.errors[0]["extensions"]["fields"]] == [path]
