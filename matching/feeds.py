"""Feeds: from a viewer to a ranked feed, with all that the stores know."""

import asyncio
import hashlib
from collections import Counter as Counts
from collections.abc import Awaitable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray
from prometheus_client import Counter

from matching.contents import vector_of
from matching.embedding_versions import present
from matching.feed_ranking import KINDS, Candidate, Tie, ranked, reason
from persistence.contents import ContentKind, Contents, Within
from persistence.database import Database
from persistence.feeds import Feed, Feeds
from persistence.frozen import new_name
from persistence.queries import feed as queries
from persistence.rows import Row
from persistence.vectors import Vectors, VectorsUnavailable

T = TypeVar("T")

_log = structlog.get_logger("kith.feeds")
_fallbacks = Counter(
    "kith_feed_fallbacks_total",
    "Questions of ranked feeds that the vector index did not answer, as it was away.",
)

GOOD_FOR = timedelta(minutes=15)
"""How long somebody goes on with the same order when they begin anew and nothing has changed."""

CIRCLE_MOST = 400
"""How many posts by the people around a viewer are looked at, the newest."""

PER_AUTHOR = 20
"""How many of them by one author."""

FEED_MOST = 300
"""How many posts a feed holds."""

TOPICS_MOST = 5
"""Of how many topics at once less is shown, those named last."""

_TOUCHED_WITHIN = timedelta(days=30)
_SPARE = 4
_PER_STRANGER = 2
_BETWEEN = ":"


@dataclass(frozen=True, slots=True)
class State:
    """What a feed depends on beside time.

    Attributes:
        fingerprint: differs when any of it differs.
        language: of the viewer, None if unsaid.
    """

    fingerprint: str
    language: str | None

    @property
    def choices(self) -> str:
        """The part that tells what the viewer shared last, who is around them, and less of what."""
        return self.fingerprint.partition(_BETWEEN)[0]


@dataclass(frozen=True, kw_only=True)
class FeedBuilder:
    """Builds ranked feeds; one for a process.

    Attributes:
        database: who is around whom, and what they share.
        vectors: the index, in which posts are.
        feeds: knows what was handed out.
        days: how old posts are at most.
        half_life: after which time a post counts half.
        strangers: how many posts of people whom the viewer does not know are added at most.
    """

    database: Database
    vectors: Vectors
    feeds: Feeds
    days: int
    half_life: timedelta
    strangers: int

    async def state(self, viewer_id: UUID) -> State:
        """Give what the viewer's feed depends on now."""
        row = await self.database.one(queries.state, viewer_id=viewer_id)
        if row is None:
            raise LookupError("A statement without FROM has a row.")
        newest, *choices, language = row
        return State(f"{_digest(*choices)}{_BETWEEN}{_digest(newest)}", language)

    async def feed(self, viewer_id: UUID, state: State, *, now: datetime) -> Feed:
        """Build the feed of a viewer; without the index it holds the circle alone.

        Args:
            viewer_id: who reads.
            state: what it depends on, as it was asked before.
            now: the moment, with its time zone.
        """
        since = now - timedelta(days=self.days)
        contents = (await present(self.database, self.vectors)).contents
        vector = await vector_of(self.database, contents.model_version, viewer_id)
        fetch, of_viewer = self.database.fetch, {"viewer_id": viewer_id}
        bounds = {"since_key": key_at(since), "per_author": PER_AUTHOR, "limit": CIRCLE_MOST}
        circle, strangers, touches, authors, topics, seen = await asyncio.gather(
            fetch(queries.candidates, **of_viewer, **bounds),
            self._strangers(viewer_id, contents, vector, since),
            fetch(queries.touches, **of_viewer, since=now - _TOUCHED_WITHIN),
            fetch(queries.authors_shown_less, **of_viewer),
            fetch(queries.topics_shown_less, **of_viewer, limit=TOPICS_MOST),
            self.feeds.seen(viewer_id),
        )
        ids = [row.post_id for row in (*circle, *strangers)]
        similarities, *unwanted = await asyncio.gather(
            _similarities(contents, vector, ids),
            *(_similarities_to(contents, row.post_id, ids) for row in topics),
        )
        known = _Known(
            touches={row.author_id: float(row.total) for row in touches},
            similarities=similarities,
            unwanted=unwanted,
            authors={row.author_id for row in authors},
            seen=seen,
        )
        # In a thread: it takes long enough for others to notice.
        return await asyncio.to_thread(
            self._built, viewer_id, state, [*circle, *strangers], known, now
        )

    def _built(
        self, viewer_id: UUID, state: State, rows: Sequence[Row], known: "_Known", now: datetime
    ) -> Feed:
        posts = [_candidate(row, known) for row in rows]
        order = ranked(posts, now=now, half_life=self.half_life, most=FEED_MOST)
        return Feed(
            name=new_name(),
            viewer_id=viewer_id,
            built_at=now,
            good_until=now + GOOD_FOR,
            built_for=state.fingerprint,
            keys=b"".join(post.post_id.bytes for post in order),
            reasons=bytes(KINDS.index(reason(post)) for post in order),
        )

    async def _strangers(
        self,
        viewer_id: UUID,
        contents: Contents,
        vector: NDArray[np.float32] | None,
        since: datetime,
    ) -> list[Row]:
        """Give posts for everybody, by people who are not around the viewer, near to them."""
        if vector is None or not self.strangers:
            return []
        # More than are wanted: among the nearest are posts of the circle, of hidden people, and
        # many by one author.
        asked = contents.search(
            ContentKind.POST,
            vector,
            limit=_SPARE * self.strangers,
            within=Within(since=since, only_open=True, not_by=[viewer_id]),
        )
        found = await _unless_away(asked, [])
        rows = await self.database.fetch(
            queries.by_strangers,
            viewer_id=viewer_id,
            ids=[key for key, _ in found],
            since_key=key_at(since),
        )
        places = {key: place for place, (key, _) in enumerate(found)}
        nearest = sorted(rows, key=lambda row: places[row.post_id])
        return _few_by_each(nearest)[: self.strangers]


