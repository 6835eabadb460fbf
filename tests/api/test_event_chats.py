"""Chats of events through the API: who goes takes part."""

from types import SimpleNamespace

import pytest

from persistence import models
from persistence.queries import facts
from tests.support.events import announced, global_id
from tests.support.people import PASSWORD
from workers import attendance as jobs
from workers.subscribers import STARTS

ONE = """query ($id: ID!) { event(id: $id) { chat { id title kind event { id }
  members { nodes { role profile { displayName } } } messages { nodes { text } } } } }"""


@pytest.fixture
async def party(people, database):
    """Ada, who invites; Bob and Eve; and Ada's event with one seat."""
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    return ada, bob, eve, global_id(await announced(database, ada, capacity=1))


async def followed(services, **settings):
    """Let the jobs of attendance do what follows from all facts that wait."""
    settings = services.settings.model_copy(update=settings)
    resources = SimpleNamespace(database=services.database, settings=settings)
    async with services.database.write() as tx:
        waiting = await tx.fetch(facts.claim, limit=1_000)
        await tx.fetch(facts.finish, ids=[fact.fact_id for fact in waiting])
    for fact in waiting:
        for task in STARTS.get(fact.kind, ()):
            if task.job.__module__ == jobs.__name__:
                for _ in range(2):
                    await task.job(resources, str(fact.fact_id), fact.body)
    return [fact.kind for fact in waiting]


async def rsvp(person, event_id, answer="GOING"):
    await person.api.done("rsvp", eventId=event_id, answer=answer)


async def chat_of(person, event_id):
    return (await person.api.ask(ONE, id=event_id))["event"]["chat"]


async def members(person, event_id):
    chat = await chat_of(person, event_id)
    return chat and [(m["profile"]["displayName"], m["role"]) for m in chat["members"]["nodes"]]


async def test_who_goes_takes_part_and_who_leaves_does_not(party, services):
    ada, bob, eve, event_id = party
    await rsvp(bob, event_id)
    await rsvp(eve, event_id)
    assert await chat_of(bob, event_id) is None
    await followed(services)
    chat = await chat_of(bob, event_id)
    assert (chat["title"], chat["kind"], chat["event"]) == (
        "Board games",
        "GROUP",
        {"id": event_id},
    )
    assert await members(ada, event_id) == [("Ada", "OWNER"), ("Bob", "MEMBER")]
    # Who waits has no seat.
    assert await chat_of(eve, event_id) is None
    await ada.api.done("sendMessage", conversationId=chat["id"], text="Welcome")
    await rsvp(bob, event_id, "NOT_GOING")
    kinds = await followed(services)
    assert kinds.count("AttendanceChanged") == 2
    assert await chat_of(bob, event_id) is None
    assert await members(eve, event_id) == [("Ada", "OWNER"), ("Eve", "MEMBER")]
    assert (await chat_of(eve, event_id))["messages"]["nodes"] == []
    kinds = await followed(services)
    assert {"MemberJoined", "MemberLeft", "ConversationOpened", "ConversationEnded"} <= {*kinds}


async def test_a_chat_outlives_its_last_guest_and_is_opened_once(party, services, database):
    ada, bob, _, event_id = party
    for answer in ("GOING", "INTERESTED", "GOING"):
        await rsvp(bob, event_id, answer)
        await followed(services)
    assert await members(bob, event_id) == [("Ada", "OWNER"), ("Bob", "MEMBER")]
    chat = await chat_of(ada, event_id)
    await ada.api.done("leaveConversation", conversationId=chat["id"])
    assert await members(bob, event_id) == [("Bob", "MEMBER")]
    await rsvp(bob, event_id, "NOT_GOING")
    await followed(services)
    await rsvp(bob, event_id)
    await followed(services)
    assert (await chat_of(bob, event_id))["id"] == chat["id"]


async def test_who_was_removed_or_left_is_not_let_in_by_other_changes(people, database, services):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    event_id = global_id(await announced(database, ada))
    await rsvp(bob, event_id)
    await followed(services)
    chat = await chat_of(ada, event_id)
    await ada.api.done("removeMember", conversationId=chat["id"], profileId=bob.id)
    await bob.api.done("rsvp", eventId=event_id, answer="GOING", guests=2)
    await followed(services)
    assert await chat_of(bob, event_id) is None


async def test_nobody_is_added_by_hand(people, database, services):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    eve = await people.join("Eve")
    for one, other in ((ada, eve), (eve, ada)):
        await one.api.done("likeProfile", profileId=other.id)
    event_id = global_id(await announced(database, ada))
    await rsvp(bob, event_id)
    await followed(services)
    call = {"conversationId": (await chat_of(ada, event_id))["id"], "profileIds": [eve.id]}
    answer = await ada.api.do("addMembers", **call)
    assert (answer["__typename"], answer["code"]) == ("NotAllowed", "EVENT_CHAT")


