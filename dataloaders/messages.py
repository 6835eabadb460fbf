"""Messages in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.connections import connection
from dataloaders.reader import Reader, in_order, values_in_order
from execution.declarations import joint_batch
from persistence.queries import messages
from persistence.rows import Row


@joint_batch
async def by_ids(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """The messages with these keys that the viewer may read."""
    rows = await reader.database.fetch(messages.by_ids, ids=list(ids), viewer_id=reader.viewer_id)
    return in_order(ids, rows, "message_id")


@joint_batch
async def quoted(reader: Reader, ids: Sequence[UUID]) -> list[Row | None]:
    """The messages with these keys that a reply may show to the viewer."""
    rows = await reader.database.fetch(messages.quoted, ids=list(ids), viewer_id=reader.viewer_id)
    return in_order(ids, rows, "message_id")


of_conversation = connection(messages.of_conversation)


@joint_batch
async def last_of(reader: Reader, conversation_ids: Sequence[UUID]) -> list[Row | None]:
    """The newest message of each conversation."""
    asked = {"conversation_ids": list(conversation_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(messages.last_of, **asked)
    return in_order(conversation_ids, rows, "conversation_id")


@joint_batch
async def are_read(reader: Reader, ids: Sequence[UUID]) -> list[bool]:
    """Whether everybody but the sender has read each message."""
    asked = {"ids": list(ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(messages.read_by_all, **asked)
    return values_in_order(ids, rows, "message_id", "is_read", default=False)
