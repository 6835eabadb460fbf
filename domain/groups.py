"""Groups: conversations of several people, who come and go."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain import conversations, texts
from domain.conversations import (
    ConversationChanged,
    ConversationEnded,
    ConversationKind,
    ConversationOpened,
)
from domain.facts import Fact
from domain.refusals import InvalidFieldCode, InvalidInput, LimitReached, NotAllowed, NotFound
from domain.viewer import Viewer
from persistence import models
from persistence.queries import groups as queries
from persistence.rows import Row
from persistence.transaction import Transaction

TITLE_LENGTH = 100
"""The most characters of a title."""


class MemberRole(StrEnum):
    """What a member of a conversation may do."""

    OWNER = "owner"
    MEMBER = "member"


@dataclass(frozen=True, kw_only=True)
class MemberJoined(Fact):
    """Somebody takes part in a group from now on."""

    conversation_id: UUID
    profile_id: UUID


@dataclass(frozen=True, kw_only=True)
class MemberLeft(Fact):
    """Somebody takes part in a group no more, of their own will or not."""

    conversation_id: UUID
    profile_id: UUID


@dataclass(frozen=True, kw_only=True)
class MessagesChanged(Fact):
    """What somebody sees of a group is another: a member is hidden from them, or shown again."""

    conversation_id: UUID


def title_of(title: str) -> str:
    """Give a title as it is kept.

    Raises:
        InvalidInput: nothing is left of it, or it is longer than 100 characters.
    """
    title = texts.clean(title)
    if problems := texts.length_problems("title", title, least=1, most=TITLE_LENGTH):
        raise InvalidInput(problems)
    return title


def heir(remaining: Sequence[Row]) -> Row | None:
    """Say who becomes the owner of a group when somebody has left it.

    Args:
        remaining: the members who stay, the longest first, with their `role`.

    Returns:
        The longest member; None when there is an owner, or nobody.
    """
    if any(member.role == MemberRole.OWNER for member in remaining):
        return None
    return remaining[0] if remaining else None


async def create_group(
    tx: Transaction, viewer: Viewer, *, title: str, profile_ids: Sequence[UUID], most: int
) -> Row:
    """Make a group of the viewer, who owns it, and people with whom they have matched.

    Args:
        tx: the transaction.
        viewer: who makes it.
        title: 1 to 100 characters.
        profile_ids: the others, at least one.
        most: how many members a group may have, with its owner.

    Returns:
        The conversation.

    Raises:
        InvalidInput: the title is empty or too long, or nobody is named.
        NotFound: the viewer may not see one of them.
        NotAllowed: the viewer has not matched with one of them.
        LimitReached: they are too many.
    """
    title = title_of(title)
    others = await _matched(tx, viewer, profile_ids, "profileIds", most)
    kind = ConversationKind.GROUP.value
    group = await tx.add(models.Conversation, kind=kind, title=title)
    key = group.conversation_id
    owner = {"profile_id": viewer.profile_id, "role": MemberRole.OWNER.value}
    await tx.add(models.ConversationMember, conversation_id=key, **owner)
    await tx.fetch(queries.join, conversation_id=key, profile_ids=others, position=0)
    tx.record(ConversationOpened(conversation_id=key, audience=(viewer.profile_id, *others)))
    return group


async def rename_conversation(
    tx: Transaction, viewer: Viewer, *, conversation_id: UUID, title: str
) -> Row:
    """Give a group another title; the one that it has changes nothing.

    Returns:
        The conversation.

    Raises:
        InvalidInput: the title is empty or too long.
        NotFound: the viewer takes part in no such conversation.
        NotAllowed: it is no group, or the viewer does not own it.
    """
    title = title_of(title)
    group, members = await _owned(tx, viewer, conversation_id)
    if group.title == title:
        return group
    _tell_changed(tx, conversation_id, members)
    key = {"conversation_id": conversation_id}
    return await tx.change(models.Conversation, key, title=title) or group


async def add_members(
    tx: Transaction,
    viewer: Viewer,
    *,
    conversation_id: UUID,
    profile_ids: Sequence[UUID],
    most: int,
) -> Row:
    """Let people with whom the viewer has matched take part; they see what is written from now on.

    Whoever takes part already goes on as before. All that changes members waits on the row of the
    conversation.

    Args:
        tx: the transaction.
        viewer: an owner of the group.
        conversation_id: the group.
        profile_ids: whom, at least one.
        most: how many members a group may have.

    Returns:
        The conversation.

    Raises:
        InvalidInput: nobody is named.
        NotFound: the viewer takes part in no such conversation, or may not see one of them.
        NotAllowed: it is no group, the viewer does not own it or has not matched with one of them.
        LimitReached: they would be too many.
    """
    await conversations.open_to(tx, viewer, conversation_id)
    people = await _matched(tx, viewer, profile_ids, "profileIds", most)
    group, members = await _owned(tx, viewer, conversation_id)
    if group.event_id is not None:
        raise NotAllowed("EVENT_CHAT", "Who goes to the event takes part in its chat.")
    before = tuple(member.profile_id for member in members)
    if len({*before, *people}) > most:
        raise _too_many(most)
    joining = {"conversation_id": conversation_id, "position": group.last_position}
    joined = await tx.fetch(queries.join, **joining, profile_ids=people)
    for member in joined:
        fact = {"conversation_id": conversation_id, "profile_id": member.profile_id}
        tx.record(MemberJoined(**fact, audience=before))
    if joined:
        new = tuple(member.profile_id for member in joined)
        tx.record(ConversationOpened(conversation_id=conversation_id, audience=new))
    return group


async def remove_member(
    tx: Transaction, viewer: Viewer, *, conversation_id: UUID, profile_id: UUID
) -> Row:
    """Take somebody out of a group: it is missing for them from now on.

    Returns:
        The conversation.

    Raises:
        NotFound: the viewer takes part in no such conversation, or sees no such member.
        NotAllowed: it is no group, the viewer does not own it, or means themselves.
    """
    group, members = await _owned(tx, viewer, conversation_id)
    if profile_id == viewer.profile_id:
        raise NotAllowed("LEAVE_INSTEAD", "Leave the group instead.")
    if profile_id not in {member.profile_id for member in members if member["is_seen"]}:
        raise NotFound("Profile")
    await part(tx, group, members, profile_id)
    return group


async def make_owner(
    tx: Transaction, viewer: Viewer, *, conversation_id: UUID, profile_id: UUID
) -> Row:
    """Let a member of a group own it as well; for whoever does already, it changes nothing.

    Returns:
        The conversation.

    Raises:
        NotFound: the viewer takes part in no such conversation, or sees no such member.
        NotAllowed: it is no group, the viewer does not own it, or it is the chat of an event.
    """
    group, members = await _owned(tx, viewer, conversation_id)
    if group.event_id is not None:
        raise NotAllowed("EVENT_CHAT", "The chat of an event is its host's.")
    roles = {member.profile_id: member.role for member in members if member["is_seen"]}
    if profile_id not in roles:
        raise NotFound("Profile")
    if roles[profile_id] != MemberRole.OWNER:
        place = {"conversation_id": conversation_id, "profile_id": profile_id}
        await tx.change(models.ConversationMember, place, role=MemberRole.OWNER.value)
        _tell_changed(tx, conversation_id, members)
    return group


async def leave_conversation(tx: Transaction, viewer: Viewer, *, conversation_id: UUID) -> None:
    """Take part in a group no more.

    When the last owner leaves, the longest member becomes one; when the last member leaves, the
    group ends.

    Raises:
        NotFound: the viewer takes part in no such conversation.
        NotAllowed: it is no group.
    """
    group, members = await _held(tx, viewer, conversation_id)
    await part(tx, group, members, viewer.profile_id)


async def leave_all(tx: Transaction, profile_id: UUID) -> None:
    """Take somebody out of all groups; called by the verb that deletes their account."""
    for group in await tx.fetch(queries.of_member, profile_id=profile_id):
        key = {"conversation_id": group.conversation_id, "viewer_id": profile_id}
        members = await tx.fetch(queries.members_of, **key)
        await part(tx, group, members, profile_id)
        # What they wrote goes with them.
        others = tuple(each.profile_id for each in members if each.profile_id != profile_id)
        tx.record(MessagesChanged(conversation_id=group.conversation_id, audience=others))


async def tell_hidden(tx: Transaction, one: UUID, other: UUID) -> None:
    """Tell two people that in the groups of both they see another set of members and messages.

    For the verb by which they are hidden from each other, or shown again; it says neither why nor
    who.
    """
    for row in await tx.fetch(queries.shared_by, one_id=one, other_id=other):
        tx.record(MessagesChanged(conversation_id=row["conversation_id"], audience=(one, other)))


async def _held(
    tx: Transaction, viewer: Viewer, conversation_id: UUID
) -> tuple[Row, Sequence[Row]]:
    """Hold a group of the viewer's, and give it with its members as they are from then on."""
    key = {"conversation_id": conversation_id, "viewer_id": viewer.profile_id}
    group = await tx.one(queries.hold, **key)
    members = await tx.fetch(queries.members_of, **key) if group else []
    if group is None or viewer.profile_id not in {member.profile_id for member in members}:
        raise NotFound("Conversation")
    if group.kind != ConversationKind.GROUP:
        raise NotAllowed("NOT_A_GROUP", "This is a conversation of two: hide it, or unmatch.")
    return group, members


