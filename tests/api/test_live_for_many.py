"""An event for many takes as many statements as one for few, whatever it shows."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from domain import conversations as talks
from domain import groups
from domain.attendance import AttendanceChanged, AttendanceState
from domain.availability import AvailabilityChanged
from domain.comments import CommentAdded, CommentDeleted, CommentEdited
from domain.facts import Fact
from domain.follows import FollowRequested, ProfileFollowed, ProfileUnfollowed
from domain.matches import MatchEnded
from domain.media import MediaChecked
from domain.messages import MessageDeleted, MessageEdited, MessageRead, MessageSent
from domain.posts import PostCreated, PostDeleted, PostEdited
from domain.reactions import ReactionChanged
from domain.typing_indicators import Typing
from execution import telling
from persistence import models
from persistence.queries import topics
from resolvers import judging
from resolvers.live import SHOWN
from tests.support.events import announced
from tests.support.live_events import next_event
from tests.support.media import ready
from tests.support.sockets import connected

FEW, MANY = 3, 30

TO_ONE_PERSON = {"MatchMade", "NotificationAdded", "NotificationRead", "NotificationsChanged"}
"""The kinds of events that nobody is told but one person, or two."""

EVENTS = """
fragment Who on Profile { displayName handle age lastActive isOnline availability viewerFollows
  followsViewer photo { url } }
fragment File on Media { state url placeholder }
fragment Reacted on Reactable { reactions { emoji count viewerReacted people { displayName } } }
fragment Said on Message { ...Reacted text isRead isEdited sender { ...Who }
  replyTo { text sender { displayName } } attachments { ...File } sticker { description }
  conversation { ...Talk } }
fragment Talk on Conversation { title kind unreadCount readPosition isMuted mutedUntil
  lastMessageAt lastMessage { text } other { displayName } requestedBy { displayName }
  members { nodes { role profile { displayName } } } event { title } }
fragment Shared on Post { ...Reacted content commentCount author { ...Who } media { ...File }
  hashtags { tag } links { url } mentions { profile { displayName } } }
fragment Remark on Comment { ...Reacted content author { ...Who } replyTo { content }
  hashtags { tag } mentions { profile { displayName } } }
fragment Meeting on Event { title description attendeeCount waitingCount interestedCount
  isAttending isHosting isInvited seatsLeft myAttendance { state } coHosts { displayName }
  host { ...Who } chat { title } checkInCode }
subscription { events { __typename
  ... on AttendanceChanged { event { ...Meeting } attendance { state placeInQueue } }
  ... on AvailabilityChanged { profile { ...Who } }
  ... on ConversationChanged { conversation { ...Talk } }
  ... on ConversationEnded { endedConversationId }
  ... on ConversationHidden { conversation { ...Talk } }
  ... on ConversationOpened { conversation { ...Talk } }
  ... on ConversationRequested { conversation { ...Talk } }
  ... on MatchEnded { endedMatchId }
  ... on MediaChecked { media { ...File } message { ...Said } }
  ... on MemberJoined { conversation { ...Talk } profile { ...Who } }
  ... on MemberLeft { conversation { ...Talk } profile { ...Who } }
  ... on MessageDeleted { message { ...Said } }
  ... on MessageEdited { message { ...Said } }
  ... on MessageRead { conversation { ...Talk } reader { ...Who } }
  ... on MessageSent { message { ...Said } }
  ... on MessagesChanged { conversation { ...Talk } }
  ... on CommentAdded { comment { ...Remark } post { ...Shared } }
  ... on CommentDeleted { post { ...Shared } }
  ... on CommentEdited { comment { ...Remark } }
  ... on FollowRequested { follower { ...Who } followed { ...Who } }
  ... on PostCreated { post { ...Shared } }
  ... on PostEdited { post { ...Shared } }
  ... on ProfileFollowed { follower { ...Who } followed { ...Who } }
  ... on ProfileUnfollowed { follower { ...Who } followed { ...Who } }
  ... on ReactionChanged { message { ...Said } post { ...Shared } comment { ...Remark }
    reactor { ...Who } }
  ... on Typing { conversation { ...Talk } profile { ...Who } } } }
