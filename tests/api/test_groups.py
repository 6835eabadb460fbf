"""Groups through the API."""

import asyncio

import pytest

from persistence import models
from tests.support.contents import unchanged
from tests.support.conversations import global_id, grouped, matched, write
from tests.support.live_events import EVENTS, MESSAGES, next_event
from tests.support.sockets import Ended, connected

GROUP = """
query($id: ID!) { conversation(id: $id) {
  kind title unreadCount lastPosition other { displayName } match { id } requestedBy { id }
  members { nodes { role profile { displayName } } } lastMessage { text isRead }
  messages { totalCount nodes { text sender { displayName } } } } }
"""
MEMBERS = "conversation { title members { nodes { role profile { displayName } } } }"


@pytest.fixture
async def group(people, database):
    """A group of Ada, who owns it, Bob and Cleo, and its id; Dan is a match of Ada's as well."""
    ada, bob, cleo, dan = [await people.join(name) for name in ("Ada", "Bob", "Cleo", "Dan")]
    for other in (bob, cleo, dan):
        await matched(database, ada.key, other.key)
    return ada, bob, cleo, dan, global_id(await grouped(database, ada, bob, cleo))


async def shown(person, key):
    return (await person.api.ask(GROUP, id=key))["conversation"]


def members_of(conversation):
    members = conversation["members"]["nodes"]
    return {(each["profile"]["displayName"], each["role"]) for each in members}


def texts_of(conversation):
    return [message["text"] for message in conversation["messages"]["nodes"]]


async def total_of(person):
    return (await person.api.ask("{ viewer { unreadCount } }"))["viewer"]["unreadCount"]


async def test_matches_make_a_group_and_write_to_each_other(people, database):
    ada, bob, cleo = [await people.join(name) for name in ("Ada", "Bob", "Cleo")]
    for other in (bob, cleo):
        await matched(database, ada.key, other.key)
    call = {"title": "  Walks  ", "profileIds": [bob.id, cleo.id, bob.id]}
    made = await ada.api.done("createGroup", "conversation { id kind title }", **call)
    assert (made["conversation"]["kind"], made["conversation"]["title"]) == ("GROUP", "Walks")
    key = made["conversation"]["id"]
    await write(bob, key, "Sunday?")
    for person, unread in ((ada, 1), (bob, 0), (cleo, 1)):
        seen = await shown(person, key)
        assert members_of(seen) == {("Ada", "OWNER"), ("Bob", "MEMBER"), ("Cleo", "MEMBER")}
        assert (seen["other"], seen["match"], seen["requestedBy"]) == (None, None, None)
        assert (texts_of(seen), seen["unreadCount"]) == (["Sunday?"], unread)
        assert await total_of(person) == unread
        listed = "{ viewer { conversations(first: 1) { nodes { id } } } }"
        (first,) = (await person.api.ask(listed))["viewer"]["conversations"]["nodes"]
        assert first["id"] == key
    await ada.api.done("markRead", conversationId=key, upTo=1)
    assert (await shown(bob, key))["lastMessage"]["isRead"] is False
    await cleo.api.done("markRead", conversationId=key, upTo=1)
    assert (await shown(bob, key))["lastMessage"]["isRead"] is True


async def test_only_matches_whom_one_sees_can_be_let_in(group, people, database):
    ada, bob, _, dan, key = group
    stranger = await people.join("Eve")
    async with database.write() as tx:
        await tx.add(models.Block, blocker_id=dan.key, blocked_id=ada.key)
    async with unchanged(database):
        for person, code in ((stranger, "NO_MATCH"), (dan, "PROFILE_NOT_FOUND")):
            for mutation, more in (
                ("createGroup", {"title": "x", "profileIds": [bob.id, person.id]}),
                ("addMembers", {"conversationId": key, "profileIds": [bob.id, person.id]}),
            ):
                assert (await ada.api.do(mutation, **more))["code"] == code
        itself = await ada.api.do("createGroup", title="x", profileIds=[ada.id])
        assert itself["code"] == "NO_MATCH"


@pytest.mark.parametrize("title", ["", " \n", "\u200b", "x" * 101])
async def test_a_title_is_a_line_of_text(group, database, title):
    ada, bob, _, _, key = group
    async with unchanged(database):
        for mutation, more in (
            ("createGroup", {"profileIds": [bob.id]}),
            ("renameConversation", {"conversationId": key}),
        ):
            answer = await ada.api.do(mutation, title=title, **more)
            assert [field["path"] for field in answer["fields"]] == ["title"]


