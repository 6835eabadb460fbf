"""Reactions in batches."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from dataloaders import messages
from dataloaders import profiles as profile_loading
from dataloaders.reader import Reader, lists_in_order
from execution.declarations import batch
from persistence.queries import profiles, reactions
from persistence.rows import Row


@dataclass(frozen=True, slots=True)
class Reacted:
    """An emoji of a message.

    Attributes:
        emoji: the emoji.
        viewer_reacted: whether the viewer put it.
        people: the keys of those who put it and whom the viewer may see, the first ones first.
    """

    emoji: str
    viewer_reacted: bool
    people: tuple[UUID, ...]

    @property
    def count(self) -> int:
        """How many people put it."""
        return len(self.people)


@batch
async def of_messages(reader: Reader, message_ids: Sequence[UUID]) -> list[list[Reacted]]:
    """The emoji of each message."""
    asked = {"message_ids": list(message_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(reactions.of_messages, **asked)
    return [
        [Reacted(row["emoji"], row["viewer_reacted"], tuple(row["people"])) for row in kinds]
        for kinds in lists_in_order(message_ids, rows, "message_id")
    ]


@batch
async def people_of(reader: Reader, groups: Sequence[tuple[UUID, ...]]) -> list[list[Row]]:
    """The profiles of each group of people, without those whom the viewer may not see."""
    keys = list({key for group in groups for key in group})
    rows = await reader.database.fetch(profiles.by_ids, ids=keys, viewer_id=reader.viewer_id)
    by_key = {row.profile_id: row for row in rows}
    return [[by_key[key] for key in group if key in by_key] for group in groups]


@batch
async def told(reader: Reader, places: Sequence[tuple[UUID, UUID]]) -> list[bool | None]:
    """True for each message and person that the viewer may see both, else None."""

    async def is_told(message_id: UUID, reactor_id: UUID) -> bool | None:
        message = await reader.load(messages.by_ids, message_id)
        reactor = await reader.load(profile_loading.by_ids, reactor_id)
        return True if message and reactor else None

    return await asyncio.gather(*(is_told(*place) for place in places))
