"""Notifications through the API, made by the relay and the jobs as `kith up` runs them."""

from datetime import UTC, datetime

import pytest

from domain.conversations import ConversationRequested
from domain.notification_texts import TEXTS
from persistence import models
from resolvers import ids
from tests.support.contents import unchanged
from tests.support.conversations import global_id, grouped, matched, write
from tests.support.live_events import next_event
from tests.support.notifications import all_told, notified
from tests.support.sockets import connected

LIST = """
query($first: Int, $after: String, $unreadOnly: Boolean! = false) { viewer {
  unreadNotificationCount
  notifications(first: $first, after: $after, unreadOnly: $unreadOnly) {
    totalCount pageInfo { endCursor hasNextPage }
    nodes { id kind count text isRead createdAt updatedAt actor { displayName }
      subject { __typename ... on Node { id } } } } } }
"""
LIVE = """
subscription { notifications { __typename cursor
  ... on NotificationAdded { notification { kind count text } unreadNotificationCount }
  ... on NotificationRead { notifications { kind isRead } unreadNotificationCount } } }
"""
PREFERENCES = """{ viewer { notificationPreferences {
  language timeZone quietFrom quietTo digest kinds { kind channel isEnabled } } } }"""


async def listed(person, **page):
    return (await person.api.ask(LIST, **page))["viewer"]


async def kinds_of(person):
    return [node["kind"] for node in (await listed(person))["notifications"]["nodes"]]


async def liked(services, people):
    """Ada, whom Bob likes, and Bob likes back: both are told."""
    ada, bob = await people.join("Ada"), await people.join("Bob")
    await ada.api.done("likeProfile", profileId=bob.id)
    await bob.api.done("likeProfile", profileId=ada.id)
    await all_told(services)
    return ada, bob


async def test_both_are_told_of_a_match_and_it_leads_there(services, people):
    ada, bob = await liked(services, people)
    told = await listed(ada)
    (node,) = told["notifications"]["nodes"]
    assert told["unreadNotificationCount"] == told["notifications"]["totalCount"] == 1
    assert (node["kind"], node["count"], node["isRead"]) == ("MATCH_MADE", 1, False)
    assert node["text"] == "You have a new match: Bob"
    assert node["actor"] == {"displayName": "Bob"}
    match = await ada.api.ask("{ viewer { matches { nodes { id } } } }")
    (of_viewer,) = match["viewer"]["matches"]["nodes"]
    assert node["subject"] == {"__typename": "Match", "id": of_viewer["id"]}
    assert (await kinds_of(bob))[0] == "MATCH_MADE"
    found = await ada.api.ask("query($id: ID!) { node(id: $id) { __typename } }", id=node["id"])
    assert found == {"node": {"__typename": "Notification"}}
    hidden = await bob.api.ask("query($id: ID!) { node(id: $id) { __typename } }", id=node["id"])
    assert hidden == {"node": None}


async def test_messages_count_up_in_one_notification_until_they_are_read(services, pair):
    ada, bob, key = pair
    for n in (1, 2, 3):
        await write(ada, key, f"message {n}")
        await all_told(services)
        (node,) = (await listed(bob))["notifications"]["nodes"]
        assert (node["kind"], node["count"]) == ("MESSAGE", n)
    assert node["text"] == "3 new messages from Ada"
    assert node["subject"] == {"__typename": "Conversation", "id": key}
    assert await kinds_of(ada) == []
    await bob.api.done("markRead", conversationId=key, upTo=2)
    (node,) = (await listed(bob, unreadOnly=True))["notifications"]["nodes"]
    assert (node["count"], node["text"]) == (1, "A new message from Ada")
    await bob.api.done("markRead", conversationId=key, upTo=3)
    assert (await listed(bob, unreadOnly=True))["notifications"]["nodes"] == []
    told = await listed(bob)
    assert told["unreadNotificationCount"] == 0
    assert [node["isRead"] for node in told["notifications"]["nodes"]] == [True]
    await write(ada, key, "another")
    await all_told(services)
    counts = [
        (node["count"], node["isRead"]) for node in (await listed(bob))["notifications"]["nodes"]
    ]
    assert counts == [(1, False), (1, True)]


