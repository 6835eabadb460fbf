"""Mentions and hashtags: what posts and comments name, kept as their texts are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain import text_entities
from domain.text_entities import Entity
from domain.viewer import Viewer
from persistence import models
from persistence.queries import hashtags as hashtag_queries
from persistence.queries import mentions as queries
from persistence.rows import Row
from persistence.statements import Statement
from persistence.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Renamed:
    """How whom a text mentions has changed.

    Attributes:
        added: who is mentioned who was not before.
        dropped: who was mentioned and is not any more.
    """

    added: tuple[UUID, ...] = ()
    dropped: tuple[UUID, ...] = ()


async def hold_people(
    tx: Transaction, viewer: Viewer, *, content: str = "", post_id: UUID | None = None
) -> None:
    """Let nobody concerned delete their account until the commit; before anything else is held.

    Whoever deletes an account holds its profile, and comes to posts and mentions from there: who
    held a post first and waited for the person would be waited for in turn.

    Args:
        tx: the transaction.
        viewer: who acts.
        content: the text in which people may be mentioned.
        post_id: the post that it is about, whose author is concerned.
    """
    handles = [entity.value for entity in text_entities.mentions_in(content)]
    concerned = {"viewer_id": viewer.profile_id, "post_id": post_id, "handles": handles}
    await tx.fetch(queries.hold_people, **concerned)


async def keep_in_post(tx: Transaction, post: Row) -> Renamed:
    """Keep whom a post mentions and its tags; for its author, who holds it.

    Who is hidden from the author, or may not read the post, is not mentioned: their handle is
    text like any other.
    """
    key = {"post_id": post.post_id}
    before = await tx.remove(models.PostMention, **key)
    await tx.remove(models.PostHashtag, **key)
    found = text_entities.mentions_in(post.content)
    now = await _add(tx, queries.add_to_post, found, post.author_id, key)
    if tags := {entity.value for entity in text_entities.hashtags_in(post.content)}:
        await tx.fetch(hashtag_queries.add, tags=sorted(tags), **key)
    return _renamed(before, now)


async def keep_in_comment(tx: Transaction, comment: Row) -> Renamed:
    """Keep whom a comment mentions; for its author, who holds it."""
    key = {"comment_id": comment.comment_id}
    before = await tx.remove(models.CommentMention, **key)
    found = text_entities.mentions_in(comment.content)
    now = await _add(tx, queries.add_to_comment, found, comment.author_id, key)
    return _renamed(before, now)


def _renamed(before: Sequence[Row], now: Sequence[Row]) -> Renamed:
    were, are = ({row["profile_id"] for row in rows} for rows in (before, now))
    return Renamed(added=tuple(sorted(are - were)), dropped=tuple(sorted(were - are)))


async def _add(
    tx: Transaction,
    adding: Statement,
    found: Sequence[Entity],
    author_id: UUID,
    key: dict[str, UUID],
) -> list[Row]:
    if not found:
        return []
    return await tx.fetch(
        adding,
        handles=[entity.value for entity in found],
        starts=[entity.offset for entity in found],
        lengths=[entity.length for entity in found],
        viewer_id=author_id,
        **key,
    )
