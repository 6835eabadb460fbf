"""What is recognised in texts: mentions, hashtags and links, also in hostile ones."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import text_entities
from domain.text_entities import MOST, hashtags_in, links_in, mentions_in, plain_tag

FINDERS = (hashtags_in, links_in, mentions_in)
BITS = [*"#@/aß1 ().कि\u200dﷺ", "http://", "https://x.org", "#a#"]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#Berlin and #TEA, #tea!", ["berlin", "tea", "tea"]),
        ("#Straße #STRASSE", ["strasse", "strasse"]),
        ("#हिन्दी #日本語 #café #cafe\u0301", ["हिन्दी", "日本語", "café", "café"]),
        ("\uff03\uff54\uff41\uff47 #col·lecció #snake_case", ["tag", "col·lecció", "snake_case"]),
        ("a#b &#39; #1 #2024 #_ ## #a#b /#c", ["a"]),
        ("#tag2024 (#round) #dash-ed #end.", ["tag2024", "round", "dash", "end"]),
        ("https://example.org/#part #whole", ["whole"]),
        (f"#{'x' * 100} #{'y' * 101}", ["x" * 100]),
    ],
)
def test_hashtags_of_any_script_are_found_in_their_plain_form(text, tags):
    assert [entity.value for entity in hashtags_in(text)] == tags


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("See https://example.org/a?b=c#d.", ["https://example.org/a?b=c#d"]),
        ("(HTTP://Example.org/x_(y)), then", ["HTTP://Example.org/x_(y)"]),
        ("<https://münchen.example:8080/ä>", ["https://münchen.example:8080/ä"]),
        ("javascript:alert(1) ftp://a.b data:text/html,x //a.b www.a.b", []),
        ("https:// http://. http://@ https://user:secret@evil.example/ https://[::1]/", []),
        ("xhttps://a.example https://b.example", ["https://b.example"]),
        (f"https://a.example/{'x' * 2_000}", []),
    ],
)
def test_links_are_absolute_ones_of_the_web(text, urls):
    assert [entity.value for entity in links_in(text)] == urls


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@ada, hello @Bob_2!", ["ada", "Bob_2"]),
        ("(@ada) @ada's", ["ada", "ada"]),
        ("ada@example.org @@ada @ab @ada@example.org /@ada", []),
        ("https://example.org/@ada https://example.org?q=(@ada) @eve", ["eve"]),
        (f"@{'x' * 31} @{'y' * 30}", ["y" * 30]),
        ("@ада", []),
    ],
)
def test_mentions_are_handles_that_stand_by_themselves(text, handles):
    assert [entity.value for entity in mentions_in(text)] == handles


@given(st.lists(st.sampled_from(BITS) | st.text(max_size=3), max_size=60).map("".join))
def test_offsets_are_code_points_of_the_text_and_nothing_overlaps(text):
    found = {finder: finder(text) for finder in FINDERS}
    for entity in found[hashtags_in]:
        written = text[entity.offset : entity.offset + entity.length]
        assert plain_tag(written) == plain_tag(entity.value) == entity.value
    for entity in found[links_in]:
        assert text[entity.offset : entity.offset + entity.length] == entity.value
    for entity in found[mentions_in]:
        assert text[entity.offset : entity.offset + entity.length] == f"@{entity.value}"
    spans = sorted((e.offset, e.length) for entities in found.values() for e in entities)
    assert all(one + length <= two for (one, length), (two, _) in pairwise(spans))


@pytest.mark.parametrize(
    "bit", ["#", "#a", "#a ", "@abc ", "http://", "https://x/(", ")", "a", "ﷺ"]
)
def test_hostile_texts_take_steps_in_proportion(bit, monkeypatch):
    steps = 0
    is_in_tags = text_entities._is_in_tags

    def counted(character):
        nonlocal steps
        steps += 1
        return is_in_tags(character)

    monkeypatch.setattr(text_entities, "_is_in_tags", counted)
    text = (bit * 5_000)[:5_000]
    assert all(len(finder(text)) <= MOST for finder in FINDERS)
    assert steps <= 4 * len(text)


@pytest.mark.parametrize("word", ["ﷺ" * 90, "ﷺ" * 5, "ﷺa", "ﷻ" * 40, "ß" * 99])
def test_hostile_words_are_not_written_out(word, monkeypatch):
    written = 0
    folded = text_entities._folded

    def counted(text):
        nonlocal written
        plain = folded(text)
        written += len(plain)
        return plain

    monkeypatch.setattr(text_entities, "_folded", counted)
    text = (f"#{word} " * 5_000)[:5_000]
    hashtags_in(text)
    assert written <= len(text)
