"""Jobs that make notifications of facts; each tells a fact once, however often it runs."""

from typing import Any
from uuid import UUID

from domain import events, notifications, notifications_of_posts
from domain.likes import LikesTold
from domain.notification_kinds import NotificationKind, Subject
from persistence import models
from persistence.queries import decisions, invitations
from persistence.queries import events as event_queries
from persistence.queries import notifications as queries
from persistence.queries import reminders as reminder_queries
from workers.celery_app import task
from workers.resources import Resources


@task
async def notify_of_match(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Tell both people of a match of each other."""
    first, second = UUID(body["first_id"]), UUID(body["second_id"])
    async with resources.database.write() as tx:
        for reader, actor in ((first, second), (second, first)):
            await notifications.notify(
                tx,
                NotificationKind.MATCH_MADE,
                fact_id=UUID(fact_id),
                counts={reader: 1},
                actor_id=actor,
                subject_id=UUID(body["match_id"]),
            )


@task
async def notify_of_message(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Tell the others of a conversation of a message that they have not read yet."""
    async with resources.database.write() as tx:
        await notifications.notify_of_message(
            tx,
            fact_id=UUID(fact_id),
            conversation_id=UUID(body["conversation_id"]),
            sender_id=UUID(body["sender_id"]),
            position=body["position"],
        )


@task
async def notify_of_request(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Tell somebody that they are asked for a conversation, if they have not answered."""
    conversation_id = UUID(body["conversation_id"])
    async with resources.database.write() as tx:
        for row in await tx.fetch(queries.asked_in, conversation_id=conversation_id):
            await notifications.notify(
                tx,
                NotificationKind.CONVERSATION_REQUESTED,
                fact_id=UUID(fact_id),
                counts={row.profile_id: 1},
                actor_id=row.requested_by_id,
                subject_id=conversation_id,
            )


@task
async def recount_messages(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Let the notifications of a conversation follow from what there is to read; safe to repeat."""
    async with resources.database.write() as tx:
        place = UUID(body["conversation_id"])
        await notifications.recount_for_all(tx, conversation_id=place)


@task
async def notify_of_like(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Tell somebody of a like that they have not answered, where the app tells of likes."""
    if LikesTold(resources.settings.likes_received) is LikesTold.HIDDEN:
        return
    liker_id, liked_id = UUID(body["liker_id"]), UUID(body["liked_id"])
    kinds = NotificationKind
    kind = kinds.SUPER_LIKE_RECEIVED if body["is_super"] else kinds.LIKE_RECEIVED
    async with resources.database.write() as tx:
        pair = {"liker_id": liker_id, "liked_id": liked_id}
        if await tx.one(decisions.unanswered_like, **pair) is not None:
            await notifications.notify(
                tx,
                kind,
                fact_id=UUID(fact_id),
                counts={liked_id: 1},
                actor_id=liker_id,
                subject_id=liker_id,
            )


@task
async def notify_of_comment(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Tell who wrote the post or the comment above of a comment, if it is still there."""
    async with resources.database.write() as tx:
        await notifications_of_posts.notify_of_comment(
            tx, fact_id=UUID(fact_id), comment_id=UUID(body["comment_id"])
        )


@task
async def recount_comments(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Let what was told of comments follow from those that are left; safe to repeat."""
    above = body.get("reply_to_id")
    async with resources.database.write() as tx:
        await notifications_of_posts.recount_comments(
            tx, post_id=UUID(body["post_id"]), reply_to_id=UUID(above) if above else None
        )


@task
async def notify_of_mentions_in_post(
    resources: Resources, fact_id: str, body: dict[str, Any]
) -> None:
    """Tell people that a post mentions them, if it still does."""
    async with resources.database.write() as tx:
        await notifications_of_posts.notify_of_mentions_in_post(
            tx, fact_id=UUID(fact_id), post_id=UUID(body["post_id"]), among=_newly_mentioned(body)
        )


@task
async def notify_of_mentions_in_comment(
    resources: Resources, fact_id: str, body: dict[str, Any]
) -> None:
    """Tell people that a comment mentions them, if it still does."""
    async with resources.database.write() as tx:
        await notifications_of_posts.notify_of_mentions_in_comment(
            tx,
            fact_id=UUID(fact_id),
            comment_id=UUID(body["comment_id"]),
            among=_newly_mentioned(body),
        )


def _newly_mentioned(body: dict[str, Any]) -> set[UUID] | None:
    """Give whom an edit has mentioned first; None of what is new as a whole."""
    people = body.get("newly_mentioned")
    return None if people is None else {UUID(each) for each in people}


@task
async def notify_of_reaction(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Tell the author of a post or a comment that somebody reacted to it, or does not any more."""
    for subject, key in ((Subject.POST, "post_id"), (Subject.COMMENT, "comment_id")):
        if not body.get(key):
            continue
        about: dict[str, Any] = {"subject": subject, "subject_id": UUID(body[key])}
        async with resources.database.write() as tx:
            if body["is_added"]:
                reactor_id = UUID(body["reactor_id"])
                await notifications_of_posts.notify_of_reaction(
                    tx, fact_id=UUID(fact_id), **about, reactor_id=reactor_id
                )
            else:
                await notifications_of_posts.recount_reactions(tx, **about)


@task
async def notify_of_follow_request(
    resources: Resources, fact_id: str, body: dict[str, Any]
) -> None:
    """Tell somebody of who would like to follow them, if they have not answered."""
    await _notify_of_follow(resources, NotificationKind.FOLLOW_REQUESTED, fact_id, body)


@task
async def notify_of_follow(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Tell somebody of a follower, or a follower that they were accepted."""
    kinds = NotificationKind
    kind = kinds.FOLLOW_ACCEPTED if body.get("is_accepted") else kinds.FOLLOWED
    await _notify_of_follow(resources, kind, fact_id, body)


async def _notify_of_follow(
    resources: Resources, kind: NotificationKind, fact_id: str, body: dict[str, Any]
) -> None:
    async with resources.database.write() as tx:
        await notifications.notify_of_follow(
            tx,
            kind,
            fact_id=UUID(fact_id),
            follower_id=UUID(body["follower_id"]),
            followed_id=UUID(body["followed_id"]),
        )


@task
async def notify_of_invitation(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Tell people that they are invited to an event, if it is still to take place."""
    event_id = UUID(body["event_id"])
    people = [UUID(each) for each in body["profile_ids"]]
    async with resources.database.write() as tx:
        asked = {"event_id": event_id, "profile_ids": people}
        await notifications.notify(
            tx,
            NotificationKind.EVENT_INVITED,
            fact_id=UUID(fact_id),
            counts={row[0]: 1 for row in await tx.fetch(invitations.still_invited, **asked)},
            actor_id=UUID(body["inviter_id"]),
            subject_id=event_id,
        )


@task
async def notify_of_co_hosting(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Tell somebody that they hold an event with its host, if they still do."""
    event_id, person = UUID(body["event_id"]), UUID(body["profile_id"])
    async with resources.database.write() as tx:
        if await tx.get(models.EventCoHost, event_id=event_id, profile_id=person) is not None:
            await notifications.notify(
                tx,
                NotificationKind.EVENT_CO_HOST,
                fact_id=UUID(fact_id),
                counts={person: 1},
                actor_id=UUID(body["host_id"]),
                subject_id=event_id,
            )


@task
async def notify_of_event_change(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Tell who goes to an event, or holds it, that it is at another time or place."""
    if events.is_worth_telling(body["changes"]):
        await _tell_concerned(resources, NotificationKind.EVENT_CHANGED, fact_id, body)


@task
async def notify_of_cancellation(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Tell who goes to an event, or holds it, that it does not take place."""
    await _tell_concerned(resources, NotificationKind.EVENT_CANCELLED, fact_id, body)


async def _tell_concerned(
    resources: Resources, kind: NotificationKind, fact_id: str, body: dict[str, Any]
) -> None:
    event_id, editor_id, after = UUID(body["event_id"]), UUID(body["editor_id"]), UUID(int=0)
    most = notifications.TOLD_AT_ONCE
    asked = {"event_id": event_id, "editor_id": editor_id, "limit": most}
    while True:
        async with resources.database.write() as tx:
            rows = await tx.fetch(event_queries.concerned, **asked, after=after)
            await notifications.notify(
                tx,
                kind,
                fact_id=UUID(fact_id),
                counts={row[0]: 1 for row in rows},
                actor_id=editor_id,
                subject_id=event_id,
            )
        if len(rows) < most:
            return
        after = rows[-1][0]


@task
async def notify_of_promotion(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Tell somebody that they have the seats for which they waited, if they still have them."""
    if body["is_promoted"]:
        person = body["profile_id"]
        await _tell_going(resources, NotificationKind.EVENT_PROMOTED, fact_id, body, [person])


@task
async def notify_of_reminder(resources: Resources, fact_id: str, body: dict[str, Any]) -> None:
    """Tell people that an event begins soon, if they still go and it still does."""
    people = body["profile_ids"]
    await _tell_going(resources, NotificationKind.EVENT_REMINDER, fact_id, body, people)


async def _tell_going(
    resources: Resources,
    kind: NotificationKind,
    fact_id: str,
    body: dict[str, Any],
    people: list[str],
) -> None:
    event_id, profile_ids = UUID(body["event_id"]), [UUID(each) for each in people]
    async with resources.database.write() as tx:
        asked = {"event_id": event_id, "profile_ids": profile_ids}
        rows = await tx.fetch(reminder_queries.still_going, **asked)
        if rows:
            await notifications.notify(
                tx,
                kind,
                fact_id=UUID(fact_id),
                counts={row["profile_id"]: 1 for row in rows},
                actor_id=rows[0]["host_id"],
                subject_id=event_id,
            )
