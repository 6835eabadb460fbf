"""Feed ranking: in which order a reader meets posts, and why each is there: pure.

The score has the form of EdgeRank (R. Sanghvi and A. Steinberg, "News Feed", Facebook f8, 2010):
affinity times weight times time decay, here

    score = affinity * interest * freshness * wanted * unseen

with `affinity` of the two people, `interest` from the nearness of the post to what the reader
writes about themself, `freshness` halving with time, `wanted` from what the reader asked to see
less of, and `unseen` less for what they were shown before. All factors are positive, so each one
orders posts that are otherwise alike. The weights are a prior, and no finding.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

MATCH = 2.0
"""What a match adds to an affinity of 1."""

FOLLOW = 1.0
"""What each way of following adds; the other way counts only where the reader follows."""

TOUCH = 2.0
"""What being in touch adds at most."""

TOUCHES_HALF = 3.0
"""With so many touches half of it is reached."""

NEARNESS = 2.0
"""The logarithm of how much more a post counts at a cosine of 1 than of 0."""

LESS_OF_AUTHOR = 1 / 8
LESS_OF_TOPIC = 1 / 10
"""What is left of a post when it is the very one of whose topic less is wanted."""

SEEN = 1 / 8


class FeedReasonKind(StrEnum):
    """Why a post is in a feed."""

    OWN = "own"
    MATCH = "match"
    MUTUAL_FOLLOW = "mutual_follow"
    FOLLOW = "follow"
    IN_TOUCH = "in_touch"
    SIMILAR = "similar"


KINDS = tuple(FeedReasonKind)
"""The reasons by the numbers under which feeds keep them; new ones come last."""


@dataclass(frozen=True, slots=True)
class Tie:
    """What ties a reader to an author.

    Attributes:
        is_own: the reader is the author.
        is_match: the two have a match.
        is_followed: the reader follows the author.
        is_follower: the author follows the reader.
        touches: how much they have had to do with each other lately, 0 or more.
    """

    is_own: bool = False
    is_match: bool = False
    is_followed: bool = False
    is_follower: bool = False
    touches: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post that a reader may be shown.

    Attributes:
        post_id: its key.
        created_at: when it was shared.
        tie: what ties the reader to its author.
        similarity: the cosine of its text and what the reader writes about themself, None where
            it is not known.
        is_author_unwanted: whether the reader asked for less by its author.
        unwanted_similarity: the greatest cosine with a post of whose topic the reader wants less;
            0 without one.
        is_seen: whether it was shown to the reader before.
    """

    post_id: UUID
    created_at: datetime
    tie: Tie = Tie()
    similarity: float | None = None
    is_author_unwanted: bool = False
    unwanted_similarity: float = 0.0
    is_seen: bool = False


def affinity(tie: Tie) -> float:
    """Say how close two people are: 1 without any tie, up to 7."""
    follows = FOLLOW * tie.is_followed + FOLLOW * (tie.is_followed and tie.is_follower)
    return 1.0 + MATCH * tie.is_match + follows + _touch(tie)


def interest(similarity: float | None) -> float:
    """Say how much a post is about what the reader is about: 1 at a cosine of 0, or unknown."""
    return math.exp(NEARNESS * (similarity or 0.0))


def freshness(age: timedelta, half_life: timedelta) -> float:
    """Say how fresh a post is: 1 when new, half after each half-life."""
    return math.exp2(-(max(age, timedelta()) / half_life))


def wanted(*, is_author_unwanted: bool, unwanted_similarity: float) -> float:
    """Say what is left of a post after what the reader asked to see less of, at most 1."""
    topic: float = LESS_OF_TOPIC ** max(0.0, unwanted_similarity)
    return topic * (LESS_OF_AUTHOR if is_author_unwanted else 1.0)


def score(post: Candidate, *, now: datetime, half_life: timedelta) -> float:
    """Give the score of a post, more than 0; see the module for the formula.

    Args:
        post: the post.
        now: the present moment.
        half_life: after which time a post counts half.
    """
    return (
        affinity(post.tie)
        * interest(post.similarity)
        * freshness(now - post.created_at, half_life)
        * wanted(
            is_author_unwanted=post.is_author_unwanted,
            unwanted_similarity=post.unwanted_similarity,
        )
        * (SEEN if post.is_seen else 1.0)
    )


def reason(post: Candidate) -> FeedReasonKind:
    """Say why a post is in the feed: what adds most to its score, of ties and nearness."""
    tie, kinds = post.tie, FeedReasonKind
    if tie.is_own:
        return kinds.OWN
    follow = kinds.MUTUAL_FOLLOW if tie.is_follower else kinds.FOLLOW
    parts = {
        kinds.MATCH: MATCH * tie.is_match,
        follow: FOLLOW * tie.is_followed * (2 if tie.is_follower else 1),
        kinds.IN_TOUCH: _touch(tie),
        kinds.SIMILAR: interest(post.similarity) - 1.0,
    }
    if not tie.is_match and not tie.is_followed:
        return kinds.SIMILAR
    return max(parts, key=lambda kind: parts[kind])


def ranked(
    posts: Iterable[Candidate], *, now: datetime, half_life: timedelta, most: int
) -> list[Candidate]:
    """Order posts by their score, the newest first of equal ones.

    Args:
        posts: each once.
        now: the present moment.
        half_life: after which time a post counts half.
        most: how many at most.
    """
    scored = ((score(post, now=now, half_life=half_life), post) for post in posts)
    ordered = sorted(scored, key=lambda pair: (pair[0], pair[1].post_id), reverse=True)
    return [post for _, post in ordered[:most]]


def _touch(tie: Tie) -> float:
    return TOUCH * (1.0 - math.exp2(-tie.touches / TOUCHES_HALF))
