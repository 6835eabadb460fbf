"""Sources: each has its share, nobody comes twice, and lots are even and the same all day."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from matching.sources import SHARES, fused, lot_today, searches_of
from persistence.facets import Facets, Order, Search, lot_of
from persistence.vectors import Hit
from tests.matching.conftest import NOW, along

SEARCH = Search(UUID(int=1), Facets(), NOW, vector=along(0))
WIDTH = 10


def hits(*numbers, similarity=None):
    return [Hit(UUID(int=number), similarity) for number in numbers]


def keys(numbers):
    return [UUID(int=number) for number in numbers]


def chosen(lists, width=WIDTH, first=()):
    searches = searches_of(SEARCH, width)
    return fused(searches, [*lists, *([] for _ in searches[len(lists) :])], width, keys(first))


def test_each_source_is_asked_and_the_whole_ones_for_all():
    asked = searches_of(SEARCH, WIDTH)
    assert [search.order for search in asked] == [
        *(Order.NEAREST, Order.NEWEST, Order.LIKELIEST),
        *(Order.UNSEEN, Order.UNSEEN, Order.LEAST_SHOWN),
    ]
    assert [search.limit for search in asked] == [10, 10, 6, 4, 4, 4]
    assert [search.lot for search in asked[3:5]] == [lot_today(SEARCH), 0.0]
    without = searches_of(replace(SEARCH, vector=None), 1)
    assert [search.order for search in without] == [search.order for search in asked[1:]]
    assert {search.limit for search in without} == {1}


def test_each_source_adds_its_share_of_people_whom_the_others_have_not():
    nearest, newest = hits(*range(10), similarity=0.5), hits(*range(100, 110))
    likeliest, unseen = hits(0, 1, *range(200, 206)), hits(*range(300, 304))
    assert set(chosen([nearest, newest, likeliest, unseen])) == set(
        keys([0, 1, 2, 3, 200, 201, 202, 300, 301, 100])
    )


def test_what_a_source_cannot_fill_the_others_do():
    nearest, newest = hits(*range(10), similarity=0.5), hits(*range(3))
    assert list(chosen([nearest, newest])) == keys(range(10))


def test_who_was_never_shown_comes_before_who_was_shown_the_least():
    lists = [[], [], [], hits(5), hits(4, 5), hits(6)]
    assert list(chosen(lists, width=2)) == keys([5, 4])
    assert list(chosen([[], [], [], hits(5), hits(5), hits(6)])) == keys([5, 6])


def test_some_enter_in_any_case():
    found = chosen([hits(*range(10), similarity=0.5)], width=3, first=[50, 0])
    assert list(found)[:2] == keys([50, 0])
    assert len(found) == 3


def test_the_cosine_is_kept_wherever_somebody_was_found():
    found = chosen([hits(1, similarity=0.0), hits(1, 2)])
    assert found == {UUID(int=1): 0.0, UUID(int=2): None}


numbers = st.lists(st.integers(0, 60), unique=True, max_size=30)


@given(lists=st.lists(numbers, min_size=6, max_size=6), first=numbers, width=st.integers(1, 40))
def test_everybody_comes_once_and_all_of_them_where_there_is_room(lists, first, width):
    found = list(chosen([hits(*some) for some in lists], width, first))
    everybody = {number for some in [*lists, first] for number in some}
    assert len(found) == len(set(found))
    assert set(keys(first)) <= set(found) <= set(keys(everybody))
    rounding = len(SHARES)
    assert len(found) <= max(width, len(first)) + width + rounding
    if len(everybody) <= width:
        assert set(found) == set(keys(everybody))


def test_lots_are_the_same_all_day_and_others_tomorrow():
    later = replace(SEARCH, now=NOW + timedelta(hours=3))
    tomorrow = replace(SEARCH, now=NOW + timedelta(days=1))
    other = replace(SEARCH, viewer_id=UUID(int=2))
    assert lot_today(SEARCH) == lot_today(later)
    assert len({lot_today(search) for search in (SEARCH, tomorrow, other)}) == 3


def test_lots_are_even():
    tenths = Counter(int(10 * lot_of(UUID(int=number << 64))) for number in range(5_000))
    assert set(tenths) == set(range(10))
    assert min(tenths.values()) > 400
    assert all(0.0 <= lot_of(uuid4()) < 1.0 for _ in range(100))
