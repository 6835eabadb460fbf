"""Posts: what people share."""

from dataclasses import dataclass
from uuid import UUID

from domain import texts
from domain.facts import Fact
from domain.refusals import InvalidInput, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.rows import Row
from persistence.transaction import Transaction

CONTENT_LENGTH = 5_000
"""The most characters of a post."""


@dataclass(frozen=True, kw_only=True)
class PostCreated(Fact):
    """Somebody shared something."""

    post_id: UUID
    author_id: UUID


@dataclass(frozen=True, kw_only=True)
class PostDeleted(Fact):
    """An author took a post back."""

    post_id: UUID
    author_id: UUID


async def create_post(tx: Transaction, viewer: Viewer, *, content: str) -> Row:
    """Share a text.

    Args:
        tx: the transaction.
        viewer: the author.
        content: 1 to 5,000 characters.

    Returns:
        The post.

    Raises:
        InvalidInput: the text is empty or too long.
    """
    content = texts.clean(content, lines=True)
    if problems := texts.length_problems("content", content, least=1, most=CONTENT_LENGTH):
        raise InvalidInput(problems)
    post = await tx.add(models.Post, author_id=viewer.profile_id, content=content)
    tx.record(PostCreated(post_id=post.post_id, author_id=viewer.profile_id))
    return post


async def delete_post(tx: Transaction, viewer: Viewer, *, post_id: UUID) -> None:
    """Take back one's own post.

    Raises:
        NotFound: there is no such post of the viewer.
    """
    if not await tx.remove(models.Post, post_id=post_id, author_id=viewer.profile_id):
        raise NotFound("Post")
    tx.record(PostDeleted(post_id=post_id, author_id=viewer.profile_id))
