"""Profile text: what rules and vocabulary find, with places a client can mark, on any text."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matching.nearest import NearestTerms
from matching.profile_text import BIO_LIMIT, TEXT_LIMIT, parse_profile
from matching.vocabulary import BY_KIND, SURFACES, Kind, label_of, words_of

ANNA = (
    "Hi, I'm Anna, 29, living in Lisbon. I work as a software engineer and love hiking, jazz and "
    "bouldering with my dog Rex. I speak German and some French, and I'm learning Portuguese. "
    "Looking for a long-term relationship or new friends. Usually free on weekday evenings. "
    "I don't like clubbing but enjoy karaoke."
)
LISTS = ("interests", "activities", "skills", "goals", "languages", "companions")


def keys(findings):
    return [finding.value for finding in findings]


def findings_of(parsed):
    single = (parsed.display_name, parsed.age, parsed.place, parsed.availability)
    return [*filter(None, single), *(found for name in LISTS for found in getattr(parsed, name))]


def test_a_sign_up_text_becomes_a_structured_profile():
    parsed = parse_profile(ANNA)
    assert parsed.display_name.value == "Anna"
    assert parsed.age.value == "29"
    assert parsed.place.value == "Lisbon"
    assert parsed.availability.value == "weekday_evenings"
    assert keys(parsed.interests) == ["hiking", "jazz", "bouldering", "singing"]
    assert keys(parsed.skills) == ["software_engineering"]
    assert keys(parsed.goals) == ["long_term", "friendship"]
    assert keys(parsed.languages) == ["de", "fr"]
    assert keys(parsed.companions) == ["dog"]
    assert parsed.bio == ANNA


def test_each_finding_says_where_it_stands():
    parsed = parse_profile(ANNA)
    hiking = parsed.interests[0]
    assert ANNA[hiking.start : hiking.end] == "hiking"
    assert hiking.label == "Hiking"
    assert hiking.source == "vocabulary"
    assert ANNA[parsed.place.start : parsed.place.end] == "Lisbon"


def test_labelled_lists_are_taken_as_they_are():
    text = (
        "Name: Li Wei\nSkills: Python, C++, underwater welding\nInterests\uff1a film / ceramics\n"
        "Goals: co-founder\nLanguages: 中文, English\nAvailability: weekends\nPets: cat\n"
        "I am building a startup."
    )
    parsed = parse_profile(text)
    assert parsed.display_name.value == "Li Wei"
    assert keys(parsed.skills) == ["python", "c++", "underwater welding"]
    assert [found.source for found in parsed.skills] == ["vocabulary", "vocabulary", "written"]
    assert keys(parsed.interests)[:2] == ["film", "ceramics"]
    assert keys(parsed.goals) == ["co_founder"]
    assert keys(parsed.languages) == ["zh", "en"]
    assert parsed.availability.value == "weekends"
    assert keys(parsed.companions) == ["cat"]
    assert parsed.bio == "I am building a startup."


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("I'm not looking for dating, just friends.", "goals", ["friendship"]),
        ("I love my job.", "goals", []),
        ("Looking for a mentor", "goals", ["mentee"]),
        ("I would like to mentor others", "goals", ["mentor"]),
        ("German food is great", "languages", []),
        ("My mother tongue is français", "languages", ["fr"]),
        ("I hate cooking", "interests", []),
        ("I can\u2019t stand football but love chess", "interests", ["chess"]),
        ("There are dogs everywhere", "companions", []),
        ("We have two cats", "companions", ["cat"]),
        ("I'm learning Python", "skills", []),
        ("I go climbing and react fast. Go on!", "skills", []),
        ("I know where to go", "skills", []),
        ("I write Go, Rust and Python", "skills", ["go", "rust", "python"]),
        ("Skills: go, excel", "skills", ["go", "data_analysis"]),
        ("I am good at public speaking", "skills", ["public_speaking"]),
        ("أنا أتكلم. I speak العربية", "languages", ["ar"]),
        ("🏔️ hiking ❤️ YOGA", "interests", ["hiking", "yoga"]),
    ],
)
def test_words_mean_what_governs_them(text, name, expected):
    assert keys(getattr(parse_profile(text), name)) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my name is josé", "josé"),
        ("Call me Mary-Jane", "Mary-Jane"),
        ("My name\u2019s Anna Maria Lee and", "Anna Maria Lee"),
        ("I'm German", None),
        ("I am Looking for love", None),
        ("I'm a designer", None),
        ("I am here", None),
    ],
)
def test_names_are_found_where_they_are_stated(text, name):
    found = parse_profile(text).display_name
    assert (found.value if found else None) == name


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("I'm 34.", "34"),
        ("27 years old", "27"),
        ("I am 12", None),
        ("I'm 90% coffee", None),
        ("aged 450", None),
    ],
)
def test_ages_of_adults_are_found(text, age):
    found = parse_profile(text).age
    assert (found.value if found else None) == age


anything = st.text(st.characters(codec=None), max_size=300)
words = ["hiking", "co-founder", "c++", "中文", "العربية", "👩🏽\u200d💻", "İ", "ß", "-", "29"]
cues = ["Name:", "Skills:", "not", "my", "love", "I", "I'm", "speak", "free", "looking for"]
signs = [" ", "\n", ", ", "\u202e", "\ud800", "\u2019", "\uff1a", ". "]
pieces = st.lists(st.sampled_from([*words, *cues, *signs]), max_size=40).map("".join)


@given(anything | pieces)
@example("")
@example("Name:")
@example("I'm \u0130\u0130 \ufdfa")
def test_any_text_is_read_without_a_fault(text):
    parsed = parse_profile(text)
    assert len(parsed.bio) <= BIO_LIMIT
    for found in findings_of(parsed):
        assert 0 <= found.start < found.end <= len(text)
        assert 0 < found.confidence <= 1
        assert found.value


@pytest.mark.parametrize("piece", ["a", " ", "a ", "my name is A ", "\n", "not ", ", ", "ß"])
def test_long_texts_are_bounded(piece):
    parsed = parse_profile(piece * 1_000_000)
    assert len(parsed.bio) <= BIO_LIMIT
    assert all(found.end <= TEXT_LIMIT for found in findings_of(parsed))


def test_a_long_bio_is_cut_at_a_word():
    bio = parse_profile("wonderful " * 300).bio
    assert len(bio) <= BIO_LIMIT
    assert bio.endswith("wonderful")


def test_controls_do_not_reach_the_bio():
    assert parse_profile("a\x00b\u202ec\tand  d").bio == "abc and d"


def test_phrases_outside_the_vocabulary_find_their_meaning(embedder):
    text = "I love wandering through mountains, sewing clothes and extreme ironing."
    parsed = parse_profile(text, similarity=NearestTerms(embedder.embed_now))
    similar = {text[f.start : f.end]: (f.value, f.source) for f in parsed.interests}
    assert similar["wandering through mountains"] == ("hiking", "similar")
    assert "extreme ironing" not in similar
    assert NearestTerms(embedder.embed_now)([]) == []


def test_the_vocabulary_is_large_and_its_keys_are_distinct():
    assert len(BY_KIND[Kind.INTEREST]) >= 120
    assert len(BY_KIND[Kind.SKILL]) >= 120
    for terms in BY_KIND.values():
        assert len({term.key for term in terms}) == len(terms)
        assert all(term.label for term in terms)
    assert all(len(term.key) <= 20 for term in BY_KIND[Kind.AVAILABILITY])
    assert () not in SURFACES


def test_every_label_leads_back_to_its_term():
    for terms in BY_KIND.values():
        for term in terms:
            assert term in SURFACES[tuple(word for word, _, _ in words_of(term.label))]
            assert label_of(term.kind, term.key) == term.label
    assert label_of(Kind.SKILL, "own_words") == "own words"