async def test_a_group_has_somebody_and_not_too_many(group, people, database, setting):
    ada, bob, cleo, dan, key = group
    setting("members_per_group", 3)
    async with unchanged(database):
        answer = await ada.api.do("createGroup", title="x", profileIds=[])
        assert answer["fields"][0]["path"] == "profileIds"
        answer = await ada.api.do("addMembers", conversationId=key, profileIds=[])
        assert answer["fields"][0]["path"] == "profileIds"
        for mutation, more in (
            ("createGroup", {"title": "x", "profileIds": [bob.id, cleo.id, dan.id]}),
            ("addMembers", {"conversationId": key, "profileIds": [dan.id]}),
        ):
            answer = await ada.api.do(mutation, **more)
            assert answer["code"] == "GROUP_MEMBER_LIMIT_REACHED"
        # Who is in it already takes no place.
        await ada.api.done("addMembers", conversationId=key, profileIds=[bob.id])


async def test_only_an_owner_changes_a_group_and_a_direct_one_is_no_group(group, database):
    ada, bob, cleo, dan, key = group
    find = "{ viewer { matches { nodes { conversation { id kind title } } } } }"
    (match,) = (await bob.api.ask(find))["viewer"]["matches"]["nodes"]
    direct = match["conversation"]
    assert (direct["kind"], direct["title"]) == ("DIRECT", None)
    calls = (
        ("renameConversation", {"title": "Mine"}),
        ("addMembers", {"profileIds": [ada.id]}),
        ("removeMember", {"profileId": cleo.id}),
        ("makeOwner", {"profileId": cleo.id}),
    )
    async with unchanged(database):
        for mutation, more in calls:
            answer = await bob.api.do(mutation, conversationId=key, **more)
            assert (answer["__typename"], answer["code"]) == ("NotAllowed", "NOT_THE_OWNER")
            answer = await dan.api.do(mutation, conversationId=key, **more)
            assert answer["code"] == "CONVERSATION_NOT_FOUND"
            answer = await bob.api.do(mutation, conversationId=direct["id"], **more)
            assert answer["code"] == "NOT_A_GROUP"
        answer = await bob.api.do("leaveConversation", conversationId=direct["id"])
        assert answer["code"] == "NOT_A_GROUP"
        answer = await ada.api.do("removeMember", conversationId=key, profileId=ada.id)
        assert answer["code"] == "LEAVE_INSTEAD"
        for mutation in ("removeMember", "makeOwner"):
            answer = await ada.api.do(mutation, conversationId=key, profileId=dan.id)
            assert answer["code"] == "PROFILE_NOT_FOUND"


async def test_who_joins_sees_what_is_written_from_then_on(group):
    ada, bob, _, dan, key = group
    await write(bob, key, "before")
    added = await ada.api.done("addMembers", MEMBERS, conversationId=key, profileIds=[dan.id])
    assert ("Dan", "MEMBER") in members_of(added["conversation"])
    seen = await shown(dan, key)
    assert (texts_of(seen), seen["lastMessage"], seen["unreadCount"]) == ([], None, 0)
    await write(bob, key, "after")
    seen = await shown(dan, key)
    assert (texts_of(seen), seen["messages"]["totalCount"]) == (["after"], 1)
    assert (seen["unreadCount"], await total_of(dan)) == (1, 1)
    assert texts_of(await shown(ada, key)) == ["after", "before"]
    # Removed and added again, one sees still less.
    await ada.api.done("removeMember", conversationId=key, profileId=dan.id)
    await ada.api.done("addMembers", conversationId=key, profileIds=[dan.id])
    assert texts_of(await shown(dan, key)) == []


async def test_who_is_removed_or_leaves_misses_the_group(group):
    ada, bob, cleo, _, key = group
    await write(bob, key, "kept")
    removed = await ada.api.done("removeMember", MEMBERS, conversationId=key, profileId=bob.id)
    assert members_of(removed["conversation"]) == {("Ada", "OWNER"), ("Cleo", "MEMBER")}
    await cleo.api.done("leaveConversation", conversationId=key)
    for person in (bob, cleo):
        assert await shown(person, key) is None
        for mutation, more in (
            ("sendMessage", {"text": "x"}),
            ("markRead", {"upTo": 1}),
            ("muteConversation", {}),
            ("leaveConversation", {}),
        ):
            answer = await person.api.do(mutation, conversationId=key, **more)
            assert answer["code"] == "CONVERSATION_NOT_FOUND", mutation
    # What somebody wrote stays.
    assert texts_of(await shown(ada, key)) == ["kept"]


