"""The feed: what the people around the viewer share, by time or by relevance, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from dataloaders import feed as loaders
from dataloaders.connections import DEFAULT_SIZE, MOST, After, Before, First, Last, PageOf
from domain import feed as verbs
from domain.feed import LessOf
from domain.numbers import count_problems
from domain.refusals import InvalidField, InvalidFieldCode, InvalidInput
from matching import feed_texts
from matching.feed_ranking import KINDS, FeedReasonKind
from matching.feeds import State, heeds_choices, is_good
from persistence.feeds import Feed
from persistence.pages import BadCursor, Page
from persistence.queries import posts
from persistence.rows import Row
from resolvers import ids
from resolvers.context import Context

_LIST = "viewer.feed"

_SPARE = 12
"""How many posts more than a page has are read at once."""

_NEW_FOR = timedelta(seconds=2)
"""How long a feed is good for who begins anew, whatever others did: its makers may be busy."""


class FeedOrder(StrEnum):
    """What comes first in a feed."""

    LATEST = "latest"
    RELEVANT = "relevant"


@dataclass(frozen=True, slots=True)
class FeedReason:
    """Why a post is in the feed.

    Attributes:
        kind: stable for programs.
        text: one sentence, in the reader's language.
    """

    kind: FeedReasonKind
    text: str


@dataclass(frozen=True, slots=True)
class LatestPage:
    """A page of the feed by time, as the GraphQL connection shows it."""

    context: Context
    found: PageOf

    @property
    def page(self) -> Page:
        """Whether there is more around it."""
        return self.found.page

    @property
    def rows(self) -> Sequence[Row]:
        """The posts of the page."""
        return self.found.rows

    def shown(self) -> Sequence[Row]:
        """Give the posts of the page."""
        return self.found.rows

    def cursor_of(self, row: Row) -> str:
        """The cursor of a post."""
        return self.found.cursor_of(row)

    def reason_of(self, row: Row) -> FeedReason | None:
        """Give no reason: time needs none."""
        return None

    async def total(self) -> int:
        """Count the whole list."""
        count: int = await self.context.load(self.found.counts, self.found.owner)
        return count


@dataclass(slots=True)
class RelevantPage:
    """A page of a ranked feed, as the GraphQL connection shows it.

    Attributes:
        context: of the operation.
        feed: the whole feed.
        language: of the reader.
        rows: the posts of the page, in the feed's order.
        places: where in the feed they are.
        page: whether there are more around them.
        is_noted: whether it is noted that they were handed out.
    """

    context: Context
    feed: Feed
    language: str | None
    rows: Sequence[Row]
    places: Mapping[UUID, int]
    page: Page
    is_noted: bool = False

    def shown(self) -> Sequence[Row]:
        """Give the posts of the page, and note that they are handed out."""
        if not self.is_noted:
            self.is_noted = True
            viewer_id = self.context.signed_in.profile_id
            self.context.services.feeds.note_seen(viewer_id, tuple(self.places))
        return self.rows

    def cursor_of(self, row: Row) -> str:
        """The cursor of a post: the feed and the place in it."""
        return self.context.cursors.encode(_LIST, (self.feed.name, self.places[row.post_id]))

    def reason_of(self, row: Row) -> FeedReason | None:
        """Say why a post is in the feed."""
        kind = KINDS[self.feed.reasons[self.places[row.post_id]]]
        return FeedReason(kind, feed_texts.text(kind, self.language))

    async def total(self) -> int:
        """Count what the feed can show now."""
        return len(await _readable(self.context, self.feed.part(0, self.feed.size)))


async def feed(
    context: Context,
    *,
    order: FeedOrder = FeedOrder.LATEST,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> LatestPage | RelevantPage:
    """Give a page of the viewer's feed.

    Raises:
        InvalidInput: a size outside 1 to 100, a cursor of another list or of a feed that is gone,
            or what is before a place in the order of relevance.
    """
    if order is FeedOrder.RELEVANT:
        return await _relevant(context, first, after, last, before)
    found = await context.load(
        loaders.of_viewer,
        context.signed_in.profile_id,
        first=first,
        after=after,
        last=last,
        before=before,
    )
    return LatestPage(context, found)


async def show_less(context: Context, *, post_id: str, of: LessOf = LessOf.TOPIC) -> dict[str, Any]:
    """Ask for less like a post in your next feed by relevance; nobody else learns of it."""
    async with context.write() as tx:
        key = ids.decode(post_id, "Post")
        post = await verbs.show_less(tx, context.signed_in, post_id=key, of=of)
        return tx.answer({"post": post})


async def undo_show_less(
    context: Context, *, post_id: str, of: LessOf = LessOf.TOPIC
) -> dict[str, Any]:
    """Take back that you asked for less; for AUTHOR, any post of the same author will do."""
    async with context.write() as tx:
        key = ids.decode(post_id, "Post")
        post = await verbs.undo_show_less(tx, context.signed_in, post_id=key, of=of)
        return tx.answer({"post": post})


async def _relevant(
    context: Context, first: int | None, after: str | None, last: int | None, before: str | None
) -> RelevantPage:
    size, place = _asked(context, first, after, last, before)
    viewer_id, now = context.signed_in.profile_id, datetime.now(UTC)
    state = await context.services.feed_builder.state(viewer_id)
    if place is None:
        found, start = await _renewed(context, viewer_id, state, now), 0
    else:
        named = await context.services.feeds.by_id(viewer_id, place[0])
        if named is None:
            raise InvalidInput.of(
                "after",
                "The feed of this cursor is gone: begin without after.",
                InvalidFieldCode.UNKNOWN,
            )
        found, start = named, place[1] + 1
    return await _page(context, found, state.language, start, size)


def _asked(
    context: Context, first: int | None, after: str | None, last: int | None, before: str | None
) -> tuple[int, tuple[str, int] | None]:
    """Give the size of the page, and the feed and the place in it after which the page begins."""
    problems = [
        InvalidField(
            name,
            f"{name} is for the order LATEST: a ranked feed is read forwards.",
            InvalidFieldCode.CONFLICTING,
        )
        for name, value in (("last", last), ("before", before))
        if value is not None
    ]
    size = DEFAULT_SIZE if first is None else first
    problems += count_problems("first", size, MOST)
    place: tuple[str, int] | None = None
    if after is not None:
        try:
            name, at = context.cursors.decode(_LIST, after)
            place = name, at
        except BadCursor:
            problems.append(
                InvalidField(
                    "after", "after is not a cursor of this list.", InvalidFieldCode.UNKNOWN
                )
            )
    if problems:
        raise InvalidInput(problems)
    return size, place


async def _renewed(context: Context, viewer_id: UUID, state: State, now: datetime) -> Feed:
    """Give the present feed while it is good, else one made by one process for all who ask."""
    services = context.services
    found = await services.feeds.current(viewer_id)
    if found is not None:
        is_new = now - found.built_at < _NEW_FOR and heeds_choices(found, state)
        if is_new or is_good(found, state, now):
            return found
    return await services.feeds.renewed(
        viewer_id,
        None,
        build=lambda: services.feed_builder.feed(viewer_id, state, now=now),
        is_good=lambda made: is_good(made, state, now) or made.built_at >= now,
    )


async def _page(
    context: Context, found: Feed, language: str | None, start: int, size: int
) -> RelevantPage:
    """Give a full page, as long as the feed has posts that the viewer may read now."""
    # More than asked for are read: some stand in for those that are hidden now, and one tells
    # whether there are more. Where that is not enough, twice as many are, and so on.
    places: list[tuple[int, Row]] = []
    begin, width = start, size + _SPARE
    while begin < found.size and len(places) <= size:
        keys = found.part(begin, begin + width)
        known = await _readable(context, keys)
        places += [(at, known[key]) for at, key in enumerate(keys, begin) if key in known]
        begin, width = begin + width, 2 * width
    shown = places[:size]
    return RelevantPage(
        context=context,
        feed=found,
        language=language,
        rows=[row for _, row in shown],
        places={row.post_id: at for at, row in shown},
        page=Page(has_next=len(places) > size, has_previous=start > 0),
    )


async def _readable(context: Context, keys: Sequence[UUID]) -> dict[UUID, Row]:
    asked = {"ids": list(keys), "viewer_id": context.viewer_id}
    return {row.post_id: row for row in await context.database.fetch(posts.by_ids, **asked)}
