"""The records of a demo world: plain facts about invented people, ready to be written down."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question of the profile and the person's answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Companion:
    """An animal that lives with a person; `kind` is a key of the vocabulary."""

    kind: str
    name: str
    breed: str
    age_months: int
    temperament: str


@dataclass(frozen=True, slots=True)
class Preferences:
    """Whom a person wants to meet; empty tuples and None mean anybody."""

    age_min: int
    age_max: int
    max_distance_km: float | None
    genders: tuple[str, ...]
    goals_wanted: tuple[str, ...]
    languages_wanted: tuple[str, ...]
    active_within_days: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """A person; `number` is their index in `World.people` and how others refer to them.

    Lists hold keys of the matching vocabulary. `community` is the flavour of meeting that they
    came for: dating, friends, founders, mentors or dog owners.
    """

    number: int
    username: str
    email: str
    first_name: str
    last_name: str
    display_name: str
    birth_date: date
    gender: str
    pronouns: str | None
    city: str
    latitude: float
    longitude: float
    time_zone: str
    community: str
    bio: str
    prompts: tuple[Prompt, ...]
    skills: tuple[str, ...]
    interests: tuple[str, ...]
    goals: tuple[str, ...]
    languages: tuple[str, ...]
    availability: str
    companions: tuple[Companion, ...]
    preferences: Preferences
    joined_at: datetime
    last_active_at: datetime


Kind = Literal["like", "pass", "later", "super_like"]
"""What people decide about each other."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person decided about another; at most one for an ordered pair."""

    decider: int
    candidate: int
    kind: Kind
    decided_at: datetime

    @property
    def is_like(self) -> bool:
        """Whether the one wants to meet the other."""
        return self.kind in {"like", "super_like"}


@dataclass(frozen=True, slots=True)
class Match:
    """Two people who like each other, `first` < `second`, since the later of their likes."""

    first: int
    second: int
    matched_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One message; its position in the conversation is its index + 1."""

    sender: int
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """What two matched people wrote, oldest first.

    `first_read` and `second_read` are the positions up to which the match's first and second
    person have read.
    """

    match: Match
    messages: tuple[Message, ...]
    first_read: int
    second_read: int


@dataclass(frozen=True, slots=True)
class Post:
    """A post; `text` ends with its hashtags, `hashtags` has them in lower case without the #."""

    author: int
    text: str
    hashtags: tuple[str, ...]
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Attendee:
    """A person who goes to an event, and since when they have a seat."""

    person: int
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A meeting; its times are in the named zone, its attendees in order of joining.

    The host is not among the attendees.
    """

    host: int
    title: str
    description: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    place_name: str
    city: str
    latitude: float
    longitude: float
    capacity: int
    attendees: tuple[Attendee, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class World:
    """A whole demo world as it stands at `now`; everything but events is in order of time."""

    now: datetime
    people: tuple[Person, ...]
    decisions: tuple[Decision, ...]
    matches: tuple[Match, ...]
    conversations: tuple[Conversation, ...]
    posts: tuple[Post, ...]
    events: tuple[Event, ...]

    @property
    def likes(self) -> tuple[Decision, ...]:
        """The decisions that are likes."""
        return tuple(decision for decision in self.decisions if decision.is_like)
