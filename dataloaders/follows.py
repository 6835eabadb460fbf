"""Who follows whom, in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.connections import connection
from dataloaders.reader import Reader, in_order
from domain.follows import FollowState, state_of
from execution.declarations import joint_batch
from persistence.queries import follows

followers_of = connection(follows.followers_of)

followed_by = connection(follows.followed_by)

requests_to = connection(follows.requests_to)


@joint_batch
async def states_by_viewer(reader: Reader, profile_ids: Sequence[UUID]) -> list[FollowState]:
    """Whether the viewer follows each person, or asks to."""
    asked = {"profile_ids": list(profile_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(follows.by_viewer, **asked)
    return [state_of(row) for row in in_order(profile_ids, rows, "followed_id")]


@joint_batch
async def states_of_viewer(reader: Reader, profile_ids: Sequence[UUID]) -> list[FollowState]:
    """Whether each person follows the viewer, or asks to."""
    asked = {"profile_ids": list(profile_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(follows.of_viewer, **asked)
    return [state_of(row) for row in in_order(profile_ids, rows, "follower_id")]
