"""Texts: what stays of what people write, and what counts as nothing."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import texts

ANYTHING = st.text(
    st.characters(codec=None)
    | st.sampled_from("\r\n\t \x00\u0301\u200b\u200d\u202e\u2800\ufe0f\ufeff\U000e0041")
)
JOINED = "\U0001f469\u200d\U0001f469\u200d\U0001f467"


@given(ANYTHING, st.booleans())
def test_cleaning_again_changes_nothing(text, lines):
    kept = texts.clean(text, lines=lines)
    assert texts.clean(kept, lines=lines) == kept
    assert unicodedata.is_normalized("NFC", kept)


@given(ANYTHING, st.booleans())
def test_what_is_kept_can_be_stored_and_shows_something(text, lines):
    kept = texts.clean(text, lines=lines)
    assert "\x00" not in kept
    assert kept.encode().decode() == kept
    assert "\n\n\n" not in kept
    assert kept == kept.strip()
    assert not kept or any(unicodedata.category(c) not in {"Cf", "Zs", "Cc"} for c in kept)


@pytest.mark.parametrize(
    "text",
    [
        "\u200b",  # a space without width
        "\u200d\u200c",  # joiners with nothing to join
        "\u200e\u200f\u061c",  # marks of a direction, without a word
        "\u00ad",  # a soft hyphen
        "\u3164\uffa0\u115f",  # Hangul fillers, letters by name
        "\u2800",  # the blank of Braille
        "\ufe0f",  # a variation of nothing
        "\u2060\ufeff",
        "\U000e0041\U000e0001",  # tags
        " \u200b \n \u00a0\u3000 ",
    ],
)
def test_a_text_that_shows_nothing_is_empty(text):
    assert texts.clean(text) == ""
    assert texts.clean(text, lines=True) == ""
    assert texts.length_problems("text", texts.clean(text), least=1, most=10)


@pytest.mark.parametrize(
    "text",
    [
        JOINED,
        "\u2764\ufe0f",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian needs its non-joiner
        "\u05e9\u05dc\u05d5\u05dd\u200f",
        "\U0001f3f4\U000e0067\U000e0062\U000e007f",
        "\u0301",
        "\u280b",
    ],
)
def test_marks_stay_where_they_are_part_of_a_text(text):
    assert texts.clean(text) == text


@pytest.mark.parametrize("most", [1, 4000])
def test_lengths_are_counted_in_characters_however_many_bytes_each_has(most):
    for character in ("x", "\u00e9", "\U0001f600", chr(sys.maxunicode - 2)):
        assert texts.length_problems("text", character * most, most=most) == []
        assert texts.length_problems("text", character * (most + 1), most=most)


@pytest.mark.parametrize("marks", ["\u0315\u0300", "\u0344", "\u0301\ufe0f", "\u0f73\u0f71"])
def test_of_marks_upon_marks_few_stay_as_to_order_them_takes_long(marks):
    many = texts.clean("a" + marks * 5_000 + "b")
    assert len(many) <= 32
    assert texts.clean(many) == many
    assert texts.clean(f"a{marks * 10}b{marks * 10}c").endswith("c")


def test_what_is_longer_than_any_text_is_still_too_long():
    kept = texts.clean("x" * 1_000_000)
    assert texts.length_problems("text", kept, most=5_000)


@pytest.mark.parametrize("lines", [True, False])
@pytest.mark.parametrize("between", ["\n", " ", "\x00", "\u200b", "\u0301"])
def test_the_end_of_a_text_is_never_dropped_unnoticed(between, lines):
    for text in ("Hi" + between * 20_000 + "meet at 8", between * 20_000 + "meet at 8"):
        kept = texts.clean(text, lines=lines)
        assert texts.length_problems("text", kept, most=5_000)
        assert texts.clean(kept, lines=lines) == kept
