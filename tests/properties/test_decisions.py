"""Undoing as a property: what stands is what would stand without the undone acts (M9).

The model that is asked here is the one with which `test_matchmaking` compares the database.
"""

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from domain import likes
from domain.pairs import DecisionKind, Pair
from tests.properties.matchmaking import Model, likes_

SOMEBODY = st.integers(0, 2)
# Undos twice, or few would be among them.
VERBS = st.sampled_from(
    (
        *("like", "pass_", "later", "super_like", "undo", "undo"),
        *("unlike", "unmatch", "block", "unblock", "write"),
    )
)
STEPS = st.lists(st.tuples(VERBS, SOMEBODY, SOMEBODY), max_size=40)
# What the acts that end a match leave of both people's decisions.
LEFT = {"unmatch": "pass", "block": "pass", "unlike": None}
KINDS = st.sampled_from([None, *DecisionKind])


def without_undone(model):
    """What stands when the undone acts, and the undos, are left out of the log."""
    standing = {}
    for number, (me, other, kind) in enumerate(model.log):
        if kind == "undo" or number in model.undone:
            continue
        left = LEFT.get(kind, kind)
        if kind in LEFT and likes_(standing.get((me, other))) and likes_(standing.get((other, me))):
            standing[other, me] = left
        standing[me, other] = left
    return {pair: kind for pair, kind in standing.items() if kind}


@hypothesis_settings(max_examples=300, deadline=None)
@given(STEPS)
def test_any_sequence_with_undos_equals_the_sequence_without_the_undone_steps(steps):
    model = Model()
    for verb, me, other in steps:
        getattr(model, verb)(me, other)
    expected = without_undone(model)
    assert model.state().standing == expected
    assert model.matches == {
        frozenset((me, other))
        for (me, other), kind in expected.items()
        if likes_(kind) and likes_(expected.get((other, me)))
    }
    assert len([act for act in model.log if act[2] == "undo"]) == len(model.undone)


@given(mine=KINDS, theirs=KINDS, decision=st.sampled_from(DecisionKind))
def test_a_decision_repeats_what_stands_or_would_replace_it(mine, theirs, decision):
    pair = Pair(me=None, other=None, mine=mine, theirs=theirs)
    if likes.repeats(pair, decision):
        # Nothing that a decision can mean is lost: who likes goes on liking.
        assert mine is decision or (mine.is_like and decision.is_like)
    else:
        assert mine is not decision
    assert pair.is_mutual == (likes_(mine) and likes_(theirs))
