"""GraphQL over HTTP: what the endpoint answers to good and bad requests, on a real socket."""

import json

import pytest

from tests.execution import sample
from tests.execution.serving import codes

GRAPHQL = "application/graphql-response+json"
HELLO = {"query": "{ hello }"}


async def test_a_query_is_answered(client):
    response = await client.post("/graphql", json=HELLO)
    assert response.status_code == 200
    assert response.json()["data"] == {"hello": "Hello, world!"}
    assert response.headers["content-type"] == "application/json; charset=utf-8"


async def test_variables_and_operation_name_are_used(client):
    query = "query A { hello } query B($name: String!) { hello(name: $name) }"
    body = {"query": query, "operationName": "B", "variables": {"name": "Zoë 🏊"}}
    response = await client.post("/graphql", json=body)
    assert response.json()["data"] == {"hello": "Hello, Zoë 🏊!"}


async def test_the_contexts_extensions_are_part_of_the_answer(client):
    answer = (await client.post("/graphql", json={"query": "{ context }"})).json()
    assert answer["extensions"] == {
        "context": answer["data"]["context"],
        "cost": {"requested": 0, "actual": 0, "limit": 5000},
    }


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}; charset=utf-8, application/json; charset=utf-8", GRAPHQL),
        (f"{GRAPHQL}, application/json;q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.5, application/json", "application/json"),
        (f"{GRAPHQL};q=0, */*", "application/json"),
        ("application/json;q=0, */*;q=0.1", GRAPHQL),
        (f"APPLICATION/JSON;Q=0.1, {GRAPHQL.upper()};Q=0.2", GRAPHQL),
        (f"text/event-stream, {GRAPHQL}, multipart/mixed, application/json", GRAPHQL),
        ("text/html, */*;q=0.8", "application/json"),
    ],
)
async def test_the_media_type_is_negotiated(client, accept, answered):
    headers = {} if accept is None else {"Accept": accept}
    request = client.build_request("POST", "/graphql", json=HELLO, headers=headers)
    if accept is None:
        del request.headers["accept"]
    response = await client.send(request)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{answered}; charset=utf-8"