"""


@pytest.fixture
async def world(people, database):
    """Ada and Bob, listeners in one chat with them, and what everybody may see of the two."""
    ada, bob = await people.join("Ada"), await people.join("Bob")
    listeners = [await people.join() for _ in range(MANY)]
    event = await announced(database, ada)
    photo = await ready(database, ada)
    async with database.write() as tx:
        made = {"event": event, "ada": ada, "bob": bob, "listeners": listeners}
        chat = await tx.add(
            models.Conversation, kind="group", title="Chat", event_id=event.event_id
        )
        place = {"conversation_id": chat.conversation_id}
        for number, each in enumerate((ada, bob, *listeners)):
            await tx.add(
                models.ConversationMember, profile_id=each.key, read_position=number % 2, **place
            )
        for each in listeners:
            pair = dict(zip(("first_id", "second_id"), sorted((ada.key, each.key)), strict=True))
            direct = await tx.add(models.Conversation, **pair)
            for person in (ada, each):
                await tx.add(
                    models.ConversationMember,
                    conversation_id=direct.conversation_id,
                    profile_id=person.key,
                )
        made["message"] = message = await tx.add(
            models.Message, sender_id=ada.key, text="Hello", position=1, **place
        )
        await tx.add(models.MessageMedia, message_id=message.message_id, media_id=photo, position=1)
        post = made["post"] = await tx.add(models.Post, author_id=ada.key, content="#one")
        comment = made["comment"] = await tx.add(
            models.Comment, author_id=bob.key, post_id=post.post_id, content="Two"
        )
        # A listener's own reaction is another answer for them than for the others.
        for person in (bob, listeners[0]):
            who = {"profile_id": person.key, "emoji": "❤️"}
            await tx.add(models.Reaction, message_id=message.message_id, **who)
            await tx.add(models.PostReaction, post_id=post.post_id, **who)
            await tx.add(models.CommentReaction, comment_id=comment.comment_id, **who)
        made["answer"] = await tx.add(
            models.Attendance,
            event_id=event.event_id,
            profile_id=bob.key,
            state="going",
            joined_at=event.created_at,
        )
        return made | {"chat": chat.conversation_id, "photo": photo}


def facts_of(world, audience):
    """One or more facts of each kind that several people may be told."""
    ada, bob, chat = world["ada"].key, world["bob"].key, {"conversation_id": world["chat"]}
    message = world["message"].message_id
    said = {**chat, "message_id": message}
    post = {"post_id": world["post"].post_id}
    comment = {"comment_id": world["comment"].comment_id, **post, "author_id": bob}
    follow = {"follower_id": ada, "followed_id": bob}
    reaction = {"reactor_id": bob, "emoji": "❤️", "is_added": True}
    soon = datetime.now(UTC) + timedelta(minutes=1)
    kinds = [
        (
            AttendanceChanged,
            {
                "event_id": world["event"].event_id,
                "profile_id": bob,
                "attendance_id": world["answer"].attendance_id,
                "state": AttendanceState.GOING,
            },
        ),
        (AvailabilityChanged, {"profile_id": ada}),
        (talks.ConversationChanged, chat),
        (talks.ConversationEnded, chat),
        (talks.ConversationHidden, chat),
        (talks.ConversationOpened, chat),
        (Fact.kinds["ConversationRequested"], chat),
        (MatchEnded, {"match_id": post["post_id"]}),
        (MediaChecked, {"media_id": world["photo"], "message_id": message}),
        (groups.MemberJoined, {**chat, "profile_id": bob}),
        (groups.MemberLeft, {**chat, "profile_id": bob}),
        (MessageDeleted, {**said, "position": 1}),
        (MessageEdited, said),
        (MessageRead, {**chat, "reader_id": bob, "position": 1}),
        (MessageSent, {**said, "sender_id": ada, "position": 1}),
        (groups.MessagesChanged, chat),
        (CommentAdded, {**comment, "reply_to_id": None}),
        (CommentDeleted, comment),
        (CommentEdited, comment),
        (FollowRequested, follow),
        (PostCreated, {**post, "author_id": ada}),
        (PostDeleted, {**post, "author_id": ada}),
        (PostEdited, {**post, "author_id": ada}),
        (ProfileFollowed, follow),
        (ProfileUnfollowed, follow),
        (ReactionChanged, {**said, **reaction}),
        (ReactionChanged, {**post, **reaction}),
        (ReactionChanged, {"comment_id": comment["comment_id"], **reaction}),
        (Typing, {**chat, "profile_id": bob, "is_typing": True, "until": soon}),
    ]
    return [kind(**values, audience=audience) for kind, values in kinds]


async def test_each_kind_of_event_takes_as_many_statements_for_thirty_as_for_three(
    application, world, services, database, monkeypatch
):
    # However slow the machine is: what takes too long is asked again, or by each stream.
    monkeypatch.setattr(judging, "SURE_SECONDS", 60)
    monkeypatch.setattr(judging, "_RENDERING_SECONDS", 20)
    monkeypatch.setattr(telling, "_ALONE_SECONDS", 60)
    texts, fetch = [], services.database.fetch

    async def counted(statement, **parameters):
        if statement is not topics.heads:  # by which the poll looks, whatever happens
            texts.append(statement.sql)
        return await fetch(statement, **parameters)

    async def taken(fact, streams):
        texts.clear()
        if isinstance(fact, Typing):
            services.listener.whisper(fact)
        else:
            async with database.write() as tx:
                tx.record(fact)
        for stream in streams:
            assert (await next_event(stream))["__typename"] == fact.kind
        return sorted(texts)

    listeners = world["listeners"]
    few, many = ([each.key for each in listeners[:most]] for most in (FEW, MANY))
    assert {fact.kind for fact in facts_of(world, ())} | TO_ONE_PERSON == SHOWN.keys()
    more = []
    async with AsyncExitStack() as stack:
        streams = []
        for each in listeners:
            socket = await stack.enter_async_context(connected(application, each.api.token))
            streams.append(await socket.subscribe(EVENTS))
            await streams[-1].next()
        # Frozen, so that nothing can be patched by accident.
        monkeypatch.setattr(type(services.database), "fetch", lambda _, *a, **k: counted(*a, **k))
        for for_few, for_many in zip(facts_of(world, few), facts_of(world, many), strict=True):
            least = await taken(for_few, streams[:FEW])
            assert least, for_few
            most = await taken(for_many, streams)
            if len(most) > len(least):
                more.append((for_few.kind, len(least), len(most), set(most) - set(least)))
    assert more == []
