"""What people ask of a list of events: how it is normalised, and within what bounds."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain import event_details, global_ids, locations, texts
from domain.locations import DistanceUnit
from domain.refusals import InvalidField, InvalidFieldCode, InvalidInput

TEXT_LENGTH = 200
"""The most characters of what is looked for."""

FARTHEST_KM = 1_000.0
"""The largest radius, in kilometres."""

LEAST_KM = 0.001
"""The smallest radius, in kilometres."""

_KM_PER_MILE = 1.609344


def cleaned(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Normalise and check the conditions that events have to meet, all at once.

    Args:
        wanted: any of `starts_from` and `until` (moments), `city`, `near` (with `location`,
            `radius` and `unit`), `tags`, `host_id` (a global id), `going`, `text` and `meaning`;
            None is no condition.

    Returns:
        The parameters of the list, by name.

    Raises:
        InvalidInput: with all that is wrong.
    """
    given = {name: value for name, value in wanted.items() if value is not None}
    conditions: dict[str, Any] = {}
    problems: list[InvalidField] = []
    for name in ("city", "text", "meaning"):
        if name in given:
            most = event_details.CITY_LENGTH if name == "city" else TEXT_LENGTH
            conditions[name] = texts.clean(given[name])
            problems += texts.length_problems(name, conditions[name], least=1, most=most)
    if "tags" in given:
        tags, wrong = event_details.tags_of(given["tags"])
        conditions["tags"] = tuple(sorted(tags))
        problems += wrong
    if "near" in given:
        near, wrong = _near(given["near"])
        conditions |= near
        problems += wrong
    if "host_id" in given:
        parsed = global_ids.parse(given["host_id"])
        if parsed is None or parsed[0] != "Profile":
            problems.append(
                InvalidField(
                    "hostId", "hostId is not the id of a profile.", InvalidFieldCode.UNKNOWN
                )
            )
        else:
            conditions["host_id"] = parsed[1]
    if given.get("going"):
        conditions["is_going"] = True
    conditions |= {name: given[name] for name in ("starts_from", "until") if name in given}
    if problems:
        raise InvalidInput(problems)
    return conditions


def _near(near: Any) -> tuple[dict[str, float], list[InvalidField]]:
    point = {"latitude": near.location.latitude, "longitude": near.location.longitude}
    problems = [
        replace(problem, path=f"near.{problem.path}")
        for problem in locations.coordinate_problems(**point)
    ]
    radius_km = near.radius * (_KM_PER_MILE if near.unit is DistanceUnit.MILES else 1.0)
    if not LEAST_KM <= radius_km <= FARTHEST_KM:
        wrong = f"radius must lie between a metre and {FARTHEST_KM:,.0f} kilometres."
        problems.append(InvalidField("near.radius", wrong, InvalidFieldCode.OUT_OF_RANGE))
    if problems:
        return {}, problems
    latitude, longitude = locations.rounded(**point)
    return {"latitude": latitude, "longitude": longitude, "radius_m": radius_km * 1_000}, []
