"""Banks of lines are read as they are written and drawn evenly."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.banks import Deck, Decks, banks


def test_lines_belong_to_the_key_above_them():
    assert banks("# a\none\n\n  two \n# b c\nthree") == {"a": ("one", "two"), "b c": ("three",)}


def test_a_line_without_a_key_is_refused():
    with pytest.raises(ValueError, match="before the first key"):
        banks("one\n# a")


def test_a_key_given_twice_is_refused():
    with pytest.raises(ValueError, match="given twice"):
        banks("# a\none\n# a\ntwo")


@given(st.lists(st.integers(), min_size=1, max_size=20, unique=True), st.integers(1, 60))
def test_no_item_is_drawn_twice_more_often_than_another(items, draws):
    deck = Deck(items, Random(3))
    drawn = [deck.draw() for _ in range(draws)]
    counts = [drawn.count(item) for item in items]
    assert max(counts) - min(counts) <= 1


def test_a_key_without_a_bank_is_an_error():
    decks = Decks({"a": ("one",)}, Random(3))
    assert decks.draw("a") == "one"
    with pytest.raises(KeyError):
        decks.draw("b")