async def test_who_has_muted_a_conversation_is_not_told_of_its_messages(services, pair):
    ada, bob, key = pair
    await bob.api.done("muteConversation", conversationId=key)
    await write(ada, key, "hello")
    await all_told(services)
    assert await kinds_of(bob) == []
    await bob.api.done("unmuteConversation", conversationId=key)
    await write(ada, key, "hello?")
    await all_told(services)
    (node,) = (await listed(bob))["notifications"]["nodes"]
    assert (node["kind"], node["count"]) == ("MESSAGE", 2)


async def test_who_is_asked_for_a_conversation_is_told_of_that_and_not_of_the_message(
    services, people, database
):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    first, second = sorted((ada.key, bob.key))
    async with database.write() as tx:
        talk = await tx.add(
            models.Conversation,
            first_id=first,
            second_id=second,
            requested_by_id=ada.key,
            requested_at=datetime.now(UTC),
            request_end_position=1,
        )
        key = talk.conversation_id
        for person, status in ((ada, "active"), (bob, "requested")):
            member = {"conversation_id": key, "profile_id": person.key, "status": status}
            await tx.add(models.ConversationMember, **member)
        tx.record(ConversationRequested(conversation_id=key, audience=(bob.key,)))
    await write(ada, ids.encode("Conversation", key), "hello")
    await all_told(services)
    (node,) = (await listed(bob))["notifications"]["nodes"]
    assert (node["kind"], node["text"]) == (
        "CONVERSATION_REQUESTED",
        "Ada would like to write to you",
    )
    assert await kinds_of(ada) == []


async def test_what_its_sender_takes_back_is_counted_no_more(services, pair):
    ada, bob, key = pair
    sent = [
        (await ada.api.done("sendMessage", "sentMessage { id }", conversationId=key, text="x"))
        for _ in range(2)
    ]
    await all_told(services)
    for message, left in zip(sent, (1, 0), strict=True):
        await ada.api.done("deleteMessage", messageId=message["sentMessage"]["id"])
        await all_told(services)
        told = await listed(bob)
        counts = [node["count"] for node in told["notifications"]["nodes"] if not node["isRead"]]
        assert counts == [1] * left
        assert told["unreadNotificationCount"] == left


async def test_what_is_read_before_the_job_comes_is_not_told(services, pair):
    ada, bob, key = pair
    await write(ada, key, "hello")
    await bob.api.done("markRead", conversationId=key, upTo=1)
    await all_told(services)
    assert await kinds_of(bob) == []


@pytest.mark.parametrize(
    ("told", "kinds", "actor", "text"),
    [
        ("shown", ["SUPER_LIKE_RECEIVED"], {"displayName": "Bob"}, "Bob gave you a super-like"),
        ("counted", ["SUPER_LIKE_RECEIVED"], None, "Somebody gave you a super-like"),
        ("hidden", [], None, None),
    ],
)
async def test_likes_are_told_as_far_as_the_app_tells_of_them(
    *, services, people, monkeypatch, told, kinds, actor, text
):
    monkeypatch.setitem(vars(services.settings), "likes_received", told)
    ada, bob = await people.join("Ada"), await people.join("Bob")
    await bob.api.done("decide", profileId=ada.id, decision="SUPER_LIKE")
    await all_told(services)
    nodes = (await listed(ada))["notifications"]["nodes"]
    assert [node["kind"] for node in nodes] == kinds
    for node in nodes:
        assert (node["actor"], node["text"]) == (actor, text)
        assert (node["subject"] is None) == (actor is None)
        assert (bob.id in str(node)) == (actor is not None)
    await bob.api.done("unlikeProfile", profileId=ada.id)
    assert (await listed(ada))["unreadNotificationCount"] == 0


@pytest.mark.parametrize("told", ["shown", "counted"])
async def test_setting_likes_back_to_hidden_hides_who_it_was(services, people, monkeypatch, told):
    monkeypatch.setitem(vars(services.settings), "likes_received", told)
    ada, bob = await people.join("Ada"), await people.join("Bob")
    await bob.api.done("likeProfile", profileId=ada.id)
    await all_told(services)
    monkeypatch.setitem(vars(services.settings), "likes_received", "hidden")
    (node,) = (await listed(ada))["notifications"]["nodes"]
    assert (node["actor"], node["subject"], node["text"]) == (None, None, "Somebody likes you")


async def test_a_block_hides_at_once_what_it_is_about_and_the_count_agrees(services, pair):
    ada, bob, key = pair
    await write(ada, key, "hello")
    await all_told(services)
    (node,) = (await listed(bob))["notifications"]["nodes"]
    await bob.api.done("blockProfile", profileId=ada.id)
    told = await listed(bob)
    assert told["unreadNotificationCount"] == told["notifications"]["totalCount"] == 0
    refused = await bob.api.do("markNotificationRead", notificationId=node["id"])
    assert (refused["__typename"], refused["code"]) == ("NotFound", "NOTIFICATION_NOT_FOUND")


