"""Conversations in batches."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from dataloaders.connections import connection
from dataloaders.reader import Reader, in_order
from domain.conversations import is_muted
from execution.declarations import batch, joint_batch
from persistence.queries import conversation_members, conversations, event_chats
from persistence.rows import Row


@joint_batch
async def by_ids(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """The conversations with these keys that are open to the viewer."""
    found = {"ids": list(ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(conversations.by_ids, **found)
    return in_order(ids, rows, "conversation_id")


@joint_batch
async def of_events(reader: Reader, event_ids: Sequence[UUID]) -> list[Row | None]:
    """The chat of each event, if the viewer takes part in it."""
    asked = {"event_ids": list(event_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(event_chats.of_events, **asked)
    return in_order(event_ids, rows, "event_id")


of_member = connection(conversations.of_member)


members_of = connection(conversations.members_of, is_joint=True)


@batch
async def writers_of(reader: Reader, conversation_ids: Sequence[UUID]) -> list[list[UUID]]:
    """The keys of those in each conversation whom the viewer sees, and who may write there."""
    rows = await reader.database.fetch(
        conversation_members.writers_of, **_asked(reader, conversation_ids)
    )
    writers: dict[UUID, list[UUID]] = defaultdict(list)
    for row in rows:
        writers[row["conversation_id"]].append(row["profile_id"])
    return [writers[key] for key in conversation_ids]


@joint_batch
async def others_of(reader: Reader, conversation_ids: Sequence[UUID]) -> list[Row | None]:
    """The profile of the viewer's partner in each conversation."""
    rows = await reader.database.fetch(conversations.others_of, **_asked(reader, conversation_ids))
    return in_order(conversation_ids, rows, "conversation_id")


@joint_batch
async def my_places(reader: Reader, conversation_ids: Sequence[UUID]) -> list[Row | None]:
    """The viewer's own place in each conversation: how far they have read, what is muted."""
    rows = await reader.database.fetch(
        conversations.my_places_in, **_asked(reader, conversation_ids)
    )
    return in_order(conversation_ids, rows, "conversation_id")


@joint_batch
async def unread_counts(reader: Reader, conversation_ids: Sequence[UUID]) -> list[int]:
    """How many messages of others the viewer has not read in each conversation."""
    places = await reader.load_many(my_places, conversation_ids)
    return [place["unread"] if place else 0 for place in places]


@joint_batch
async def read_positions(reader: Reader, conversation_ids: Sequence[UUID]) -> list[int]:
    """The position up to which the viewer has read each conversation."""
    places = await reader.load_many(my_places, conversation_ids)
    return [place["read_position"] if place else 0 for place in places]


@joint_batch
async def are_muted(reader: Reader, conversation_ids: Sequence[UUID]) -> list[bool]:
    """Whether the viewer has muted each conversation now."""
    return [place is not None for place in await _muted(reader, conversation_ids)]


@joint_batch
async def muted_until(reader: Reader, conversation_ids: Sequence[UUID]) -> list[datetime | None]:
    """When the viewer's mute of each conversation ends."""
    return [place and place.muted_until for place in await _muted(reader, conversation_ids)]


@batch
async def unread_totals(reader: Reader, viewer_ids: Sequence[UUID]) -> list[int]:
    """How many messages the viewer has not read in all; 0 for whoever is not the viewer."""
    total = await reader.database.value(conversations.unread_total, viewer_id=reader.viewer_id)
    return [total if key == reader.viewer_id else 0 for key in viewer_ids]


async def _muted(reader: Reader, conversation_ids: Sequence[UUID]) -> list[Row | None]:
    now = datetime.now(UTC)
    places = await reader.load_many(my_places, conversation_ids)
    return [
        place if place and is_muted(place.is_muted, place.muted_until, now) else None
        for place in places
    ]


def _asked(reader: Reader, conversation_ids: Sequence[UUID]) -> dict[str, object]:
    return {"conversation_ids": list(conversation_ids), "viewer_id": reader.viewer_id}
