"""Profiles: how people show themselves to others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain import choices, limits, texts
from domain.facts import Fact
from domain.limits import Limit
from domain.refusals import InvalidField, InvalidFieldCode, InvalidInput, LimitReached
from domain.viewer import Unauthenticated, Viewer
from persistence import models
from persistence.queries import profiles as queries
from persistence.rows import Row
from persistence.transaction import Transaction

MINIMUM_AGE = 18
"""The age in years from which people may show themselves, unless a deployment sets a higher one."""

BIO_LENGTH = 2_000
"""The most characters of a text about oneself."""

_EARLIEST_BIRTH = date(1900, 1, 1)


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(Fact):
    """Somebody changed what they show, or whom they want to meet.

    Attributes:
        parts: what changed: columns of the profile, `prompts`, `companions`, `preferences`,
            `privacy`.
    """

    profile_id: UUID
    parts: tuple[str, ...]


class LastActive(StrEnum):
    """When somebody was last here, as roughly as others need to know."""

    TODAY = "today"
    THIS_WEEK = "this_week"
    THIS_MONTH = "this_month"
    EARLIER = "earlier"


def last_active(last_active_at: datetime, now: datetime) -> LastActive:
    """Tell roughly when somebody was here: today by UTC, within 7 days, 30 days, or earlier.

    Args:
        last_active_at: from `note_active`.
        now: the moment of the question.
    """
    idle = now - last_active_at
    if idle < timedelta(days=1):
        return LastActive.TODAY
    if idle < timedelta(days=7):
        return LastActive.THIS_WEEK
    return LastActive.THIS_MONTH if idle < timedelta(days=30) else LastActive.EARLIER


def day_of(moment: datetime) -> datetime:
    """Give the beginning of a moment's day, by UTC."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


async def note_active(tx: Transaction, profile_id: UUID, *, now: datetime) -> None:
    """Note that somebody is here, and tell it to the index of people once a day.

    Only the day is kept: whoever looked often enough would else learn the moment.

    Args:
        tx: the transaction.
        profile_id: who.
        now: the moment.
    """
    if await tx.fetch(queries.note_active, profile_id=profile_id, day=day_of(now)):
        tx.record(ProfileChanged(profile_id=profile_id, parts=("last_active_at",)))