async def test_who_is_hidden_from_a_reader_does_not_take_over_what_another_wrote(
    services, people, database
):
    ada, bob, cleo = [await people.join(name) for name in ("Ada", "Bob", "Cleo")]
    for other in (bob, cleo):
        await matched(database, ada.key, other.key)
    key = global_id(await grouped(database, ada, bob, cleo))
    await cleo.api.done("blockProfile", profileId=bob.id)
    await write(ada, key, "important")
    await all_told(services)
    told = await listed(cleo)
    await write(bob, key, "unseen")
    await all_told(services)
    assert await listed(cleo) == told
    assert told["notifications"]["nodes"][0]["actor"] == {"displayName": "Ada"}
    assert (await listed(bob))["unreadNotificationCount"] == 1


async def test_what_is_hidden_is_marked_read_without_being_counted(services, people, pair):
    ada, bob, _ = pair
    cleo = await people.join("Cleo")
    await notified(services, bob, ada, 2)
    await notified(services, bob, cleo, 1)
    await bob.api.done("blockProfile", profileId=ada.id)
    assert (await listed(bob))["unreadNotificationCount"] == 1
    done = await bob.api.done("markAllNotificationsRead", "readCount")
    assert done["readCount"] == 1
    await bob.api.done("unblockProfile", profileId=ada.id)
    assert (await listed(bob))["unreadNotificationCount"] == 0


async def test_what_somebody_did_goes_with_their_account(services, pair, database):
    ada, bob, key = pair
    await write(ada, key, "hello")
    await all_told(services)
    assert (await listed(bob))["unreadNotificationCount"] == 1
    await ada.api.done("deleteAccount", password="correct horse battery")
    assert (await listed(bob))["unreadNotificationCount"] == 0
    async with database.write() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM notifications") == 0


async def test_one_is_marked_read_once_and_only_by_its_reader(services, people, database):
    ada, bob = await liked(services, people)
    (node,) = (await listed(ada))["notifications"]["nodes"]
    async with unchanged(database):
        refused = await bob.api.do("markNotificationRead", notificationId=node["id"])
        assert refused["code"] == "NOTIFICATION_NOT_FOUND"
    fields = "notification { isRead }"
    for _ in range(2):
        done = await ada.api.done("markNotificationRead", fields, notificationId=node["id"])
        assert done["notification"] == {"isRead": True}
    assert (await listed(ada))["unreadNotificationCount"] == 0
    async with database.write() as tx:
        told = "SELECT count(*) FROM facts WHERE kind = 'NotificationRead'"
        assert await tx.connection.fetchval(told) == 1


async def test_all_are_marked_read_up_to_what_was_seen(services, people, pair):
    _, bob, _ = pair
    cleo = await people.join("Cleo")
    for reader in (bob, cleo):
        await notified(services, reader, cleo if reader is bob else bob, 3)
    nodes = (await listed(bob))["notifications"]["nodes"]
    seen = nodes[1]["updatedAt"]
    done = await bob.api.done("markAllNotificationsRead", "readCount", upTo=seen)
    assert done["readCount"] == 2
    left = (await listed(bob, unreadOnly=True))["notifications"]["nodes"]
    assert [node["id"] for node in left] == [nodes[0]["id"]]
    done = await bob.api.done("markAllNotificationsRead", "readCount")
    assert done["readCount"] == 1
    assert (await listed(bob))["unreadNotificationCount"] == 0
    assert (await listed(cleo))["unreadNotificationCount"] == 3


async def test_the_list_is_paged_the_latest_first(services, people):
    ada, bob = await people.join(), await people.join()
    await notified(services, ada, bob, 5)
    first = (await listed(ada, first=2))["notifications"]
    await notified(services, ada, bob, 1)
    after = first["pageInfo"]["endCursor"]
    rest = (await listed(ada, first=10, after=after, unreadOnly=False))["notifications"]
    times = [node["updatedAt"] for node in first["nodes"] + rest["nodes"]]
    assert times == sorted(times, reverse=True)
    assert len(times) == len(set(times)) == 5


