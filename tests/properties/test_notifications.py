"""Unread notifications as a property: the count is what a recount finds, after any history (M12).

People match, write, read here and on other devices, part, block and leave, while the jobs run
late, over and over and in any order.
"""

import asyncio
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from domain import accounts, blocks, likes, matches, messages, notifications
from persistence import models
from persistence.database import Database
from persistence.pages import Window
from persistence.queries import notifications as queries
from persistence.statements import Statement
from tests.properties.matchmaking import Reality
from workers import notifications as jobs
from workers.subscribers import STARTS

PEOPLE = 3
somebody = st.integers(0, PEOPLE - 1)
acts = st.tuples(
    st.sampled_from(
        [
            *("meet", "meet", "write", "write", "write", "read", "read_one", "read_all"),
            *("unmatch", "block", "unblock", "leave", "carry", "carry", "carry"),
        ]
    ),
    somebody,
    somebody,
    st.integers(0, 9),
)
EVERY_FACT = Statement(sa.select(models.Fact).order_by(models.Fact.fact_id), models.Fact)
RESOURCES = SimpleNamespace(likes_received="hidden")


class Talk:
    """A match of two and what they wrote, as it must be.

    Attributes:
        is_open: whether the match has not ended.
        senders: who wrote each message.
        read_to: how far each has read.
        told_to: up to which message each was told.
        unread: of how many messages each has an unread notification.
        match_told: whether each was told of the match.
        match_unread: whether each has not read that.
    """

    def __init__(self, row, pair):
        self.row, self.is_open, self.senders = row, True, []
        self.read_to, self.told_to, self.unread = (dict.fromkeys(pair, 0) for _ in range(3))
        self.match_told, self.match_unread = (dict.fromkeys(pair, False) for _ in range(2))

    def to_read(self, me):
        return sum(sender != me for sender in self.senders[self.read_to[me] :])


