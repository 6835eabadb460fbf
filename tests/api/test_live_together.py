"""Streams that are told together are told what each would be told alone."""

from contextlib import AsyncExitStack
from importlib import import_module
from itertools import cycle
from pkgutil import iter_modules

import pytest

import dataloaders
from dataloaders import reactions, text_entities
from dataloaders.connections import PageOf
from dataloaders.reader import Reader
from domain.reactions import Subject
from execution.declarations import Batch
from execution.telling import Company
from persistence import models
from persistence.joint import JointAnswers
from persistence.queries import topics
from resolvers import ids, judging
from resolvers.live import SHOWN
from tests.support.conversations import global_id, write
from tests.support.events import announced, going_to
from tests.support.live_events import cursor_of, next_event
from tests.support.media import global_id as media_id
from tests.support.media import photographed, ready
from tests.support.sockets import Ended, connected

QUERY = """
subscription($after: String, $reader: Boolean = true) { events(after: $after) {
  __typename cursor place: cursor at
  ... on MessageSent { message { id text position isRead sender { id displayName } }
    conversation { id unreadCount members { nodes { profile { displayName } } } } }
  ... on MessageRead { position reader @include(if: $reader) { displayName } }
} }
"""


@pytest.fixture
async def group(people, database):
    """Six people in one conversation."""
    everybody = [await people.join(name) for name in ("Ada", "Bob", "Cem", "Dan", "Eve", "Fay")]
    async with database.write() as tx:
        conversation = await tx.add(models.Conversation, kind="group", title="All of us")
        for person in everybody:
            await tx.add(
                models.ConversationMember,
                conversation_id=conversation.conversation_id,
                profile_id=person.key,
            )
    return everybody, global_id(conversation)


# What a conversation tells of its members is another for each of them.
SAME = QUERY.replace("members { nodes { profile { displayName } } }", "")


async def listen(application, stack, person, query=QUERY, **variables):
    socket = await stack.enter_async_context(connected(application, person.api.token))
    stream = await socket.subscribe(query, **variables)
    if "after" not in variables:
        await stream.next()
    return stream


async def next_message(stream):
    """The next message; a block, which some are told of too, is not meant."""
    while (event := await next_event(stream))["__typename"] != "MessageSent":
        pass
    return event["message"]


async def test_each_is_told_what_they_would_be_told_alone(application, group, services):
    everybody, key = group
    ada, bob, *_ = everybody
    await bob.api.done("markRead", conversationId=key, upTo=0)
    cursors = [await cursor_of(services, person) for person in everybody]
    async with AsyncExitStack() as stack:
        streams = [
            await listen(application, stack, person) for person in everybody for _ in range(2)
        ]
        await write(ada, key, "one", "two")
        together = [[await next_event(stream) for _ in range(2)] for stream in streams]
        for number, (person, after) in enumerate(zip(everybody, cursors, strict=True)):
            alone = await listen(application, stack, person, after=after)
            told = [await next_event(alone) for _ in range(2)]
            assert together[2 * number] == together[2 * number + 1]
            for ours, theirs in zip(together[2 * number], told, strict=True):
                assert ours["cursor"] == ours["place"] == theirs["cursor"]
                assert ours["message"] == theirs["message"]
                assert ours["at"] == theirs["at"]
        counts = [pair[1]["conversation"]["unreadCount"] for pair in together[::2]]
        assert counts[0] == 0
        assert set(counts[1:]) <= {1, 2}


async def test_who_keeps_up_is_told_without_being_woken(application, group, monkeypatch):
    monkeypatch.setattr(judging, "_RENDERING_SECONDS", 20)
    everybody, key = group
    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(connected(application, each.api.token))
            for each in everybody[:3]
        ]
        streams = [await socket.subscribe(SAME) for socket in sockets]
        for stream in streams:
            await stream.next()
        await write(everybody[3], key, "one", "two")
        for stream in streams:
            assert [(await next_event(stream))["message"]["text"] for _ in range(2)] == [
                "one",
                "two",
            ]
        assert [len(socket.taken) for socket in sockets] == [2, 2, 2]


async def test_who_takes_nothing_at_once_is_told_everything_once_and_in_order(application, group):
    everybody, key = group
    turns, texts = cycle([True, False, False]), [f"text {number}" for number in range(12)]
    async with AsyncExitStack() as stack:
        streams = []
        for takes in (lambda: next(turns), lambda: False, lambda: True):
            socket = await stack.enter_async_context(
                connected(application, everybody[0].api.token, takes=takes)
            )
            streams.append(await socket.subscribe(SAME))
            await streams[-1].next()
        for text in texts:
            await write(everybody[1], key, text)
        for stream in streams:
            assert [(await next_event(stream))["message"]["text"] for _ in texts] == texts


async def test_only_those_are_told_who_may_see_it_at_that_moment(application, group, database):
    everybody, key = group
    ada, bob, cem, *_ = everybody
    async with AsyncExitStack() as stack:
        streams = [await listen(application, stack, person) for person in everybody]
        await cem.api.done("logOut")
        await bob.api.done("blockProfile", profileId=ada.id)
        await write(ada, key, "not for all")
        await write(everybody[3], key, "for all")
        for number, stream in enumerate(streams):
            if number not in {1, 2}:
                assert (await next_message(stream))["text"] == "not for all"
        for number, stream in enumerate(streams):
            if number != 2:
                assert (await next_message(stream))["text"] == "for all"
        with pytest.raises(Ended):
            await streams[2].next()


