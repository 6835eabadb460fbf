"""Messages through the API."""

import asyncio
import json

import pytest
import sqlalchemy as sa

from persistence import models
from persistence.statements import Statement

MESSAGE = (
    "sentMessage { id text position sentAt isRead sender { displayName } conversation { id } }"
)
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


@pytest.mark.parametrize("text", ["", " \n ", "\u202e\u202e", "x" * 4001])
async def test_an_empty_or_too_long_text_is_refused_and_changes_nothing(pair, database, text):
    ada, _, key = pair
    answer = await ada.api.do("sendMessage", MESSAGE, conversationId=key, text=text)
    assert answer["__typename"] == "InvalidInput"
    assert [field["path"] for field in answer["fields"]] == ["text"]
    assert await database.value(COUNT) == 0
    sent = await ada.api.done("sendMessage", MESSAGE, conversationId=key, text="x")
    assert sent["sentMessage"]["position"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "x" * 4000,
        "👩‍👩‍👧‍👦",
        "שלום",
        "Zażółć",
        "a\u0301",
        "<script>",
        "' OR 1=1 --",
    ],
)
async def test_any_honest_text_arrives(pair, text):
    ada, bob, key = pair
    sent = await ada.api.done("sendMessage", MESSAGE, conversationId=key, text=text)
    found = await bob.api.ask(NODE, id=sent["sentMessage"]["id"])
    assert found["node"]["text"] == sent["sentMessage"]["text"] != ""


async def test_a_lone_surrogate_does_no_harm(pair):
    ada, _, key = pair
    query = "mutation($i: SendMessageInput!) { sendMessage(input: $i) { __typename } }"
    body = json.dumps({"query": query, "variables": {"i": {"conversationId": key, "text": "?"}}})
    body = body.replace('"?"', r'"\ud800"')
    response = await ada.api.http.post(
        "/graphql",
        content=body,
        headers={"Authorization": f"Bearer {ada.api.token}", "Content-Type": "application/json"},
    )
    assert response.status_code in {200, 400}


@pytest.mark.parametrize("text", [1, None, ["x"], {"x": "y"}])
async def test_a_text_of_the_wrong_type_is_a_bad_request(pair, text):
    ada, _, key = pair
    query = "mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }"
    answer = await ada.api.send(query, input={"conversationId": key, "text": text})
    assert answer.codes == ["BAD_REQUEST"]


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
