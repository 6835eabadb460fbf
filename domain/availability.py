"""Availability: when people have time, for as long as they say."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain import profiles
from domain.facts import Fact
from domain.refusals import InvalidFieldCode, InvalidInput
from domain.viewer import Viewer
from persistence.queries import availability as queries
from persistence.rows import Row
from persistence.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class AvailabilityChanged(Fact):
    """Somebody said when they have time, or the time that they said has passed."""

    profile_id: UUID


LONGEST = timedelta(days=365)
"""How far ahead an end may lie."""


class Availability(StrEnum):
    """When somebody has time."""

    NOW = "now"
    FLEXIBLE = "flexible"
    MORNINGS = "mornings"
    AFTERNOONS = "afternoons"
    EVENINGS = "evenings"
    WEEKDAYS = "weekdays"
    WEEKDAY_EVENINGS = "weekday_evenings"
    WEEKENDS = "weekends"


def current(availability: str | None, until: datetime | None, now: datetime) -> Availability | None:
    """Give what holds now: None once the end has come.

    Args:
        availability: what was said.
        until: when it ends, exclusive; None when it stays.
        now: the present moment.
    """
    if availability is None or (until is not None and until <= now):
        return None
    return Availability(availability)


def until_problem(status: Availability | None, until: datetime | None, now: datetime) -> str | None:
    """Say what is wrong with an end: one without a status, in the past, or too far ahead."""
    if until is None:
        return None
    if status is None:
        return "until needs a status."
    if not now < until <= now + LONGEST:
        return "until must lie in the future, at most a year ahead."
    return None


async def set_availability(
    tx: Transaction,
    viewer: Viewer,
    *,
    status: Availability | None = None,
    until: datetime | None = None,
) -> Row:
    """Say when one has time.

    Args:
        tx: the transaction.
        viewer: whose availability it is.
        status: None takes it back.
        until: when it ends, with its time zone; None when it stays.

    Returns:
        The profile.

    Raises:
        InvalidInput: the end is in the past, over a year ahead, or without a status.
    """
    if problem := until_problem(status, until, datetime.now(UTC)):
        raise InvalidInput.of("until", problem, InvalidFieldCode.OUT_OF_RANGE)
    profile = await profiles.own(tx, viewer)
    return await _change(tx, profile, status, until)


async def end_passed(tx: Transaction, *, limit: int) -> int:
    """Take back what people said of their time where its end has come, each once.

    Args:
        tx: the transaction; who is changing their profile at this moment is left for later.
        limit: for how many people at most.

    Returns:
        For how many it was.
    """
    passed = await tx.fetch(queries.passed, limit=limit)
    for profile in passed:
        await _change(tx, profile, None, None)
    return len(passed)


async def _change(
    tx: Transaction, profile: Row, status: Availability | None, until: datetime | None
) -> Row:
    changed = await profiles.change(tx, profile, availability=status, available_until=until)
    if changed is not profile:
        key = profile.profile_id
        partners = await tx.fetch(queries.partners_of, profile_id=key)
        audience = (key, *(row["profile_id"] for row in partners))
        tx.record(AvailabilityChanged(profile_id=key, audience=audience))
    return changed
