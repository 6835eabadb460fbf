"""Cues: clauses end where sentences and lists do, and a cue governs what comes after it."""

from matching.cues import Cue, clauses_of
from matching.vocabulary import Kind


def clauses(text):
    return [(text[one.start : one.end].strip(), one.section) for one in clauses_of(text)]


def test_sentences_and_labelled_lines_are_clauses():
    assert clauses("I like jazz. Not rock!\nSkills: Python, v1.2\n") == [
        ("I like jazz.", None),
        ("Not rock!", None),
        ("Python, v1.2", Kind.SKILL),
        ("", None),
    ]


def test_an_unknown_label_is_a_sentence():
    assert clauses("Motto: be kind") == [("Motto: be kind", None)]


def test_a_cue_governs_from_where_it_starts_to_the_next():
    text = "I love chess and I'm looking for a mentor"
    (clause,) = clauses_of(text)
    assert [cue for _, cue in clause.cues] == [Cue.LIKES, Cue.SEEKS]
    assert clause.cue_before(0) is None
    assert clause.cue_before(text.index("chess")) is Cue.LIKES
    assert clause.cue_before(text.index("mentor")) is Cue.SEEKS
    assert clause.cue_kinds == {Cue.LIKES, Cue.SEEKS}


def test_free_time_is_a_liking_and_not_only_is_no_denial():
    (clause,) = clauses_of("Not only jazz: in my free time chess")
    assert [cue for _, cue in clause.cues] == [Cue.LIKES]
