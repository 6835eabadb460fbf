"""Learning as a property: what is kept follows from what stands, whatever happened on the way,
however often and in whatever order facts arrive (MA-15, M9)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from domain.learning import reset_matching
from matching import feedback
from matching.feedback import Memory
from matching.learning import Tally, Taste
from matching.weights import ActiveModel
from persistence import models
from persistence.database import Database
from persistence.statements import Statement, one_of
from tests.properties.matchmaking import Model, Reality

PEOPLE = 3
VERSION = "no-model@1"
VERBS = (
    *("like", "like", "pass_", "pass_", "later", "super_like", "undo", "undo"),
    *("unlike", "unmatch", "block", "unblock", "reset"),
)
DECISIONS = ("like", "pass_", "later", "super_like")
somebody = st.integers(0, PEOPLE - 1)
acts = st.tuples(st.sampled_from(VERBS), somebody, somebody)
# Which pairs are told of when, over and over: facts come late, twice, and in any order.
steps = st.lists(st.tuples(acts, st.lists(st.tuples(somebody, somebody), max_size=3)), max_size=12)
LESSONS = Statement(
    models.Lesson.__table__.select().where(one_of(models.Lesson.decider_id, "keys")),
    models.Lesson,
)
LEARNED = Statement(
    models.Learned.__table__.select().where(one_of(models.Learned.profile_id, "keys")),
    models.Learned,
)
EMPTY = Memory(Tally(), Tally(), Taste())


class School:
    """A few people who decide, and what is learned of it; on a loop of its own."""

    def __init__(self, url):
        self.runner = asyncio.Runner()
        connecting = Database.connect(url, read_connections=1, write_connections=4)
        self.database = self.runner.run(connecting)

    def close(self):
        self.runner.run(self.database.close())
        self.runner.close()

    async def begin(self):
        self.model, self.real = Model(), Reality(self.database)
        await self.real.arrive(PEOPLE)

    async def act(self, verb, me, other):
        if verb == "reset":
            async with self.database.write() as tx:
                await reset_matching(tx, self.real.viewers[me])
            return
        assert await getattr(self.real, verb)(me, other) == getattr(self.model, verb)(me, other)

    async def tell(self, me, other):
        async with self.database.write() as tx:
            await feedback.learn(
                tx,
                self.real.keys[me],
                self.real.keys[other],
                active=ActiveModel(),
                embedding_version=VERSION,
            )

    async def tell_all(self):
        """Tell of everybody at once, and twice."""
        pairs = [(me, you) for me in range(PEOPLE) for you in range(PEOPLE) if me != you]
        await asyncio.gather(*(self.tell(*pair) for pair in pairs * 2))

    async def lessons(self):
        rows = await self.real.rows(LESSONS)
        return {row.decision_id: row for row in rows}

    async def counted(self):
        return {
            (self.real.number(row.decider_id), self.real.number(row.candidate_id)): row
            for row in (await self.lessons()).values()
            if row.is_counted
        }

    async def memories(self):
        """What is kept of everybody; counts as of one moment, as they may be kept for any."""
        rows = await self.real.rows(LEARNED)
        found = {self.real.number(row.profile_id): Memory.of(row) for row in rows}
        return {me: comparable(found.get(me, EMPTY)) for me in range(PEOPLE)}


LATER = datetime.now(UTC) + timedelta(days=60)


def comparable(memory):
    return memory.received.counted(LATER), memory.given.counted(LATER), memory.taste


def summed(lessons, me):
    """What somebody's memory must be, given all lessons that count."""
    received, given_, taste = Tally(), Tally(), Taste()
    for (decider, candidate), lesson in lessons.items():
        if candidate == me:
            received = received.after(lesson.is_like, lesson.decided_at)
        if decider == me and lesson.is_personal:
            given_ = given_.after(lesson.is_like, lesson.decided_at)
            taste = taste.after(lesson.steps)
    return comparable(Memory(received, given_, taste))


def last_words(model):
    """What each last word about somebody says of their profile, leaving out the undone."""
    words = {}
    for number, (me, other, kind) in enumerate(model.log):
        if number not in model.undone and kind not in {"undo", "unmatch", "block"}:
            words[me, other] = kind
    return {pair: kind != "pass" for pair, kind in words.items() if kind not in {"later", "unlike"}}


@pytest.fixture(scope="module")
def school(application, settings):
    school = School(str(settings.database_url))
    yield school
    school.close()


several = hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(steps=steps)
@several
def test_what_is_learned_is_the_sum_of_what_stands(school, steps):
    async def run():
        await school.begin()
        for act, told in steps:
            await school.act(*act)
            for me, other in told:
                await school.tell(me, other)
        await school.tell_all()
        counted = await school.counted()
        likes = {pair: lesson.is_like for pair, lesson in counted.items()}
        assert likes == last_words(school.model)
        memories = await school.memories()
        assert memories == {me: summed(counted, me) for me in range(PEOPLE)}

    school.runner.run(run())


@given(before=st.lists(acts, max_size=8), kind=st.sampled_from(DECISIONS), me=somebody)
@several
def test_learning_and_undoing_restores_exactly_what_was_kept(school, before, kind, me):
    other = (me + 1) % PEOPLE

    async def run():
        await school.begin()
        for act in before:
            await school.act(*act)
        await school.tell_all()
        memories, counted = await school.memories(), await school.counted()
        lessons = await school.lessons()
        number = len(school.model.log)
        await school.act(kind, me, other)
        if len(school.model.log) == number:
            return  # it repeats what stands, or was refused
        await school.tell_all()
        assert ((me, other) in await school.counted()) == (kind != "later")
        await school.act("undo", me, other)
        await school.tell_all()
        assert await school.memories() == memories
        assert await school.counted() == counted
        after = await school.lessons()
        assert {key: after[key] for key in lessons} == lessons

    school.runner.run(run())
