"""Likes and matches at once: whatever people do at the same time ends as if they had done it one
after the other, in some order (P-06)."""

import asyncio
import itertools
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from domain import accounts
from persistence.database import Database
from tests.properties.matchmaking import CONVERSATIONS, Model, Reality

PEOPLE = 2
AT_ONCE = 4
VERBS = (
    *("like", "like", "pass_", "later", "super_like", "undo"),
    *("unlike", "unmatch", "block", "unblock", "write"),
)
acts = st.builds(
    lambda verb, me: (verb, me, 1 - me), st.sampled_from(VERBS), st.integers(0, PEOPLE - 1)
)


class Arena:
    """Runs things on its own loop and connections: one for each of those who act at once."""

    def __init__(self, url):
        self.runner = asyncio.Runner()
        connecting = Database.connect(url, read_connections=AT_ONCE, write_connections=AT_ONCE)
        self.database = self.runner.run(connecting)

    def close(self):
        self.runner.run(self.database.close())
        self.runner.close()

    async def race(self, before, at_once):
        """Let two newcomers do things one by one, then others at once.

        Returns:
            The model of what was before, the answers of the race, and the state after it.
        """
        model, real = Model(), Reality(self.database)
        await real.arrive(PEOPLE)
        for verb, *who in before:
            assert await getattr(real, verb)(*who) == getattr(model, verb)(*who)
        answers = await asyncio.gather(*(getattr(real, verb)(*who) for verb, *who in at_once))
        return model, answers, await real.state()


@pytest.fixture(scope="module")
def arena(application, settings):
    arena = Arena(str(settings.database_url))
    yield arena
    arena.close()


def outcomes(model, at_once):
    """What every order of the acts would answer and leave behind."""
    for order in itertools.permutations(range(len(at_once))):
        tried, answers = deepcopy(model), {}
        for n in order:
            verb, *who = at_once[n]
            answers[n] = getattr(tried, verb)(*who)
        yield [answers[n] for n in range(len(at_once))], tried.state()


def is_as_if_in_some_order(model, at_once, answers, state):
    # An undo that was overtaken says so, and does nothing.
    told = [n for n, answer in enumerate(answers) if answer != "DECISION_CHANGED"]
    expected = [answers[n] for n in told], state
    return expected in outcomes(model, [at_once[n] for n in told])


@given(before=st.lists(acts, max_size=4), at_once=st.lists(acts, min_size=2, max_size=AT_ONCE))
@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_acts_at_once_end_as_if_they_had_come_one_after_the_other(arena, before, at_once):
    model, answers, state = arena.runner.run(arena.race(before, at_once))
    assert is_as_if_in_some_order(model, at_once, answers, state), (answers, state)


A, B = (0, 1), (1, 0)
RACES = {
    "likes of both": ([], [("like", *A), ("like", *B)]),
    "many likes of both": ([], [("like", *A), ("like", *B)] * 2),
    "a like and a block by the other": ([("like", *A)], [("like", *B), ("block", *A)]),
    "a like and a block by the liker": ([("like", *A)], [("like", *B), ("block", *B)]),
    "blocks of both": ([("like", *A), ("like", *B)], [("block", *A), ("block", *B)]),
    "an undo and a like by the other": ([("like", *A)], [("undo", *A), ("like", *B)]),
    "an undo and a like again": ([("like", *A), ("like", *B)], [("undo", *A), ("like", *A)]),
    "undos of both": ([("like", *A), ("like", *B)], [("undo", *A), ("undo", *B)]),
    "an unlike and a like": ([("like", *A)], [("unlike", *A), ("like", *B)]),
    "a pass and a like": ([("like", *A)], [("pass_", *A), ("like", *B)]),
    "unmatches and likes": (
        [("like", *A), ("like", *B)],
        [("unmatch", *A), ("unmatch", *B), ("like", *A), ("like", *B)],
    ),
    "super-likes of both": ([], [("super_like", *A), ("super_like", *B)]),
    "a super-like twice": ([], [("super_like", *A)] * 3),
    "a super-like and a like": ([("like", *B)], [("super_like", *A), ("like", *A)]),
    "an undo that lets a like stand again and a like by the other": (
        [("like", *A), ("pass_", *A)],
        [("undo", *A), ("like", *B)],
    ),
    "undos of two decisions": ([("later", *A), ("super_like", *A)], [("undo", *A)] * 2),
    "an undo and a message": ([("like", *A), ("like", *B)], [("undo", *A), ("write", *B)]),
}


@pytest.mark.parametrize(("before", "at_once"), RACES.values(), ids=RACES.keys())
def test_a_race_leaves_one_match_or_none_as_one_of_its_orders_would(arena, before, at_once):
    for _ in range(15):
        model, answers, state = arena.runner.run(arena.race(before, at_once))
        assert is_as_if_in_some_order(model, at_once, answers, state), (answers, state)


@pytest.mark.parametrize("writer", [0, 1], ids=["who leaves", "who stays"])
def test_whoever_writes_while_one_of_them_leaves_is_answered(arena, writer):
    async def race():
        real = Reality(arena.database)
        await real.arrive(PEOPLE)
        await real.like(*A), await real.like(*B)
        writing = [real.write(writer, 1 - writer) for _ in range(AT_ONCE - 1)]
        leaving = real.call(accounts.delete_account, 0)
        return await asyncio.gather(*writing, leaving), await real.rows(CONVERSATIONS)

    for _ in range(25):
        (*written, left), conversations = arena.runner.run(race())
        assert left is None
        assert set(written) <= {None, "CONVERSATION_NOT_FOUND"}
        assert conversations == []