async def test_an_event_for_more_takes_no_more_statements(
    application, group, services, monkeypatch
):
    everybody, key = group
    texts = []
    fetch = services.database.fetch

    async def counted(statement, **parameters):
        if statement is not topics.heads:  # by which the poll looks, whatever happens
            texts.append(statement.sql)
        return await fetch(statement, **parameters)

    async def taken(streams, text):
        texts.clear()
        await write(everybody[0], key, text)
        for stream in streams:
            assert (await next_event(stream))["message"]["text"] == text
        return sorted(texts)

    async with AsyncExitStack() as stack:
        streams = [await listen(application, stack, person, SAME) for person in everybody[1:4]]
        await taken(streams, "warm")
        # Frozen, so that nothing can be patched by accident.
        monkeypatch.setattr(type(services.database), "fetch", lambda _, *a, **k: counted(*a, **k))
        few = await taken(streams, "for few")
        streams += [await listen(application, stack, person, SAME) for person in everybody[4:]]
        await taken(streams, "warm again")
        many = await taken(streams, "for many")
    assert many == few


JOINT = [
    each
    for module in iter_modules(dataloaders.__path__)
    for each in vars(import_module(f"dataloaders.{module.name}")).values()
    if isinstance(each, Batch) and each.is_joint
]


async def test_a_joint_batch_answers_each_as_if_asked_alone(group, pair, services, database):
    everybody, key = group
    ada, bob, other = pair
    one, two, three, four, *_ = everybody
    await write(one, key, "one")
    await write(two, key, "two")
    photo = await ready(database, two)
    await two.api.done("sendMessage", conversationId=key, mediaIds=[media_id(photo)])
    await write(ada, other, "three")
    await three.api.done("markRead", conversationId=key, upTo=1)
    await four.api.done("setPrivacy", showReadReceipts=False)
    await bob.api.done("blockProfile", profileId=one.id)
    going = await going_to(database, one, two)
    hidden = await announced(database, bob, audience="invited")
    await photographed(database, one)
    async with database.write() as tx:
        texts = {"author_id": one.key, "content": "#tea"}
        post = await tx.add(models.Post, **texts)
        comment = await tx.add(models.Comment, post_id=post.post_id, **texts)
        for_some = await tx.add(models.Post, **{**texts, "audience": "followers"})
        sent = await tx.connection.fetch("SELECT message_id FROM messages")
        matched = await tx.connection.fetch("SELECT match_id FROM matches")
        for row in (sent[0], sent[1]):
            who = {"profile_id": three.key, "emoji": "❤️"}
            await tx.add(models.Reaction, message_id=row[0], **who)
        await tx.add(models.Follow, follower_id=two.key, followed_id=one.key)
    keys = [
        *(ids.decode(each, "Conversation") for each in (key, other)),
        *(row[0] for row in (*sent, *matched)),
        *(person.key for person in (*everybody, ada, bob)),
        *(going.event_id, going.attendance_id, hidden.event_id, photo),
        *(post.post_id, comment.comment_id, for_some.post_id),
    ]
    others = {
        reactions.people_of: [(one.key, three.key), (bob.key,)],
        reactions.told: [
            *((Subject.MESSAGE, row[0], person.key) for row in sent for person in (one, bob)),
            (Subject.POST, for_some.post_id, two.key),
            (Subject.COMMENT, comment.comment_id, two.key),
        ],
        text_entities.hashtags_of: ["#tea"],
        text_entities.links_of: ["https://example.com"],
    }
    viewers = [judging.Member(person.viewer) for person in (*everybody, ada, bob)]
    told = 0
    for batch in JOINT:
        told += await companies_of(batch, others.get(batch, keys), viewers, services)
    assert told > len(JOINT)  # not all the same for all


async def companies_of(batch, keys, viewers, services):
    """Load keys for all, see that each alone is answered so, and say how many answers there are."""
    answers, rest, companies = JointAnswers(services.database), viewers, 0
    while rest:
        company = Company(rest[0], rest)
        reads = judging._reads_for(company, answers)
        jointly = Reader(
            database=reads, cursors=services.cursors, viewer=rest[0].viewer, company=company
        )
        answer = [shown(each) for each in await jointly.load_many(batch, keys)]
        for member in company.members:
            alone = Reader(
                database=services.database, cursors=services.cursors, viewer=member.viewer
            )
            assert [shown(each) for each in await alone.load_many(batch, keys)] == answer, batch
        rest = [member for member in rest if member not in set(company.members)]
        companies += 1
    return companies


def shown(answer):
    """What an answer says, without the columns by which joint answers are sorted."""
    if isinstance(answer, list):
        return [shown(each) for each in answer]
    if isinstance(answer, PageOf):
        return [shown(each) for each in answer.rows]
    if hasattr(answer, "model"):
        return {name: value for name, value in answer.items() if not name.startswith("joint_")}
    return answer


def test_what_decides_on_events_of_many_is_asked_for_all_at_once():
    alone = {kind for kind, needs in SHOWN.items() if needs and not needs[0].is_joint}
    assert alone == {"NotificationAdded"}
