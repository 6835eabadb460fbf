"""The people of the demo world: who they are, where they live and whom they want to meet."""

import math
import re
import unicodedata
from datetime import date, datetime, timedelta
from random import Random

from demo import companions, prompts, work
from demo.banks import Deck, Decks
from demo.bio_writer import BioWriter, Role
from demo.demo_person import as_demo
from demo.interests import draw_interests
from demo.names import IN_OWN_SCRIPT, REGIONS
from demo.places import CITIES, City
from demo.preferences import draw_preferences, goals_of
from demo.records import Companion, Person, Prompt
from demo.streams import Streams, moment_between

ROLES: tuple[Role, ...] = (
    *("dating", "friends", "founders", "mentors", "dog owners"),
    *("dating", "friends", "founders", "mentees", "dog owners"),
)
"""Every community has the same share; that of mentors is half mentees."""

DOMAINS = ("example.com", "example.org", "example.net")
"""Reserved for examples by RFC 2606: no mail ever reaches anybody."""

FOUNDERS_WORK = (
    *("backend engineer", "frontend engineer", "data scientist", "product designer", "founder"),
    *("product manager", "sales lead", "economist", "marketer", "logistics planner"),
)
EXTRA_SKILLS = (
    *("public_speaking", "first_aid", "bike_repair", "home_repair", "event_planning", "bartending"),
    *("negotiation", "python", "data_analysis", "photo_editing", "cooking_skills", "teaching"),
    *("community_building", "sign_language", "dog_training", "project_management"),
)
AVAILABILITY = (
    *("flexible", "mornings", "afternoons", "evenings", "evenings", "weekdays"),
    *("weekday_evenings", "weekday_evenings", "weekends", "weekends"),
)
PRONOUNS = {"woman": "she/her", "man": "he/him", "non_binary": "they/them"}
LATIN = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "\u0131": "i", "đ": "d", "æ": "ae"})
KM_OF_A_DEGREE = 111.32


def people(count: int, streams: Streams, now: datetime) -> tuple[Person, ...]:
    """Invent people, of whom the first is the demo log-in.

    Args:
        count: how many.
        streams: the seed's random streams.
        now: nobody is younger than 18 then, and nobody was active later.
    """
    maker = _PersonMaker(count, streams, now)
    made = [maker.make(number) for number in range(count)]
    return (as_demo(made[0], now), *made[1:])


