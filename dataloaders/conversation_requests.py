"""Conversation requests in batches."""

from collections.abc import Sequence
from uuid import UUID

from dataloaders.connections import connection
from dataloaders.reader import Reader, in_order
from execution.declarations import joint_batch
from persistence.queries import conversation_requests
from persistence.rows import Row

of_recipient = connection(conversation_requests.of_recipient)


@joint_batch
async def requesters_of(reader: Reader, conversation_ids: Sequence[UUID]) -> list[Row | None]:
    """The profile of whoever asks for each conversation."""
    asked = {"conversation_ids": list(conversation_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(conversation_requests.requesters_of, **asked)
    return in_order(conversation_ids, rows, "conversation_id")
