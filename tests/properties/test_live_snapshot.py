"""Live events as a property: what was loaded once and kept by them is what is loaded anew, after
whatever people do, and wherever streams are cut and resumed (M1)."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import hypothesis
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from domain import media
from domain.conversations import ConversationEnded
from persistence import models
from resolvers import ids
from schema.live import EVENTS as TYPES
from tests.properties.live_clients import ABOUT_THE_STREAM, EVENTS, RULES, SNAPSHOT, Client
from tests.support.conversations import matched
from tests.support.live import PATIENCE_SECONDS
from tests.support.notifications import all_told
from tests.support.sockets import connected

A_FEW = 3
MOST_GROUPS = 3
DEVICES = (0, 0, 1, 2)
"""Whose device each is."""

VERBS = (
    *("send", "send", "send", "reply", "edit", "delete", "react", "unreact", "read", "like"),
    *("match", "unmatch", "unlike", "block", "unblock", "hide", "clear", "open", "mute", "unmute"),
    *("attach", "check_file", "follow", "unfollow"),
    *("make_group", "rename", "add", "remove", "leave", "accept", "decline", "be_available"),
    *("read_notification", "read_notifications", "work", "work", "work"),
)
ACTS = st.tuples(
    st.sampled_from(VERBS), st.integers(0, A_FEW - 1), st.integers(1, A_FEW - 1), st.integers(0, 11)
)
OF_DEVICES = ("listen", "listen", "cut", "load_anew", "check")

LISTED = """{ viewer {
  conversations { nodes { id kind lastPosition messages { nodes { id } } } }
  conversationRequests { nodes { id } }
  matches { nodes { id profile { id } } } notifications { nodes { id } } } }"""


class Device:
    """A front end of somebody, whose stream may be cut."""

    def __init__(self, world, owner):
        self.world, self.owner = world, owner
        self.stream = self.connection = None
        self.heard = set()

    async def load(self, after=None):
        """Load all, and go on after another cursor if one is given, as if loading had lasted."""
        answer = await self.owner.api.send(SNAPSHOT)
        assert answer.errors == []
        self.client = Client(answer.data["viewer"])
        self.cursor = after or answer.extensions["cursor"]

    async def listen(self):
        if self.connection is None:
            self.connection = connected(self.world.application, self.owner.api.token)
            socket = await self.connection.__aenter__()
            self.stream = await socket.subscribe(EVENTS, after=self.cursor)

    async def cut(self):
        """Lose the stream, and what it has told that was not heard."""
        if self.connection is not None:
            await self.connection.__aexit__(None, None, None)
            self.connection = None

    async def load_anew(self):
        """Load while the stream goes on after an older cursor: what is told twice harms nothing."""
        await self.cut()
        await self.load(after=self.cursor)

    async def catch_up(self):
        """Apply all that has happened until now, told by an end of what nobody knows."""
        await self.listen()
        key = uuid4()
        async with self.world.database.write() as tx:
            tx.record(ConversationEnded(conversation_id=key, audience=(self.owner.key,)))
        end = {"endedConversationId": ids.encode("Conversation", key)}
        event = {}
        while not event.items() >= end.items():
            result = await self.stream.next()
            assert result.get("errors", []) == []
            event = result["data"]["events"]
            self.cursor = event["cursor"]
            if event["__typename"] not in ABOUT_THE_STREAM:
                self.heard.add(event["__typename"])
                self.client.apply(event)

    async def check(self):
        """Compare what is held with what is loaded anew."""
        await self.catch_up()
        viewer = (await self.owner.api.ask(SNAPSHOT))["viewer"]
        held, anew = vars(self.client), vars(Client(viewer))
        assert held == anew
        assert self.client.unread == viewer["unreadCount"]


class World:
    """A few people with their devices, and what they do, by numbers; refusals change nothing."""

    def __init__(self, application, services, people):
        self.application, self.services, self.people = application, services, people
        self.database = services.database
        self.files = []
        self.groups = 0

    async def begin(self):
        self.crowd = [await self.people.join() for _ in range(A_FEW)]
        await matched(self.database, self.crowd[0].key, self.crowd[1].key)
        await matched(self.database, self.crowd[0].key, self.crowd[2].key)
        self.devices = [Device(self, self.crowd[owner]) for owner in DEVICES]
        for device in self.devices:
            await device.load()

    async def end(self):
        for device in self.devices:
            await device.cut()

    async def act(self, verb, me, other, pick):
        await getattr(self, verb)(self.crowd[me], self.crowd[other], pick)

    async def listed(self, person, name):
        return (await person.api.ask(LISTED))["viewer"][name]["nodes"]

    async def in_one(self, person, pick, mutation, *, name="conversations", kind=None, **input):
        """Do something with one of somebody's conversations, if there is one."""
        found = await self.listed(person, name)
        found = [each for each in found if kind is None or each["kind"] == kind]
        if found:
            key = found[pick % len(found)]["id"]
            await person.api.do(mutation, conversationId=key, **input)

    async def to_one(self, person, pick, mutation, **named):
        """Do something to one of the messages that somebody sees, if there is one."""
        talks = await self.listed(person, "conversations")
        found = [(talk, each) for talk in talks for each in talk["messages"]["nodes"]]
        if found:
            talk, message = found[pick % len(found)]
            if mutation == "sendMessage":
                named |= {"conversationId": talk["id"], "replyToId": message["id"]}
            else:
                reacts = mutation in {"react", "removeReaction"}
                named["subjectId" if reacts else "messageId"] = message["id"]
            await person.api.do(mutation, **named)

    async def send(self, me, _other, pick):
        await self.in_one(me, pick, "sendMessage", text=f"said {pick}")

    async def reply(self, me, _other, pick):
        await self.to_one(me, pick, "sendMessage", text=f"answered {pick}")

    async def edit(self, me, _other, pick):
        await self.to_one(me, pick, "editMessage", text=f"said again {pick}")

    async def delete(self, me, _other, pick):
        await self.to_one(me, pick, "deleteMessage")

    async def react(self, me, _other, pick):
        await self.to_one(me, pick, "react", emoji="😀🎉"[pick % 2])

    async def unreact(self, me, _other, pick):
        await self.to_one(me, pick, "removeReaction", emoji="😀🎉"[pick % 2])

    async def read(self, me, _other, pick):
        await self.in_one(me, pick, "markRead", upTo=1 + pick % 4)

    async def like(self, me, other, _pick):
        await me.api.do("likeProfile", profileId=other.id)

    async def match(self, me, other, pick):
        await self.like(me, other, pick)
        await self.like(other, me, pick)

    async def unlike(self, me, other, _pick):
        await me.api.do("unlikeProfile", profileId=other.id)

    async def unmatch(self, me, other, _pick):
        for match in await self.listed(me, "matches"):
            if match["profile"] == {"id": other.id}:
                await me.api.do("unmatch", matchId=match["id"])

    async def block(self, me, other, _pick):
        await me.api.do("blockProfile", profileId=other.id)

    async def unblock(self, me, other, _pick):
        await me.api.do("unblockProfile", profileId=other.id)

    async def follow(self, me, other, _pick):
        await me.api.do("followProfile", profileId=other.id)

    async def unfollow(self, me, other, _pick):
        await me.api.do("unfollowProfile", profileId=other.id)

    async def attach(self, me, _other, pick):
        """Send a file that is still being checked."""
        file = {"kind": "image", "media_type": "image/png", "size_bytes": 9, "state": "processing"}
        expires = {"upload_expires_at": datetime.now(UTC)}
        async with self.database.write() as tx:
            medium = await tx.add(models.Media, uploader_id=me.key, **file, **expires)
        self.files.append(medium.media_id)
        key = ids.encode("Media", medium.media_id)
        await self.in_one(me, pick, "sendMessage", mediaIds=[key])

    async def check_file(self, _me, _other, pick):
        """Let a file be shown, or refuse it."""
        if self.files:
            found = {"media_id": self.files.pop(pick % len(self.files))}
            async with self.database.write() as tx:
                if pick % 3:
                    await media.finish(tx, **found, made=media.Made(1, 1))
                else:
                    await media.refuse(tx, **found, why=media.Refused.UNSAFE)

    async def hide(self, me, _other, pick):
        await self.in_one(me, pick, "hideConversation")

    async def clear(self, me, _other, pick):
        await self.in_one(me, pick, "hideConversation", clear=True)

    async def open(self, me, other, pick):
        """Put a conversation back on the list, or ask for one and write into it."""
        answer = await me.api.do("startConversation", "conversation { id }", profileId=other.id)
        if "conversation" in answer:
            key = answer["conversation"]["id"]
            await me.api.do("sendMessage", conversationId=key, text=f"Hello {pick}")

    async def accept(self, me, _other, pick):
        await self.in_one(me, pick, "acceptConversation", name="conversationRequests")

    async def decline(self, me, _other, pick):
        await self.in_one(me, pick, "declineConversation", name="conversationRequests")

    async def mute(self, me, _other, pick):
        await self.in_one(me, pick, "muteConversation")

    async def unmute(self, me, _other, pick):
        await self.in_one(me, pick, "unmuteConversation")

    async def make_group(self, me, other, pick):
        # No more than the snapshot has room for, besides those of two.
        if self.groups < MOST_GROUPS:
            self.groups += 1
            await me.api.do("createGroup", title=f"Group {pick}", profileIds=[other.id])

    async def rename(self, me, _other, pick):
        title = f"Renamed {pick}"
        await self.in_one(me, pick, "renameConversation", kind="GROUP", title=title)

    async def add(self, me, other, pick):
        await self.in_one(me, pick, "addMembers", kind="GROUP", profileIds=[other.id])

    async def remove(self, me, other, pick):
        await self.in_one(me, pick, "removeMember", kind="GROUP", profileId=other.id)

    async def leave(self, me, _other, pick):
        await self.in_one(me, pick, "leaveConversation", kind="GROUP")

    async def be_available(self, me, _other, pick):
        await me.api.do("setAvailability", status=(None, "NOW", "EVENINGS")[pick % 3])

    async def read_notification(self, me, _other, pick):
        if found := await self.listed(me, "notifications"):
            key = found[pick % len(found)]["id"]
            await me.api.do("markNotificationRead", notificationId=key)

    async def read_notifications(self, me, _other, _pick):
        await me.api.do("markAllNotificationsRead")

    async def work(self, _me, _other, _pick):
        """Let the jobs make notifications of what has happened."""
        await all_told(self.services)


