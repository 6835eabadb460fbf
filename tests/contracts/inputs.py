"""Inputs of every mutation: valid ones in a small world, and ways to spoil them at any place."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from domain import check_ins, notifications, one_time_codes, unsubscribing
from domain.notification_kinds import NotificationKind
from domain.one_time_codes import Purpose
from domain.stickers import BUILT_IN
from matching import onnx_model
from matching.embedding_versions import forget_versions
from matching.scoring import PRIOR
from persistence import models
from resolvers import guards, ids
from resolvers.services import Services
from schema import root
from tests.support.client import Answer, Api
from tests.support.conversations import global_id, grouped, matched, requested
from tests.support.events import CHECK_IN_KEY, announced, going_to
from tests.support.events import global_id as event_id
from tests.support.media import global_id as media_id
from tests.support.media import image, photographed, post_form, ready, sent
from tests.support.people import PASSWORD, People, Person

CORE = root.build()._schema
MUTATIONS: dict[str, GraphQLInputObjectType] = {
    name: get_named_type(field.args["input"].type)
    for name, field in sorted(CORE.mutation_type.fields.items())
}
"""The input type of every mutation."""


def _guarded_by(guard: Any) -> set[str]:
    return {
        name
        for name, field in CORE.mutation_type.fields.items()
        if field.extensions["strawberry-definition"].metadata["guard"] is guard
    }


PUBLIC = _guarded_by(guards.public)
"""The mutations that need nobody to be signed in."""

STAFF = _guarded_by(guards.staff)
"""The mutations that are for staff alone."""

Path = tuple[str | int, ...]

FACTS = {
    "displayName": "Ada",
    "bio": "I like board games.",
    "birthDate": "1990-12-31",
    "gender": "woman",
    "pronouns": "she/her",
    "city": "Berlin",
    "interests": ["hiking"],
    "skills": ["python"],
    "goals": ["friendship"],
    "languages": ["en"],
}
PREFERENCES = {
    "ageMin": 20,
    "ageMax": 60,
    "maxDistance": {"value": 50.0, "unit": "KILOMETRES"},
    "genders": ["woman"],
    "goals": ["friendship"],
    "languages": ["en"],
    "activeWithinDays": 30,
    "distanceUnit": "MILES",
    "isDiscoverable": True,
    "approvesFollowers": False,
    "firstMessages": "REQUESTS",
}
PROMPTS = [{"question": "Tea or coffee?", "answer": "Tea."}]
PLACE = {"latitude": 52.52, "longitude": 13.4}
SPOT = {
    "name": "The corner cafe",
    "category": "CAFE",
    "location": PLACE,
    "description": "Good cake.",
    "address": "Corner Street 1",
    "city": "Berlin",
    "country": "DE",
    "timeZone": "Europe/Berlin",
    "openingHours": [{"day": "MONDAY", "from": "09:00", "to": "18:00"}],
    "attributes": ["quiet"],
}
_NEXT_WEEK = datetime.now(UTC) + timedelta(days=7)
EVENT = {
    "title": "Board games",
    "description": "Bring a friend.",
    "startsAt": _NEXT_WEEK.isoformat(),
    "endsAt": (_NEXT_WEEK + timedelta(hours=2)).isoformat(),
    "timeZone": "Europe/Berlin",
    "placeName": "The corner cafe",
    "address": "Torstrasse 1",
    "city": "Berlin",
    "location": PLACE,
    "onlineUrl": "https://example.com/games",
    "capacity": 12,
    "tags": ["games"],
    "audience": "FOLLOWERS",
    "attendeesShownTo": "HOSTS",
}
COMPANION = {
    "kind": "dog",
    "name": "Rex",
    "breed": "Beagle",
    "birthDate": "2020-01-31",
    "temperament": "Calm",
}
ARMS = [{"name": name, "version": PRIOR.version} for name in ("control", "fresh")]
PUSHED = {"token": "fcm-token-of-a-phone", "platform": "ANDROID"}
DEVICE = {"deviceName": "Phone", "useCookies": False}


@dataclass(frozen=True)
class World:
    """Somebody who can do everything, and whom and what it is about.

    Attributes:
        ada: the one who acts.
        stranger: somebody who has nothing to do with any of it.
        inputs: for every mutation an input with every field of it, that it accepts from Ada.
    """

    ada: Person
    stranger: Person
    inputs: dict[str, dict[str, Any]]

    def caller(self, mutation: str) -> Api:
        """Who calls a mutation: nobody, where that is enough."""
        return Api(self.ada.api.http) if mutation in PUBLIC else self.ada.api


async def new_world(services: Services, people: People) -> World:
    """Make a world, next to those that are there already."""
    # Some mutations are for staff.
    ada = await people.join(is_staff=True)
    bob, cleo, dora, finn, gina, eve, hana = [await people.join() for _ in range(7)]
    conversation = await matched(services.database, ada.key, bob.key)
    theirs, mine = [
        await person.api.done(
            "sendMessage",
            "sentMessage { id }",
            conversationId=global_id(conversation),
            text="Hello",
        )
        for person in (bob, ada)
    ]
    await ada.api.done("setPreferences", approvesFollowers=True)
    for person, other in ((ada, bob), (bob, ada)):
        await person.api.done("followProfile", profileId=other.id)
    notification = await _told(services, ada, bob)
    await matched(services.database, ada.key, hana.key)
    group = await grouped(services.database, ada, bob)
    await ada.api.done("blockProfile", profileId=dora.id)
    await ada.api.done("likeProfile", profileId=gina.id)
    await ada.api.done("passProfile", profileId=finn.id)
    await ada.api.done(
        "react",
        subjectId=theirs["sentMessage"]["id"],
        emoji="\N{THUMBS UP SIGN}",
    )
    prompts = await ada.api.done(
        "setPrompts",
        "prompts { id }",
        prompts=[*PROMPTS, {"question": "Where?", "answer": "Here."}],
    )
    companion = await ada.api.done("addCompanion", "companion { id }", **COMPANION)
    device = await ada.api.done("registerDevice", "device { id }", **PUSHED)
    post = await ada.api.done("createPost", "post { id }", content="Hello, all")
    shared = await bob.api.done("createPost", "post { id }", content="Hello, Ada")
    await ada.api.done("showLess", postId=shared["post"]["id"], of="TOPIC")
    comment = await ada.api.done(
        "addComment", "comment { id }", postId=post["post"]["id"], content="First"
    )
    spots = [await ada.api.done("addPlace", "place { id }", **SPOT, isNew=True) for _ in range(2)]
    await ada.api.done("favouritePlace", placeId=spots[1]["place"]["id"])
    await _changed_model(services)
    codes, other, refresh = await _secrets(services, ada)
    async with services.database.write() as tx:
        # One runs at a time.
        await tx.connection.execute("UPDATE experiments SET stopped_at = now()")
        stopped = {"arms": ARMS, "stopped_at": datetime.now(UTC)}
        experiment = await tx.add(models.Experiment, name="Old", **stopped)
    media = {
        "sent": await sent(ada, image()),
        "loose": media_id(await ready(services.database, ada)),
        "photos": await photographed(services.database, ada, 2),
    }
    own_event = await announced(services.database, ada)
    async with services.database.write() as tx:
        await tx.add(models.EventCoHost, event_id=own_event.event_id, profile_id=hana.key)
    soon = await going_to(services.database, bob, ada)
    at_own = await going_to(services.database, ada, bob)
    about = {
        **media,
        "bob": bob.id,
        "cleo": cleo.id,
        "dora": dora.id,
        "gina": gina.id,
        "hana": hana.id,
        "request": global_id(await requested(services.database, cleo, ada)),
        "group": global_id(group),
        "conversation": global_id(conversation),
        "theirs": theirs["sentMessage"]["id"],
        "mine": mine["sentMessage"]["id"],
        "match": ids.encode("Match", conversation.match_id),
        "event": event_id(await announced(services.database, bob)),
        "own_event": event_id(own_event),
        "soon": ids.encode("Event", soon.event_id),
        "attendance": ids.encode("Attendance", at_own.attendance_id),
        "prompts": [prompt["id"] for prompt in prompts["prompts"]],
        "companion": companion["companion"]["id"],
        "post": post["post"]["id"],
        "shared": shared["post"]["id"],
        "comment": comment["comment"]["id"],
        "place": spots[0]["place"]["id"],
        "favourite": spots[1]["place"]["id"],
        "device": device["device"]["id"],
        "session": ids.encode("Session", other),
        "notification": notification,
        "unsubscribe": unsubscribing.token_for(ada.key, services.secrets.codes),
        "experiment": ids.encode("Experiment", experiment.experiment_id),
    }
    return World(ada, eve, {**_of_accounts(ada, codes, refresh), **_of_profiles(), **_of(about)})


async def _told(services: Services, reader: Person, actor: Person) -> str:
    """The id of a notification of somebody that somebody likes them."""
    async with services.database.write() as tx:
        (row,) = await notifications.notify(
            tx,
            NotificationKind.LIKE_RECEIVED,
            fact_id=uuid4(),
            counts={reader.key: 1},
            actor_id=actor.key,
            subject_id=actor.key,
        )
    return ids.encode("Notification", row.notification_id)


async def _changed_model(services: Services) -> None:
    """Let decks use the version that is set, after another one that everybody has vectors of."""
    active, other = services.embedder.model_version, onnx_model.MODEL_VERSION
    async with services.database.write() as tx:
        await tx.connection.execute("DELETE FROM embedding_versions")
        for name, state in ((active, "active"), (other, "previous")):
            done = {"dimensions": 384, "completed_at": datetime.now(UTC)}
            await tx.add(models.EmbeddingVersion, name=name, state=state, **done)
    forget_versions(services.database)


async def _secrets(services: Services, ada: Person) -> tuple[dict[Purpose, str], UUID, str]:
    """Good codes, another session, and the refresh token of the present one."""
    lifetime = timedelta(hours=1)
    async with services.database.write() as tx:
        codes = {
            purpose: await one_time_codes.mint(
                tx, ada.key, purpose, secret=services.secrets.codes, lifetime=lifetime
            )
            for purpose in Purpose
        }
        other = await tx.add(
            models.Session, account_id=ada.key, expires_at=datetime.now(UTC) + lifetime
        )
        session = await tx.get(models.Session, session_id=ada.viewer.session_id)
    return codes, other.session_id, services.tokens.refresh_token(session)


def _of_accounts(ada: Person, codes: dict[Purpose, str], refresh: str) -> dict[str, Any]:
    new = {"newPassword": "another good password"}
    return {
        "signUp": {
            "email": f"new.{ada.email}",
            "username": f"new{ada.key.hex}",
            "password": PASSWORD,
            "displayName": "New",
            **DEVICE,
        },
        "logIn": {"login": ada.email, "password": PASSWORD, **DEVICE},
        "requestEmailVerification": {},
        "verifyEmail": {"code": codes[Purpose.VERIFY_EMAIL]},
        "requestPasswordReset": {"email": ada.email},
        "resetPassword": {"code": codes[Purpose.RESET_PASSWORD], **new},
        "changePassword": {"currentPassword": PASSWORD, **new},
        "updateAccount": {"firstName": "Ada", "lastName": "Lovelace"},
        "deleteAccount": {"password": PASSWORD},
        "refreshToken": {"refreshToken": refresh},
        "logOut": {},
        "revokeOtherSessions": {},
    }


def _of_profiles() -> dict[str, Any]:
    availability = {
        "status": "EVENINGS",
        "until": (datetime.now(UTC) + timedelta(days=7)).isoformat(),
    }
    return {
        "completeOnboarding": {
            **FACTS,
            "prompts": PROMPTS,
            "preferences": PREFERENCES,
            "location": PLACE,
            "availability": availability,
        },
        "updateProfile": FACTS,
        "setAvailability": availability,
        "setPrompts": {"prompts": PROMPTS},
        "addCompanion": COMPANION,
        "setPreferences": PREFERENCES,
        "setNotificationPreferences": {
            "language": "de",
            "timeZone": "Europe/Berlin",
            "quietHours": {"from": "22:00", "to": "07:30"},
            "digest": "DAILY",
            "kinds": [{"kind": "MESSAGE", "channel": "PUSH", "isEnabled": False}],
        },
        "setPrivacy": {
            "showOnline": False,
            "showLastActive": False,
            "showReadReceipts": True,
            "showTyping": True,
        },
        "updateLocation": {"location": PLACE, "city": "Berlin"},
        "clearLocation": {},
    }


def _of(about: dict[str, Any]) -> dict[str, Any]:
    talk = {"conversationId": about["conversation"]}
    return {
        "registerDevice": {**PUSHED, "provider": "FCM"},
        "unsubscribe": {"token": about["unsubscribe"]},
        "unregisterDevice": {"deviceId": about["device"]},
        "revokeSession": {"sessionId": about["session"]},
        "reorderPrompts": {"promptIds": about["prompts"][::-1]},
        "updateCompanion": {"companionId": about["companion"], **COMPANION, "name": "Max"},
        "removeCompanion": {"companionId": about["companion"]},
        "blockProfile": {"profileId": about["cleo"]},
        "unblockProfile": {"profileId": about["dora"]},
        "followProfile": {"profileId": about["cleo"]},
        "unfollowProfile": {"profileId": about["bob"]},
        "acceptFollower": {"profileId": about["bob"]},
        "removeFollower": {"profileId": about["bob"]},
        "setHandle": {"handle": "ada_l"},
        "createPost": {
            "content": "Something new",
            "kind": "POST",
            "audience": "FOLLOWERS",
            "mediaIds": [about["loose"]],
        },
        "editPost": {
            "postId": about["post"],
            "content": "Hello!",
            "audience": "MATCHES",
            "mediaIds": [about["loose"]],
        },
        "addComment": {
            "postId": about["post"],
            "content": "Good",
            "replyToId": about["comment"],
        },
        "editComment": {"commentId": about["comment"], "content": "Better"},
        "deleteComment": {"commentId": about["comment"]},
        "deletePost": {"postId": about["post"]},
        "showLess": {"postId": about["shared"], "of": "AUTHOR"},
        "undoShowLess": {"postId": about["shared"], "of": "TOPIC"},
        "decide": {"profileId": about["cleo"], "decision": "SUPER_LIKE"},
        "likeProfile": {"profileId": about["cleo"]},
        "passProfile": {"profileId": about["cleo"]},
        "undoDecision": {},
        "resetMatching": {},
        "useMatchingModel": {"version": PRIOR.version},
        "startEmbeddingVersion": {"name": onnx_model.MODEL_VERSION},
        "switchEmbeddingVersion": {"name": onnx_model.MODEL_VERSION},
        "rollBackEmbeddingVersion": {},
        "startExperiment": {"name": "Fresh weights", "arms": ARMS},
        "stopExperiment": {"experimentId": about["experiment"]},
        "unlikeProfile": {"profileId": about["gina"]},
        "unmatch": {"matchId": about["match"]},
        "startConversation": {"profileId": about["bob"]},
        "acceptConversation": {"conversationId": about["request"]},
        "declineConversation": {"conversationId": about["request"]},
        "hideConversation": {**talk, "clear": True},
        "muteConversation": {**talk, "until": "2099-12-31T00:00:00Z"},
        "unmuteConversation": {"conversationId": about["group"]},
        "createGroup": {"title": "Walks", "profileIds": [about["bob"]]},
        "renameConversation": {"conversationId": about["group"], "title": "Longer walks"},
        "addMembers": {"conversationId": about["group"], "profileIds": [about["hana"]]},
        "removeMember": {"conversationId": about["group"], "profileId": about["bob"]},
        "makeOwner": {"conversationId": about["group"], "profileId": about["bob"]},
        "leaveConversation": {"conversationId": about["group"]},
        "markRead": {**talk, "upTo": 1},
        "sendMessage": {
            **talk,
            "text": "Hello back",
            "stickerId": ids.encode("Sticker", BUILT_IN.stickers[0].sticker_id),
            "mediaIds": [about["loose"]],
            "replyToId": about["theirs"],
        },
        "editMessage": {"messageId": about["mine"], "text": "Hello, all"},
        "deleteMessage": {"messageId": about["mine"]},
        "createUpload": {"mediaType": "image/png", "sizeBytes": 1_000},
        "completeUpload": {"mediaId": about["sent"]},
        "uploadMedia": {"file": image()},
        "deleteMedia": {"mediaId": about["loose"]},
        "addPhoto": {"mediaId": about["loose"]},
        "deletePhoto": {"mediaId": about["photos"][0]},
        "reorderPhotos": {"mediaIds": about["photos"][::-1]},
        "setTyping": {**talk, "isTyping": True},
        "markNotificationRead": {"notificationId": about["notification"]},
        "markAllNotificationsRead": {"upTo": "2100-01-01T00:00:00Z"},
        "react": {"subjectId": about["theirs"], "emoji": "\N{GRINNING FACE}"},
        "removeReaction": {"subjectId": about["theirs"], "emoji": "\N{THUMBS UP SIGN}"},
        "checkIn": {"eventId": about["soon"], "code": check_ins.code_of(CHECK_IN_KEY)},
        "checkInAttendee": {"attendanceId": about["attendance"]},
        "rotateCheckInCode": {"eventId": about["own_event"]},
        "rsvp": {"eventId": about["event"], "answer": "GOING", "guests": 1},
        "addPlace": {**SPOT, "mediaIds": [about["loose"]], "isNew": True},
        "editPlace": {
            "placeId": about["place"],
            **SPOT,
            "name": "The other cafe",
            "mediaIds": [about["loose"]],
        },
        "setMeetingTimes": {"timeZone": "Europe/Berlin", "hours": SPOT["openingHours"]},
        "inviteToMeeting": {
            "matchId": about["match"],
            "placeId": about["place"],
            "startsAt": (datetime.now(UTC) + timedelta(days=2)).isoformat(),
            "endsAt": (datetime.now(UTC) + timedelta(days=2, hours=1)).isoformat(),
        },
        "removePlace": {"placeId": about["place"]},
        "favouritePlace": {"placeId": about["place"]},
        "unfavouritePlace": {"placeId": about["favourite"]},
        "resetCalendar": {},
        "createEvent": EVENT
        | {
            "coverId": about["loose"],
            "placeId": about["place"],
            "recurrence": "FREQ=DAILY;COUNT=2",
        },
        "editEvent": EVENT
        | {
            "eventId": about["own_event"],
            "following": False,
            "coverId": about["loose"],
            "placeId": about["place"],
        },
        "cancelEvent": {"eventId": about["own_event"], "following": True},
        "deleteEvent": {"eventId": about["own_event"]},
        "inviteToEvent": {"eventId": about["own_event"], "profileIds": [about["hana"]]},
        "addCoHost": {"eventId": about["own_event"], "profileId": about["bob"]},
        "removeCoHost": {"eventId": about["own_event"], "profileId": about["hana"]},
    }


def places(t: GraphQLInputType, path: Path = ()) -> Iterator[tuple[Path, GraphQLInputType]]:
    """Every place in an input, nested ones too, with its type; of a list the first item."""
    nullable = get_nullable_type(t)
    if path:
        yield path, t
    if is_list_type(nullable):
        yield from places(nullable.of_type, (*path, 0))
    elif isinstance(nullable, GraphQLInputObjectType):
        for name, field in nullable.fields.items():
            yield from places(field.type, (*path, name))


def places_of(mutation: str, type_name: str) -> list[Path]:
    """The places in a mutation's input that hold single values of a type."""
    return [
        path
        for path, t in places(MUTATIONS[mutation])
        if getattr(get_nullable_type(t), "name", None) == type_name
    ]


