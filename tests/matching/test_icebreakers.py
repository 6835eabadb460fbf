"""Ice-breakers: lines that follow from what both people show, and from nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from matching.icebreakers import Shown, Topic, ice_breakers

words = st.frozensets(
    st.sampled_from(["hiking", "chess", "friendship", "python", "de", "own_word"])
)
people = st.builds(
    Shown,
    interests=words,
    goals=words,
    skills=words,
    languages=words,
    questions=st.lists(st.sampled_from(["Why?", "why?", "Tea or coffee?"]), max_size=3).map(tuple),
    companions=st.lists(
        st.tuples(st.sampled_from(["dog", "cat", "iguana"]), st.sampled_from(["Rex", "Mia"])),
        max_size=3,
    ).map(tuple),
)
EVERYTHING = Shown(
    interests=frozenset({"hiking", "chess"}),
    goals=frozenset({"friendship"}),
    skills=frozenset({"python"}),
    languages=frozenset({"de"}),
    questions=("Tea or coffee?",),
    companions=(("dog", "Rex"),),
)


def test_what_both_share_comes_first_one_of_each_topic_before_a_second_of_any():
    viewer = Shown(
        interests=EVERYTHING.interests,
        goals=EVERYTHING.goals,
        skills=EVERYTHING.skills,
        languages=EVERYTHING.languages,
        questions=("TEA OR COFFEE?",),
        companions=(("dog", "Mia"),),
    )
    lines = ice_breakers(viewer, EVERYTHING, 10)
    assert [line.topic for line in lines] == [*Topic, Topic.INTEREST]
    assert lines[0].text == 'We both answered "Tea or coffee?" What made you answer as you did?'
    assert lines[1].text == "We both live with the same kind of animal: Dog. How is Rex?"
    assert lines[2].text == "We share an interest: Chess. What do you like most about it?"
    assert (
        lines[3].text == "We are here for the same: Friendship. What would that look like for you?"
    )
    assert lines[4].text == "We share a skill: Python. Where do you use it?"
    assert lines[5].text == "We both speak the same language: German. Shall we write in it?"
    assert ice_breakers(viewer, EVERYTHING, 3) == lines[:3]


def test_who_shares_nothing_is_asked_about_what_they_tell_of_themselves():
    lines = ice_breakers(Shown(), EVERYTHING, 10)
    assert [line.text for line in lines] == [
        'You answered "Tea or coffee?" What made you answer as you did?',
        "You live with an animal: Dog. How is Rex?",
        "You are interested in this: Chess. How did it begin?",
        "You are interested in this: Hiking. How did it begin?",
    ]
    assert ice_breakers(EVERYTHING, Shown(), 10) == []


@given(viewer=people, other=people, most=st.integers(1, 10))
def test_lines_are_few_distinct_stable_and_shared_ones_are_true_of_both(viewer, other, most):
    lines = ice_breakers(viewer, other, most)
    assert lines == ice_breakers(viewer, other, most)
    assert len(lines) <= most
    assert len({line.text for line in lines}) == len(lines)
    assert lines == ice_breakers(viewer, other, 99)[:most]
    # Without what they share, nothing that only the viewer shows is left to be said.
    stranger = ice_breakers(Shown(), other, 99)
    shared = [line for line in lines if line not in stranger]
    assert all(line.text.startswith("We ") for line in shared)
    for name in ("goals", "skills", "languages"):
        if not getattr(viewer, name) & getattr(other, name):
            assert name[:-1] not in {line.topic for line in lines}