async def _owned(
    tx: Transaction, viewer: Viewer, conversation_id: UUID
) -> tuple[Row, Sequence[Row]]:
    group, members = await _held(tx, viewer, conversation_id)
    roles = {member.profile_id: member.role for member in members}
    if roles[viewer.profile_id] != MemberRole.OWNER:
        raise NotAllowed("NOT_THE_OWNER", "Only an owner of the group may do this.")
    return group, members


async def _matched(
    tx: Transaction, viewer: Viewer, profile_ids: Sequence[UUID], path: str, most: int
) -> list[UUID]:
    """Hold these people and their matches with the viewer, and give them, each once."""
    if not profile_ids:
        raise InvalidInput.of(path, f"{path} must name somebody.", InvalidFieldCode.MISSING)
    people = sorted(set(profile_ids))
    if len({viewer.profile_id, *people}) > most:
        raise _too_many(most)
    asked = {"viewer_id": viewer.profile_id}
    held = await tx.fetch(queries.hold_people, **asked, profile_ids=[viewer.profile_id, *people])
    if not {row[0] for row in held if row[1]} >= set(people):
        raise NotFound("Profile")
    matched = {row[0] for row in await tx.fetch(queries.hold_matches, **asked, profile_ids=people)}
    if not matched >= set(people):
        raise NotAllowed("NO_MATCH", "You can add people with whom you have matched.")
    return people


