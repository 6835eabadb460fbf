"""Jobs about decks: made ahead for who will ask, given up when they do not fit any more."""

import asyncio
import heapq
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from matching import feedback
from matching.deck_ranking import is_good
from matching.decks import GOOD_FOR
from matching.pairing import Pair, best_pairs
from persistence.decks import Deck
from persistence.queries import deck as queries
from persistence.showings import Showing
from workers.celery_app import task
from workers.resources import Resources

_log = structlog.get_logger("kith.decks")

HERE = timedelta(hours=1)
"""Who has asked for a deck within this time finds a fresh one when they ask again."""

ACTIVE = timedelta(days=14)
"""Who has been here within this time has a deck waiting every day, and may be in a best pair."""

AHEAD_FOR = timedelta(hours=26)
"""How long a deck that is made ahead waits for who asks first."""

HERE_MOST = 10_000
PAIRED_MOST = 20_000
POOL = 1_000
"""Among how many people, who live near each other, best pairs are looked for at once."""

_BATCH = 50
_PAIRS_PER_PERSON = 50
_FRESH = timedelta(minutes=10)
_AHEAD_FRESH = timedelta(hours=2)
_PAIRED_AGAIN_AFTER_DAYS = 7


@task
async def forget_deck(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Give up the deck of who changed what it was made of, so that they get a new one."""
    if body.get("parts") == ["last_active_at"]:
        return
    for role in ("profile_id", "decider_id", "liker_id", "blocker_id", "blocked_id"):
        if role in body:
            await resources.decks.forget(UUID(body[role]))


@task
async def erase_deck(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Keep nothing in Redis of who has deleted their account; safe to repeat."""
    viewer_id = UUID(body["account_id"])
    await resources.decks.clear(viewer_id)
    await resources.showings.forget(viewer_id)


@task
async def write_showings_down(resources: Resources) -> None:
    """Write down who was shown to whom; a day counts once, so it is safe to repeat."""

    async def write(showings: Sequence[Showing]) -> None:
        for each in showings:
            async with resources.database.write() as tx:
                await feedback.note_shown(
                    tx,
                    each.viewer_id,
                    each.ids,
                    now=each.shown_at,
                    embedding_version=each.embedding_version,
                )

    if count := await resources.showings.write_down(write):
        _log.info("showings written down", pages=count)


@task
async def refresh_decks(resources: Resources) -> None:
    """Make new decks for the people who are here."""
    here = await resources.showings.askers(datetime.now(UTC) - HERE, HERE_MOST)
    for part in _parts(here, _BATCH):
        await asyncio.to_thread(build_decks.delay, [str(key) for key in part])
    _log.info("decks refreshed", people=len(here))


@task
async def build_decks_ahead(resources: Resources) -> None:
    """Make decks for everybody who was here lately and may come again today."""
    since, last, count = datetime.now(UTC) - ACTIVE, UUID(int=0), 0
    asked = {"since": since, "limit": _BATCH}
    while rows := await resources.database.fetch(queries.active_since, last=last, **asked):
        ids = [str(row["profile_id"]) for row in rows]
        await asyncio.to_thread(build_decks.delay, ids, True)
        last, count = rows[-1]["profile_id"], count + len(rows)
    _log.info("decks made ahead", people=count)


@task
async def build_decks(
    resources: Resources, viewer_ids: Sequence[str], is_ahead: bool = False
) -> None:
    """Make new decks for a few people, unless they have just got one; safe to repeat."""
    fresh, good_for = (_AHEAD_FRESH, AHEAD_FOR) if is_ahead else (_FRESH, GOOD_FOR)
    for viewer_id in viewer_ids:
        await _build(resources, UUID(viewer_id), fresh, good_for)


async def _build(
    resources: Resources, viewer_id: UUID, fresh: timedelta, good_for: timedelta
) -> None:
    builder, now = resources.builder, datetime.now(UTC)
    viewer = await builder.viewer(viewer_id)
    if viewer is not None:
        await resources.decks.renewed(
            viewer_id,
            None,
            build=lambda: builder.deck(viewer, now=now, good_for=good_for),
            is_good=lambda made: is_good(made, viewer, now) and now - made.built_at < fresh,
        )


@task
async def pair_people(resources: Resources) -> None:
    """Look for the best mutual pairs of the day, area by area."""
    now = datetime.now(UTC)
    asked = {"since": now - ACTIVE, "limit": PAIRED_MOST}
    rows = await resources.database.fetch(queries.neighbours, **asked)
    for pool in _parts([row["profile_id"] for row in rows], POOL):
        ids = [str(key) for key in pool]
        await asyncio.to_thread(pair_pool.delay, ids, now.date().isoformat())


@task
async def pair_pool(resources: Resources, ids: Sequence[str], day: str) -> None:
    """Pair the people of one area for a day by what their decks say; safe to repeat.

    Who has a partner on that day keeps it, and who was paired within a week is not paired with the
    same person again. Nor are two people one of whom has decided on the other since their decks
    were made, or cannot be shown any more.
    """
    people, today, pairs = (
        [UUID(key) for key in ids],
        date.fromisoformat(day),
        resources.builder.pairs,
    )
    paired = await pairs.partners_of(people, today)
    free = [key for key in people if key not in paired]
    shown = await _decided_among(resources, free)
    for days in range(1, _PAIRED_AGAIN_AFTER_DAYS + 1):
        earlier = await pairs.partners_of(free, today - timedelta(days=days))
        shown |= {frozenset(pair) for pair in earlier.items()}
    open_to, found, seen = frozenset(free), list[Pair](), set[UUID]()
    for viewer_id in free:
        deck = await resources.decks.current(viewer_id)
        if deck is not None:
            rows = await resources.builder.undecided(viewer_id)(sorted(open_to & {*deck.ids}))
            visible = frozenset(row.profile_id for row in rows)
            found += _likeliest(deck, visible)
            seen |= visible
    # Whom nobody can be shown is not shown anybody first either.
    found = [pair for pair in found if pair.one in seen]
    best = await asyncio.to_thread(best_pairs, found, shown=shown)
    await pairs.add(today, [(pair.one, pair.other) for pair in best])
    _log.info("people paired", pool=len(people), pairs=len(best))


async def _decided_among(resources: Resources, people: Sequence[UUID]) -> set[frozenset[UUID]]:
    rows = await resources.database.fetch(queries.decided_among, ids=list(people))
    return {frozenset((row["first_id"], row["second_id"])) for row in rows}


def _likeliest(deck: Deck, open_to: Collection[UUID]) -> list[Pair]:
    """Give the likeliest matches of a deck among some people."""
    chances = zip(deck.ids, deck.chances.tolist(), strict=True)
    pairs = (Pair(deck.viewer_id, key, chance) for key, chance in chances if key in open_to)
    return heapq.nlargest(_PAIRS_PER_PERSON, pairs, key=lambda pair: pair.weight)


def _parts(ids: Sequence[UUID], size: int) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
