"""Invitations and co-hosts through the API, and what people are told of events."""

from uuid import UUID

import pytest

from domain import invitations
from persistence import models
from resolvers import ids
from tests.api.test_notifications_of_posts import told
from tests.support.contents import unchanged
from tests.support.conversations import matched
from tests.support.events import announced, global_id
from tests.support.people import PASSWORD

SHOWN = """event { isHosting isInvited coHosts { displayName }
invited { totalCount nodes { displayName } } }"""
ONE = f"query ($id: ID!) {{ {SHOWN.replace('event', 'event(id: $id)', 1)} }}"


@pytest.fixture
async def party(people, database):
    """Ada's event for invited people; Bob, her match; Eve, who follows her; and Dan."""
    ada, bob, eve, dan = [await people.join(name) for name in ("Ada", "Bob", "Eve", "Dan")]
    await matched(database, ada.key, bob.key)
    await eve.api.done("followProfile", profileId=ada.id)
    event = await announced(database, ada, audience="invited")
    return ada, bob, eve, dan, global_id(event)


async def seen(person, event_id):
    return (await person.api.ask(ONE, id=event_id))["event"]


async def test_who_is_invited_sees_the_event_and_is_told_once(party, services):
    ada, bob, eve, _, event_id = party
    call = {"eventId": event_id, "profileIds": [bob.id, eve.id, bob.id, ada.id]}
    done = await ada.api.done("inviteToEvent", SHOWN, **call)
    assert done["event"]["invited"]["totalCount"] == 2
    assert await ada.api.done("inviteToEvent", SHOWN, **call) == done
    assert await told(services, bob) == {"EVENT_INVITED": "Ada invites you to an event"}
    for person in (bob, eve):
        assert await seen(person, event_id) == {
            "isHosting": False,
            "isInvited": True,
            "coHosts": [],
            "invited": {"totalCount": 0, "nodes": []},
        }
    await ada.api.done("blockProfile", profileId=bob.id)
    assert await seen(bob, event_id) is None
    assert await told(services, bob) == {}
    assert (await seen(ada, event_id))["invited"]["nodes"] == [{"displayName": "Eve"}]


async def test_a_co_host_does_what_the_host_does_but_for_taking_it_back(party, services):
    ada, bob, eve, dan, event_id = party
    who = {"eventId": event_id, "profileId": bob.id}
    await ada.api.done("addCoHost", **who)
    done = await ada.api.done("addCoHost", SHOWN, **who)
    assert done["event"]["coHosts"] == [{"displayName": "Bob"}]
    assert await told(services, bob) == {"EVENT_CO_HOST": "Ada lets you hold an event with them"}
    assert (await seen(bob, event_id))["isHosting"] is True
    await bob.api.done("editEvent", eventId=event_id, title="More games")
    await dan.api.done("followProfile", profileId=bob.id)
    await bob.api.done("inviteToEvent", eventId=event_id, profileIds=[dan.id])
    assert await told(services, ada) == {
        "EVENT_CHANGED": "Bob changed an event",
        "FOLLOWED": "Eve follows you",
    }
    for mutation in ("deleteEvent", "addCoHost"):
        about = {"eventId": event_id, **({"profileId": dan.id} if mutation == "addCoHost" else {})}
        answer = await bob.api.do(mutation, **about)
        assert (answer["__typename"], answer["code"]) == ("NotAllowed", "NOT_THE_HOST")
    answer = await eve.api.do("cancelEvent", eventId=event_id)
    assert answer["code"] == "EVENT_NOT_FOUND"
    await bob.api.done("removeCoHost", **who)
    standing = await seen(bob, event_id)
    assert (standing["isHosting"], standing["isInvited"]) == (False, True)
    assert (await bob.api.do("cancelEvent", eventId=event_id))["code"] == "NOT_A_HOST"
    again = await ada.api.done("removeCoHost", SHOWN, **who)
    assert again["event"]["coHosts"] == []