async def test_an_owner_lets_a_member_own_the_group_and_may_leave_it_to_them(
    application, group, database
):
    ada, bob, cleo, _, key = group
    async with connected(application, cleo.api.token) as socket:
        events = await socket.subscribe("subscription { events { __typename } }")
        await events.next()
        made = await ada.api.done("makeOwner", MEMBERS, conversationId=key, profileId=bob.id)
        assert members_of(made["conversation"]) == {
            ("Ada", "OWNER"),
            ("Bob", "OWNER"),
            ("Cleo", "MEMBER"),
        }
        assert (await next_event(events))["__typename"] == "ConversationChanged"
    async with unchanged(database):
        await bob.api.done("makeOwner", conversationId=key, profileId=ada.id)
    await ada.api.done("leaveConversation", conversationId=key)
    assert members_of(await shown(cleo, key)) == {("Bob", "OWNER"), ("Cleo", "MEMBER")}
    await bob.api.done("renameConversation", conversationId=key, title="Ours")


async def test_the_longest_member_becomes_the_owner_when_the_last_one_leaves(group, database):
    ada, bob, cleo, dan, key = group
    await ada.api.done("addMembers", conversationId=key, profileIds=[dan.id])
    await ada.api.done("leaveConversation", conversationId=key)
    first, second = sorted((bob, cleo), key=lambda person: person.key)
    owners = [name for name, role in members_of(await shown(dan, key)) if role == "OWNER"]
    names = {bob.key: "Bob", cleo.key: "Cleo"}
    assert owners == [names[first.key]]
    await first.api.done("renameConversation", conversationId=key, title="Ours")
    # Deleting the account is leaving, too.
    await first.api.done("deleteAccount", password="correct horse battery")
    seen = await shown(dan, key)
    assert seen["title"] == "Ours"
    assert members_of(seen) == {(names[second.key], "OWNER"), ("Dan", "MEMBER")}
    for person in (second, dan):
        await person.api.done("leaveConversation", conversationId=key)
    async with database.write() as tx:
        rows = await tx.connection.fetch("SELECT ended_at FROM conversations WHERE kind = 'group'")
    assert [row["ended_at"] is not None for row in rows] == [True]


@pytest.mark.parametrize("by_reader", [True, False])
async def test_in_a_group_people_who_blocked_each_other_miss_each_other(group, by_reader):
    ada, bob, cleo, _, key = group
    await write(bob, key, "from Bob")
    await write(cleo, key, "from Cleo")
    await write(ada, key, "from Ada")
    await write(bob, key, "Bob again")
    blocker, blocked = (cleo, bob) if by_reader else (bob, cleo)
    await blocker.api.done("blockProfile", profileId=blocked.id)
    seen = await shown(cleo, key)
    assert members_of(seen) == {("Ada", "OWNER"), ("Cleo", "MEMBER")}
    assert texts_of(seen) == ["from Ada", "from Cleo"]
    assert (seen["lastMessage"]["text"], seen["messages"]["totalCount"]) == ("from Ada", 2)
    assert (seen["unreadCount"], await total_of(cleo), seen["lastPosition"]) == (1, 1, 4)
    assert texts_of(await shown(bob, key)) == ["Bob again", "from Ada", "from Bob"]
    assert len(texts_of(await shown(ada, key))) == 4
    # A hidden group stays hidden when somebody unseen writes in it.
    await cleo.api.done("hideConversation", conversationId=key)
    await write(bob, key, "unseen")
    listed = "{ viewer { unreadCount conversations { totalCount nodes { id } } } }"
    before = (await cleo.api.ask(listed))["viewer"]
    assert key not in [each["id"] for each in before["conversations"]["nodes"]]
    await write(ada, key, "seen")
    after = (await cleo.api.ask(listed))["viewer"]
    assert after["conversations"]["totalCount"] == before["conversations"]["totalCount"] + 1
    assert (before["unreadCount"], after["unreadCount"]) == (0, 2)
    refused = await ada.api.do("removeMember", conversationId=key, profileId=bob.id)
    assert refused["__typename"] == "RemoveMemberSuccess"


async def test_a_message_of_somebody_hidden_is_missing_by_its_id_as_well(group):
    _, bob, cleo, _, key = group
    sent = await bob.api.done(
        "sendMessage", "sentMessage { id }", conversationId=key, text="from Bob"
    )
    node = "query($id: ID!) { node(id: $id) { id } }"
    found = {"id": sent["sentMessage"]["id"]}
    assert await cleo.api.ask(node, **found) == {"node": found}
    await cleo.api.done("blockProfile", profileId=bob.id)
    assert await cleo.api.ask(node, **found) == {"node": None}
    assert await bob.api.ask(node, **found) == {"node": found}


