"""Unread messages: after any history, what is counted is what a recount of the history gives."""

import asyncio

import hypothesis
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from dataloaders import conversations as loading
from dataloaders import messages as message_loading
from dataloaders.reader import Reader
from domain import blocks, conversation_requests, conversations, groups, messages
from domain.conversation_requests import FirstMessages, RequestRules
from domain.refusals import Refusal
from persistence.database import Database
from persistence.pages import CursorCodec
from tests.properties.matchmaking import Reality
from tests.support.conversations import matched

PEOPLE = 4
OWNER = 0
RULES = RequestRules(first_messages=FirstMessages.REQUESTS, most_messages=2, most_a_day=99)
GROUP, DIRECT, REQUEST = "group", "direct", "request"
PLACES = {GROUP: {0, 1, 2, 3}, DIRECT: {0, 1}, REQUEST: {2, 3}}
"""Where people write: 2 asks 3 for a conversation."""

VERBS = (
    *("write", "write", "write", "read", "read", "hide", "clear", "start", "mute"),
    *("delete", "block", "unblock", "leave", "add", "accept", "decline"),
)
acts = st.tuples(
    st.sampled_from(VERBS),
    st.sampled_from([GROUP, GROUP, DIRECT, REQUEST]),
    st.integers(0, PEOPLE - 1),
    st.integers(0, PEOPLE - 1),
)


class Place:
    """A conversation in memory: its messages, and what each member makes of it."""

    def __init__(self, members):
        self.messages, self.has_ended = [], False
        self.members = {who: self.joined(0) for who in members}

    @staticmethod
    def joined(at):
        return {"read": at, "history": at, "hidden": None, "status": "active"}


class Model:
    """What must hold, without a database: the messages that each person has not read."""

    def __init__(self):
        self.places = {name: Place(members) for name, members in PLACES.items()}
        self.places[REQUEST].members[3].update(status="requested", hidden=0)
        self.blocks = set()

    def blocked(self, one, other):
        return bool({(one, other), (other, one)} & self.blocks)

    def seen(self, name, who):
        """The positions and senders of the messages that somebody sees."""
        place = self.places[name]
        mine = place.members.get(who)
        if mine is None or place.has_ended or mine["status"] == "declined":
            return []
        return [
            (position, sender, is_deleted)
            for position, (sender, is_deleted) in enumerate(place.messages, start=1)
            if position > mine["history"] and not self.blocked(who, sender)
        ]

    def unread(self, name, who):
        mine = self.places[name].members.get(who)
        if mine is None or mine["status"] != "active":
            return 0
        return sum(
            position > mine["read"] and sender != who and not is_deleted
            for position, sender, is_deleted in self.seen(name, who)
        )

    def listed(self, name, who):
        mine = self.places[name].members.get(who)
        if mine is None or self.places[name].has_ended or mine["status"] != "active":
            return False
        later = [position for position, _, _ in self.later(name, who)]
        return mine["hidden"] is None or any(position > mine["hidden"] for position in later)

    def later(self, name, who):
        place = self.places[name]
        return [
            (position, sender, is_deleted)
            for position, (sender, is_deleted) in enumerate(place.messages, start=1)
            if not self.blocked(who, sender)
        ]

    def total(self, who):
        return sum(self.unread(name, who) for name in PLACES if self.listed(name, who))


