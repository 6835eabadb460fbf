"""What an operation would cost, asked before it is sent."""

import json

import pytest

from persistence.statements import executed
from tests.contracts import inputs
from tests.support.sockets import connected

COST = """query Cost($document: String!, $variables: JSON, $operationName: String) {
  cost(document: $document, variables: $variables, operationName: $operationName) {
    requested limit isAllowed depth fields { field cost }
  }
}"""
EVENTS = "query Events($first: Int) { events(first: $first) { nodes { id title } totalCount } }"
POST = 'mutation { createPost(input: { content: "Hello" }) { __typename } }'


async def cost(api, document, **options):
    return (await api.ask(COST, document=document, **options))["cost"]


async def wrong(api, document, **options):
    """The fields of the refusal of a wrong operation, by their paths."""
    answer = await api.send(COST, document=document, **options)
    assert (answer.status, answer.data, answer.codes) == (200, None, ["INVALID_INPUT"])
    assert answer.errors[0]["path"] == ["cost"]
    fields = answer.errors[0]["extensions"]["fields"]
    return {field["path"] for field in fields}, " ".join(field["message"] for field in fields)


async def test_what_an_operation_costs_is_told_before_it_is_sent(people):
    ada = await people.join()
    told = await cost(ada.api, EVENTS, variables={"first": 7})
    ran = await ada.api.send(EVENTS, first=7)
    assert told == {
        "requested": ran.extensions["cost"]["requested"],
        "limit": ran.extensions["cost"]["limit"],
        "isAllowed": True,
        "depth": 3,
        "fields": [
            {"field": "EventConnection.nodes", "cost": 7},
            {"field": "Query.events", "cost": 1},
            {"field": "EventConnection.totalCount", "cost": 1},
        ],
    }


@pytest.mark.parametrize(("field", "least"), [("totalCount", 300), ("relaxations { gain }", 500)])
async def test_what_looks_at_the_whole_deck_costs_as_much(people, field, least):
    ada = await people.join()
    told = await cost(ada.api, f"{{ viewer {{ deck(first: 1) {{ {field} }} }} }}")
    assert least <= told["requested"] < 2 * least


async def test_who_is_not_signed_in_may_ask_too(api):
    assert (await cost(api, EVENTS))["requested"] == 1 + 20 + 1


async def test_nothing_of_what_is_asked_about_is_run(people):
    ada = await people.join()
    texts = []
    token = executed.set(texts)
    try:
        answer = await ada.api.send(COST, document=POST)
    finally:
        executed.reset(token)
    assert answer.data["cost"]["requested"] == 10
    # The one statement says whose token it is, before the operation begins.
    assert (len(texts), answer.extensions["cost"]["sqlStatements"]) == (1, 0)
    feed = "{ viewer { profile { posts(first: 5) { totalCount } } } }"
    assert (await ada.api.ask(feed))["viewer"]["profile"]["posts"]["totalCount"] == 0


async def test_operations_that_are_not_allowed_have_a_price(api):
    deep = "{ viewer { matches(first: 100) { nodes { conversation { messages(first: 100) { nodes"
    told = await cost(api, f"{deep} {{ id }} }} }} }} }} }} }}")
    assert told["isAllowed"] is False
    assert told["requested"] > told["limit"] == 1000
    assert told["fields"][0] == {"field": "MessageConnection.nodes", "cost": 10_000}


async def test_prices_beyond_all_bounds_end_at_the_largest_integer(api):
    page = "conversations(first: 100) { nodes { messages(first: 100) { nodes { sender {"
    posts = "posts(first: 100) { nodes { author { " * 4
    document = f"{{ viewer {{ {page} {posts} id" + " } } }" * 4 + " } } } } } } }"
    told = await cost(api, document)
    assert (told["requested"], told["isAllowed"]) == (2**31 - 1, False)


async def test_subscriptions_and_one_of_many_operations_have_a_price(api):
    stream = "subscription { events { __typename cursor } }"
    assert (await cost(api, stream))["requested"] == 1
    both = f"{EVENTS} query None {{ __typename }}"
    assert (await cost(api, both, operationName="None"))["requested"] == 0
    assert (await cost(api, both, operationName="Events"))["requested"] == 22


async def test_to_ask_for_a_price_has_a_price(api):
    answer = await api.send(COST, document="{ __typename }")
    assert answer.extensions["cost"]["requested"] == 100 + 10
    assert (await cost(api, COST, variables={"document": "{"}))["requested"] == 100 + 10


