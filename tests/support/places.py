"""Places, added through the API."""

from typing import Any

from tests.support.people import Person

SPOT: dict[str, Any] = {
    "name": "The corner cafe",
    "category": "CAFE",
    "description": "Good cake.\n\nA garden.",
    "address": "Corner Street 1",
    "city": "Berlin",
    "country": "DE",
    "timeZone": "Europe/Berlin",
    "attributes": ["quiet", "step-free"],
    "location": {"latitude": 52.52, "longitude": 13.4},
    "openingHours": [
        {"day": "MONDAY", "from": "09:00", "to": "18:00"},
        {"day": "SATURDAY", "from": "20:00", "to": "02:00"},
    ],
}
"""All that can be said of a place."""


async def spot(person: Person, **given: Any) -> str:
    """Let somebody add a place that differs from `SPOT`, and give its id."""
    answer = await person.api.done("addPlace", "place { id }", **{**SPOT, **given, "isNew": True})
    place_id: str = answer["place"]["id"]
    return place_id