class World:
    """A few people, through the verbs and jobs on PostgreSQL, and what must hold of them."""

    def __init__(self, url):
        self.runner = asyncio.Runner()
        connecting = Database.connect(url, read_connections=1, write_connections=2)
        self.database = self.runner.run(connecting)

    def close(self):
        self.runner.run(self.database.close())
        self.runner.close()

    async def begin(self):
        real = Reality(self.database)
        await real.arrive(PEOPLE)
        self.people = [real.viewers[me] for me in range(PEOPLE)]
        self.talks, self.blocked, self.gone, self.mine = {}, set(), set(), set()

    def talk(self, me, other):
        """The open talk of two, or None."""
        talk = self.talks.get(frozenset((me, other)), [None])[-1]
        return talk if talk is not None and talk.is_open else None

    async def act(self, verb, me, other, number):
        if me == other or {me, other} & self.gone:
            return
        async with self.database.write() as tx:
            await getattr(self, verb)(tx, me, other, number)

    async def meet(self, tx, me, other, _):
        if self.talk(me, other) or {(me, other), (other, me)} & self.blocked:
            return
        for one, two in ((me, other), (other, me)):
            key = self.people[two].profile_id
            _, row = await likes.like_profile(tx, self.people[one], profile_id=key)
        talk = await tx.get(models.Conversation, match_id=row.match_id)
        self.talks.setdefault(frozenset((me, other)), []).append(Talk(talk, (me, other)))

    async def write(self, tx, me, other, _):
        if talk := self.talk(me, other):
            key = talk.row.conversation_id
            await messages.send_message(tx, self.people[me], conversation_id=key, text="Hi")
            talk.senders.append(me)

    async def read(self, tx, me, other, number):
        if talk := self.talk(me, other):
            key = talk.row.conversation_id
            await messages.mark_read(tx, self.people[me], conversation_id=key, up_to=number)
            before, now = talk.read_to[me], min(number, len(talk.senders))
            if now > before:
                talk.read_to[me] = now
                talk.unread[me] = talk.to_read(me) if talk.unread[me] else 0

    async def read_one(self, tx, me, other, number):
        shown = await self.shown(me)
        if shown:
            row = shown[number % len(shown)]
            key = row.notification_id
            await notifications.mark_notification_read(tx, self.people[me], notification_id=key)
            for talk in self.all_talks():
                if row.subject_id == talk.row.conversation_id:
                    talk.unread[me] = 0
                if row.subject_id == talk.row.match_id:
                    talk.match_unread[me] = False

    async def read_all(self, tx, me, _other, _):
        await notifications.mark_all_notifications_read(tx, self.people[me])
        for talk in self.all_talks():
            if me in talk.unread:
                talk.unread[me], talk.match_unread[me] = 0, False

    async def unmatch(self, tx, me, other, _):
        if talk := self.talk(me, other):
            await matches.unmatch(tx, self.people[me], match_id=talk.row.match_id)
            talk.is_open = False

    async def block(self, tx, me, other, _):
        if not {(me, other), (other, me)} & self.blocked:
            key = self.people[other].profile_id
            await blocks.block_profile(tx, self.people[me], profile_id=key)
            self.blocked.add((me, other))
            if talk := self.talk(me, other):
                talk.is_open = False

    async def unblock(self, tx, me, other, _):
        if (me, other) in self.blocked:
            key = self.people[other].profile_id
            await blocks.unblock_profile(tx, self.people[me], profile_id=key)
            self.blocked.discard((me, other))

    async def leave(self, tx, me, _other, number):
        if number < 3:
            await accounts.delete_account(tx, self.people[me])
            self.gone.add(me)
            for talk in self.all_talks():
                talk.is_open = talk.is_open and me not in talk.unread

    async def carry(self, tx, _me, _other, number):
        """Carry out some fact, which may be an old one, and may have been carried out."""
        facts = await self.facts()
        if facts:
            await self.carry_out(facts[-1 - number % len(facts)])

    async def facts(self):
        ours = {viewer.profile_id for viewer in self.people}
        rows = await self.database.fetch(EVERY_FACT)
        kinds = {"MatchMade": "first_id", "MessageSent": "sender_id"}
        return [f for f in rows if f.kind in kinds and _key(f.body[kinds[f.kind]]) in ours]

    async def carry_out(self, fact):
        for task in STARTS[fact.kind]:
            if task.job.__module__ == jobs.__name__:
                resources = SimpleNamespace(database=self.database, settings=RESOURCES)
                await task.job(resources, str(fact.fact_id), fact.body)
        (talk,) = (each for each in self.all_talks() if _is_about(fact, each))
        if talk.unread.keys() & self.gone:
            return
        for me in talk.unread:
            if fact.kind == "MatchMade" and not talk.match_told[me]:
                talk.match_told[me] = talk.match_unread[me] = True
            if fact.kind == "MessageSent" and talk.is_open:
                position = fact.body["position"]
                is_news = position > max(talk.told_to[me], talk.read_to[me])
                if is_news and talk.senders[position - 1] != me:
                    talk.told_to[me], talk.unread[me] = position, talk.to_read(me)

    def all_talks(self):
        return [talk for talks in self.talks.values() for talk in talks]

    async def shown(self, me):
        """The unread notifications that somebody is shown."""
        viewer, listing = self.people[me], queries.unread_of_reader
        window = Window(100)
        rows = await self.database.fetch(
            listing.page_statement(window),
            **listing.parameters([viewer.profile_id], window),
            viewer_id=viewer.profile_id,
        )
        return list(rows)

    async def agrees(self):
        """Compare counts, lists and what must hold, for everybody who is here."""
        for me in set(range(PEOPLE)) - self.gone:
            found = {row.subject_id: row.count for row in await self.shown(me)}
            expected = {}
            for talk in self.all_talks():
                if talk.is_open and me in talk.unread:
                    if talk.unread[me]:
                        expected[talk.row.conversation_id] = talk.unread[me]
                    if talk.match_unread[me]:
                        expected[talk.row.match_id] = 1
            assert found == expected
            key = {"viewer_id": self.people[me].profile_id}
            assert await self.database.value(queries.unread_count, **key) == len(found)


def _key(text):
    return models.Profile.profile_id.type.python_type(text)


def _is_about(fact, talk):
    keys = {str(talk.row.match_id), str(talk.row.conversation_id)}
    return bool(keys & {fact.body.get("match_id"), fact.body.get("conversation_id")})


@pytest.fixture
def world(services, settings):
    world = World(str(settings.database_url))
    yield world
    world.close()


NIGHTLY = hypothesis_settings.get_current_profile_name() == "nightly"


@given(history=st.lists(acts, min_size=8, max_size=30))
@hypothesis_settings(
    max_examples=300 if NIGHTLY else 12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_count_of_unread_notifications_equals_a_recount_after_any_history(world, history):
    async def run():
        await world.begin()
        for act in history:
            await world.act(*act)
            await world.agrees()
        for fact in (await world.facts())[::-1] * 2:
            await world.carry_out(fact)
            await world.agrees()

    world.runner.run(run())