class _PersonMaker:
    """Draws one person after the other; every trait has its own stream."""

    def __init__(self, count: int, streams: Streams, now: datetime) -> None:
        self._now = now
        # A small world fills few cities, so that its people still find each other.
        self._cities = CITIES[: max(1, count // 12)]
        self._role = Deck(ROLES, streams("roles"))
        self._places = streams("places")
        self._names = streams("names")
        self._traits = streams("traits")
        self._tastes = streams("tastes")
        self._times = streams("activity")
        self._pets = streams("companions")
        self._pet_names = Deck(companions.NAMES, streams("companions' names"))
        self._wishes = streams("preferences")
        self._work = Deck(tuple(work.SKILLS), streams("work"))
        self._founders_work = Deck(FOUNDERS_WORK, streams("founders' work"))
        self._prompts = _PromptWriter(streams)
        self._bios = BioWriter(streams)

    def make(self, number: int) -> Person:
        """Make the person of a number; numbers come in order."""
        role = self._role.draw()
        city = self._city(number)
        latitude, longitude = _near(self._places, city)
        gender = self._traits.choices(("woman", "man", "non_binary"), (47, 47, 6))[0]
        first, last, shown = _name(self._names, city, gender)
        username = f"{_ascii(first)}{number}"
        birth_date = self._birth_date(role)
        pets = self._companions(role)
        interests = draw_interests(self._tastes, role, {pet.kind for pet in pets})
        job = self._job(role)
        goals = goals_of(self._wishes, role)
        last_active_at = self._last_active_at()
        return Person(
            number=number,
            username=username,
            email=f"{username}@{self._names.choice(DOMAINS)}",
            first_name=first,
            last_name=last,
            display_name=shown,
            birth_date=birth_date,
            gender=gender,
            pronouns=PRONOUNS[gender] if self._traits.random() < 0.7 else None,
            city=city.name,
            latitude=latitude,
            longitude=longitude,
            time_zone=city.time_zone,
            community="mentors" if role == "mentees" else role,
            bio=self._bios.write(role, job, interests, pets, city),
            prompts=self._prompts.write(role),
            skills=_skills(self._traits, job),
            interests=interests,
            goals=goals,
            languages=_languages(self._traits, city),
            availability=self._traits.choice(AVAILABILITY),
            companions=pets,
            preferences=draw_preferences(self._wishes, role, gender, birth_date, self._now),
            joined_at=last_active_at - timedelta(days=self._times.uniform(4, 240)),
            last_active_at=last_active_at,
        )

    def _city(self, number: int) -> City:
        if number == 0:
            return CITIES[0]
        return self._places.choices(self._cities, [city.weight for city in self._cities])[0]

    def _birth_date(self, role: Role) -> date:
        if role == "mentors":
            age = self._traits.randint(33, 64)
        else:
            age = 19 + min(48, int(self._traits.gammavariate(3.2, 4.5)))
        # So many years have at most that many leap days: nobody is younger than drawn.
        days = age * 365 + age // 4 + 1 + self._traits.randrange(365)
        return self._now.date() - timedelta(days=days)

    def _last_active_at(self) -> datetime:
        days = self._times.choices((1, 7, 45), (45, 35, 20))[0]
        return moment_between(
            self._times, self._now - timedelta(days=days), self._now - timedelta(minutes=1)
        )

    def _companions(self, role: Role) -> tuple[Companion, ...]:
        kinds = [kind for kind, _ in companions.KINDS]
        weights = [weight for _, weight in companions.KINDS]
        drawn: list[str] = ["dog"] if role == "dog owners" else []
        if self._pets.random() < (0.2 if drawn else 0.25):
            drawn.append(self._pets.choices(kinds, weights)[0])
        return tuple(_companion(self._pets, kind, self._pet_names.draw()) for kind in drawn)

    def _job(self, role: Role) -> str:
        if role == "founders" and self._traits.random() < 0.7:
            return self._founders_work.draw()
        return self._work.draw()


class _PromptWriter:
    """Draws two or three questions, each once, and an answer to each."""

    def __init__(self, streams: Streams) -> None:
        self._rng = streams("prompts")
        self._answers = Decks(prompts.ANSWERS | prompts.OF_COMMUNITY, self._rng)

    def write(self, role: Role) -> tuple[Prompt, ...]:
        """Answer questions as somebody with that role."""
        questions = self._rng.sample(tuple(prompts.ANSWERS), self._rng.choice((2, 3, 3)))
        if role in prompts.COMMUNITY_QUESTIONS and self._rng.random() < 0.5:
            questions[0] = prompts.COMMUNITY_QUESTIONS[role]
        return tuple(Prompt(question, self._answers.draw(question)) for question in questions)


def _near(rng: Random, city: City) -> tuple[float, float]:
    """Draw a place within 12 km of a city's centre."""
    radius_km = min(12.0, abs(rng.gauss(0, 4.5)))
    angle = rng.uniform(0, math.tau)
    north = radius_km * math.cos(angle) / KM_OF_A_DEGREE
    east = radius_km * math.sin(angle) / KM_OF_A_DEGREE / math.cos(math.radians(city.latitude))
    return round(city.latitude + north, 5), round(city.longitude + east, 5)


def _name(rng: Random, city: City, gender: str) -> tuple[str, str, str]:
    """Draw a given name, a family name and what is shown of them."""
    region = REGIONS[rng.choice(city.regions)]
    given = {"woman": region.women, "man": region.men, "non_binary": region.neutral}[gender]
    first, last = rng.choice(given), rng.choice(region.family)
    if first in IN_OWN_SCRIPT and rng.random() < 0.5:
        return first, last, IN_OWN_SCRIPT[first]
    return first, last, f"{first} {last[0]}." if rng.random() < 0.35 else first


def _ascii(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(LATIN))
    return re.sub(r"[^a-z]", "", decomposed)


def _languages(rng: Random, city: City) -> tuple[str, ...]:
    spoken = list(city.languages if rng.random() < 0.7 else city.languages[:1])
    if rng.random() < 0.85:
        spoken.append("en")
    if rng.random() < 0.35:
        spoken.append(rng.choice(("fr", "es", "pt", "de", "ar", "hi", "it", "sw", "zh", "tr")))
    return tuple(dict.fromkeys(spoken))


def _skills(rng: Random, job: str) -> tuple[str, ...]:
    extra = rng.sample(EXTRA_SKILLS, rng.randint(0, 2))
    return tuple(dict.fromkeys((*work.SKILLS[job], *extra)))


def _companion(rng: Random, kind: str, name: str) -> Companion:
    return Companion(
        kind=kind,
        name=name,
        breed=rng.choice(companions.BREEDS[kind]),
        age_months=rng.randint(3, companions.LONGEST_LIFE_MONTHS[kind]),
        temperament=rng.choice(companions.TEMPERAMENTS),
    )
