"""Searching in a conversation through the API."""

import json

import pytest

from dataloaders import messages as loading
from dataloaders.reader import Reader
from domain.refusals import InvalidInput
from persistence.database import Database
from persistence.pages import Window
from persistence.queries import messages
from resolvers import ids
from tests.support.conversations import global_id, matched, write
from tests.support.statements import statements_of

SEARCH = """query($id: ID!, $words: String!, $first: Int, $after: String) { conversation(id: $id) {
  search(query: $words, first: $first, after: $after) { totalCount
    pageInfo { endCursor hasNextPage }
    nodes { message { text position } excerpt { text isMatch } } } } }"""
MANY = 3_000


async def search(person, key, query, **page):
    found = await person.api.ask(SEARCH, id=key, words=query, **page)
    return found["conversation"] and found["conversation"]["search"]


async def texts(person, key, query):
    return [node["message"]["text"] for node in (await search(person, key, query))["nodes"]]


async def test_messages_are_found_by_their_words_newest_first(pair):
    ada, bob, key = pair
    await write(ada, key, "The café at noon?", "Tea or coffee?", "CAFE it is, at noon", "😀 late")
    assert await texts(bob, key, "cafe noon") == ["CAFE it is, at noon", "The café at noon?"]
    assert await texts(bob, key, "Café -it") == ["The café at noon?"]
    assert await texts(bob, key, '"or coffee"') == ["Tea or coffee?"]
    assert await texts(bob, key, "tea or late") == ["😀 late", "Tea or coffee?"]
    for nothing in ("caf", "!!!", "'", "lunch", "\\", "a:* & b", "-", '"'):
        assert await texts(bob, key, nothing) == []


async def test_an_excerpt_shows_the_words_where_they_are(pair):
    ada, bob, key = pair
    await write(ada, key, "<b>Noon</b> at the café, " + "and so on " * 100)
    (node,) = (await search(bob, key, "noon CAFE"))["nodes"]
    matches = [part["text"] for part in node["excerpt"] if part["isMatch"]]
    assert matches == ["Noon", "café"]
    whole = "".join(part["text"] for part in node["excerpt"])
    assert whole.startswith("Noon  at the café, and so on")
    assert len(whole) < 250


async def test_a_search_shows_pages_that_writing_does_not_move(pair):
    ada, bob, key = pair
    await write(ada, key, *(f"tea {n}" for n in range(5)))
    first = await search(bob, key, "tea", first=2)
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (5, True)
    await write(ada, key, "tea 5")
    seen = [node["message"]["text"] for node in first["nodes"]]
    after = first["pageInfo"]["endCursor"]
    second = await search(bob, key, "tea", first=100, after=after)
    assert not second["pageInfo"]["hasNextPage"]
    seen += [node["message"]["text"] for node in second["nodes"]]
    assert seen == [f"tea {n}" for n in range(4, -1, -1)]


async def test_what_is_edited_or_deleted_is_found_as_it_is_now(pair):
    ada, bob, key = pair
    sent = [
        (await ada.api.done("sendMessage", "sentMessage { id }", conversationId=key, text=text))
        for text in ("old tea", "gone tea")
    ]
    first, second = [each["sentMessage"]["id"] for each in sent]
    await ada.api.done("editMessage", messageId=first, text="new coffee")
    await ada.api.done("deleteMessage", messageId=second)
    assert await texts(bob, key, "tea") == []
    assert await texts(bob, key, "coffee") == ["new coffee"]


async def test_nothing_is_found_elsewhere_or_by_others(pair, people, database):
    ada, bob, key = pair
    eve = await people.join()
    await write(ada, key, "secret tea")
    other = global_id(await matched(database, eve.key, bob.key))
    assert await texts(bob, other, "tea") == []
    assert await search(eve, key, "tea") is None
    await bob.api.done("blockProfile", profileId=ada.id)
    assert await search(ada, key, "tea") is None