def is_good(feed: Feed, state: State, now: datetime) -> bool:
    """Say whether a feed will do for who begins anew.

    Args:
        feed: the feed.
        state: what the viewer's feed depends on now.
        now: the present moment.
    """
    return now < feed.good_until and feed.built_for == state.fingerprint


def heeds_choices(feed: Feed, state: State) -> bool:
    """Say whether a feed was built after the last that its viewer did, whatever others did."""
    return feed.built_for.startswith(f"{state.choices}{_BETWEEN}")


def _digest(*parts: object) -> str:
    return hashlib.blake2b("\n".join(map(str, parts)).encode(), digest_size=12).hexdigest()


def key_at(moment: datetime) -> UUID:
    """Give the key than which all keys made later are greater, as UUIDv7 begin with the time."""
    return UUID(int=int(moment.timestamp() * 1_000) << 80)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of posts and authors, by their keys, beside what ties authors to the viewer."""

    touches: Mapping[UUID, float]
    similarities: Mapping[UUID, float]
    unwanted: Sequence[Mapping[UUID, float]]
    authors: Collection[UUID]
    seen: Collection[UUID]


def _few_by_each(rows: Sequence[Row]) -> list[Row]:
    """Keep the first posts of each author, so that nobody takes all places."""
    kept, numbers = [], Counts[UUID]()
    for row in rows:
        numbers[row["author_id"]] += 1
        if numbers[row["author_id"]] <= _PER_STRANGER:
            kept.append(row)
    return kept


def _candidate(row: Row, known: _Known) -> Candidate:
    key, author_id = row["post_id"], row["author_id"]
    tie = Tie(
        is_own=row.get("is_own", False),
        is_match=row.get("is_match", False),
        is_followed=row.get("is_followed", False),
        is_follower=row.get("is_follower", False),
        touches=known.touches.get(author_id, 0.0),
    )
    return Candidate(
        post_id=key,
        created_at=row["created_at"],
        tie=tie,
        similarity=known.similarities.get(key),
        is_author_unwanted=author_id in known.authors,
        unwanted_similarity=max((one.get(key, 0.0) for one in known.unwanted), default=0.0),
        is_seen=key in known.seen,
    )


async def _similarities(
    contents: Contents, vector: NDArray[np.float32] | None, ids: Sequence[UUID]
) -> dict[UUID, float]:
    if vector is None:
        return {}
    return await _unless_away(contents.similarities(ContentKind.POST, vector, ids), {})


async def _similarities_to(
    contents: Contents, post_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, float]:
    return await _unless_away(contents.similarities_to(ContentKind.POST, post_id, ids), {})


async def _unless_away(asked: Awaitable[T], otherwise: T) -> T:
    try:
        return await asked
    except VectorsUnavailable as error:
        _fallbacks.inc()
        _log.warning("feed without the vector index", reason=str(error))
        return otherwise
