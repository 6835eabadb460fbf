"""People to match: a profile with defaults, and populations of them for Hypothesis."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import strategies as st

from matching.embeddings import DIMENSIONS, MODEL_VERSION, LocalEmbedder
from matching.features import Features, Preferences
from persistence.vectors import Vectors
from tests.support.qdrant_server import QdrantServer

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
GENDERS = ("woman", "man", "nonbinary")
GOALS = ("dating", "friendship", "co_founder", "mentor", "mentee")
LANGUAGES = ("en", "de", "fr")
SALT = UUID(int=77)
WORDS = ("hiking", "jazz", "film", "chess", "cooking", "python")


@dataclass
class Profile:
    """A profile as a row would carry it."""

    profile_id: UUID
    display_name: str = "Kim"
    bio: str = ""
    prompts: Sequence[Sequence[str]] = ()
    skills: Sequence[str] = ()
    interests: Sequence[str] = ()
    goals: Sequence[str] = ()
    languages: Sequence[str] = ()
    gender: str | None = None
    birth_date: date | None = None
    availability: str | None = None
    companion_kinds: Sequence[str] = ()
    latitude: float | None = None
    longitude: float | None = None
    location_salt: UUID = SALT
    last_active_at: datetime | None = None
    age_min: int | None = None
    age_max: int | None = None
    max_distance_km: float | None = None
    genders: Sequence[str] = ()
    goals_wanted: Sequence[str] = ()
    languages_wanted: Sequence[str] = ()
    activity_within_days: int | None = None


def a_profile(**facts):
    return Profile(**{"profile_id": uuid4(), **facts})


def some(words, **bounds):
    return st.frozensets(st.sampled_from(words), **bounds)


def maybe(strategy):
    return st.none() | strategy


ages = st.integers(18, 60)
birth_dates = st.dates(date(1965, 1, 1), date(2008, 6, 15))
preferences = st.builds(
    Preferences,
    age_min=maybe(st.integers(18, 40)),
    age_max=maybe(st.integers(25, 61)),
    max_distance_km=maybe(st.sampled_from([3, 5, 20, 80, 400, 2_000, 30_000])),
    genders=some(GENDERS, max_size=2),
    goals=some(GOALS, max_size=2),
    languages=some(LANGUAGES, max_size=2),
    activity_within_days=maybe(st.sampled_from([1, 7, 30])),
)
moments = st.integers(0, 60 * 24).map(lambda hours: NOW - timedelta(hours=hours))
# Around Berlin, so that limits cut through the crowd, and anywhere else.
near = st.tuples(st.floats(52.0, 53.0), st.floats(12.5, 14.5))
anywhere = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
people = st.builds(
    Features,
    profile_id=st.uuids(version=4),
    text=st.text(max_size=900),
    interests=some(WORDS),
    skills=some(WORDS),
    goals=some(GOALS, max_size=3),
    languages=some(LANGUAGES),
    companion_kinds=some(("dog", "cat")),
    gender=maybe(st.sampled_from(GENDERS)),
    birth_date=maybe(birth_dates),
    availability=maybe(st.sampled_from(["weekends", "evenings", "flexible"])),
    location=maybe(near | anywhere),
    last_active_at=maybe(moments),
    prompt_count=st.integers(0, 5),
    wants=preferences,
)


def with_id(person, number):
    return replace(person, profile_id=UUID(int=number))


def along(axis):
    """A vector in the direction of one axis."""
    vector = np.zeros(DIMENSIONS, dtype=np.float32)
    vector[axis] = 1.0
    return vector


@pytest.fixture
async def vectors():
    vectors = Vectors.local(None, model_version=MODEL_VERSION)
    await vectors.ensure_collection()
    yield vectors
    await vectors.close()


@pytest.fixture
async def server():
    """A Qdrant server to which every request was valid."""
    async with QdrantServer() as server:
        yield server
        assert server.problems == []


@pytest.fixture
async def reached(server):
    """An index of people on a server, reached by HTTP."""
    reached = Vectors.server(server.url, model_version=MODEL_VERSION)
    await reached.ensure_collection()
    yield reached
    await reached.close()


@pytest.fixture(params=["local", "server"])
def index(request, vectors, reached):
    """An index of people in the local mode, and the same on a server."""
    return vectors if request.param == "local" else reached


@pytest.fixture(scope="session")
def embedder():
    embedder = LocalEmbedder()
    yield embedder
    embedder.close()
