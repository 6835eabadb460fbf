"""The whole way of a newcomer's users: from sign-up to a message that outlives a crash."""

import asyncio
import tempfile
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from embedded.processes import evict_orphans
from tests.journey.server import PATIENCE_SECONDS, Kith
from tests.journey.stream import subscribed
from tests.support.client import Api

pytestmark = pytest.mark.xdist_group("journey")

ADA = """I'm Ada, 31, and live in Berlin. I love hiking, board games and strong coffee.
I write Python for a living and speak English and German. I'm looking for friends to cook with."""
BOB = """Hi, my name is Bob, I am 33 and live in Berlin. On weekends I hike or play board games.
I work in project management, I speak English, and I hope to find new friends here."""

PREVIEW = """query($text: String!) { previewProfile(text: $text) {
  bio interests { value } activities { value } skills { value } goals { value }
  languages { value } city { value } } }"""
DECK = """{ viewer { deck(first: 100, refresh: true) {
  nodes { score reasons { text } profile { id } } } } }"""
MATCHES = "{ viewer { matches { totalCount nodes { id conversation { id } } } } }"
MESSAGES = """query($id: ID!) {
  node(id: $id) { ... on Conversation { messages(first: 50) { nodes { text } } } } }"""
EVENTS = """subscription($after: String) { events(after: $after) { __typename cursor
  ... on MessageSent { message { text } } ... on MatchMade { match { id } } } }"""


@pytest.fixture
def start():
    """Start `kith up` in a fresh folder, as often as wanted; nothing of it is left behind."""
    started = []
    with tempfile.TemporaryDirectory(prefix="kith journey ") as path:
        folder = Path(path).resolve()
        folder.chmod(0o711)  # for the account that runs PostgreSQL where root starts Kith

        def start(*options):
            started.append(Kith(folder, *options))
            return started[-1]

        yield start
        for kith in started:
            kith.kill()
        evict_orphans([folder / ".kith" / name for name in ("postgres", "valkey")])


async def sign_up(http, name):
    """Sign up, and give the signed-in client and the profile's id."""
    api = Api(http)
    answer = await api.done(
        "signUp",
        "accessToken viewer { profile { id } }",
        email=f"{name.lower()}@example.com",
        password="a long and winding road",
        displayName=name,
    )
    return Api(http, answer["accessToken"]), answer["viewer"]["profile"]["id"]


async def introduce(api, text):
    """Write a text about oneself, take over what is read in it, and be shown to others."""
    read = (await api.ask(PREVIEW, text=text))["previewProfile"]
    lists = {
        name: [found["value"] for found in read[name]] for name in ("skills", "goals", "languages")
    }
    interests = [found["value"] for found in read["interests"] + read["activities"]]
    assert read["city"]["value"] == "Berlin"
    assert all((interests, *lists.values())), read
    await api.done(
        "completeOnboarding",
        bio=read["bio"],
        birthDate="1994-02-03",
        city=read["city"]["value"],
        location={"latitude": 52.52, "longitude": 13.405},
        interests=interests,
        **lists,
    )


async def found_in_deck(api, profile_id):
    """The person's place in the deck, once the job that indexes them is done."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            deck = (await api.ask(DECK))["viewer"]["deck"]["nodes"]
            for found in deck:
                if found["profile"]["id"] == profile_id:
                    return found
            await asyncio.sleep(0.1)


async def like_each_other(ada, ada_id, bob, bob_id):
    """Like and like, and give the match."""
    first = await ada.done("likeProfile", "match { id }", profileId=bob_id)
    assert first["match"] is None
    second = await bob.done("likeProfile", "match { id }", profileId=ada_id)
    for api in (ada, bob):
        matches = (await api.ask(MATCHES))["viewer"]["matches"]
        assert matches["totalCount"] == 1
        assert matches["nodes"][0]["id"] == second["match"]["id"]
    return matches["nodes"][0]


async def test_from_sign_up_to_a_message_that_outlives_a_crash(start):
    kith = start("--people", "24")
    address = kith.address()
    assert "Writing 24 people" in kith.output

    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as http:
        (ada, ada_id), (bob, bob_id) = await sign_up(http, "Ada"), await sign_up(http, "Bob")
        await introduce(ada, ADA)
        await introduce(bob, BOB)
        for api, other_id in ((ada, bob_id), (bob, ada_id)):
            found = await found_in_deck(api, other_id)
            assert 0 <= found["score"] <= 100
            assert all(reason["text"] for reason in found["reasons"])
            assert found["reasons"]

        async with subscribed(address, bob.token, EVENTS) as events:
            assert (await events.next_or_heartbeat())["__typename"] == "Heartbeat"
            match = await like_each_other(ada, ada_id, bob, bob_id)
            conversation = match["conversation"]["id"]
            await ada.done("sendMessage", conversationId=conversation, text="one")
            *before, message = await events.until("MessageSent")
            made = [event for event in before if event["__typename"] == "MatchMade"]
            assert [event["match"]["id"] for event in made] == [match["id"]]
            assert message["message"]["text"] == "one"

            # Answered, and not looked at by Bob; then one that is under way when all breaks.
            for text in ("two", "three"):
                await ada.done("sendMessage", conversationId=conversation, text=text)
            under_way = {
                "conversationId": conversation, "text": "four", "clientMutationId": "of Ada: 4",
            }  # fmt: skip
            sending = asyncio.create_task(ada.done("sendMessage", **under_way))
            await asyncio.sleep(0.005)
            kith.kill()
            with suppress(httpx.TransportError):
                await sending

    assert kith.stores() == ["postgres", "valkey-server"]
    kith = start("--people", "24")
    address = kith.address()
    assert "Writing" not in kith.output

    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as http:
        ada, bob = Api(http, ada.token), Api(http, bob.token)
        await ada.done("sendMessage", **under_way)
        async with subscribed(address, bob.token, EVENTS, after=message["cursor"]) as events:
            missed = [await events.until("MessageSent") for _ in range(3)]
            await ada.done("sendMessage", conversationId=conversation, text="five")
            told = [*missed, await events.until("MessageSent")]
            messages = (await bob.ask(MESSAGES, id=conversation))["node"]["messages"]["nodes"]
            assert (await bob.ask(MATCHES))["viewer"]["matches"]["totalCount"] == 1
            stopping = asyncio.create_task(asyncio.to_thread(kith.stop))
            assert await events.close_code() == 1012
            assert await stopping == 0

    assert [each[-1]["message"]["text"] for each in told] == ["two", "three", "four", "five"]
    # What jobs made of the match and of the messages comes whenever they are done.
    beside = {event["__typename"] for each in told for event in each[:-1]}
    assert beside <= {"NotificationAdded", "Heartbeat"}
    assert [found["text"] for found in messages] == ["five", "four", "three", "two", "one"]
    assert kith.output.endswith("Stopped.\n")
    assert kith.stores() == []
