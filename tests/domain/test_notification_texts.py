"""What notifications say: complete in every language, in the form that a number takes."""

import string

import pytest

from domain.notification_kinds import LIKES, NotificationKind
from domain.notification_texts import PLURALS, RIGHT_TO_LEFT, TEXTS, text

every_language = pytest.mark.parametrize("language", TEXTS)


@every_language
def test_a_language_has_every_kind_and_every_form_that_a_number_takes(language):
    assert set(TEXTS[language]) == set(NotificationKind)
    forms = {PLURALS[language](count) for count in range(1, 1_000)}
    assert set(TEXTS[language][NotificationKind.MESSAGE]) == forms
    assert {kind for kind in NotificationKind if "nobody" in TEXTS[language][kind]} == LIKES


@every_language
@pytest.mark.parametrize("kind", NotificationKind)
def test_a_sentence_names_who_acted_and_leaves_no_place_empty(language, kind):
    for count in (1, 2, 3, 11, 100):
        said = text(kind, language, actor="Ada {count}", count=count)
        assert "Ada {count}" in said
    for sentence in TEXTS[language][kind].values():
        places = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
        assert places <= {"actor", "count"}


@every_language
@pytest.mark.parametrize("kind", sorted(LIKES))
def test_a_like_that_the_app_does_not_tell_names_nobody(language, kind):
    said = text(kind, language, actor=None)
    assert "{" not in said
    assert said == TEXTS[language][kind]["nobody"]


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", {0: "other", 1: "one", 2: "other", 21: "other"}),
        ("fr", {0: "one", 1: "one", 2: "other", 100: "other"}),
        (
            "ar",
            {
                0: "zero", 1: "one", 2: "two", 3: "few", 10: "few", 11: "many", 99: "many",
                100: "other", 102: "other", 103: "few", 111: "many", 1_000: "other",
            },
        ),
    ],
)  # fmt: skip
def test_numbers_take_the_forms_that_the_language_has(language, forms):
    assert {count: PLURALS[language](count) for count in forms} == forms


def test_a_name_in_the_other_direction_is_set_apart():
    kind = NotificationKind.LIKE_RECEIVED
    assert text(kind, "en", actor="Ada") == "Ada likes you"
    assert text(kind, "en", actor="ليلى") == "\u2068ليلى\u2069 likes you"
    assert "\u2068Ada\u2069" in text(kind, "ar", actor="Ada")
    assert {"ar"} == RIGHT_TO_LEFT


def test_a_language_that_is_not_there_is_the_default_one():
    assert text(NotificationKind.MESSAGE, "tlh", actor="Ada") == "A new message from Ada"
