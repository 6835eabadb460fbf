"""Messages in batches."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from dataloaders.connections import After, Before, First, Last, PageOf, connection, window_of
from dataloaders.reader import Reader, in_order, values_in_order
from domain import texts
from domain.refusals import InvalidInput
from execution.declarations import batch, joint_batch
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

QUERY_LENGTH = 200
"""The most characters of a search."""

Query = Annotated[
    str,
    strawberry.argument(
        description=(
            "Words that a message must have, 1 to 200 characters; accents and capitals do not "
            'matter. `"so much"` wants words in a row, `or` one of two, `-word` excludes.'
        )
    ),
]


@batch
async def found_in(
    reader: Reader,
    conversation_ids: Sequence[UUID],
    *,
    query: Query,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> list[PageOf]:
    """The messages of each conversation that have these words, newest first."""
    listing, words = messages.found_in, texts.clean(query)
    window = window_of(listing, reader.cursors, first, after, last, before)
    if problems := texts.length_problems("query", words, least=1, most=QUERY_LENGTH):
        raise InvalidInput(problems)
    asked = {"query": words, "viewer_id": reader.viewer_id}

    @batch
    async def counts(reader: Reader, owners: Sequence[UUID]) -> list[int]:
        rows = await reader.database.fetch(listing.count_statement, owners=list(owners), **asked)
        return values_in_order(owners, rows, "owner_key", "total", 0)

    rows = await reader.database.fetch(
        listing.page_statement(window), **listing.parameters(conversation_ids, window), **asked
    )
    pages = listing.pages(conversation_ids, rows, window)
    return [
        PageOf(listing, owner, page, reader.cursors, counts)
        for owner, page in zip(conversation_ids, pages, strict=True)
    ]


@joint_batch
async def last_of(reader: Reader, conversation_ids: Sequence[UUID]) -> list[Row | None]:
    """The newest message of each conversation."""
    asked = {"conversation_ids": list(conversation_ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(messages.last_of, **asked)
    return in_order(conversation_ids, rows, "conversation_id")


@joint_batch
async def last_times(reader: Reader, conversation_ids: Sequence[UUID]) -> list[datetime | None]:
    """When the newest message of each conversation that the viewer sees was sent."""
    newest = await asyncio.gather(*(reader.load(last_of, key) for key in conversation_ids))
    return [message and message.sent_at for message in newest]


@joint_batch
async def are_read(reader: Reader, ids: Sequence[UUID]) -> list[bool]:
    """Whether everybody but the sender has read each message."""
    asked = {"ids": list(ids), "viewer_id": reader.viewer_id}
    rows = await reader.database.fetch(messages.read_by_all, **asked)
    return values_in_order(ids, rows, "message_id", "is_read", default=False)