def spoiled(value: Any, path: Path, replacement: Any) -> Any:
    """A copy of an input that differs at one place."""
    changed = copy.deepcopy(value)
    target = changed
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = replacement
    return changed


def wrong_values(t: GraphQLInputType) -> list[Any]:
    """What JSON can hold and the type does not take."""
    nullable = get_nullable_type(t)
    null = [] if nullable is t else [None]
    if is_list_type(nullable):
        # A value that is no list stands for a list of one, so only its items can be wrong.
        return null
    if isinstance(nullable, GraphQLEnumType):
        return [*null, "NOPE", "", 5, True, {}, []]
    if isinstance(nullable, GraphQLInputObjectType):
        return [*null, "x", 5, True, [], {"noSuchField": 1}]
    return [*null, *_WRONG[nullable.name], {"a": 1}, []]


_WRONG: dict[str, list[Any]] = {
    "String": [5, 1.5, True],
    "ID": [1.5, True],
    "Int": ["5", 1.5, 2**31, -(2**31) - 1, 2**70, True],
    "Float": ["1.0", True],
    "Boolean": ["true", 1, 0],
    "Upload": ["x", 5, True],
    "Date": [5, True, "", "yesterday", "2024-02-30", "2024-1-1", "0000-01-01", "1990-12-31T00:00"],
    "Time": [5, True, "", "noon", "24:00", "7:30", "22:30:00", "22:30Z"],
    "DateTime": [5, True, "", "now", "2024-02-30T00:00:00Z", "2024-01-01T00:00:00", "2024-01-01"],
}

