"""Mentions and hashtags: what posts and comments name, kept as their texts are written."""

from collections.abc import Sequence
from uuid import UUID

from domain import text_entities
from domain.text_entities import Entity
from persistence import models
from persistence.queries import hashtags as hashtag_queries
from persistence.queries import mentions as queries
from persistence.rows import Row
from persistence.statements import Statement
from persistence.transaction import Transaction


async def keep_in_post(tx: Transaction, post: Row) -> None:
    """Keep whom a post mentions and its tags; for its author, who holds it.

    Who is hidden from the author, or may not read the post, is not mentioned: their handle is
    text like any other.
    """
    key = {"post_id": post.post_id}
    await tx.remove(models.PostMention, **key)
    await tx.remove(models.PostHashtag, **key)
    found = text_entities.mentions_in(post.content)
    await _add(tx, queries.add_to_post, found, post.author_id, key)
    if tags := {entity.value for entity in text_entities.hashtags_in(post.content)}:
        await tx.fetch(hashtag_queries.add, tags=sorted(tags), **key)


async def keep_in_comment(tx: Transaction, comment: Row) -> None:
    """Keep whom a comment mentions; for its author, who holds it."""
    key = {"comment_id": comment.comment_id}
    await tx.remove(models.CommentMention, **key)
    found = text_entities.mentions_in(comment.content)
    await _add(tx, queries.add_to_comment, found, comment.author_id, key)


async def _add(
    tx: Transaction,
    adding: Statement,
    found: Sequence[Entity],
    author_id: UUID,
    key: dict[str, UUID],
) -> None:
    if found:
        await tx.fetch(
            adding,
            handles=[entity.value for entity in found],
            starts=[entity.offset for entity in found],
            lengths=[entity.length for entity in found],
            viewer_id=author_id,
            **key,
        )