@pytest.mark.parametrize(
    "accept",
    ["text/html", "image/*", "application/xml", "text/*", f"{GRAPHQL};q=0", "*/*;q=0"],
)
async def test_other_media_types_are_not_acceptable(client, accept):
    response = await client.post("/graphql", json=HELLO, headers={"Accept": accept})
    assert response.status_code == 406
    assert codes(response) == ["NOT_ACCEPTABLE"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } query B { hello }", "BAD_REQUEST"),
        ("query ($x: Int!) { whole(value: $x) }", "BAD_REQUEST"),
        ("{" + "person { friend {" * 20 + "name" + "} }" * 20 + "}", "DOCUMENT_TOO_COMPLEX"),
        ("type Query { hello: String }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_refused_document_has_no_data_and_a_status_by_media_type(client, query, code):
    for accept, status in ((GRAPHQL, 400), ("application/json", 200)):
        response = await client.post("/graphql", json={"query": query}, headers={"Accept": accept})
        assert response.status_code == status
        assert set(codes(response)) == {code}
        assert "data" not in response.json()
    assert sample.log.faults == []


async def test_a_fault_in_a_resolver_is_masked_and_the_rest_answered(client):
    body = {"query": "{ hello broken }"}
    response = await client.post("/graphql", json=body, headers={"Accept": GRAPHQL})
    assert response.status_code == 200
    answer = response.json()
    assert answer["data"] == {"hello": "Hello, world!", "broken": None}
    assert answer["errors"] == [
        {
            "message": "Something went wrong.",
            "locations": [{"line": 1, "column": 9}],
            "path": ["broken"],
            "extensions": {"code": "INTERNAL"},
        }
    ]
    assert [str(fault) for fault in sample.log.faults] == ["the password is hunter2"]


async def test_null_where_none_may_be_nulls_the_data(client):
    response = await client.post("/graphql", json={"query": "{ hello missing }"})
    assert response.status_code == 200
    assert response.json()["data"] is None
    assert codes(response) == ["INTERNAL"]


async def test_data_that_is_no_json_is_a_masked_fault(client):
    response = await client.post("/graphql", json={"query": "{ unwritable }"})
    assert response.status_code == 200
    assert response.json()["data"] is None
    assert codes(response) == ["INTERNAL"]


@pytest.mark.parametrize(
    ("query", "variables", "status"),
    [
        ("query ($v: Int!) { whole(value: $v) }", {"v": 2**31}, 400),
        ("query ($v: Int!) { whole(value: $v) }", {"v": 2**64}, 400),
        ("query ($v: Int!) { whole(value: $v) }", {"v": -(2**80)}, 400),
        ("query ($v: Int!) { whole(value: $v) }", {"v": "1"}, 400),
        ("query ($v: Int!) { whole(value: $v) }", {"v": None}, 400),
        ("query ($v: Float!) { real(value: $v) }", {"v": 2**80}, 200),
        ("query ($v: DateTime!) { at(moment: $v) }", {"v": 2**80}, 400),
        ("query ($v: DateTime!) { at(moment: $v) }", {"v": "yesterday"}, 400),
        ("query ($v: [Point!]!) { sum(points: $v) }", {"v": [{"x": 1, "z": 2}]}, 400),
        ("query ($v: Colour!) { mix(colour: $v) }", {"v": "GREEN"}, 400),
        ("query ($v: JSON!) { echo(value: $v) }", {"v": 2**64}, 200),
        ("query ($v: ID!) { key(id: $v) }", {"v": 2**64}, 200),
        (f"{{ whole(value: {2**64}) }}", None, 400),
        (f"{{ whole(value: {'9' * 5000}) }}", None, 400),
        ("{ real(value: 1e999) }", None, 400),
        (f"{{ echo(value: {2**64}) }}", None, 200),
        (f"{{ echo(value: {'9' * 5000}) }}", None, 400),
        ("{ echo(value: [{a: -1e999}]) }", None, 400),
        (f"{{ key(id: {'9' * 300}) }}", None, 200),
        ("{ at(moment: 5) }", None, 400),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_numbers_and_scalars_out_of_range_are_typed_errors(client, query, variables, status):
    body = {"query": query, "variables": variables}
    response = await client.post("/graphql", json=body, headers={"Accept": GRAPHQL})
    assert response.status_code == status
    if status == 400:
        assert set(codes(response)) <= {"BAD_REQUEST", "GRAPHQL_VALIDATION_FAILED"}
        assert "digits" not in response.text
        assert "encountered error" not in response.text
    assert sample.log.faults == []


async def test_a_large_integer_comes_back_whole(client):
    response = await client.post("/graphql", json={"query": f"{{ echo(value: {2**70}) }}"})
    assert response.json()["data"] == {"echo": 2**70}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
async def test_other_methods_are_not_allowed(client, method):
    response = await client.request(method, "/graphql", json=HELLO)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"
    assert codes(response) == ["METHOD_NOT_ALLOWED"]


async def test_head_is_not_allowed_either(client):
    response = await client.head("/graphql")
    assert response.status_code == 405
    assert response.content == b""


async def test_a_query_may_be_asked_by_get(client):
    parameters = {
        "query": "query A { hello } query B($name: String!) { hello(name: $name) }",
        "operationName": "B",
        "variables": json.dumps({"name": "Bo"}),
        "extensions": "",
    }
    response = await client.get("/graphql", params=parameters)
    assert response.json()["data"] == {"hello": "Hello, Bo!"}


@pytest.mark.parametrize("query", ["mutation { write(value: 1) }", "mutation M { __typename }"])
async def test_a_mutation_by_get_is_not_allowed_and_not_run(client, query):
    sample.log.written.clear()
    for accept in (GRAPHQL, "application/json"):
        response = await client.get("/graphql", params={"query": query}, headers={"Accept": accept})
        assert response.status_code == 405
        assert response.headers["allow"] == "POST"
        assert codes(response) == ["MUTATION_NOT_ALLOWED"]
    assert sample.log.written == []


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_subscription_over_http_is_refused(client, method):
    query = "subscription { count(to: 1) }"
    arguments = {"params": {"query": query}} if method == "GET" else {"json": {"query": query}}
    response = await client.request(method, "/graphql", **arguments)
    assert response.status_code == 400
    assert codes(response) == ["SUBSCRIPTION_NOT_ALLOWED"]


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"variables": "{}"},
        {"query": "{ hello }", "variables": "{"},
        {"query": "{ hello }", "variables": "[]"},
        {"query": "{ hello }", "variables": "1"},
        {"query": "{ hello }", "extensions": "null!"},
    ],
)
async def test_bad_get_parameters_are_a_client_error(client, parameters):
    response = await client.get("/graphql", params=parameters)
    assert response.status_code == 400
    assert codes(response) == ["BAD_REQUEST"]


async def test_what_the_context_factory_refuses_is_a_graphql_error(client):
    headers = {"Authorization": "Bearer expired"}
    response = await client.post("/graphql", json=HELLO, headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert codes(response) == ["TOKEN_EXPIRED"]
    assert "data" not in response.json()
    headers = {"Authorization": "Bearer busy", "Accept": GRAPHQL}
    response = await client.post("/graphql", json=HELLO, headers=headers)
    assert response.status_code == 429
    assert response.headers["retry-after"] == "7"
    assert response.headers["content-type"] == f"{GRAPHQL}; charset=utf-8"
    extensions = {"code": "RATE_LIMITED", "retryAfter": 7}
    assert response.json()["errors"] == [{"message": "Slow down.", "extensions": extensions}]


async def test_a_fault_of_the_context_factory_is_masked(client):
    response = await client.post("/graphql", json=HELLO, headers={"Authorization": "Bearer fault"})
    assert response.status_code == 500
    assert codes(response) == ["INTERNAL"]
    assert "hunter2" not in response.text


async def test_the_context_puts_cookies_on_the_answer(client):
    response = await client.post("/graphql", json={"query": '{ cookie(value: "s3") }'})
    assert response.headers["set-cookie"].startswith("sample=s3")


@pytest.mark.parametrize(
    ("headers", "parameters", "page"),
    [
        ({"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, {}, True),
        ({"Accept": "text/html"}, {}, True),
        ({"Accept": "text/html"}, {"tab": "1"}, True),
        ({"Accept": "text/html,*/*;q=0.8"}, {"query": "{ hello }"}, False),
        ({"Accept": "*/*"}, {}, False),
        ({"Accept": "application/json, text/html;q=0.5"}, {}, False),
    ],
)
async def test_browsers_get_the_page(client, headers, parameters, page):
    response = await client.get("/graphql", headers=headers, params=parameters)
    assert ("<title>IDE</title>" in response.text) is page