async def test_one_price_is_told_in_an_operation(api):
    aliases = " ".join(f'c{n}: cost(document: "{{ n{n} }}") {{ requested }}' for n in range(9))
    answer = await api.send(f"{{ {aliases} }}")
    assert (answer.data, set(answer.codes)) == (None, {"INVALID_INPUT"})
    answer = await api.send(
        '{ a: cost(document: "{ __typename }") { requested } b: cost(document: "{") { limit } }'
    )
    assert (answer.data, answer.codes) == (None, ["INVALID_INPUT"])
    assert answer.errors[0]["path"] == ["b"]
    assert answer.errors[0]["message"] == "An operation asks for the cost of one other at most."


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("", "Unexpected <EOF>"),
        ("{", "Expected Name, found <EOF>. (line 1, column 2)"),
        ("{ nothing }", "Cannot query field 'nothing' on type 'Query'. (line 1, column 3)"),
        ("{ ...F } fragment F on Query { ...F }", "Cannot spread fragment 'F' within itself."),
        ("{ " + "viewer { " * 500 + "id" + " }" * 501, "too complex"),
        ("{ viewer {" + "match: profile { " * 30 + "id" + " }" * 32, "depth is more than 20"),
        (" ".join(["{ __typename }"] * 700), "too complex"),
        ("#" * 100_000, "more than 20000 characters"),
        ("a" * 200_000, "too complex"),
        ("{ __typename }\x00", "Unexpected character: U+0000."),
        ("{ " + " ".join(f"a{n}: __typename" for n in range(31)) + " }", "more than 30 aliases"),
        ("\U0001f600", "Unexpected character"),
    ],
    ids=range(12),
)
async def test_a_wrong_document_is_refused_with_what_is_wrong(api, document, told):
    paths, message = await wrong(api, document)
    assert paths == {"document"}
    assert told in message


async def test_wrong_variables_and_names_are_told_apart(api):
    paths, message = await wrong(api, EVENTS, variables={"first": "seven"})
    assert paths == {"variables"}
    assert message.startswith("Variable '$first' has invalid value: Int cannot represent")
    paths, _ = await wrong(api, "query ($id: ID!) { post(id: $id) { id } }")
    assert paths == {"variables"}
    paths, message = await wrong(api, EVENTS, operationName="Other")
    assert (paths, message) == ({"operationName"}, "Unknown operation named 'Other'.")
    paths, _ = await wrong(api, f"{EVENTS} query B {{ __typename }}")
    assert paths == {"operationName"}


@pytest.mark.parametrize("variables", [[], "{}", 7, 1.5, True, [{}]], ids=str)
async def test_variables_that_are_no_object_are_refused(api, variables):
    assert await wrong(api, EVENTS, variables=variables) == (
        {"variables"},
        "variables must be an object.",
    )


async def test_variables_may_be_written_out(api):
    ask = f"{{ cost(document: {json.dumps(EVENTS)}, variables: VALUE) {{ requested }} }}"
    told = await api.ask(ask.replace("VALUE", "{ first: 3, more: [null, A, 1.5] }"))
    assert told["cost"]["requested"] == 1 + 3 + 1
    told = await api.ask(
        ask.replace("{ cost", "query ($n: Int) { cost").replace("VALUE", "{ first: $n }"), n=9
    )
    assert told["cost"]["requested"] == 1 + 9 + 1
    for huge in ("1" * 5000, "1e999"):
        answer = await api.send(ask.replace("VALUE", f"{{ first: {huge} }}"))
        assert set(answer.codes) <= {"GRAPHQL_VALIDATION_FAILED", "INVALID_INPUT"}
        assert answer.data is None


async def test_too_many_values_are_refused_wherever_they_are(api):
    answer = await api.send(COST, document=EVENTS, variables={"more": [[0] * 250] * 2})
    assert answer.codes == ["DOCUMENT_TOO_COMPLEX"]


async def test_what_is_no_text_is_no_fault(api):
    for text in inputs.HOSTILE.values():
        for arguments in (
            {"document": text},
            {"document": EVENTS, "operationName": text},
            {"document": EVENTS, "variables": {"first": text, text: 1}},
        ):
            answer = await inputs.post(api, COST, arguments)
            assert set(answer.codes) <= {"INVALID_INPUT", "BAD_REQUEST"}
            assert answer.status in {200, 400}


@pytest.mark.parametrize("arguments", ["", "document: 5", 'document: "{ a }", operationName: 5'])
async def test_arguments_of_other_types_are_errors_of_the_document(api, arguments):
    call = f"cost({arguments})" if arguments else "cost"
    answer = await api.send(f"{{ {call} {{ requested }} }}")
    assert set(answer.codes) == {"GRAPHQL_VALIDATION_FAILED"}


async def test_prices_are_told_over_sockets_too(application):
    async with connected(application, None) as socket:
        for _ in range(2):
            operation = await socket.subscribe(COST, document=EVENTS)
            assert (await operation.next())["data"]["cost"]["requested"] == 22
