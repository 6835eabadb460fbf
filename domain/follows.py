"""Follows: who wants to read what whom shares."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from domain import notifications, pairs
from domain.facts import Fact
from domain.notification_kinds import FOLLOWS, NotificationKind
from domain.refusals import NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import follows as queries
from persistence.queries import profiles as profile_queries
from persistence.rows import Row
from persistence.transaction import Transaction


class FollowState(Enum):
    """What stands of one person's wish to follow another."""

    NOT_FOLLOWING = "not_following"
    REQUESTED = "requested"
    FOLLOWING = "following"


@dataclass(frozen=True, kw_only=True)
class FollowRequested(Fact):
    """Somebody wants to follow somebody who approves their followers."""

    follower_id: UUID
    followed_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProfileFollowed(Fact):
    """Somebody follows somebody from now on, accepted where that is needed."""

    follower_id: UUID
    followed_id: UUID
    is_accepted: bool = False


@dataclass(frozen=True, kw_only=True)
class ProfileUnfollowed(Fact):
    """Somebody does not follow somebody any more, or does not ask to."""

    follower_id: UUID
    followed_id: UUID


def state_of(follow: Row | None) -> FollowState:
    """Give the state of a follow; None is one that there is not."""
    if follow is None:
        return FollowState.NOT_FOLLOWING
    return FollowState.REQUESTED if follow.accepted_at is None else FollowState.FOLLOWING


async def follow_profile(tx: Transaction, viewer: Viewer, *, profile_id: UUID) -> Row:
    """Follow somebody, or ask to where they approve their followers.

    Following again changes nothing. What a block does at the same time waits on the row of the
    pair, or is waited for.

    Returns:
        The person's profile.

    Raises:
        NotAllowed: it is the viewer.
        NotFound: there is no such person, or the viewer may not see them.
    """
    me = viewer.profile_id
    if profile_id == me:
        raise NotAllowed("CANNOT_FOLLOW_YOURSELF", "You cannot follow yourself.")
    pair = await pairs.hold(tx, me, profile_id)
    person = await tx.one(profile_queries.by_ids, ids=[profile_id], viewer_id=me)
    if pair is None or person is None:
        raise NotFound("Profile")
    key: dict[str, Any] = {"follower_id": me, "followed_id": profile_id}
    if await tx.get(models.Follow, **key) is None:
        preferences = await tx.get(models.Preferences, profile_id=profile_id)
        if preferences is not None and preferences.approves_followers:
            await tx.add(models.Follow, **key)
            tx.record(FollowRequested(**key, audience=(me, profile_id)))
        else:
            await tx.add(models.Follow, **key, accepted_at=datetime.now(UTC))
            tx.record(ProfileFollowed(**key, audience=(me, profile_id)))
        await notifications.tell_changed(tx, me, profile_id, FOLLOWS)
    return person


async def unfollow_profile(tx: Transaction, viewer: Viewer, *, profile_id: UUID) -> Row:
    """Stop following somebody, or take the request back; doing so again changes nothing.

    Returns:
        The person's profile.

    Raises:
        NotFound: there is no such person, or the viewer may not see them.
    """
    person = await _seen(tx, viewer, profile_id)
    me = viewer.profile_id
    await _remove(tx, follower_id=me, followed_id=profile_id, told=(me,))
    return person


async def accept_follower(tx: Transaction, viewer: Viewer, *, profile_id: UUID) -> Row:
    """Let somebody follow who has asked to; accepting again changes nothing.

    Returns:
        The follower's profile.

    Raises:
        NotFound: there is no such person, the viewer may not see them, or they neither follow
            nor ask to.
    """
    person = await _seen(tx, viewer, profile_id)
    key: dict[str, Any] = {"follower_id": profile_id, "followed_id": viewer.profile_id}
    if await tx.one(queries.accept, **key) is not None:
        both = (profile_id, viewer.profile_id)
        tx.record(ProfileFollowed(**key, is_accepted=True, audience=both))
        await notifications.tell_changed(tx, viewer.profile_id, profile_id, FOLLOWS)
        await _read_request(tx, viewer, profile_id)
    elif await tx.get(models.Follow, **key) is None:
        raise NotFound("Profile")
    return person


async def remove_follower(tx: Transaction, viewer: Viewer, *, profile_id: UUID) -> Row:
    """Let somebody not follow any more, or decline their request; they are not told.

    Removing again changes nothing.

    Returns:
        The person's profile.

    Raises:
        NotFound: there is no such person, or the viewer may not see them.
    """
    person = await _seen(tx, viewer, profile_id)
    me = viewer.profile_id
    await _remove(tx, follower_id=profile_id, followed_id=me, told=(me,))
    await _read_request(tx, viewer, profile_id)
    return person


async def end(tx: Transaction, one: UUID, other: UUID) -> None:
    """End what two people follow of each other; called by the verb that keeps them apart.

    The caller holds the pair, so that neither begins to follow meanwhile.
    """
    await _remove(tx, follower_id=one, followed_id=other)
    await _remove(tx, follower_id=other, followed_id=one)


async def _remove(
    tx: Transaction, *, follower_id: UUID, followed_id: UUID, told: tuple[UUID, ...] = ()
) -> None:
    key: dict[str, Any] = {"follower_id": follower_id, "followed_id": followed_id}
    if await tx.remove(models.Follow, **key):
        tx.record(ProfileUnfollowed(**key, audience=told))
        await notifications.tell_changed(tx, follower_id, followed_id, FOLLOWS)


async def _read_request(tx: Transaction, viewer: Viewer, follower_id: UUID) -> None:
    kind = NotificationKind.FOLLOW_REQUESTED
    me, session = viewer.profile_id, viewer.session_id
    await notifications.read_about(tx, me, kind, follower_id, session_id=session)


async def _seen(tx: Transaction, viewer: Viewer, profile_id: UUID) -> Row:
    seen = {"ids": [profile_id], "viewer_id": viewer.profile_id}
    person = await tx.one(profile_queries.by_ids, **seen)
    if person is None:
        raise NotFound("Profile")
    return person
