"""Second looks: people whom the viewer may have missed."""

from datetime import UTC, datetime

from dataloaders.connections import DEFAULT_SIZE, MOST, First
from domain.numbers import check_count
from matching.second_looks import SecondLook, second_looks
from resolvers.context import Context


async def matches_you_missed(context: Context, *, first: First = None) -> list[SecondLook]:
    """Give the best of those on whom the viewer decided long ago.

    Raises:
        InvalidInput: another number than 1 to 100.
    """
    size = DEFAULT_SIZE if first is None else first
    check_count("first", size, MOST)
    builder = context.services.builder
    viewer = await builder.viewer(context.signed_in.profile_id)
    if viewer is None:
        return []
    return await second_looks(builder, viewer, size=size, now=datetime.now(UTC))
