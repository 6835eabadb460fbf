"""Reactions in batches."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from dataloaders import comments, messages, posts
from dataloaders import profiles as profile_loading
from dataloaders.connections import DEFAULT_SIZE, MOST, First
from dataloaders.reader import Reader, lists_in_order
from domain.numbers import check_count
from domain.reactions import Subject
from execution.declarations import Batch, joint_batch
from persistence.queries import profiles, reactions
from persistence.queries.reactions import Reactions
from persistence.rows import Row

SUBJECTS: dict[Subject, Batch] = {
    Subject.MESSAGE: messages.by_ids,
    Subject.POST: posts.by_ids,
    Subject.COMMENT: comments.by_ids,
}
"""How to load what people react to."""


@dataclass(frozen=True, slots=True)
class Reacted:
    """An emoji of a message, a post or a comment.

    Attributes:
        emoji: the emoji.
        count: how many people put it whom the viewer may see.
        viewer_reacted: whether the viewer put it.
        people: the keys of the first ones of them, the first ones first.
    """

    emoji: str
    count: int
    viewer_reacted: bool
    people: tuple[UUID, ...]


def _of(questions: Reactions) -> Batch:
    @joint_batch
    async def of_subjects(reader: Reader, subject_ids: Sequence[UUID]) -> list[list[Reacted]]:
        asked = {"subject_ids": list(subject_ids), "viewer_id": reader.viewer_id}
        rows = await reader.database.fetch(questions.of_subjects, **asked)
        return [
            [
                Reacted(row["emoji"], row["number"], row["viewer_reacted"], tuple(row["people"]))
                for row in kinds
            ]
            for kinds in lists_in_order(subject_ids, rows, "subject_id")
        ]

    return of_subjects


of_messages = _of(reactions.of_messages)
"""The emoji of each message."""

of_posts = _of(reactions.of_posts)
"""The emoji of each post."""

of_comments = _of(reactions.of_comments)
"""The emoji of each comment."""


@joint_batch
async def people_of(
    reader: Reader, groups: Sequence[tuple[UUID, ...]], *, first: First = None
) -> list[list[Row]]:
    """The first profiles of each group of people, of those whom the viewer may see."""
    size = DEFAULT_SIZE if first is None else first
    check_count("first", size, MOST)
    groups = [group[:size] for group in groups]
    keys = list({key for group in groups for key in group})
    rows = await reader.database.fetch(profiles.by_ids, ids=keys, viewer_id=reader.viewer_id)
    by_key = {row.profile_id: row for row in rows}
    return [[by_key[key] for key in group if key in by_key] for group in groups]


@joint_batch
async def told(reader: Reader, places: Sequence[tuple[Subject, UUID, UUID]]) -> list[bool | None]:
    """True for each thing and person who reacted if the viewer may see both, else None."""

    async def is_told(subject: Subject, subject_id: UUID, reactor_id: UUID) -> bool | None:
        thing = await reader.load(SUBJECTS[subject], subject_id)
        reactor = await reader.load(profile_loading.by_ids, reactor_id)
        return True if thing and reactor else None

    return await asyncio.gather(*(is_told(*place) for place in places))
