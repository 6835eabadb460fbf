"""Which fact starts what: the whole wiring on one page."""

import asyncio

from celery import Task

from domain.accounts import (
    AccountCreated,
    AccountDeleted,
    EmailVerificationRequested,
    PasswordResetRequested,
)
from domain.attendance import AttendanceChanged
from domain.blocks import ProfileUnblocked
from domain.comments import CommentAdded, CommentDeleted, CommentEdited
from domain.conversations import ConversationRequested
from domain.event_facts import (
    EventCancelled,
    EventChanged,
    EventCreated,
    EventDeleted,
    EventLost,
)
from domain.follows import FollowRequested, ProfileFollowed
from domain.invitations import CoHostAdded, EventInvited
from domain.learning import MatchingReset
from domain.likes import (
    DecisionUndone,
    ProfileLiked,
    ProfilePassed,
    ProfilePutAside,
    ProfileUnliked,
)
from domain.matches import MatchMade
from domain.media import MediaReleased, MediaUploaded
from domain.messages import MessageDeleted, MessageSent
from domain.notifications import NotificationAdded, NotificationRead
from domain.onboarding import ProfileOnboarded
from domain.places import PlaceAdded, PlaceEdited, PlaceRemoved
from domain.posts import PostCreated, PostDeleted, PostEdited
from domain.profiles import ProfileChanged
from domain.reactions import ReactionChanged
from domain.reminders import EventReminded
from persistence.rows import Row
from workers import (
    attendance,
    contents,
    decks,
    deliveries,
    emails,
    feeds,
    learning,
    media,
    notifications,
    profiles,
)

STARTS: dict[str, tuple[Task, ...]] = {
    AccountCreated.__name__: (emails.send_welcome,),
    EmailVerificationRequested.__name__: (emails.send_verification,),
    PasswordResetRequested.__name__: (emails.send_password_reset,),
    AccountDeleted.__name__: (
        profiles.index_profile,
        decks.erase_deck,
        contents.erase_contents,
        feeds.erase_feed,
        media.drop_files_of_account,
    ),
    # Of the profile itself, its place, prompts, companions and preferences.
    ProfileChanged.__name__: (profiles.index_profile, decks.forget_deck),
    ProfileOnboarded.__name__: (profiles.index_profile,),
    # Each looks at what stands, so that their order does not matter.
    ProfileLiked.__name__: (learning.learn_decision, notifications.notify_of_like),
    ProfilePassed.__name__: (learning.learn_decision,),
    ProfilePutAside.__name__: (learning.learn_decision,),
    ProfileUnliked.__name__: (decks.forget_deck, learning.learn_decision),
    DecisionUndone.__name__: (decks.forget_deck, learning.learn_decision),
    ProfileUnblocked.__name__: (decks.forget_deck,),
    MatchMade.__name__: (notifications.notify_of_match,),
    ConversationRequested.__name__: (notifications.notify_of_request,),
    MessageSent.__name__: (notifications.notify_of_message,),
    MessageDeleted.__name__: (notifications.recount_messages,),
    PostCreated.__name__: (contents.index_post, notifications.notify_of_mentions_in_post),
    PostEdited.__name__: (contents.index_post, notifications.notify_of_mentions_in_post),
    PostDeleted.__name__: (contents.index_post,),
    PlaceAdded.__name__: (contents.index_place,),
    PlaceEdited.__name__: (contents.index_place,),
    PlaceRemoved.__name__: (contents.index_place,),
    CommentAdded.__name__: (
        notifications.notify_of_comment,
        notifications.notify_of_mentions_in_comment,
    ),
    CommentEdited.__name__: (notifications.notify_of_mentions_in_comment,),
    CommentDeleted.__name__: (notifications.recount_comments,),
    ReactionChanged.__name__: (notifications.notify_of_reaction,),
    FollowRequested.__name__: (notifications.notify_of_follow_request,),
    ProfileFollowed.__name__: (notifications.notify_of_follow,),
    AttendanceChanged.__name__: (attendance.follow_chat, notifications.notify_of_promotion),
    EventReminded.__name__: (notifications.notify_of_reminder,),
    EventInvited.__name__: (notifications.notify_of_invitation,),
    CoHostAdded.__name__: (notifications.notify_of_co_hosting,),
    EventCreated.__name__: (contents.index_event,),
    EventChanged.__name__: (
        contents.index_event,
        notifications.notify_of_event_change,
        attendance.rename_chat,
    ),
    EventCancelled.__name__: (contents.index_event, notifications.notify_of_cancellation),
    EventDeleted.__name__: (contents.index_event,),
    EventLost.__name__: (emails.send_event_lost,),
    MediaUploaded.__name__: (media.process_media,),
    MediaReleased.__name__: (media.drop_released,),
    MatchingReset.__name__: (decks.forget_deck,),
    NotificationAdded.__name__: (deliveries.decide_deliveries,),
    NotificationRead.__name__: (deliveries.clear_read,),
}


async def carry(fact: Row) -> None:
    """Start what follows from a fact.

    Tasks get the fact's id, by which they are idempotent, and its body. In the eager mode they
    have run when this returns; otherwise they are in the queue.

    Raises:
        Exception: the queue does not take a task, or an eager task has failed; the relay tries
            again later, so a task may run more than once.
    """
    for task in STARTS.get(fact.kind, ()):
        await asyncio.to_thread(task.delay, str(fact.fact_id), fact.body)