async def test_a_full_chat_lets_nobody_in(people, database, services):
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    event_id = global_id(await announced(database, ada))
    for person in (bob, eve):
        await rsvp(person, event_id)
    await followed(services, members_per_event_chat=2)
    assert [name for name, _ in await members(ada, event_id)] == ["Ada", "Bob"]


async def test_a_chat_is_called_as_its_event_is(party, services):
    ada, bob, _, event_id = party
    await rsvp(bob, event_id)
    await followed(services)
    await ada.api.done("editEvent", eventId=event_id, title="x" * 150)
    await followed(services)
    assert (await chat_of(bob, event_id))["title"] == "x" * 100


@pytest.mark.parametrize("by", ["deleteEvent", "deleteAccount"])
async def test_a_chat_goes_with_its_event_and_its_members_are_told(party, services, database, by):
    ada, bob, _, event_id = party
    await rsvp(bob, event_id)
    await followed(services)
    if by == "deleteEvent":
        await ada.api.done("cancelEvent", eventId=event_id)
        await ada.api.done("deleteEvent", eventId=event_id)
    else:
        await ada.api.done("deleteAccount", password=PASSWORD)
    async with database.write() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM conversations") == 0
        told = await tx.connection.fetchval(
            "SELECT count(*) FROM topic_entries WHERE topic = $1 AND kind = 'ConversationEnded'",
            f"viewer:{bob.key}",
        )
    assert told == 1
    assert await followed(services) != []


async def test_who_deletes_their_account_leaves_the_chat(party, services):
    ada, bob, eve, event_id = party
    await rsvp(bob, event_id)
    await rsvp(eve, event_id)
    await followed(services)
    await bob.api.done("deleteAccount", password=PASSWORD)
    await followed(services)
    assert await members(ada, event_id) == [("Ada", "OWNER"), ("Eve", "MEMBER")]
    async with services.database.write() as tx:
        assert await tx.get(models.Profile, profile_id=bob.key) is None


async def test_an_event_that_shows_who_goes_to_its_hosts_alone_lets_nobody_into_a_chat(
    people, database, services
):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    event_id = global_id(await announced(database, ada, attendees_shown_to="hosts"))
    await rsvp(bob, event_id)
    await followed(services)
    assert (await chat_of(ada, event_id), await chat_of(bob, event_id)) == (None, None)
    wider = {"eventId": event_id, "attendeesShownTo": "ATTENDEES"}
    refused = await ada.api.do("editEvent", **wider)
    assert (refused["__typename"], refused["code"]) == ("NotAllowed", "ATTENDEES_HIDDEN")
    await rsvp(bob, event_id, "NOT_GOING")
    await ada.api.done("editEvent", **wider)


async def test_who_came_before_a_chat_was_closed_stays_and_nobody_follows(
    people, database, services
):
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    event_id = global_id(await announced(database, ada))
    await rsvp(bob, event_id)
    await followed(services)
    await ada.api.done("editEvent", eventId=event_id, attendeesShownTo="HOSTS")
    await rsvp(eve, event_id)
    await followed(services)
    assert await members(bob, event_id) == [("Ada", "OWNER"), ("Bob", "MEMBER")]
    await rsvp(bob, event_id, "NOT_GOING")
    await followed(services)
    assert await members(ada, event_id) == [("Ada", "OWNER")]


@pytest.mark.parametrize("by_host", [True, False])
async def test_a_block_gives_the_seats_of_the_two_back(party, services, by_host):
    ada, bob, eve, event_id = party
    await rsvp(bob, event_id)
    await rsvp(eve, event_id)
    await followed(services)
    one, other = (ada, bob) if by_host else (bob, ada)
    await one.api.done("blockProfile", profileId=other.id)
    await followed(services)
    assert await members(ada, event_id) == [("Ada", "OWNER"), ("Eve", "MEMBER")]
    await one.api.done("unblockProfile", profileId=other.id)
    assert await chat_of(bob, event_id) is None


async def test_who_is_hidden_from_the_host_waits_on(party, services, database):
    ada, bob, eve, event_id = party
    await rsvp(ada, event_id)
    await rsvp(bob, event_id)
    await rsvp(eve, event_id)
    async with database.write() as tx:
        await tx.change(models.Account, {"account_id": bob.key}, is_active=False)
    await rsvp(ada, event_id, "NOT_GOING")
    async with database.write() as tx:
        rows = await tx.connection.fetch("SELECT profile_id, state FROM attendances")
    states = {row["profile_id"]: row["state"] for row in rows}
    assert states == {ada.key: "not_going", bob.key: "waiting", eve.key: "going"}