class World:
    """The same in the database, through the verbs; what was refused changed nothing."""

    def __init__(self, database):
        self.database, self.people, self.model = database, Reality(database), Model()
        self.keys, self.sent = {}, {name: [] for name in PLACES}

    async def begin(self):
        await self.people.arrive(PEOPLE)
        viewers, keys = self.people.viewers, self.people.keys
        for other in range(1, PEOPLE):
            direct = await matched(self.database, keys[OWNER], keys[other])
            if other == 1:
                self.keys[DIRECT] = direct.conversation_id
        async with self.database.write() as tx:
            group = await groups.create_group(
                tx, viewers[OWNER], title="All", profile_ids=keys[1:], most=PEOPLE
            )
            asked = await conversation_requests.start_conversation(
                tx, viewers[2], profile_id=keys[3], rules=RULES
            )
        self.keys |= {GROUP: group.conversation_id, REQUEST: asked.conversation_id}

    async def call(self, verb, who, **named):
        """Whether a verb did what was asked."""
        try:
            async with self.database.write() as tx:
                return True, await verb(tx, self.people.viewers[who], **named)
        except Refusal:
            return False, None

    async def act(self, verb, name, who, other):
        place = self.model.places[name]
        await getattr(self, verb)(name, place, who, other)

    def here(self, name):
        return {"conversation_id": self.keys[name]}

    async def write(self, name, place, who, _other):
        sending = {**self.here(name), "text": "Hello"}
        done, message = await self.call(messages.send_message, who, **sending)
        if done:
            self.sent[name].append(message.message_id)
            place.messages.append((who, False))

    async def read(self, name, place, who, other):
        up_to = other * 2
        done, _ = await self.call(messages.mark_read, who, **self.here(name), up_to=up_to)
        if done and (mine := place.members[who])["status"] == "active":
            mine["read"] = max(mine["read"], min(up_to, len(place.messages)))

    async def hide(self, name, place, who, _other, *, clear=False):
        hiding = {**self.here(name), "clear": clear}
        done, _ = await self.call(conversations.hide_conversation, who, **hiding)
        if not done:
            return
        mine, last = place.members[who], len(place.messages)
        if self.model.listed(name, who) or (clear and mine["history"] < last):
            mine.update(hidden=last, history=last if clear else mine["history"])

    async def clear(self, name, place, who, other):
        await self.hide(name, place, who, other, clear=True)

    async def start(self, name, place, who, _other):
        if name != DIRECT or who not in place.members:
            return
        partner = {"profile_id": self.people.keys[1 - who], "rules": RequestRules()}
        done, _ = await self.call(conversation_requests.start_conversation, who, **partner)
        if done:
            place.members[who]["hidden"] = None

    async def mute(self, name, _place, who, _other):
        await self.call(conversations.mute_conversation, who, **self.here(name))

    async def delete(self, name, place, who, other):
        if not self.sent[name]:
            return
        number = other % len(self.sent[name])
        named = {"message_id": self.sent[name][number]}
        if (await self.call(messages.delete_message, who, **named))[0]:
            place.messages[number] = (place.messages[number][0], True)

    async def block(self, _name, _place, who, other):
        them = {"profile_id": self.people.keys[other]}
        if (await self.call(blocks.block_profile, who, **them))[0]:
            self.model.blocks.add((who, other))
            for direct in (DIRECT, REQUEST):
                if {who, other} == PLACES[direct]:
                    self.model.places[direct].has_ended = True

    async def unblock(self, _name, _place, who, other):
        them = {"profile_id": self.people.keys[other]}
        if (await self.call(blocks.unblock_profile, who, **them))[0]:
            self.model.blocks.discard((who, other))

    async def leave(self, _name, _place, who, _other):
        if who == OWNER:
            return
        if (await self.call(groups.leave_conversation, who, **self.here(GROUP)))[0]:
            del self.model.places[GROUP].members[who]

    async def add(self, _name, _place, _who, other):
        group = self.model.places[GROUP]
        named = {**self.here(GROUP), "profile_ids": [self.people.keys[other]], "most": PEOPLE}
        if (await self.call(groups.add_members, OWNER, **named))[0]:
            group.members.setdefault(other, Place.joined(len(group.messages)))

    async def accept(self, _name, _place, who, _other):
        asked, accept = self.model.places[REQUEST], conversation_requests.accept_conversation
        done, _ = await self.call(accept, who, **self.here(REQUEST))
        if done and (mine := asked.members[who])["status"] == "requested":
            mine.update(status="active", hidden=None)

    async def decline(self, _name, _place, who, _other):
        asked, decline = self.model.places[REQUEST], conversation_requests.decline_conversation
        if (await self.call(decline, who, **self.here(REQUEST)))[0]:
            asked.members[who].update(status="declined", hidden=len(asked.messages))

    async def check(self):
        """Compare what every person is told with the recount."""
        for who, viewer in enumerate(self.people.viewers):
            reader = Reader(database=self.database, cursors=CursorCodec(b"0" * 32), viewer=viewer)
            for name, key in self.keys.items():
                is_there = await reader.load(loading.by_ids, key) is not None
                told = await reader.load(loading.unread_counts, key) if is_there else 0
                assert told == self.model.unread(name, who) * is_there, (name, who)
                page = await reader.load(message_loading.of_conversation, key, first=100)
                seen = [position for position, _, _ in self.model.seen(name, who)]
                assert sorted(row.position for row in page.rows) == seen, (name, who)
            total = await reader.load(loading.unread_totals, viewer.profile_id)
            assert total == self.model.total(who), who


async def live(url, history):
    database = await Database.connect(url, read_connections=1, write_connections=1)
    try:
        world = World(database)
        await world.begin()
        for act in history:
            await world.act(*act)
        await world.check()
    finally:
        await database.close()


@given(history=st.lists(acts, min_size=5, max_size=25))
@hypothesis_settings(
    max_examples=300 if hypothesis.settings.get_current_profile_name() == "nightly" else 15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_unread_messages_are_what_a_recount_of_the_history_gives(application, settings, history):
    asyncio.run(live(str(settings.database_url), history))
