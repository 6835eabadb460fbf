"""Blocks: people who are not shown to each other any more."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain import matches
from domain.facts import Fact
from domain.refusals import NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import blocks as queries
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
    """Hide somebody and oneself from each other, and end their match and its conversation.

    Blocking again changes nothing. A concurrent block of the same person waits on the row.

    Returns:
        The block.

    Raises:
        NotAllowed: it is the viewer.
        NotFound: there is no such person, or the viewer may not see them.
    """
    me = viewer.profile_id
    if profile_id == me:
        raise NotAllowed("CANNOT_BLOCK_YOURSELF", "You cannot block yourself.")
    pair: dict[str, Any] = {"blocker_id": me, "blocked_id": profile_id}
    if await tx.one(profile_queries.by_ids, ids=[profile_id], viewer_id=me) is None:
        # Whom one blocks is hidden as well. The order matters: a block that another call has
        # committed just now is seen by the second statement even when it hid the person already.
        known = await tx.get(models.Block, **pair)
        if known is None:
            raise NotFound("Profile")
        return known
    (block,) = await tx.fetch(queries.add, **pair)
    if block.is_new:
        tx.record(ProfileBlocked(**pair, audience=(me,)))
        await matches.end_match_between(tx, by=me, other=profile_id)
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
    seen = {"ids": [profile_id], "viewer_id": viewer.profile_id}
    return await tx.one(profile_queries.by_ids, **seen)
