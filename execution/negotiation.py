"""Content negotiation: which media type answers an `Accept` header."""

from functools import lru_cache
from typing import NamedTuple


class _Range(NamedTuple):
    media_type: str
    quality: float


@lru_cache(maxsize=256)
def best_match(accept: str | None, offered: tuple[str, ...]) -> str | None:
    """Choose the media type that a client likes best.

    A type that is named beats one that only a wildcard covers; between equals the first offered
    wins, except that wildcards alone lead to the last: the one that every client knows.

    Args:
        accept: the header, None when there is none.
        offered: media types, the best first.

    Returns:
        One of the offered, or None when the client accepts none of them.
    """
    if not accept or not accept.strip():
        return offered[-1]
    ranges = [_range(part) for part in accept.split(",")]
    best: tuple[float, int, int] | None = None
    chosen = None
    for place, media_type in enumerate(offered):
        precision, quality = _quality(media_type, ranges)
        order = -place if precision == 2 else place
        rank = (quality, precision, order)
        if quality > 0 and (best is None or rank > best):
            best, chosen = rank, media_type
    return chosen


@lru_cache(maxsize=256)
def names(accept: str | None, media_type: str) -> bool:
    """Whether a client accepts a media type by its name, not only by a wildcard.

    Args:
        accept: the header, None when there is none.
        media_type: in small letters.
    """
    ranges = [_range(part) for part in (accept or "").split(",")]
    precision, quality = _quality(media_type, ranges)
    return precision == 2 and quality > 0


def _quality(media_type: str, ranges: list[_Range]) -> tuple[int, float]:
    """How precisely and how much a media type is accepted; the most precise range counts."""
    patterns = ("*/*", media_type.partition("/")[0] + "/*", media_type)
    matches = [
        (patterns.index(each.media_type), each.quality)
        for each in ranges
        if each.media_type in patterns
    ]
    return max(matches, default=(0, 0.0))


def _range(part: str) -> _Range:
    media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            quality = _number(value.strip())
    return _Range(media_type, quality)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if 0 <= number <= 1 else 0.0
