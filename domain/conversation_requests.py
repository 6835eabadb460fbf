"""Conversation requests: who may write to whom first, and what the other makes of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain import conversations, limits, pairs
from domain.conversations import (
    ConversationChanged,
    ConversationEnded,
    ConversationOpened,
    MemberStatus,
)
from domain.pairs import DecisionKind, Pair
from domain.refusals import LimitReached, NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import conversation_members as members
from persistence.queries import conversation_requests as queries
from persistence.queries import conversations as conversation_queries
from persistence.queries import decisions
from persistence.queries import profiles as profile_queries
from persistence.rows import Row
from persistence.transaction import Transaction


class FirstMessages(StrEnum):
    """Who may write to somebody with whom they have not matched."""

    MATCHES = "matches"
    REQUESTS = "requests"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class RequestRules:
    """What an app allows people who have not matched.

    Attributes:
        first_messages: who may write first.
        most_messages: how many messages a request has before it is accepted.
        most_a_day: to how many people somebody may write first within any 24 hours.
        again_after: after how long somebody may ask again who was not accepted.
    """

    first_messages: FirstMessages = FirstMessages.MATCHES
    most_messages: int = 1
    most_a_day: int = 0
    again_after: timedelta = timedelta(days=30)


_STRICTEST_FIRST = tuple(FirstMessages)


def stricter(rule: FirstMessages, wish: FirstMessages) -> FirstMessages:
    """Give the stricter of an app's rule and a person's wish."""
    return min(rule, wish, key=_STRICTEST_FIRST.index)


async def start_conversation(
    tx: Transaction, viewer: Viewer, *, profile_id: UUID, rules: RequestRules
) -> Row:
    """Give the direct conversation with somebody, and put it back on the viewer's list.

    With a match there is one. Without, the viewer asks for one, where that is allowed: the other
    finds it among their requests once a message is in it, and may accept or decline. Whoever
    starts a conversation that the other has asked for accepts it. Two who start at once meet on
    the row of their pair and in one conversation.

    Args:
        tx: the transaction.
        viewer: who wants to write.
        profile_id: to whom.
        rules: what the app allows people who have not matched.

    Returns:
        The conversation.

    Raises:
        NotFound: there is no such person, or the viewer may not see them.
        NotAllowed: they have not matched, and nobody may write to this person first, or the
            viewer has asked them lately or has not completed onboarding.
        LimitReached: the viewer has written to too many people first today.
    """
    me = viewer.profile_id
    between = {"profile_id": profile_id, "viewer_id": me}
    conversation = await tx.one(conversation_queries.between, **between)
    if conversation is None or not _is_settled(conversation, conversation["status"]):
        conversation = await _start(tx, viewer, profile_id, rules)
    key = conversation.conversation_id
    if await tx.one(members.unhide, conversation_id=key, viewer_id=me):
        tx.record(ConversationOpened(conversation_id=key, audience=(me,)))
    return conversation


async def accept_conversation(tx: Transaction, viewer: Viewer, *, conversation_id: UUID) -> Row:
    """Accept a conversation that the viewer was asked for: both may write from now on.

    Accepting again changes nothing. What both do at once waits on the conversation's row.

    Returns:
        The conversation.

    Raises:
        NotFound: there is no such conversation, or the viewer has declined it.
    """
    held = await _held(tx, viewer, conversation_id)
    if held["status"] == MemberStatus.ACTIVE:
        return await conversations.open_to(tx, viewer, conversation_id)
    return await _accept(tx, held, viewer.profile_id)


async def decline_conversation(tx: Transaction, viewer: Viewer, *, conversation_id: UUID) -> None:
    """Decline a conversation that the viewer was asked for: it is missing for them from now on.

    Whoever asked is not told, and sees it as it was.

    Raises:
        NotFound: the viewer is not asked for such a conversation.
    """
    held = await _held(tx, viewer, conversation_id)
    if held["status"] != MemberStatus.REQUESTED:
        raise NotFound("ConversationRequest")
    me, key = viewer.profile_id, {"conversation_id": conversation_id}
    # What is written from now on is hidden, too, until the other asks again.
    declined: dict[str, Any] = {"status": MemberStatus.DECLINED.value}
    declined["hidden_position"] = held.last_position
    await tx.change(models.ConversationMember, {**key, "profile_id": me}, **declined)
    tx.record(ConversationEnded(**key, audience=(me,)))


async def _held(tx: Transaction, viewer: Viewer, conversation_id: UUID) -> Row:
    """Hold a conversation of the viewer's, with the `status` that they have from then on."""
    key = {"conversation_id": conversation_id, "viewer_id": viewer.profile_id}
    held = await tx.one(queries.hold, **key)
    if held is None or held.ended_at is not None or held["status"] == MemberStatus.DECLINED:
        raise NotFound("Conversation")
    return held


def _is_settled(conversation: Row, status: str) -> bool:
    """Whether the two may write to each other, so that there is nothing to ask or accept."""
    is_pending = conversation.requested_by_id is not None and conversation.accepted_at is None
    return status == MemberStatus.ACTIVE and not is_pending


