"""Messages through the API."""

import asyncio
import json

import pytest
import sqlalchemy as sa

from persistence import models
from persistence.statements import Statement
from tests.support.contents import unchanged
from tests.support.conversations import write
from tests.support.statements import statements_of

MESSAGE = (
    "sentMessage { id text position sentAt isRead sender { displayName } conversation { id } }"
)
PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"  # with the joiner that it needs
NODE = "query($id: ID!) { node(id: $id) { ... on Message { text isRead } } }"
COUNT = Statement(sa.select(sa.func.count()).select_from(models.Message))


async def test_a_message_is_sent_and_read(pair):
    ada, bob, key = pair
    sent = await ada.api.done("sendMessage", MESSAGE, conversationId=key, text="  Hello,\r\nBob! ")
    message = sent["sentMessage"]
    assert message["text"] == "Hello,\nBob!"
    assert (message["position"], message["isRead"]) == (1, False)
    assert message["sender"] == {"displayName": "Ada"}
    assert message["conversation"] == {"id": key}
    await bob.api.done("markRead", conversationId=key, upTo=1)
    for person in pair[:2]:
        found = await person.api.ask(NODE, id=message["id"])
        assert found["node"] == {"text": "Hello,\nBob!", "isRead": True}


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "\x00\x00",
        "\u200b",  # a space without width
        "\u200d\u200c",
        "\u200e\u200f\u061c",  # marks of a direction, and no word
        "\u202e\u202e",
        "\ufeff",
        "\u3164",
        "\u2800",
        "x" * 4001,
        "😀" * 4001,
        "x" * 100_000,
        "\ufb2c" * 4000,  # three characters each, once normalised
    ],
)
async def test_an_empty_or_too_long_text_is_refused_and_changes_nothing(pair, database, text):
    ada, _, key = pair
    async with unchanged(database):
        answer = await ada.api.do("sendMessage", MESSAGE, conversationId=key, text=text)
    assert (answer["__typename"], answer["code"]) == ("InvalidInput", "INVALID_INPUT")
    assert [field["path"] for field in answer["fields"]] == ["text"]
    sent = await ada.api.done("sendMessage", MESSAGE, conversationId=key, text="x")
    assert sent["sentMessage"]["position"] == 1


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("x" * 4000, "x" * 4000),
        ("😀" * 4000, "😀" * 4000),
        ("👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"),
        ("שלום\u200f!", "שלום\u200f!"),
        (PERSIAN, PERSIAN),
        ("Zażółć", "Zażółć"),
        ("a\u0301", "á"),
        ("a\x00b\u202ec", "abc"),
        ("e\x00\u0301", "é"),
        ("<script>", "<script>"),
        ("' OR 1=1 --", "' OR 1=1 --"),
    ],
)
async def test_any_honest_text_arrives(pair, text, kept):
    ada, bob, key = pair
    sent = await ada.api.done("sendMessage", MESSAGE, conversationId=key, text=text)
    found = await bob.api.ask(NODE, id=sent["sentMessage"]["id"])
    assert found["node"]["text"] == sent["sentMessage"]["text"] == kept


async def test_a_lone_surrogate_does_no_harm(pair, database):
    ada, _, key = pair
    query = "mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }"
    body = json.dumps({"query": query, "variables": {"i": {"conversationId": key, "text": "?"}}})
    body = body.replace('"?"', r'"\ud800"')
    async with unchanged(database):
        response = await ada.api.http.post(
            "/graphql",
            content=body,
            headers={
                "Authorization": f"Bearer {ada.api.token}",
                "Content-Type": "application/json",
            },
        )
    assert response.status_code in {200, 400}


@pytest.mark.parametrize(
    "spoiled",
    [
        *({"text": text} for text in (1, True, ["x"], {"x": "y"})),
        *({"conversationId": wrong} for wrong in (1.5, True, None, ["x"], {"x": "y"})),
        {"clientMutationId": 1},
        {"noSuchField": "x"},
    ],
)
async def test_an_input_of_the_wrong_type_is_a_bad_request(pair, database, spoiled):
    ada, _, key = pair
    query = "mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }"
    async with unchanged(database):
        answer = await ada.api.send(query, input={"conversationId": key, "text": "x"} | spoiled)
    assert (answer.codes, answer.data) == (["BAD_REQUEST"], None)


async def test_any_number_of_messages_costs_the_same_statements(pair):
    ada, bob, key = pair
    query = """query($id: ID!) { conversation(id: $id) { messages(first: 100) { totalCount
      nodes { id text isRead position sender { displayName } conversation { unreadCount } } } } }"""
    ran, sent = [], 0
    for wanted in (5, 50):
        for n in range(sent, wanted):
            await write((ada, bob)[n % 2], key, str(n))
        sent = wanted
        seen = (await ada.api.ask(query, id=key))["conversation"]["messages"]
        assert [m["position"] for m in seen["nodes"]] == list(range(wanted, 0, -1))
        ran.append(sorted(await statements_of(ada.api.ask(query, id=key))))
    assert ran[0] == ran[1] != []


async def test_a_retry_sends_once_also_when_it_comes_at_once(pair, database):
    ada, _, key = pair
    call = {"conversationId": key, "text": "once", "clientMutationId": "key-1"}
    answers = await asyncio.gather(
        *(ada.api.done("sendMessage", MESSAGE, **call) for _ in range(5))
    )
    assert all(answer == answers[0] for answer in answers)
    assert await database.value(COUNT) == 1
    other = await ada.api.do("sendMessage", MESSAGE, **{**call, "text": "twice"})
    assert other["__typename"] == "IdempotencyConflict"
    assert await database.value(COUNT) == 1


async def test_a_message_is_missing_for_strangers(pair, people):
    ada, _, key = pair
    sent = await ada.api.done("sendMessage", MESSAGE, conversationId=key, text="secret")
    stranger = await people.join()
    assert await stranger.api.ask(NODE, id=sent["sentMessage"]["id"]) == {"node": None}


async def test_nobody_writes_signed_out(pair, api):
    query = "mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }"
    answer = await api.send(query, input={"conversationId": pair[2], "text": "x"})
    assert answer.codes == ["UNAUTHENTICATED"]


async def test_only_so_many_messages_a_minute_are_sent_from_one_account(pair, setting):
    ada, bob, key = pair
    setting("messages_per_minute", 2)
    await write(ada, key, "one", "two")
    answer = await ada.api.do("sendMessage", conversationId=key, text="three")
    assert (answer["__typename"], answer["code"]) == ("RateLimited", "TOO_MANY_MESSAGES")
    await write(bob, key, "mine")
