"""Emoji: which texts are exactly one, and that each has one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import emoji


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("😀", "😀"),
        ("❤", "❤\ufe0f"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("👍🏽", "👍🏽"),
        ("👍\ufe0f🏽", "👍🏽"),
        ("☝🏿", "☝🏿"),
        ("1\u20e3", "1\ufe0f\u20e3"),
        ("#\ufe0f\u20e3", "#\ufe0f\u20e3"),
        ("🇩🇪", "🇩🇪"),
        ("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",) * 2,
        ("👩🏽\u200d🚀", "👩🏽\u200d🚀"),
        ("🕵🏽\u200d♀", "🕵🏽\u200d♀\ufe0f"),
        ("👁\u200d🗨", "👁\ufe0f\u200d🗨\ufe0f"),
        ("🏳\ufe0f\u200d🌈", "🏳\ufe0f\u200d🌈"),
        ("👨\u200d👩\u200d👧\u200d👦", "👨\u200d👩\u200d👧\u200d👦"),
        ("👩🏻\u200d❤\u200d💋\u200d👨🏿", "👩🏻\u200d❤\ufe0f\u200d💋\u200d👨🏿"),
        ("🏃🏾\u200d♀\u200d➡", "🏃🏾\u200d♀\ufe0f\u200d➡\ufe0f"),
    ],
)
def test_an_emoji_has_one_spelling(text, spelled):
    assert emoji.whole(text) == spelled
    assert emoji.whole(spelled) == spelled


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "1", "#", " ", ":)", "é", "字", "\ufe0f", "\u200d", "\u20e3", "🏽"),
        *(
            "😀😀",
            "😀 ",
            " 😀",
            "😀!",
            "a😀",
            "😀\u200d😀",
            "😀\u200d",
            "\u200d😀",
            "😀🏽",
            "😀\ufe0e",
        ),
        *("🇩", "🇽🇽", "🇩🇪🇩🇪", "🇩🇪🇫", "12\u20e3", "a\u20e3", "🏴\U000e007f"),
        "🏴\U000e0075\U000e0073\U000e0063\U000e0061\U000e007f",
        "🏴\U000e0067b\U000e0073\U000e0063\U000e0074\U000e007f",
        *("👨\u200d👩", "<b>", "\U000e0067", "😀" * 10_000, "👨\u200d" * 10_000),
    ],
)
def test_what_is_not_exactly_one_emoji_is_none(text):
    assert emoji.whole(text) is None


PARTS = st.sampled_from([*"😀❤👍👨👩🏴🇩🇪🏽1#a♀🚀", "\ufe0f", "\u200d", "\u20e3", "\U000e0067"])


@given(st.lists(PARTS | st.characters(), max_size=8).map("".join))
def test_any_text_is_judged_and_a_spelling_is_judged_alike(text):
    spelled = emoji.whole(text)
    assert spelled is None or emoji.whole(spelled) == spelled
    assert spelled is None or emoji.whole(spelled + spelled) is None
