"""Features: what ranking knows about one person, made from a profile of any shape: pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Protocol, cast
from uuid import UUID

from domain.told_places import GRID_KM, told_place
from matching.distance import haversine_km
from persistence.rows import Row

TEXT_LIMIT = 2_000
"""The most characters that are embedded; the model reads about 256 word pieces of them."""


class ProfileLike(Protocol):
    """A profile with its preferences, as a database row carries them.

    `prompts` are pairs of question and answer, `location_salt` the secret of the told place.
    """

    profile_id: UUID
    display_name: str
    bio: str
    prompts: Sequence[Sequence[str]]
    skills: Sequence[str]
    interests: Sequence[str]
    goals: Sequence[str]
    languages: Sequence[str]
    gender: str | None
    birth_date: date | None
    availability: str | None
    companion_kinds: Sequence[str]
    latitude: float | None
    longitude: float | None
    location_salt: UUID
    last_active_at: datetime | None
    age_min: int | None
    age_max: int | None
    max_distance_km: float | None
    genders: Sequence[str]
    goals_wanted: Sequence[str]
    languages_wanted: Sequence[str]
    activity_within_days: int | None


@dataclass(frozen=True, slots=True)
class Preferences:
    """Whom a person wants to meet; None and empty sets mean anybody."""

    age_min: int | None = None
    age_max: int | None = None
    max_distance_km: float | None = None
    genders: frozenset[str] = frozenset()
    goals: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    activity_within_days: int | None = None


@dataclass(frozen=True, slots=True)
class Features:
    """One person as ranking sees them.

    `location` is the told place, never the true one: a filter or a score that used the true place
    would tell it to whoever asks often enough from different places.
    """

    profile_id: UUID
    text: str
    interests: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    goals: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    companion_kinds: frozenset[str] = frozenset()
    gender: str | None = None
    birth_date: date | None = None
    availability: str | None = None
    location: tuple[float, float] | None = None
    last_active_at: datetime | None = None
    prompt_count: int = 0
    wants: Preferences = Preferences()


def features_of(profile: ProfileLike, *, grid_km: float = GRID_KM) -> Features:
    """Make features from a profile.

    Args:
        profile: a row or any object with the attributes.
        grid_km: the side of the privacy grid; 0 keeps the true place, for tests and pure
            computations whose answers nobody else sees.
    """
    if isinstance(profile, Row):
        # Attributes of a row are looked up anew each time, and there are many.
        profile = cast("ProfileLike", SimpleNamespace(**profile))
    location = None
    if profile.latitude is not None and profile.longitude is not None:
        place = profile.latitude, profile.longitude
        location = told_place(*place, profile.location_salt, grid_km)
    return Features(
        profile_id=profile.profile_id,
        text=embedding_text(profile),
        interests=_keys(profile.interests),
        skills=_keys(profile.skills),
        goals=_keys(profile.goals),
        languages=_keys(profile.languages),
        companion_kinds=_keys(profile.companion_kinds),
        gender=_key(profile.gender),
        birth_date=profile.birth_date,
        availability=_key(profile.availability),
        location=location,
        last_active_at=_in_utc(profile.last_active_at),
        prompt_count=len([answer for _, answer in profile.prompts if answer.strip()]),
        wants=Preferences(
            age_min=profile.age_min,
            age_max=profile.age_max,
            max_distance_km=profile.max_distance_km,
            genders=_keys(profile.genders),
            goals=_keys(profile.goals_wanted),
            languages=_keys(profile.languages_wanted),
            activity_within_days=profile.activity_within_days,
        ),
    )


def embedding_text(profile: ProfileLike) -> str:
    """Write the text that stands for a profile in the vector space.

    The same profile always gives the same text. It names what a person says of themselves, not
    who they are: no name, age, gender or place. Empty when the profile says nothing.

    Args:
        profile: a row or any object with the attributes.

    Returns:
        At most `TEXT_LIMIT` characters, the most telling first.
    """
    parts = [
        profile.bio.strip(),
        *(f"{question.strip()} {answer.strip()}" for question, answer in profile.prompts if answer),
        _listed("Interests", profile.interests),
        _listed("Goals", profile.goals),
        _listed("Skills", profile.skills),
    ]
    return "\n".join(part for part in parts if part)[:TEXT_LIMIT]


def age_at(birth_date: date, day: date) -> int:
    """Give the age in whole years on a day; born on 29 February, one ages on 1 March."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def latest_birth_date(age: int, day: date) -> date:
    """Give the latest day on which somebody of at least that age on `day` can be born."""
    year = max(day.year - age, date.min.year)
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February in a year that has none
        return date(year, 2, 28)


def distance_km_between(one: Features, other: Features) -> float | None:
    """Give the distance of two people's told places in kilometres, None without both."""
    if one.location is None or other.location is None:
        return None
    return haversine_km(*one.location, *other.location)


def _listed(label: str, keys: Iterable[str]) -> str:
    words = ", ".join(keys).replace("_", " ")
    return f"{label}: {words}." if words else ""


def _keys(words: Iterable[str]) -> frozenset[str]:
    return _key_set(tuple(words))


@lru_cache(maxsize=10_000)
def _key_set(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(key for word in words if (key := _key(word)))


@lru_cache(maxsize=10_000)
def _key(word: str | None) -> str | None:
    """Make words comparable however the client spelled their case and spaces."""
    return "_".join(word.casefold().split()) or None if word is not None else None


def _in_utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and not moment.tzinfo else moment