def age_on(birth_date: date, day: date) -> int:
    """Give the age in whole years on a day; born on 29 February, one ages on 1 March."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def birth_date_problems(
    birth_date: date | None, *, today: date, minimum_age: int
) -> list[InvalidField]:
    """Say what is wrong with a birth date: before 1900, in the future, or too young.

    Args:
        birth_date: the date; None is wrong too, since a birth date cannot be taken back.
        today: the day on which the age counts.
        minimum_age: in whole years.
    """
    if birth_date is None or not _EARLIEST_BIRTH <= birth_date <= today:
        return [
            InvalidField(
                "birthDate",
                "birthDate must lie between 1900 and today.",
                InvalidFieldCode.OUT_OF_RANGE,
            )
        ]
    if age_on(birth_date, today) < minimum_age:
        return [
            InvalidField(
                "birthDate",
                f"You must be at least {minimum_age} years old.",
                InvalidFieldCode.OUT_OF_RANGE,
            )
        ]
    return []


def cleaned(given: Mapping[str, Any], *, today: date, minimum_age: int) -> dict[str, Any]:
    """Normalise and check facts about a person, all at once.

    Args:
        given: columns of the profile with their new values; None takes back what can be empty.
        today: the day on which the age counts.
        minimum_age: in whole years.

    Returns:
        The values to store, by column.

    Raises:
        InvalidInput: with all that is wrong.
        TypeError: a column that people cannot set.
    """
    values: dict[str, Any] = {}
    problems: list[InvalidField] = []
    for column, value in given.items():
        if column == "birth_date":
            values[column] = value
            problems += birth_date_problems(value, today=today, minimum_age=minimum_age)
        elif column in _CLEANING:
            values[column], found = _CLEANING[column](value)
            problems += found
        else:
            raise TypeError(f"{column} is not for people to set")
    if problems:
        raise InvalidInput(problems)
    return values


_Cleaned = tuple[Any, list[InvalidField]]


def cleaned_city(city: str | None) -> _Cleaned:
    """Clean the name of a city, at most 100 characters, and say what is wrong with it."""
    return _optional("city", city, 100)


def _display_name(name: str | None) -> _Cleaned:
    name = texts.clean(name or "")
    return name, texts.length_problems("displayName", name, least=1, most=50)


def _bio(bio: str | None) -> _Cleaned:
    bio = texts.clean(bio or "", lines=True)
    return bio, texts.length_problems("bio", bio, most=BIO_LENGTH)


def _gender(gender: str | None) -> _Cleaned:
    return _optional("gender", choices.gender_key(gender or ""), 30)


def _optional(path: str, text: str | None, most: int) -> _Cleaned:
    text = texts.clean(text or "") or None
    return text, texts.length_problems(path, text or "", most=most)


_CLEANING: dict[str, Callable[[Any], _Cleaned]] = {
    "display_name": _display_name,
    "bio": _bio,
    "gender": _gender,
    "pronouns": lambda text: _optional("pronouns", text, 30),
    "city": cleaned_city,
    "skills": lambda words: choices.listed("skills", words or ()),
    "interests": lambda words: choices.listed("interests", words or ()),
    "goals": lambda words: choices.chosen("goals", words or (), choices.GOALS),
    "languages": lambda words: choices.chosen("languages", words or (), choices.LANGUAGES),
}


async def update_profile(
    tx: Transaction, viewer: Viewer, *, minimum_age: int = MINIMUM_AGE, **given: Any
) -> Row:
    """Change what one shows; what is not given stays.

    Args:
        tx: the transaction.
        viewer: whose profile it is.
        minimum_age: in whole years.
        given: any of display_name (1 to 50 characters), bio (at most 2,000), gender, pronouns,
            birth_date, city, skills, interests, goals, languages.

    Returns:
        The profile.

    Raises:
        InvalidInput: with all that is wrong.
    """
    today = datetime.now(UTC).date()
    values = cleaned(given, today=today, minimum_age=minimum_age)
    return await change(tx, await own(tx, viewer), **values)


async def own(tx: Transaction, viewer: Viewer) -> Row:
    """Give the viewer's profile, its row locked until the transaction ends.

    Whatever changes a profile or what hangs on it takes this lock first.

    Raises:
        Unauthenticated: the account was deleted meanwhile.
    """
    profile = await tx.get(models.Profile, lock=True, profile_id=viewer.profile_id)
    if profile is None:
        raise Unauthenticated
    return profile


async def spend(tx: Transaction, viewer: Viewer, rule: Limit, most: int, *, told: str) -> None:
    """Use one of what somebody may do only so often a day.

    Their profile's row is locked until the commit, and others may refer to it meanwhile.

    Args:
        tx: the transaction.
        viewer: who does it.
        rule: one of `limits.REGAINED_IN`.
        most: how often they may.
        told: what they are told when nothing is left, one sentence.

    Raises:
        LimitReached: nothing is left.
        Unauthenticated: the account was deleted meanwhile.
    """
    profile = await tx.one(queries.hold_own, viewer_id=viewer.profile_id)
    if profile is None:
        raise Unauthenticated
    column, now = limits.REGAINED_IN[rule.name], datetime.now(UTC)
    left = limits.of_regained(rule, most, profile[column], now)
    if not left.remaining:
        raise LimitReached(rule.code, told, left.resets_at)
    regained = {column: limits.regained_after_use(most, profile[column], now)}
    await tx.change(models.Profile, {"profile_id": viewer.profile_id}, **regained)


async def change(tx: Transaction, profile: Row, **values: Any) -> Row:
    """Store checked values that differ from the locked profile's, and record that they do."""
    differing = {name: value for name, value in values.items() if profile[name] != value}
    if not differing:
        return profile
    changed = await tx.change(
        models.Profile,
        {"profile_id": profile.profile_id},
        **differing,
        updated_at=datetime.now(UTC),
    )
    tx.record(ProfileChanged(profile_id=profile.profile_id, parts=tuple(differing)))
    return changed or profile