EDGES: dict[str, list[Any]] = {
    "Int": [0, -1, 1, 2**31 - 1, -(2**31)],
    "Float": [0, -0.0, -1, 1e308, -1e308, 5e-324, 2**31],
    "Time": ["00:00", "12:34", "23:59"],
    "Date": ["0001-01-01", "9999-12-31", "1899-12-31", "2024-02-29"],
    "DateTime": [
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z",
        "2024-02-29T00:00:00+14:00",
    ],
}
"""Values of a type that are as far out as it goes."""

HOSTILE = {
    "empty": "",
    "long": "x" * 100_000,
    "NUL": "a\x00b",
    "lone surrogate": "a\ud800b",
    "invisible": "\u200b\u200d\ufeff",
}
"""Strings that are no text."""


def call_of(mutation: str) -> str:
    """The document of a mutation whose input is a variable."""
    pascal = mutation[0].upper() + mutation[1:]
    return (
        f"mutation Call($input: {pascal}Input!) {{ {mutation}(input: $input) {{ __typename "
        "... on Refusal { code message ... on InvalidInput { fields { path message } } } } }"
    )


async def post(api: Api, query: str, variables: Any = None, *, accept: str = "*/*") -> Answer:
    """Send an operation with values that an ordinary client would not let through."""
    headers = {"Content-Type": "application/json", "Accept": accept}
    if api.token:
        headers["Authorization"] = f"Bearer {api.token}"
    given = variables.get("input") if isinstance(variables, dict) else None
    if isinstance(given, dict) and isinstance(given.get("file"), bytes):
        files = {"variables.input.file": given["file"]}
        without = {"input": {**given, "file": None}}
        response = await post_form(api, query, without, files, Accept=accept)
    else:
        content = json.dumps({"query": query, "variables": variables})
        response = await api.http.post("/graphql", content=content, headers=headers)
    body = response.json()
    return Answer(
        response.status_code, body.get("data"), body.get("errors", []), {}, response.headers
    )
