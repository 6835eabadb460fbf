"""Ranking a feed: what each factor does to the score, and what a reason says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import feed_ranking as ranking
from matching import feed_texts
from matching.feed_ranking import Candidate, FeedReasonKind, Tie

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)

ties = st.builds(
    Tie,
    is_own=st.booleans(),
    is_match=st.booleans(),
    is_followed=st.booleans(),
    is_follower=st.booleans(),
    touches=st.floats(0, 1_000),
)
cosines = st.floats(-1, 1)
posts = st.builds(
    Candidate,
    post_id=st.uuids(version=4),
    created_at=st.timedeltas(timedelta(), timedelta(days=30)).map(lambda age: NOW - age),
    tie=ties,
    similarity=st.none() | cosines,
    is_author_unwanted=st.booleans(),
    unwanted_similarity=cosines,
    is_seen=st.booleans(),
)


def scored(post):
    return ranking.score(post, now=NOW, half_life=DAY)


@given(posts, st.timedeltas(timedelta(), timedelta(days=30)))
def test_the_fresher_the_higher_and_half_after_each_half_life(post, older):
    before = replace(post, created_at=post.created_at - older)
    assert scored(before) <= scored(post)
    assert scored(replace(post, created_at=post.created_at - DAY)) == pytest.approx(
        scored(post) / 2
    )


@given(posts, cosines, cosines)
def test_the_nearer_to_the_reader_the_higher(post, one, other):
    near, far = (replace(post, similarity=value) for value in (max(one, other), min(one, other)))
    assert scored(near) >= scored(far)
    unknown = replace(post, similarity=None)
    assert scored(unknown) == scored(replace(post, similarity=0.0))


@given(posts, st.floats(0, 100))
def test_the_closer_to_the_author_the_higher(post, more):
    for change in ("is_match", "is_followed"):
        tied, untied = (replace(post.tie, **{change: value}) for value in (True, False))
        assert scored(replace(post, tie=tied)) > scored(replace(post, tie=untied))
    touched = replace(post.tie, touches=post.tie.touches + more)
    assert scored(replace(post, tie=touched)) >= scored(post)
    one_way = replace(post.tie, is_followed=False)
    assert ranking.affinity(replace(one_way, is_follower=True)) == ranking.affinity(
        replace(one_way, is_follower=False)
    )


@given(posts, cosines)
def test_what_is_unwanted_or_was_seen_sinks_and_nothing_vanishes(post, similarity):
    wanted = replace(post, is_author_unwanted=False, unwanted_similarity=0.0, is_seen=False)
    for changed in (
        replace(wanted, is_author_unwanted=True),
        replace(wanted, is_seen=True),
        replace(wanted, unwanted_similarity=abs(similarity)),
    ):
        assert 0 < scored(changed) <= scored(wanted)
    assert scored(replace(wanted, unwanted_similarity=-abs(similarity))) == scored(wanted)


@given(st.lists(posts, max_size=20, unique_by=lambda post: post.post_id), st.integers(1, 20))
def test_the_order_holds_each_post_once_whatever_order_they_come_in(given_posts, most):
    asked = {"now": NOW, "half_life": DAY, "most": most}
    order = ranking.ranked(given_posts, **asked)
    assert len(order) == min(most, len(given_posts))
    assert ranking.ranked(reversed(given_posts), **asked) == order
    assert len({post.post_id for post in order}) == len(order)
    assert all(scored(one) >= scored(other) for one, other in pairwise(order))


def test_the_newest_of_equal_posts_comes_first():
    old, new = (Candidate(UUID(int=n), NOW) for n in (1, 2))
    assert ranking.ranked([old, new], now=NOW, half_life=DAY, most=2) == [new, old]


def test_a_post_of_the_future_is_as_fresh_as_one_of_now():
    assert scored(Candidate(uuid4(), NOW + DAY)) == scored(Candidate(uuid4(), NOW)) == 1.0


@pytest.mark.parametrize(
    ("tie", "similarity", "kind"),
    [
        (Tie(is_own=True, is_match=True), 1.0, FeedReasonKind.OWN),
        (Tie(is_match=True, is_followed=True), None, FeedReasonKind.MATCH),
        (Tie(is_followed=True), -0.5, FeedReasonKind.FOLLOW),
        (Tie(is_followed=True, is_follower=True), 0.1, FeedReasonKind.MUTUAL_FOLLOW),
        (Tie(is_followed=True, touches=9), 0.0, FeedReasonKind.IN_TOUCH),
        (Tie(is_followed=True), 0.9, FeedReasonKind.SIMILAR),
        (Tie(touches=9), 0.0, FeedReasonKind.SIMILAR),
        (Tie(is_follower=True), None, FeedReasonKind.SIMILAR),
    ],
)
def test_the_reason_is_what_adds_most(tie, similarity, kind):
    assert ranking.reason(Candidate(uuid4(), NOW, tie, similarity)) is kind


def test_each_language_has_a_sentence_for_each_reason():
    for language, texts in feed_texts.TEXTS.items():
        assert set(texts) == set(FeedReasonKind), language
        assert len(set(texts.values())) == len(texts)
    assert feed_texts.text(FeedReasonKind.OWN, "de") == "Das hast du geteilt."
    for language in (None, "tlh"):
        assert feed_texts.text(FeedReasonKind.OWN, language) == "You shared this."