@pytest.mark.parametrize(
    ("mutation", "more"),
    [
        ("createGroup", {"title": "New"}),
        ("renameConversation", {"title": "New"}),
        ("addMembers", {}),
        ("removeMember", {}),
        ("makeOwner", {}),
        ("leaveConversation", {}),
    ],
)
async def test_a_retry_has_one_effect(group, database, mutation, more):
    ada, bob, _, dan, key = group
    about = {
        "createGroup": {"profileIds": [bob.id]},
        "addMembers": {"conversationId": key, "profileIds": [dan.id]},
        "removeMember": {"conversationId": key, "profileId": bob.id},
        "makeOwner": {"conversationId": key, "profileId": bob.id},
    }.get(mutation, {"conversationId": key})
    call = {**about, **more, "clientMutationId": "again"}
    first = await ada.api.do(mutation, **call)
    assert first["__typename"].endswith("Success")
    async with unchanged(database):
        assert await ada.api.do(mutation, **call) == first


async def test_groups_are_told_live_and_who_is_removed_is_cut_off(application, group):
    ada, bob, cleo, dan, key = group
    async with (
        connected(application, bob.api.token) as theirs,
        connected(application, cleo.api.token) as hers,
    ):
        messages = await theirs.subscribe(MESSAGES, id=key)
        events = await hers.subscribe(EVENTS)
        await messages.next()
        await events.next()
        await ada.api.done("addMembers", conversationId=key, profileIds=[dan.id])
        await ada.api.done("renameConversation", conversationId=key, title="Hikes")
        await ada.api.done("removeMember", conversationId=key, profileId=bob.id)
        with pytest.raises(Ended):
            await next_event(messages, field="messages")
        told = [(await next_event(events))["__typename"] for _ in range(3)]
        assert told == ["MemberJoined", "ConversationChanged", "MemberLeft"]
        again = await theirs.subscribe(MESSAGES, id=key)
        assert (await again.error())[0]["extensions"]["code"] == "CONVERSATION_NOT_FOUND"
        # Who leaves is cut off as well.
        mine = await hers.subscribe(MESSAGES, id=key)
        await mine.next()
        await cleo.api.done("leaveConversation", conversationId=key)
        with pytest.raises(Ended):
            await next_event(mine, field="messages")


async def test_adding_leaving_and_writing_at_once_leave_a_group_with_an_owner(group, database):
    ada, bob, cleo, dan, key = group
    answers = await asyncio.gather(
        ada.api.do("addMembers", conversationId=key, profileIds=[dan.id]),
        ada.api.do("leaveConversation", conversationId=key),
        bob.api.do("leaveConversation", conversationId=key),
        cleo.api.do("sendMessage", conversationId=key, text="Wait"),
    )
    added, *rest = [answer["__typename"] for answer in answers]
    assert rest == [f"{verb}Success" for verb in ("LeaveConversation",) * 2 + ("SendMessage",)]
    assert added in {"AddMembersSuccess", "NotFound"}
    members = members_of(await shown(cleo, key))
    assert ("Cleo", "OWNER") in members
    assert (len(members) == 2) == (added == "AddMembersSuccess")


async def test_when_somebody_hidden_wrote_is_hidden_too(people, database):
    ada, bob, cleo = [await people.join(name) for name in ("Ada", "Bob", "Cleo")]
    for other in (bob, cleo):
        await matched(database, ada.key, other.key)
    key = global_id(await grouped(database, ada, bob, cleo))
    await cleo.api.done("blockProfile", profileId=bob.id)
    times = "query ($id: ID!) { conversation(id: $id) { lastMessageAt lastMessage { sentAt } } }"
    assert (await cleo.api.ask(times, id=key))["conversation"]["lastMessageAt"] is None
    await write(ada, key, "hello")
    await write(bob, key, "hello")
    seen = [(await person.api.ask(times, id=key))["conversation"] for person in (cleo, ada)]
    assert [each["lastMessageAt"] == each["lastMessage"]["sentAt"] for each in seen] == [True, True]
    assert seen[0]["lastMessageAt"] < seen[1]["lastMessageAt"]


async def test_members_come_in_pages_that_are_priced_by_their_length(group):
    ada, _, cleo, dan, key = group
    await ada.api.done("addMembers", conversationId=key, profileIds=[dan.id])
    page = """query ($id: ID!, $first: Int = 2, $after: String) { conversation(id: $id) {
        members(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
          nodes { profile { displayName } } } } }"""
    found, after = [], None
    for _ in range(2):
        members = (await cleo.api.ask(page, id=key, after=after))["conversation"]["members"]
        assert members["totalCount"] == 4
        found += [each["profile"]["displayName"] for each in members["nodes"]]
        after = members["pageInfo"]["endCursor"]
    assert members["pageInfo"]["hasNextPage"] is False
    assert {*found[:3]} == {"Ada", "Bob", "Cleo"}
    assert found[3] == "Dan"
    many = """query ($id: ID!) { conversation(id: $id) { messages(first: 100) { nodes {
        conversation { members(first: 100) { nodes { profile { bio } } } } } } } }"""
    assert (await cleo.api.send(many, id=key)).codes == ["COST_EXCEEDED"]
