"""Reactions: what a client does with them."""

from typing import Any
from uuid import UUID

from dataloaders.reactions import SUBJECTS
from domain import reactions
from domain.reactions import Subject
from domain.refusals import NotFound
from persistence.rows import Row
from resolvers import ids
from resolvers.context import Context
from resolvers.messages import limit_messages

_BY_TYPE = {subject.value: subject for subject in Subject}


async def react(context: Context, *, subject_id: str, emoji: str) -> dict[str, Any]:
    """Put an emoji to a message, a post or a comment; it is there once, however often you do it.

    Counts as a message: who takes part in a conversation is told of it.
    """
    async with context.write() as tx:
        limit_messages(context)
        subject, key = _parsed(subject_id)
        me = context.signed_in
        await reactions.react(tx, me, subject=subject, subject_id=key, emoji=emoji)
        return tx.answer({"subject_type": subject.value, "subject_key": str(key)})


async def remove_reaction(context: Context, *, subject_id: str, emoji: str) -> dict[str, Any]:
    """Take back an emoji that you put to a message, a post or a comment."""
    async with context.write() as tx:
        subject, key = _parsed(subject_id)
        me = context.signed_in
        await reactions.remove_reaction(tx, me, subject=subject, subject_id=key, emoji=emoji)
        return tx.answer({"subject_type": subject.value, "subject_key": str(key)})


async def subject_of(context: Context, subject_type: str, subject_key: str) -> Row | None:
    """Give what was reacted to; None when it is hidden from the viewer by now."""
    row: Row | None = await context.load(SUBJECTS[Subject(subject_type)], UUID(subject_key))
    return row


def _parsed(subject_id: str) -> tuple[Subject, UUID]:
    parsed = ids.parse(subject_id)
    if parsed is None or parsed[0] not in _BY_TYPE:
        raise NotFound("Subject")
    return _BY_TYPE[parsed[0]], parsed[1]
