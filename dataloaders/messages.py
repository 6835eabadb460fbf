"""Messages in batches."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from dataloaders.connections import After, Before, First, Last, PageOf, connection, window_of
from dataloaders.reader import Reader, in_order, values_in_order
from domain import texts
from domain.refusals import InvalidInput
from execution.declarations import batch, joint_batch
from persistence.database import TookTooLong
from persistence.queries import messages
from persistence.rows import Row
from persistence.statements import Statement


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
            'matter. `"so much"` wants words in a row, `or` one of two, `-word` excludes beside a '
            "word that is wanted."
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
    if not await reader.database.value(messages.is_searchable, query=words):
        raise InvalidInput.of("query", "query excludes words without wanting one beside them.")
    asked = {"query": words, "viewer_id": reader.viewer_id}

    @batch
    async def counts(reader: Reader, owners: Sequence[UUID]) -> list[int]:
        rows = await _found(reader, listing.count_statement, owners=list(owners), **asked)
        return values_in_order(owners, rows, "owner_key", "total", 0)

    keys = listing.parameters(conversation_ids, window)
    rows = await _found(reader, listing.page_statement(window), **keys, **asked)
    pages = listing.pages(conversation_ids, rows, window)
    return [
        PageOf(listing, owner, page, reader.cursors, counts)
        for owner, page in zip(conversation_ids, pages, strict=True)
    ]


async def _found(reader: Reader, statement: Statement, **asked: Any) -> list[Row]:
    try:
        return await reader.database.fetch(statement, **asked)
    except TookTooLong:
        raise InvalidInput.of("query", "query takes too long here: want rarer words.") from None


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