class Histories(RuleBasedStateMachine):
    """People act on the loop of the application, devices listen, are cut and go on."""

    world_of = None
    loop = None

    def __init__(self):
        super().__init__()
        self.world = self.world_of()
        self.run(self.world.begin())

    def run(self, doing):
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(PATIENCE_SECONDS)

    @rule(acts=st.lists(ACTS, min_size=1, max_size=6))
    def act(self, acts):
        for verb, me, step, pick in acts:
            self.run(self.world.act(verb, me, (me + step) % A_FEW, pick))

    @rule(device=st.sampled_from(range(len(DEVICES))), verb=st.sampled_from(OF_DEVICES))
    def use(self, device, verb):
        self.run(getattr(self.world.devices[device], verb)())

    def teardown(self):
        try:
            for device in self.world.devices:
                self.run(device.check())
        finally:
            self.run(self.world.end())


NIGHTLY = hypothesis.settings.get_current_profile_name() == "nightly"


@pytest.fixture
def world(application, services, people, monkeypatch):
    """Makes worlds in which people may ask for conversations."""
    settings = {"first_messages": "requests", "conversation_requests_per_day": 100}
    for name, value in settings.items():
        monkeypatch.setitem(vars(services.settings), name, value)
    return lambda: World(application, services, people)


@pytest.mark.timeout(3_600 if NIGHTLY else 300)
async def test_what_is_kept_by_events_is_what_is_loaded_anew(application, world):
    asked = hypothesis_settings(
        max_examples=300 if NIGHTLY else 5,
        stateful_step_count=30 if NIGHTLY else 10,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    loop = asyncio.get_running_loop()
    told = type("Told", (Histories,), {"world_of": staticmethod(world), "loop": loop})
    await asyncio.to_thread(run_state_machine_as_test, told, settings=asked)


HISTORY = (
    ("send", 0, 1, 1), ("work", 0, 1, 0), ("read", 1, 0, 3), ("reply", 1, 0, 0), ("edit", 1, 0, 0),
    ("react", 0, 1, 0), ("delete", 1, 0, 0), ("be_available", 0, 1, 1),
    ("attach", 0, 1, 0), ("check_file", 0, 1, 1), ("follow", 0, 1, 0), ("work", 0, 1, 0),
    ("unfollow", 0, 1, 0), ("make_group", 0, 1, 0), ("add", 0, 2, 0), ("rename", 0, 1, 0),
    ("remove", 0, 2, 0),
    ("open", 1, 2, 0), ("accept", 2, 1, 0), ("match", 1, 2, 0), ("work", 0, 1, 0),
    ("read_notifications", 2, 1, 0), ("mute", 2, 1, 0), ("hide", 2, 1, 0), ("unmatch", 1, 2, 0),
    ("block", 0, 1, 0), ("unblock", 0, 1, 0),
)  # fmt: skip
"""What makes every type of event."""


async def test_every_type_of_event_is_applied(world):
    named = {cls.__name__ for cls in TYPES}
    assert set(RULES) | set(ABOUT_THE_STREAM) == named
    history = world()
    await history.begin()
    try:
        for act in HISTORY:
            await history.act(*act)
            for device in history.devices[1:]:
                await device.catch_up()
        for device in history.devices:
            await device.check()
        assert set().union(*(device.heard for device in history.devices)) == set(RULES)
    finally:
        await history.end()