async def _start(tx: Transaction, viewer: Viewer, profile_id: UUID, rules: RequestRules) -> Row:
    me = viewer.profile_id
    # Before the pair, as whoever super-likes does: requests are counted one after the other.
    await tx.fetch(decisions.hold_decider, viewer_id=me)
    pair = await pairs.hold(tx, me, profile_id) if profile_id != me else None
    people = await tx.fetch(profile_queries.by_ids, ids=[me, profile_id], viewer_id=me)
    seen = {person.profile_id: person for person in people}
    if profile_id not in seen:
        raise NotFound("Profile")
    if pair is None:
        raise NotAllowed("NO_MATCH", "You can write to people with whom you have matched.")
    standing = await tx.one(queries.of_pair, **pair.key)
    if standing is not None and standing.requested_by_id != me:
        return await _accept(tx, standing, me) if standing.accepted_at is None else standing
    if standing is not None and standing.accepted_at is not None:
        return standing
    if standing is not None and not _may_ask_again(standing.requested_at, rules):
        return standing
    return await _ask(tx, pair, seen[me], standing, rules)


def _may_ask_again(asked_at: datetime, rules: RequestRules) -> bool:
    return asked_at + rules.again_after <= datetime.now(UTC)


async def _ask(
    tx: Transaction, pair: Pair, requester: Row, standing: Row | None, rules: RequestRules
) -> Row:
    """Ask the other of a held pair for a conversation, or again for the one that stands."""
    rule = await _rule_for(tx, pair, rules)
    if rule is FirstMessages.MATCHES:
        raise NotAllowed("NO_MATCH", "You can write to people with whom you have matched.")
    if requester.onboarded_at is None:
        raise NotAllowed("NOT_ONBOARDED", "Complete your onboarding to write to people.")
    await _check_limits(tx, pair, rules)
    viewer_id, is_accepted = pair.me, rule is FirstMessages.EVERYONE
    if standing is not None:
        key = {"conversation_id": standing.conversation_id}
        end_position = standing.last_position + rules.most_messages
        status = MemberStatus.REQUESTED.value
        place = {**key, "profile_id": pair.other}
        await tx.change(models.ConversationMember, place, status=status)
        (asked,) = await tx.fetch(queries.again, **key, end_position=end_position)
        return asked
    asking = {"is_accepted": is_accepted, "end_position": rules.most_messages}
    (made,) = await tx.fetch(queries.make, **pair.key, viewer_id=viewer_id, **asking)
    key = {"conversation_id": made.conversation_id}
    await tx.add(models.ConversationMember, **key, profile_id=viewer_id)
    if is_accepted:
        await tx.add(models.ConversationMember, **key, profile_id=pair.other)
    else:
        status, hidden = MemberStatus.REQUESTED.value, 0
        other = {"profile_id": pair.other, "status": status, "hidden_position": hidden}
        await tx.add(models.ConversationMember, **key, **other)
    audience = (pair.me, pair.other) if is_accepted else (pair.me,)
    tx.record(ConversationOpened(**key, audience=audience))
    return made


async def _rule_for(tx: Transaction, pair: Pair, rules: RequestRules) -> FirstMessages:
    """Say whether I may write to the other of a held pair first."""
    if pair.theirs is DecisionKind.PASS:  # of their own, or since one has ended their match
        return FirstMessages.MATCHES
    wish = await tx.value(queries.wish_of, profile_id=pair.other)
    return stricter(rules.first_messages, FirstMessages(wish or FirstMessages.EVERYONE))


async def _check_limits(tx: Transaction, pair: Pair, rules: RequestRules) -> None:
    # A block ends a request, and would let it be made anew.
    asked_at = await tx.value(queries.last_asked, **pair.key, viewer_id=pair.me)
    if asked_at is not None and not _may_ask_again(asked_at, rules):
        raise NotAllowed("ASKED_LATELY", "You have asked this person lately.")
    most = rules.most_a_day
    used = await tx.fetch(queries.asked_today, viewer_id=pair.me, limit=most)
    left = limits.of_conversation_requests(most, [row["requested_at"] for row in used])
    if not left.remaining:
        sentence = f"You may write to {most} people first within 24 hours."
        raise LimitReached("CONVERSATION_REQUEST_LIMIT_REACHED", sentence, left.resets_at)


async def _accept(tx: Transaction, conversation: Row, me: UUID) -> Row:
    key = {"conversation_id": conversation.conversation_id}
    accepted = await tx.one(queries.accept, **key)
    status = MemberStatus.ACTIVE.value
    place = {**key, "profile_id": me}
    await tx.change(models.ConversationMember, place, status=status, hidden_position=None)
    tx.record(ConversationOpened(**key, audience=(me,)))
    requester = (conversation.requested_by_id,)
    tx.record(ConversationChanged(**key, audience=requester))
    return accepted or conversation
