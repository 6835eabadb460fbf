"""Sources: the lists that candidates come from, and how they become one: pure."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from persistence.facets import Order, Search
from persistence.vectors import Hit

SHARES = {Order.NEAREST: 0.4, Order.LIKELIEST: 0.3, Order.UNSEEN: 0.2, Order.NEWEST: 0.1}
"""Which part of the candidates each source adds; what one cannot fill the others do."""


def searches_of(search: Search, width: int) -> list[Search]:
    """Write the searches of all sources.

    Args:
        search: with the filters and the vector.
        width: how many candidates are wanted.

    Returns:
        The nearest first, as far as there is a vector, then the newest: each reaches `width`, so
        that together they find everybody where fewer are there. Then who is likely to like and be
        liked; who was never shown, drawn by lot; and who was shown the least.
    """
    whole = [Order.NEAREST] if search.vector is not None else []
    unseen = _part(search, Order.UNSEEN, width)
    return [
        *(replace(search, order=order, limit=width) for order in (*whole, Order.NEWEST)),
        _part(search, Order.LIKELIEST, width),
        # Lots lie on a circle: from one's own on, then from the beginning.
        replace(unseen, lot=lot_today(search)),
        unseen,
        _part(search, Order.LEAST_SHOWN, width),
    ]


def fused(
    searches: Sequence[Search],
    lists: Sequence[Sequence[Hit]],
    width: int,
    first: Iterable[UUID] = (),
) -> dict[UUID, float | None]:
    """Make one list of those of the sources, everybody once.

    Args:
        searches: as `searches_of` wrote them.
        lists: what each found, in the same order.
        width: how many candidates are wanted.
        first: who enters in any case, whatever the sources found.

    Returns:
        Ids with their cosine, None where no source knows it.
    """
    hits = [hit for found in lists for hit in found]
    similarities = {hit.profile_id: hit.similarity for hit in hits if hit.similarity is not None}
    chosen = dict.fromkeys(first)
    by_source: dict[Order, list[UUID]] = {}
    for search, found in zip(searches, lists, strict=True):
        # Who was shown the least comes after those who never were, in the same share.
        source = Order.UNSEEN if search.order is Order.LEAST_SHOWN else search.order
        by_source.setdefault(source, []).extend(hit.profile_id for hit in found)
    for order, share in SHARES.items():
        fresh = [key for key in dict.fromkeys(by_source.get(order, ())) if key not in chosen]
        chosen |= dict.fromkeys(fresh[: round(share * width)])
    for key in (key for order in SHARES for key in by_source.get(order, ())):
        if len(chosen) >= width:
            break
        chosen[key] = None
    return {key: similarities.get(key) for key in chosen}


def lot_today(search: Search) -> float:
    """Give the lot from which a viewer draws on a day, 0 to 1: another each day, the same all day.

    Lists that are made twice on a day are the same, and over many viewers and days everybody is
    drawn equally often.
    """
    key = search.viewer_id.bytes + search.now.date().isoformat().encode()
    return int.from_bytes(hashlib.blake2b(key, digest_size=6).digest()) / 2**48


def _part(search: Search, order: Order, width: int) -> Search:
    # Twice the share, since others may have found the same people.
    limit = max(1, round(2.0 * SHARES.get(order, SHARES[Order.UNSEEN]) * width))
    return replace(search, order=order, limit=limit)