async def test_other_devices_hear_of_what_is_new_and_what_is_read(
    application, services, people, pair
):
    ada, bob, key = pair
    async with connected(application, bob.api.token) as socket:
        events = await socket.subscribe(LIVE)
        await events.next()
        await write(ada, key, "hello")
        await all_told(services)
        added = await next_event(events, field="notifications")
        shown = {"kind": "MESSAGE", "count": 1, "text": "A new message from Ada"}
        assert (added["notification"], added["unreadNotificationCount"]) == (shown, 1)
        await bob.api.done("markRead", conversationId=key, upTo=1)
        read = await next_event(events, field="notifications")
        assert read["__typename"] == "NotificationRead"
        assert read["notifications"] == [{"kind": "MESSAGE", "isRead": True}]
        assert read["unreadNotificationCount"] == 0
        # What the reader may not see any more is not told.
        await write(ada, key, "again")
        await bob.api.done("blockProfile", profileId=ada.id)
        hidden = await next_event(events, field="notifications")
        assert hidden["__typename"] == "NotificationsChanged"
        await all_told(services)
        await (await people.join()).api.done("likeProfile", profileId=bob.id)
        await all_told(services)
        added = await next_event(events, field="notifications")
        assert added["notification"]["kind"] == "LIKE_RECEIVED"


async def test_preferences_are_kept_and_hold_from_then_on(services, pair):
    ada, bob, key = pair
    before = (await bob.api.ask(PREFERENCES))["viewer"]["notificationPreferences"]
    assert (before["language"], before["timeZone"], before["digest"]) == ("en", "UTC", "OFF")
    assert (before["quietFrom"], before["quietTo"]) == (None, None)
    await bob.api.done(
        "setNotificationPreferences",
        language="ar",
        timeZone="Asia/Kathmandu",
        quietHours={"from": "22:30", "to": "07:00"},
        digest="WEEKLY",
    )
    wishes = [
        {"kind": "MESSAGE", "channel": channel, "isEnabled": False}
        for channel in ("IN_APP", "PUSH", "EMAIL")
    ]
    given = {"quietHours": None, "digest": None, "kinds": wishes}
    await bob.api.done("setNotificationPreferences", **given)
    now = (await bob.api.ask(PREFERENCES))["viewer"]["notificationPreferences"]
    assert (now["language"], now["timeZone"], now["digest"]) == ("ar", "Asia/Kathmandu", "OFF")
    assert (now["quietFrom"], now["quietTo"]) == (None, None)
    assert [wish for wish in now["kinds"] if wish["kind"] == "MESSAGE"] == wishes
    others = [wish for wish in before["kinds"] if wish["kind"] != "MESSAGE"]
    assert [wish for wish in now["kinds"] if wish["kind"] != "MESSAGE"] == others
    await write(ada, key, "hello")
    await all_told(services)
    assert await kinds_of(bob) == []


@pytest.mark.parametrize("language", TEXTS)
async def test_a_text_is_in_the_language_of_its_reader(services, pair, language):
    ada, bob, key = pair
    await bob.api.done("setNotificationPreferences", language=language)
    await write(ada, key, "one", "two")
    await all_told(services)
    (node,) = (await listed(bob))["notifications"]["nodes"]
    expected = {
        "en": "2 new messages from Ada",
        "de": "2 neue Nachrichten von Ada",
        "es": "2 mensajes nuevos de Ada",
        "fr": "2 nouveaux messages de Ada",
        "ar": "رسالتان جديدتان من \u2068Ada\u2069",
    }
    assert node["text"] == expected[language]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"language": "tlh"}, "language"),
        ({"timeZone": "Europe/Nowhere"}, "timeZone"),
        ({"timeZone": "Europe"}, "timeZone"),
        ({"timeZone": "../../etc/passwd"}, "timeZone"),
        ({"timeZone": "posixrules"}, "timeZone"),
        ({"timeZone": "A" * 60}, "timeZone"),
        ({"quietHours": {"from": "22:00", "to": "22:00"}}, "quietHours"),
        (
            {
                "kinds": [
                    {"kind": "MESSAGE", "channel": "PUSH", "isEnabled": b} for b in (True, False)
                ]
            },
            "kinds",
        ),
    ],
)
async def test_preferences_that_make_no_sense_are_refused(people, database, given, path):
    ada = await people.join()
    async with unchanged(database):
        refused = await ada.api.do("setNotificationPreferences", **given)
        assert refused["__typename"] == "InvalidInput"
        assert [field["path"] for field in refused["fields"]] == [path]