async def test_who_goes_is_told_of_what_matters_and_that_it_is_off(party, services):
    ada, bob, eve, _, event_id = party
    await ada.api.done("inviteToEvent", eventId=event_id, profileIds=[bob.id, eve.id])
    await bob.api.done("rsvp", eventId=event_id, answer="GOING")
    await bob.api.done("markAllNotificationsRead")
    assert set(await told(services, bob)) == {"EVENT_INVITED"}
    await bob.api.done("markAllNotificationsRead")
    await ada.api.done("editEvent", eventId=event_id, description="Bring two.", capacity=7)
    assert await told(services, bob) == {}
    await ada.api.done("editEvent", eventId=event_id, placeName="The park")
    assert await told(services, bob) == {"EVENT_CHANGED": "Ada changed an event"}
    await ada.api.done("cancelEvent", eventId=event_id)
    assert set(await told(services, bob)) == {"EVENT_CHANGED", "EVENT_CANCELLED"}
    assert set(await told(services, eve)) == {"EVENT_INVITED"}
    assert set(await told(services, ada)) <= {"FOLLOWED"}


@pytest.mark.parametrize("mutation", ["inviteToEvent", "addCoHost"])
async def test_only_those_who_are_close_are_asked(party, database, mutation):
    ada, bob, eve, dan, event_id = party
    field = "profileIds" if mutation == "inviteToEvent" else "profileId"
    hidden = ids.encode("Profile", ids.parse(event_id)[1])
    refused = {"NOT_CLOSE": dan.id, "PROFILE_NOT_FOUND": hidden}
    async with unchanged(database):
        for code, person_id in refused.items():
            answer = await ada.api.do(mutation, **{"eventId": event_id, field: person_id})
            assert answer["code"] == code
        answer = await eve.api.do(mutation, **{"eventId": event_id, field: ada.id})
        assert answer["code"] == "NOT_CLOSE"
    await ada.api.done("inviteToEvent", eventId=event_id, profileIds=[eve.id])
    await ada.api.done("followProfile", profileId=eve.id)
    answer = await eve.api.do(mutation, **{"eventId": event_id, field: ada.id})
    assert answer["code"] == "NOT_A_HOST"
    await ada.api.done("cancelEvent", eventId=event_id)
    answer = await ada.api.do(mutation, **{"eventId": event_id, field: bob.id})
    assert answer["code"] == "EVENT_CANCELLED"


async def test_an_invitation_outlives_the_account_of_the_co_host_who_sent_it(party, database):
    ada, bob, eve, _, event_id = party
    await ada.api.done("addCoHost", eventId=event_id, profileId=bob.id)
    await matched(database, bob.key, eve.key)
    await bob.api.done("inviteToEvent", eventId=event_id, profileIds=[eve.id])
    await bob.api.done("deleteAccount", password=PASSWORD)
    assert (await seen(eve, event_id))["isInvited"]


async def test_invitations_and_co_hosts_are_bounded(party, database, monkeypatch):
    ada, bob, eve, _, event_id = party
    monkeypatch.setattr(invitations, "MOST_INVITED", 1)
    monkeypatch.setattr(invitations, "MOST_CO_HOSTS", 1)
    async with unchanged(database):
        both = {"eventId": event_id, "profileIds": [bob.id, eve.id]}
        answer = await ada.api.do("inviteToEvent", **both)
        assert answer["code"] == "INVITATION_LIMIT_REACHED"
        many = [ids.encode("Profile", UUID(int=n)) for n in range(51)]
        for wrong, code in (([], "MISSING"), ([ada.id], "MISSING"), (many, "TOO_MANY")):
            answer = await ada.api.do("inviteToEvent", eventId=event_id, profileIds=wrong)
            assert [field["code"] for field in answer["fields"]] == [code]
        answer = await ada.api.do("addCoHost", eventId=event_id, profileId=ada.id)
        assert answer["code"] == "ALREADY_HOST"
    await ada.api.done("addCoHost", eventId=event_id, profileId=bob.id)
    answer = await ada.api.do("addCoHost", eventId=event_id, profileId=eve.id)
    assert answer["code"] == "CO_HOST_LIMIT_REACHED"
    async with database.write() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM event_co_hosts") == 1


async def test_what_an_account_had_to_do_with_an_event_goes_with_it(party, database):
    ada, bob, _, _, event_id = party
    await ada.api.done("addCoHost", eventId=event_id, profileId=bob.id)
    await ada.api.done("inviteToEvent", eventId=event_id, profileIds=[bob.id])
    async with database.write() as tx:
        await tx.remove(models.Account, account_id=bob.key)
    assert (await seen(ada, event_id))["coHosts"] == []
    async with database.write() as tx:
        await tx.remove(models.Account, account_id=ada.key)
        assert await tx.connection.fetchval("SELECT count(*) FROM event_invitations") == 0
