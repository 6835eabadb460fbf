"""Event recommendations: in which order events are recommended to somebody, and why: pure.

The score has the form of that of feeds (see `matching.feed_ranking`):

    score = company * interest * closeness * soonness

with `company` from those around the person who go, `interest` from the nearness of the event to
what the person writes about themself, `closeness` falling with the distance, and `soonness` with
the time until it starts. All factors are positive, so each one orders events that are otherwise
alike. The weights are a prior, and no finding.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from matching.feed_ranking import interest
from matching.meaning import LEAST_SIMILARITY

MATCHES = 2.0
"""What matches who go add at most to a company of 1."""

FOLLOWED = 1.0
"""What followed people who go add at most."""

PEOPLE_HALF = 2.0
"""With so many people half of it is reached."""

NEAR = 1.0
"""What an event adds that is where the person is, to a closeness of 1."""

NEAR_KM = 25.0
"""Up to where an event is near."""

KM_HALF = 10.0
"""After so many kilometres half of what nearness adds is left."""

SOON_HALF = timedelta(days=14)
"""After how much time until the start an event counts half."""


class EventReasonKind(StrEnum):
    """Why an event is recommended."""

    MATCH_GOES = "match_goes"
    FOLLOWED_GOES = "followed_goes"
    SIMILAR = "similar"
    NEARBY = "nearby"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event that somebody may be shown.

    Attributes:
        event_id: its key.
        starts_at: when it starts.
        matches: how many of the person's matches go.
        followed: how many others go whom the person follows.
        similarity: the cosine of its text and what the person writes about themself, None where
            it is not known.
        distance_km: how far it is from the person's told place, None where it is not known.
    """

    event_id: UUID
    starts_at: datetime
    matches: int = 0
    followed: int = 0
    similarity: float | None = None
    distance_km: float | None = None


def company(matches: int, followed: int) -> float:
    """Say how much those who go draw: 1 where nobody is known, up to 4."""
    return 1.0 + _drawn(MATCHES, matches) + _drawn(FOLLOWED, followed)


def closeness(distance_km: float | None) -> float:
    """Say how much the way speaks for an event: 2 at no distance, 1 far away, or unknown."""
    if distance_km is None:
        return 1.0
    return 1.0 + NEAR * math.exp2(-distance_km / KM_HALF)


def soonness(ahead: timedelta) -> float:
    """Say how much the time until the start leaves of an event: 1 now, half each two weeks."""
    return math.exp2(-(max(ahead, timedelta()) / SOON_HALF))


def score(event: Candidate, *, now: datetime) -> float:
    """Give the score of an event, more than 0; see the module for the formula.

    Args:
        event: the event.
        now: the present moment.
    """
    return (
        company(event.matches, event.followed)
        * interest(event.similarity)
        * closeness(event.distance_km)
        * soonness(event.starts_at - now)
    )


def reasons(event: Candidate) -> list[EventReasonKind]:
    """Say what speaks for an event, what adds most first; empty when nothing does."""
    kinds = EventReasonKind
    is_near = event.distance_km is not None and event.distance_km <= NEAR_KM
    is_similar = (event.similarity or 0.0) >= LEAST_SIMILARITY
    parts = {
        kinds.MATCH_GOES: _drawn(MATCHES, event.matches),
        kinds.FOLLOWED_GOES: _drawn(FOLLOWED, event.followed),
        kinds.SIMILAR: interest(event.similarity) - 1.0 if is_similar else 0.0,
        kinds.NEARBY: closeness(event.distance_km) - 1.0 if is_near else 0.0,
    }
    given = [kind for kind, part in parts.items() if part > 0]
    return sorted(given, key=lambda kind: parts[kind], reverse=True)


def ranked(events: Iterable[Candidate], *, now: datetime, most: int) -> list[Candidate]:
    """Order the events for which something speaks by their score, the first key of equal ones.

    Args:
        events: each once.
        now: the present moment.
        most: how many at most.
    """
    scored = [(-score(event, now=now), event.event_id, event) for event in events if reasons(event)]
    return [event for *_, event in sorted(scored, key=lambda each: each[:2])[:most]]


def _drawn(most: float, people: int) -> float:
    return most * (1.0 - math.exp2(-people / PEOPLE_HALF))