def _too_many(most: int) -> LimitReached:
    return LimitReached("GROUP_MEMBER_LIMIT_REACHED", f"A group has at most {most} members.")


async def part(tx: Transaction, group: Row, members: Sequence[Row], profile_id: UUID) -> None:
    """Take a member out of a held group, and let somebody own it, or end it.

    The chat of an event is its host's or nobody's, and goes on for who comes next.
    """
    key = {"conversation_id": group.conversation_id}
    await tx.remove(models.ConversationMember, **key, profile_id=profile_id)
    tx.record(ConversationEnded(**key, audience=(profile_id,)))
    remaining = [member for member in members if member.profile_id != profile_id]
    if not remaining:
        if group.event_id is None:
            await tx.fetch(queries.end, **key)
        return
    audience = tuple(member.profile_id for member in remaining)
    tx.record(MemberLeft(**key, profile_id=profile_id, audience=audience))
    if group.event_id is None and (next_owner := heir(remaining)) is not None:
        place = {**key, "profile_id": next_owner.profile_id}
        await tx.change(models.ConversationMember, place, role=MemberRole.OWNER.value)
        _tell_changed(tx, group.conversation_id, remaining)


def _tell_changed(tx: Transaction, conversation_id: UUID, members: Sequence[Row]) -> None:
    audience = tuple(member.profile_id for member in members)
    tx.record(ConversationChanged(conversation_id=conversation_id, audience=audience))
