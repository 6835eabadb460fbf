"""Preferences: whom people want to meet."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from domain import choices, profiles
from domain.conversation_requests import FirstMessages
from domain.locations import DistanceUnit
from domain.profiles import ProfileChanged
from domain.refusals import InvalidField, InvalidFieldCode, InvalidInput
from domain.viewer import Viewer
from persistence import models
from persistence.queries import preferences as queries
from persistence.rows import Row
from persistence.transaction import Transaction

LOWEST_AGE = 18
HIGHEST_AGE = 120
FARTHEST_KM = 20_040.0
"""Half the way around the Earth."""

_LISTS = {
    "genders": ("genders", None),
    "goals_wanted": ("goals", choices.GOALS),
    "languages_wanted": ("languages", choices.LANGUAGES),
}
_RANGES = {
    "age_min": ("ageMin", LOWEST_AGE, HIGHEST_AGE),
    "age_max": ("ageMax", LOWEST_AGE, HIGHEST_AGE),
    "active_within_days": ("activeWithinDays", 1, 365),
}
_DEFAULTS: dict[str, Any] = {
    "age_min": LOWEST_AGE,
    "age_max": HIGHEST_AGE,
    "distance_unit": DistanceUnit.KILOMETRES,
    "is_discoverable": True,
    "approves_followers": False,
    "first_messages": FirstMessages.EVERYONE,
}
_PLAIN = {
    *("active_within_days", "distance_unit", "is_discoverable"),
    *("approves_followers", "first_messages"),
}


def cleaned(given: Mapping[str, Any]) -> dict[str, Any]:
    """Normalise and check wishes, each for itself.

    Args:
        given: columns of the preferences with their new values; None means no limit.

    Raises:
        InvalidInput: with all that is wrong.
        TypeError: a column that people cannot set.
    """
    values: dict[str, Any] = {}
    problems: list[InvalidField] = []
    for column, value in given.items():
        if column in _LISTS:
            values[column], found = _list(column, value or ())
            problems += found
            continue
        value = _DEFAULTS.get(column) if value is None else value  # noqa: PLW2901 - no limit
        values[column] = value
        if column in _RANGES and value is not None:
            path, least, most = _RANGES[column]
            if not least <= value <= most:
                sentence = f"{path} must lie between {least} and {most}."
                problems.append(InvalidField(path, sentence, InvalidFieldCode.OUT_OF_RANGE))
        elif column == "max_distance_km":
            problems += _distance_problems(value)
        elif column not in _PLAIN:
            raise TypeError(f"{column} is not for people to set")
    if problems:
        raise InvalidInput(problems)
    return values


def _list(column: str, words: Any) -> tuple[list[str], list[InvalidField]]:
    path, closed = _LISTS[column]
    if closed is not None:
        return choices.chosen(path, words, closed)
    return choices.listed(path, [choices.gender_key(word) for word in words])


def _distance_problems(distance_km: float | None) -> list[InvalidField]:
    if distance_km is None or (math.isfinite(distance_km) and 0 < distance_km <= FARTHEST_KM):
        return []
    return [
        InvalidField(
            "maxDistance",
            "maxDistance must be more than 0 and fit on the Earth.",
            InvalidFieldCode.OUT_OF_RANGE,
        )
    ]


async def set_preferences(tx: Transaction, viewer: Viewer, **given: Any) -> Row:
    """Say whom one wants to meet; what is not given stays.

    Args:
        tx: the transaction.
        viewer: whose wishes they are.
        given: any of age_min and age_max (18 to 120), max_distance_km (more than 0), genders,
            goals_wanted, languages_wanted (empty means anybody), active_within_days (1 to 365),
            distance_unit, is_discoverable, approves_followers, first_messages; None means the
            default.

    Returns:
        The preferences.

    Raises:
        InvalidInput: with all that is wrong.
    """
    values = cleaned(given)
    profile = await profiles.own(tx, viewer)
    (before,) = await tx.fetch(queries.ensure, profile_id=profile.profile_id)
    if values.get("age_min", before.age_min) > values.get("age_max", before.age_max):
        raise InvalidInput.of(
            "ageMin", "ageMin must not be above ageMax.", InvalidFieldCode.CONFLICTING
        )
    differing = {name: value for name, value in values.items() if before[name] != value}
    if not differing:
        return before
    key = {"profile_id": profile.profile_id}
    tx.record(ProfileChanged(profile_id=profile.profile_id, parts=("preferences",)))
    changed = await tx.change(models.Preferences, key, **differing, updated_at=datetime.now(UTC))
    return changed or before