@pytest.mark.parametrize("query", ["", " ", "\u200b", "x" * 201])
async def test_an_empty_or_too_long_search_is_refused(pair, query):
    _, bob, key = pair
    answer = await bob.api.send(SEARCH, id=key, words=query)
    assert answer.codes == ["INVALID_INPUT"]
    assert answer.errors[0]["extensions"]["fields"][0]["path"] == "query"


@pytest.mark.parametrize("query", ["-tea", "-tea -coffee", "tea or -coffee", '-"so much"'])
async def test_what_no_index_can_find_is_refused(pair, query):
    ada, bob, key = pair
    await write(ada, key, "tea")
    answer = await bob.api.send(SEARCH, id=key, words=query)
    assert answer.codes == ["INVALID_INPUT"]
    assert answer.errors[0]["extensions"]["fields"][0]["path"] == "query"
    assert await texts(bob, key, "tea -coffee or tea") == ["tea"]


async def test_a_search_costs_what_it_takes(pair):
    _, bob, key = pair
    one = "{ conversation(id: $id) { a: search(query: $words) { totalCount } %s } }"
    costs = []
    for other in ("", "b: search(query: $words) { totalCount }"):
        query = f"query($id: ID!, $words: String!) {one % other}"
        answer = await bob.api.send(query, id=key, words="tea")
        costs.append(answer.extensions["cost"]["requested"])
    assert costs[1] - costs[0] >= 100


async def test_a_search_that_takes_too_long_is_refused(pair, services, database):
    ada, _, key = pair
    parts = {"read_connections": 1, "write_connections": 1, "statement_timeout_ms": 100}
    impatient = await Database.connect(str(services.settings.database_url), **parts)
    try:
        reader = Reader(database=impatient, cursors=services.cursors, viewer=ada.viewer)
        conversation_id = ids.decode(key, "Conversation")
        page = await reader.load(loading.found_in, conversation_id, query="tea")
        async with database.write() as tx:
            await tx.connection.execute("LOCK TABLE messages")
            with pytest.raises(InvalidInput):
                await reader.load(loading.found_in, conversation_id, query="coffee")
            with pytest.raises(InvalidInput):
                await reader.load(page.counts, conversation_id)
    finally:
        await impatient.close()


async def test_finding_many_takes_as_many_statements_as_finding_few(pair):
    ada, bob, key = pair
    ran = []
    for _ in range(2):
        await write(ada, key, *(f"tea {n}" for n in range(5)))
        ran.append(sorted(await statements_of(search(bob, key, "tea"))))
    assert ran[0] == ran[1] != []


async def test_a_search_uses_the_index_of_words_in_a_long_conversation(people, database):
    ada, bob = await people.join(), await people.join()
    conversation = await matched(database, ada.key, bob.key)
    window = Window(20)
    asked = messages.found_in.parameters([conversation.conversation_id], window)
    statement = messages.found_in.page_statement(window)
    arguments = statement.arguments({**asked, "query": "needle", "viewer_id": ada.key})
    async with database.write() as tx:
        await tx.connection.execute(
            "INSERT INTO messages (conversation_id, position, sender_id, text)"
            " SELECT $1, n, $2, 'hay number ' || n || CASE WHEN n % 1000 = 7 THEN ' needle'"
            " ELSE '' END FROM generate_series(1, $3::int) n",
            conversation.conversation_id,
            ada.key,
            MANY,
        )
        await tx.connection.execute("ANALYZE messages")
        (row,) = await tx.connection.fetch(
            f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {statement.sql}", *arguments
        )
    plan = row[0] if isinstance(row[0], list) else json.loads(row[0])
    (scan,) = [node for node in nodes(plan[0]["Plan"]) if node.get("Index Name") == INDEX]
    assert scan["Actual Rows"] == MANY // 1000
    assert "needle" in scan["Index Cond"] or "$" in scan["Index Cond"]


INDEX = "messages_words_idx"


def nodes(plan):
    """All nodes of a plan."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)
