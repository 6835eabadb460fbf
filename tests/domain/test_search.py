"""Search: one ranking of several, and what is kept of it."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import search
from domain.refusals import InvalidInput
from persistence.findings import Thing, pack, unpack

RANKINGS = st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), max_size=4)


@given(rankings=RANKINGS, constant=st.integers(0, 100), most=st.integers(0, 10))
def test_the_sums_of_reciprocal_places_decide(rankings, constant, most):
    fused = search.fused(rankings, constant=constant, most=most)
    sums = {
        thing: sum(1 / (constant + 1 + each.index(thing)) for each in rankings if thing in each)
        for thing in "".join(map("".join, rankings))
    }
    assert len(fused) == len(set(fused)) == min(most, len(sums))
    assert [sums[thing] for thing in fused] == pytest.approx(sorted(sums.values())[::-1][:most])


@given(ranking=st.lists(st.integers(), unique=True, max_size=20))
def test_one_ranking_stays_as_it_is(ranking):
    assert search.fused([ranking]) == search.fused([ranking, ranking]) == ranking


def test_what_two_rankings_agree_on_comes_before_what_leads_one():
    assert search.fused([["a", "c"], ["b", "c"]]) == ["c", "a", "b"]


@pytest.mark.parametrize("query", ["", " \n", "\u200b", "\x00", "x" * 201])
def test_an_empty_or_too_long_query_is_refused(query):
    with pytest.raises(InvalidInput):
        search.cleaned(query)


def test_a_query_is_cleaned():
    assert search.cleaned(" tea\x00 \n and\u202e coffee ") == "tea and coffee"


THINGS = st.builds(Thing, st.sampled_from(["people", "posts", "events"]), st.uuids())


@given(found=st.lists(THINGS, max_size=5))
def test_what_is_kept_is_what_was_found(found):
    assert unpack(pack(found)) == found


def test_two_hundred_things_are_kept_in_3500_bytes():
    assert len(pack([Thing("people", UUID(int=n)) for n in range(200)])) < 3_500


@pytest.mark.parametrize(
    ("found", "most", "expected"),
    [
        ("abc##", 10, "abc##"),
        ("abcdefgh###", 8, "abcdef##"),
        ("ab######", 8, "ab######"),
        ("abcd##xy", 4, "abc#"),
        ("ab#", 1, "a"),
        ("abc", 2, "ab"),
    ],
)
def test_neither_names_nor_tags_take_all_places(found, most, expected):
    rows = [[each] for each in found]
    chosen = search.mixed(rows, lambda row: row == ["#"], most=most)
    assert "".join(row[0] for row in chosen) == expected
