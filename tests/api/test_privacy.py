"""Privacy through the API: what people show of what they are doing, and to whom."""

import pytest

from persistence import models
from persistence.queries import profiles
from tests.support.conversations import write
from tests.support.live import until_so
from tests.support.live_events import EVENTS, next_event
from tests.support.sockets import connected

SWITCHES = "privacy { showOnline showLastActive showReadReceipts showTyping }"
SEEN = "query($id: ID!) { profile(id: $id) { lastActive isOnline } }"


async def seen(viewer, person):
    return (await viewer.api.ask(SEEN, id=person.id))["profile"]


async def test_everything_is_shown_until_somebody_says_otherwise(people):
    ada = await people.join("Ada")
    mine = f"{{ viewer {{ {SWITCHES} }} }}"
    shown = dict.fromkeys(("showOnline", "showLastActive", "showReadReceipts", "showTyping"), True)
    assert (await ada.api.ask(mine))["viewer"]["privacy"] == shown
    changed = await ada.api.done("setPrivacy", SWITCHES, showTyping=False, showOnline=False)
    hidden = shown | {"showTyping": False, "showOnline": False}
    assert changed["privacy"] == hidden
    assert (await ada.api.ask(mine))["viewer"]["privacy"] == hidden
    changed = await ada.api.done("setPrivacy", SWITCHES, showTyping=None)
    assert changed["privacy"] == hidden | {"showTyping": True}


async def test_who_hides_when_they_were_here_does_not_see_it_of_others(people):
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]
    assert (await seen(bob, ada))["lastActive"] == "TODAY"
    await ada.api.done("setPrivacy", showLastActive=False)
    assert (await seen(bob, ada))["lastActive"] is None
    assert (await seen(ada, bob))["lastActive"] is None
    assert (await seen(eve, bob))["lastActive"] == "TODAY"
    assert (await seen(ada, ada))["lastActive"] == "TODAY"
    await ada.api.done("setPrivacy", showLastActive=True)
    assert (await seen(bob, ada))["lastActive"] == "TODAY"


async def test_decks_know_nothing_of_what_is_hidden(people, database):
    ada, bob = await people.join("Ada"), await people.join("Bob")
    await ada.api.done("setPrivacy", showLastActive=False)
    rows = await database.fetch(profiles.index_rows, ids=[ada.key, bob.key])
    known = {row.profile_id: row.last_active_at for row in rows}
    assert known[ada.key] is None
    assert known[bob.key] is not None
    async with database.write() as tx:
        (fact,) = await tx.connection.fetch("SELECT body FROM facts")
    assert fact["body"]["parts"] == ["privacy"]


async def test_who_listens_is_online_for_whom_they_let_know(application, people, database):
    ada, bob, eve = [await people.join(name) for name in ("Ada", "Bob", "Eve")]

    async def online(viewer, person):
        return (await seen(viewer, person))["isOnline"]

    assert await online(bob, ada) is False
    async with connected(application, ada.api.token) as socket:
        events = await socket.subscribe(EVENTS)
        await events.next()
        await until_so(lambda: seen(bob, ada), {"lastActive": "TODAY", "isOnline": True})
        await bob.api.done("setPrivacy", showOnline=False)
        assert await online(bob, ada) is None
        assert await online(ada, bob) is None
        assert await online(eve, ada) is True
        await ada.api.done("setPrivacy", showOnline=False)
        assert await online(eve, ada) is None
        assert await online(ada, ada) is True
        await ada.api.done("setPrivacy", showOnline=True)
        async with database.write() as tx:
            await tx.add(models.Block, blocker_id=ada.key, blocked_id=eve.key)
        assert await seen(eve, ada) is None
    await bob.api.done("setPrivacy", showOnline=True)
    await until_so(lambda: seen(bob, ada), {"lastActive": "TODAY", "isOnline": False})


async def test_a_page_of_people_asks_redis_once(people, services, monkeypatch):
    ada = await people.join("Ada")
    others = [await people.join() for _ in range(5)]
    asked = []

    async def online(profile_ids):
        asked.append(list(profile_ids))

    monkeypatch.setattr(services.presence, "online", online)
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Profile { isOnline } } }"
    found = await ada.api.ask(query, ids=[person.id for person in others])
    assert found["nodes"] == [{"isOnline": None}] * 5
    assert [sorted(keys) for keys in asked] == [sorted(person.key for person in others)]


RECEIPTS = """query($id: ID!) { conversation(id: $id) { readPosition
  members { nodes { profile { displayName } readPosition readAt } }
  messages { nodes { isRead } } } }"""


async def receipts(viewer, key):
    """Whether a message is read as somebody sees it, and how far each member has read."""
    shown = (await viewer.api.ask(RECEIPTS, id=key))["conversation"]
    positions = {
        member["profile"]["displayName"]: member["readPosition"]
        for member in shown["members"]["nodes"]
    }
    hidden = [member for member in shown["members"]["nodes"] if member["readPosition"] is None]
    assert all(member["readAt"] is None for member in hidden)
    return shown["messages"]["nodes"][0]["isRead"], positions


@pytest.mark.parametrize("hider", ["reader", "sender"])
async def test_read_receipts_are_kept_from_others_and_not_from_ones_own_devices(
    application, pair, hider
):
    ada, bob, key = pair
    await write(ada, key, "hello")
    async with (
        connected(application, ada.api.token) as adas,
        connected(application, bob.api.token) as bobs,
    ):
        hers, his = await adas.subscribe(EVENTS), await bobs.subscribe(EVENTS)
        await hers.next()
        await his.next()
        await (bob if hider == "reader" else ada).api.done("setPrivacy", showReadReceipts=False)
        await bob.api.done("markRead", conversationId=key, upTo=1)
        assert (await next_event(his))["__typename"] == "MessageRead"
        await write(bob, key, "hello yourself")
        assert (await next_event(hers))["__typename"] == "MessageSent"
    assert await receipts(ada, key) == (False, {"Ada": 0, "Bob": None})
    assert await receipts(bob, key) == (False, {"Ada": None, "Bob": 1})
    assert (await bob.api.ask(RECEIPTS, id=key))["conversation"]["readPosition"] == 1


async def test_read_receipts_are_shown_unless_somebody_hides_them(pair):
    ada, bob, key = pair
    await write(ada, key, "hello")
    await bob.api.done("markRead", conversationId=key, upTo=1)
    assert await receipts(ada, key) == (True, {"Ada": 0, "Bob": 1})
    await bob.api.done("setPrivacy", showReadReceipts=False)
    assert await receipts(ada, key) == (False, {"Ada": 0, "Bob": None})
