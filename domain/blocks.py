"""Blocks: people who are not shown to each other any more."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain import attendance, conversations, follows, groups, matches, notifications, pairs
from domain.facts import Fact
from domain.pairs import Act
from domain.refusals import NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import profiles as profile_queries
from persistence.rows import Row
from persistence.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class ProfileBlocked(Fact):
    """Somebody does not want to meet somebody; the other one is never told."""

    blocker_id: UUID
    blocked_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProfileUnblocked(Fact):
    """Somebody took a block back."""

    blocker_id: UUID
    blocked_id: UUID


async def block_profile(tx: Transaction, viewer: Viewer, *, profile_id: UUID) -> Row:
    """Hide somebody and oneself from each other, and end their match and conversation.

    Neither follows the other any more, or comes to an event of the other. A like of the one who
    blocks becomes a pass. Blocking again changes nothing. What both do at the same time waits on
    the row of the pair.

    Returns:
        The block.

    Raises:
        NotAllowed: it is the viewer.
        NotFound: there is no such person, or the viewer may not see them.
    """
    me = viewer.profile_id
    if profile_id == me:
        raise NotAllowed("CANNOT_BLOCK_YOURSELF", "You cannot block yourself.")
    pair = await pairs.hold(tx, me, profile_id)
    key: dict[str, Any] = {"blocker_id": me, "blocked_id": profile_id}
    known = await tx.get(models.Block, **key)
    if known is not None:
        return known
    person = await tx.one(profile_queries.by_ids, ids=[profile_id], viewer_id=me)
    if pair is None or person is None:
        raise NotFound("Profile")
    block = await tx.add(models.Block, **key)
    tx.record(ProfileBlocked(**key, audience=(me,)))
    await follows.end(tx, me, profile_id)
    await attendance.part(tx, me, profile_id)
    if pair.i_like:
        await matches.end(tx, pair)
        await pairs.part(tx, pair, Act.BLOCK)
    # Also one without a match.
    await conversations.end_conversation(tx, **pair.key)
    await _tell_hidden(tx, me, profile_id)
    return block


async def unblock_profile(tx: Transaction, viewer: Viewer, *, profile_id: UUID) -> Row | None:
    """Take a block back; a match that the block ended stays ended.

    Returns:
        The profile, None when the viewer still may not see it.

    Raises:
        NotFound: the viewer does not block such a person.
    """
    pair = {"blocker_id": viewer.profile_id, "blocked_id": profile_id}
    if not await tx.remove(models.Block, **pair):
        raise NotFound("Profile")
    tx.record(ProfileUnblocked(**pair, audience=(viewer.profile_id,)))
    await _tell_hidden(tx, viewer.profile_id, profile_id)
    seen = {"ids": [profile_id], "viewer_id": viewer.profile_id}
    return await tx.one(profile_queries.by_ids, **seen)


async def _tell_hidden(tx: Transaction, me: UUID, other: UUID) -> None:
    await groups.tell_hidden(tx, me, other)
    await notifications.tell_changed(tx, me, other)
