"""Invitations: whom those who hold an event ask to come, and who holds it with its host."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain import attendance, events
from domain.facts import Fact
from domain.refusals import InvalidFieldCode, InvalidInput, LimitReached, NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import invitations as queries
from persistence.queries import profiles as profile_queries
from persistence.rows import Row
from persistence.transaction import Transaction

INVITED_AT_ONCE = 50
"""How many people one call invites at most."""

MOST_INVITED = 1_000
"""How many people are invited to an event at most."""

MOST_CO_HOSTS = 10
"""How many co-hosts an event has at most."""


@dataclass(frozen=True, kw_only=True)
class EventInvited(Fact):
    """Who holds an event invited people who were not invited yet."""

    event_id: UUID
    inviter_id: UUID
    profile_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class CoHostAdded(Fact):
    """The host of an event lets somebody hold it with them."""

    event_id: UUID
    host_id: UUID
    profile_id: UUID


@dataclass(frozen=True, kw_only=True)
class CoHostRemoved(Fact):
    """Somebody does not hold an event with its host any more."""

    event_id: UUID
    profile_id: UUID


async def invite_to_event(
    tx: Transaction, viewer: Viewer, *, event_id: UUID, profile_ids: Sequence[UUID]
) -> Row:
    """Ask people to an event, whatever its audience; they see it from then on, and are told once.

    The event's row is locked until the commit. Whoever is invited already stays so.

    Args:
        tx: the transaction.
        viewer: who holds the event.
        event_id: the event.
        profile_ids: whom, 1 to 50 people with whom the viewer has matched or who follow them.

    Returns:
        The event.

    Raises:
        InvalidInput: nobody is named, or too many at once.
        NotFound: there is no such event for the viewer, or they may not see one of the people.
        NotAllowed: the viewer does not hold the event, one of the people has neither matched with
            the viewer nor follows them, or the event is over or cancelled.
        LimitReached: an event invites at most 1,000.
    """
    people = sorted({*profile_ids} - {viewer.profile_id})
    if not 1 <= len(people) <= INVITED_AT_ONCE:
        wrong = f"profileIds must name 1 to {INVITED_AT_ONCE} others."
        code = InvalidFieldCode.TOO_MANY if people else InvalidFieldCode.MISSING
        raise InvalidInput.of("profileIds", wrong, code)
    await _hold_close(tx, viewer, people)
    event = await events.hold_own(tx, viewer, event_id)
    attendance.check_open(event)
    inviting = {"event_id": event_id, "viewer_id": viewer.profile_id, "profile_ids": people}
    invited = tuple(row.profile_id for row in await tx.fetch(queries.invite, **inviting))
    if invited:
        if await tx.value(queries.count_invited, event_id=event_id) > MOST_INVITED:
            raise LimitReached(
                "INVITATION_LIMIT_REACHED", f"An event invites at most {MOST_INVITED:,} people."
            )
        me = viewer.profile_id
        tx.record(EventInvited(event_id=event_id, inviter_id=me, profile_ids=invited))
    return event


async def add_co_host(tx: Transaction, viewer: Viewer, *, event_id: UUID, profile_id: UUID) -> Row:
    """Let somebody hold one's event too: change and cancel it, and invite.

    The event's row is locked until the commit. Adding again changes nothing.

    Args:
        tx: the transaction.
        viewer: the host.
        event_id: the event.
        profile_id: somebody with whom the viewer has matched, or who follows them.

    Returns:
        The event.

    Raises:
        NotFound: there is no such event for the viewer, or they may not see the person.
        NotAllowed: the viewer is not the host, or means themselves, the person has neither
            matched with them nor follows them, or the event is over or cancelled.
        LimitReached: an event has at most 10 co-hosts.
    """
    if profile_id == viewer.profile_id:
        raise NotAllowed("ALREADY_HOST", "You hold it yourself.")
    await _hold_close(tx, viewer, [profile_id])
    event = await events.hold_own(tx, viewer, event_id)
    events.check_host(event, viewer)
    attendance.check_open(event)
    key: dict[str, Any] = {"event_id": event_id, "profile_id": profile_id}
    if await tx.get(models.EventCoHost, **key) is None:
        if await tx.value(queries.count_co_hosts, event_id=event_id) >= MOST_CO_HOSTS:
            raise LimitReached(
                "CO_HOST_LIMIT_REACHED", f"An event has at most {MOST_CO_HOSTS} co-hosts."
            )
        await tx.add(models.EventCoHost, **key)
        tx.record(CoHostAdded(**key, host_id=viewer.profile_id))
    return event


async def remove_co_host(
    tx: Transaction, viewer: Viewer, *, event_id: UUID, profile_id: UUID
) -> Row:
    """Let somebody not hold one's event any more, or cease to hold somebody's oneself.

    The event's row is locked until the commit. They still see the event, as an invited person.
    Somebody who does not hold it is as good as removed.

    Args:
        tx: the transaction.
        viewer: the host, or the co-host.
        event_id: the event.
        profile_id: the co-host.

    Returns:
        The event.

    Raises:
        NotFound: there is no such event for the viewer, or no such person.
        NotAllowed: the viewer does not hold it, or is another co-host.
    """
    event = await events.hold_own(tx, viewer, event_id)
    if profile_id != viewer.profile_id:
        events.check_host(event, viewer)
    seen = {"ids": [profile_id], "viewer_id": viewer.profile_id}
    key: dict[str, Any] = {"event_id": event_id, "profile_id": profile_id}
    removed = await tx.remove(models.EventCoHost, **key)
    if not removed and await tx.one(profile_queries.by_ids, **seen) is None:
        raise NotFound("Profile")
    if removed:
        asked = {"event_id": event_id, "viewer_id": event.host_id, "profile_ids": [profile_id]}
        await tx.fetch(queries.invite, **asked)
        tx.record(CoHostRemoved(**key))
    return event


async def _hold_close(tx: Transaction, viewer: Viewer, people: Sequence[UUID]) -> None:
    """Hold people who are close to the viewer, whose accounts cannot go before the commit."""
    asked = {"viewer_id": viewer.profile_id, "profile_ids": [viewer.profile_id, *people]}
    held = {row.profile_id: row for row in await tx.fetch(queries.hold_people, **asked)}
    if not all(person in held and held[person]["is_seen"] for person in people):
        raise NotFound("Profile")
    if not all(held[person]["is_close"] for person in people):
        raise NotAllowed("NOT_CLOSE", "You can ask your matches, and who follows you.")
