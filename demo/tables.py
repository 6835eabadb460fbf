"""A demo world as rows of the tables: pure, with past times and keys that sort by them."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from demo.keys import uuid7
from demo.public_places import public_places
from demo.records import Conversation, Decision, Event, Match, Person, Post, World
from domain.profiles import day_of
from persistence import models

Rows = list[dict[str, Any]]

_LONGEST_MONTH = 28


def tables_of(world: World, password_hash: str) -> Iterator[tuple[type, Rows]]:
    """Give the rows of a world, table by table, in an order that satisfies the foreign keys.

    Args:
        world: whose rows.
        password_hash: of the one password that everybody in the world has.

    Yields:
        A model and its rows, all with the same columns.
    """
    people = world.people
    ids = {person.number: uuid7(person.joined_at, "person", person.number) for person in people}
    today = world.now.date()
    yield models.Account, [_account(ids, person, password_hash) for person in people]
    yield models.Profile, [_profile(ids, person) for person in people]
    yield models.Prompt, [row for person in people for row in _prompts(ids, person)]
    yield models.Companion, [row for person in people for row in _companions(ids, person, today)]
    yield models.Preferences, [_preferences(ids, person) for person in people]
    yield models.Decision, [_decision(ids, decision) for decision in world.decisions]
    yield models.Pair, _pairs(ids, world)
    yield models.Match, [_match(ids, match) for match in world.matches]
    yield from _conversations(ids, world)
    yield models.Post, [_post(ids, number, post) for number, post in enumerate(world.posts)]
    yield models.Place, public_places(world.now)
    yield from _events(ids, world)


def birth_date_of(age_months: int, today: date) -> date:
    """Give a day of birth for somebody of this age, in whole months."""
    months = today.year * 12 + today.month - 1 - age_months
    return date(months // 12, months % 12 + 1, min(today.day, _LONGEST_MONTH))


def _account(ids: Mapping[int, UUID], person: Person, password_hash: str) -> dict[str, Any]:
    return {
        "account_id": ids[person.number],
        "email": person.email,
        "username": person.username,
        "password_hash": password_hash,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "is_verified": True,
        "created_at": person.joined_at,
        "updated_at": person.joined_at,
        "last_login_at": person.last_active_at,
    }


def _profile(ids: Mapping[int, UUID], person: Person) -> dict[str, Any]:
    return {
        "profile_id": ids[person.number],
        "display_name": person.display_name,
        "bio": person.bio,
        "gender": person.gender,
        "pronouns": person.pronouns,
        "birth_date": person.birth_date,
        "city": person.city,
        "skills": person.skills,
        "interests": person.interests,
        "goals": person.goals,
        "languages": person.languages,
        "availability": person.availability,
        "latitude": person.latitude,
        "longitude": person.longitude,
        "onboarded_at": person.joined_at,
        "last_active_at": day_of(person.last_active_at),
        "created_at": person.joined_at,
        "updated_at": person.joined_at,
    }


def _prompts(ids: Mapping[int, UUID], person: Person) -> Rows:
    return [
        {
            "prompt_id": uuid7(person.joined_at, "prompt", person.number, position),
            "profile_id": ids[person.number],
            "position": position,
            "question": prompt.question,
            "answer": prompt.answer,
        }
        for position, prompt in enumerate(person.prompts)
    ]


def _companions(ids: Mapping[int, UUID], person: Person, today: date) -> Rows:
    return [
        {
            "companion_id": uuid7(person.joined_at, "companion", person.number, index),
            "profile_id": ids[person.number],
            "kind": companion.kind,
            "name": companion.name,
            "breed": companion.breed,
            "birth_date": birth_date_of(companion.age_months, today),
            "temperament": companion.temperament,
            "created_at": person.joined_at,
        }
        for index, companion in enumerate(person.companions)
    ]


def _preferences(ids: Mapping[int, UUID], person: Person) -> dict[str, Any]:
    preferences = person.preferences
    return {
        "profile_id": ids[person.number],
        "age_min": preferences.age_min,
        "age_max": preferences.age_max,
        "max_distance_km": preferences.max_distance_km,
        "genders": preferences.genders,
        "goals_wanted": preferences.goals_wanted,
        "languages_wanted": preferences.languages_wanted,
        "active_within_days": preferences.active_within_days,
        "updated_at": person.joined_at,
    }


def _decision(ids: Mapping[int, UUID], decision: Decision) -> dict[str, Any]:
    return {
        "decision_id": uuid7(decision.decided_at, "decision", decision.decider, decision.candidate),
        "decider_id": ids[decision.decider],
        "candidate_id": ids[decision.candidate],
        "kind": decision.kind,
        "decided_at": decision.decided_at,
    }


def _pairs(ids: Mapping[int, UUID], world: World) -> Rows:
    pairs: dict[tuple[UUID, UUID], dict[str, Any]] = {}
    for decision in world.decisions:
        decider, candidate = ids[decision.decider], ids[decision.candidate]
        first, second = sorted((decider, candidate))
        pair = pairs.setdefault(
            (first, second),
            {
                "first_id": first,
                "second_id": second,
                "first_decision": None,
                "second_decision": None,
                "first_decided_at": None,
                "second_decided_at": None,
            },
        )
        side = "first" if decider == first else "second"
        pair[f"{side}_decision"] = decision.kind
        pair[f"{side}_decided_at"] = decision.decided_at
    return list(pairs.values())


def _match_key(match: Match) -> UUID:
    return uuid7(match.matched_at, "match", match.first, match.second)


def _match(ids: Mapping[int, UUID], match: Match) -> dict[str, Any]:
    first, second = sorted((ids[match.first], ids[match.second]))
    return {
        "match_id": _match_key(match),
        "first_id": first,
        "second_id": second,
        "matched_at": match.matched_at,
    }


def _conversations(ids: Mapping[int, UUID], world: World) -> Iterator[tuple[type, Rows]]:
    written = {conversation.match: conversation for conversation in world.conversations}
    # Every match has a conversation; what people have not yet written to each other is empty.
    everything = [
        written.get(match) or Conversation(match, messages=(), first_read=0, second_read=0)
        for match in world.matches
    ]
    keyed = [
        (uuid7(each.match.matched_at, "conversation", each.match), each) for each in everything
    ]
    yield models.Conversation, [_conversation(ids, key, each) for key, each in keyed]
    yield (
        models.ConversationMember,
        [
            {
                "conversation_id": key,
                "profile_id": ids[person],
                "read_position": position,
                "read_at": conversation.messages[position - 1].sent_at if position else None,
                "joined_at": conversation.match.matched_at,
            }
            for key, conversation in keyed
            for person, position in (
                (conversation.match.first, conversation.first_read),
                (conversation.match.second, conversation.second_read),
            )
        ],
    )
    yield (
        models.Message,
        [
            {
                "message_id": uuid7(message.sent_at, "message", key, position),
                "conversation_id": key,
                "position": position,
                "sender_id": ids[message.sender],
                "text": message.text,
                "sent_at": message.sent_at,
            }
            for key, conversation in keyed
            for position, message in enumerate(conversation.messages, start=1)
        ],
    )


def _conversation(ids: Mapping[int, UUID], key: UUID, conversation: Conversation) -> dict[str, Any]:
    matched_at: datetime = conversation.match.matched_at
    first, second = sorted((ids[conversation.match.first], ids[conversation.match.second]))
    last = conversation.messages[-1].sent_at if conversation.messages else None
    return {
        "conversation_id": key,
        "match_id": _match_key(conversation.match),
        "first_id": first,
        "second_id": second,
        "last_position": len(conversation.messages),
        "last_message_at": last,
        "created_at": matched_at,
        "active_at": last or matched_at,
    }


def _post(ids: Mapping[int, UUID], number: int, post: Post) -> dict[str, Any]:
    return {
        "post_id": uuid7(post.posted_at, "post", number),
        "author_id": ids[post.author],
        "content": post.text,
        "created_at": post.posted_at,
        "updated_at": post.posted_at,
    }


def _events(ids: Mapping[int, UUID], world: World) -> Iterator[tuple[type, Rows]]:
    keyed = [
        (uuid7(event.created_at, "event", number), event)
        for number, event in enumerate(world.events)
    ]
    yield models.Event, [_event(ids, key, event) for key, event in keyed]
    yield (
        models.Attendance,
        [
            {
                "event_id": key,
                "profile_id": ids[attendee.person],
                "state": "going",
                "answered_at": attendee.joined_at,
                "joined_at": attendee.joined_at,
            }
            for key, event in keyed
            for attendee in event.attendees
        ],
    )


def _event(ids: Mapping[int, UUID], key: UUID, event: Event) -> dict[str, Any]:
    return {
        "event_id": key,
        "host_id": ids[event.host],
        "title": event.title,
        "description": event.description,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "time_zone": event.time_zone,
        "place_name": event.place_name,
        "city": event.city,
        "latitude": event.latitude,
        "longitude": event.longitude,
        "capacity": event.capacity,
        "attendee_count": len(event.attendees),
        "created_at": event.created_at,
        "updated_at": event.created_at,
    }
