"""Where people of the demo world meet: events in their cities, and who goes to them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from demo.banks import Deck
from demo.event_texts import OCCASIONS, Occasion
from demo.places import CITIES, City, Spot
from demo.records import Attendee, Event, Person
from demo.streams import Streams, filled, moment_between

PEOPLE_FOR_AN_EVENT = 9
"""One event for so many people of a city."""

PAST_DAYS, COMING_DAYS, AHEAD_DAYS = 30, 45, 21
"""How long ago and how far ahead events are, and how early they are announced."""


def events(people: Sequence[Person], streams: Streams, now: datetime) -> tuple[Event, ...]:
    """Plan events in every city that has people, in order of their start.

    Each is announced by a host who likes the theme, and joined only by people of that city, while
    they were active and before it starts.

    Args:
        people: everybody, by number.
        streams: the seed's random streams.
        now: about a third of the events are over by then.
    """
    rng = streams("events")
    by_city: defaultdict[str, list[Person]] = defaultdict(list)
    for person in people:
        by_city[person.city].append(person)
    planned = []
    for city in CITIES:
        residents = by_city[city.name]
        occasions = Deck(OCCASIONS, rng)
        for _ in range(-(-len(residents) // PEOPLE_FOR_AN_EVENT)):
            event = _event(rng, city, residents, occasions.draw(), now)
            if event is not None:
                planned.append(event)
    return tuple(sorted(planned, key=lambda event: (event.starts_at, event.host, event.title)))


def _event(
    rng: Random, city: City, residents: list[Person], occasion: Occasion, now: datetime
) -> Event | None:
    """Plan one event; None when nobody in the city could have announced it in time."""
    day = now.astimezone(ZoneInfo(city.time_zone)) + timedelta(
        days=rng.randint(-PAST_DAYS, -1) if rng.random() < 0.33 else rng.randint(1, COMING_DAYS)
    )
    starts_at = day.replace(hour=occasion.start_hour, minute=0, second=0, microsecond=0)
    announced = min(starts_at, now) - timedelta(days=AHEAD_DAYS)
    host = _host(rng, residents, occasion, announced)
    if host is None:
        return None
    created_at = moment_between(
        rng, max(host.joined_at, announced), min(host.last_active_at, starts_at)
    )
    spot = rng.choice(city.spots)
    capacity = max(4, occasion.capacity + rng.choice((-4, 0, 0, 4)))
    return Event(
        host=host.number,
        title=_told(occasion.title, rng, city, spot),
        description=_told(occasion.description, rng, city, spot),
        starts_at=starts_at,
        ends_at=_later(starts_at, occasion.duration_minutes),
        time_zone=city.time_zone,
        place_name=spot.name[0].upper() + spot.name[1:],
        city=city.name,
        latitude=spot.latitude,
        longitude=spot.longitude,
        capacity=capacity,
        attendees=_attendees(
            rng,
            [person for person in residents if person is not host],
            occasion.theme,
            (created_at, starts_at),
            capacity,
        ),
        created_at=created_at,
    )


def _host(
    rng: Random, residents: list[Person], occasion: Occasion, announced: datetime
) -> Person | None:
    could = [
        person
        for person in residents
        if person.last_active_at > announced
        and person.joined_at < announced + timedelta(days=AHEAD_DAYS)
    ]
    keen = [person for person in could if occasion.theme in person.interests]
    return rng.choice(keen or could) if could else None


def _attendees(
    rng: Random,
    others: list[Person],
    theme: str,
    window: tuple[datetime, datetime],
    capacity: int,
) -> tuple[Attendee, ...]:
    """Draw who goes, the keen ones first, never more than there are seats."""
    announced, starts_at = window
    going = []
    keenness = {person.number: (theme in person.interests) + rng.random() for person in others}
    for person in sorted(others, key=lambda person: -keenness[person.number]):
        start, end = max(person.joined_at, announced), min(person.last_active_at, starts_at)
        if start < end and rng.random() < (0.85 if theme in person.interests else 0.3):
            going.append(Attendee(person.number, moment_between(rng, start, end)))
    return tuple(sorted(going[:capacity], key=lambda seat: (seat.joined_at, seat.person)))


def _told(template: str, rng: Random, city: City, spot: Spot) -> str:
    return filled(template, rng, city.name, (spot,))


def _later(moment: datetime, minutes: int) -> datetime:
    """Add real minutes to a local time, also where the clocks change in between."""
    zone = moment.tzinfo
    return (moment.astimezone(ZoneInfo("UTC")) + timedelta(minutes=minutes)).astimezone(zone)
