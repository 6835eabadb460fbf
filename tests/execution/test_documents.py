"""Documents by name: automatic persisted queries and trusted documents, on every transport."""

import hashlib
import json

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route, WebSocketRoute

from execution.executor import Executor
from execution.http import GraphQLEndpoint
from execution.limits import Limits
from execution.requests import OperationRequest
from execution.trusted import TrustedDocuments, TrustedUnreadable
from execution.websocket import GraphQLTransportWS
from tests.execution import sample
from tests.execution.sample import Context
from tests.execution.serving import codes, serving, socket

HELLO = "query Hello($name: String!) { hello(name: $name) }"
COUNT = "subscription { count(to: 2) }"
WRITE = "mutation { write(value: 3) }"
GRAPHQL = "application/graphql-response+json"
TRUSTED = {"hello": HELLO, "count": COUNT, "write": WRITE}
NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def persisted(text, **more):
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256(text), **more}}


def make_app(trusted=None):
    executor = Executor(sample.schema, present_error=sample.present, trusted=trusted)
    endpoint = GraphQLEndpoint(
        executor,
        new_context=sample.request_context,
        ide=lambda _request: HTMLResponse("<title>IDE</title>"),
    )
    sockets = GraphQLTransportWS(
        executor, authenticate=sample.authenticate, new_context=sample.socket_context
    )
    return Starlette(routes=[Route("/graphql", endpoint), WebSocketRoute("/graphql", sockets)])


@pytest.fixture
async def server():
    async with serving(make_app()) as address:
        yield address


@pytest.fixture
async def strict():
    """A server that runs trusted documents only."""
    async with serving(make_app(TrustedDocuments(TRUSTED, only=True))) as address:
        yield address


async def post(address, accept="application/json", **body):
    async with httpx.AsyncClient(base_url=f"http://{address}") as client:
        return await client.post("/graphql", json=body, headers={"Accept": accept})


async def get(address, accept="application/json", **parameters):
    texts = {
        name: each if isinstance(each, str) else json.dumps(each)
        for name, each in parameters.items()
    }
    async with httpx.AsyncClient(base_url=f"http://{address}") as client:
        return await client.get("/graphql", params=texts, headers={"Accept": accept})


@pytest.mark.parametrize("send", [post, get])
@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), (GRAPHQL, 400)])
async def test_a_document_is_sent_once_and_then_named(server, send, accept, status):
    by_hash = {"extensions": persisted(HELLO), "variables": {"name": "Ada"}}
    unknown = await send(server, accept, **by_hash)
    assert (unknown.status_code, codes(unknown)) == (status, [NOT_FOUND])
    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert "data" not in unknown.json()
    for body in ({"query": HELLO, **by_hash}, by_hash):
        answer = await send(server, accept, **body)
        assert answer.status_code == 200
        assert answer.json()["data"] == {"hello": "Hello, Ada!"}


async def test_a_document_may_be_named_by_document_id(server):
    by_id = {"documentId": f"sha256:{sha256(HELLO)}", "variables": {"name": "Bo"}}
    assert codes(await get(server, **by_id)) == [NOT_FOUND]
    await post(server, query=HELLO, variables={"name": "Ada"})
    for answer in (await get(server, **by_id), await post(server, **by_id)):
        assert answer.json()["data"] == {"hello": "Hello, Bo!"}


@pytest.mark.parametrize("accept", ["application/json", GRAPHQL])
async def test_a_text_that_is_not_the_one_that_is_named_is_refused(server, accept):
    for named in ({"extensions": persisted(WRITE)}, {"documentId": "of-nothing"}):
        answer = await post(server, accept, query="{ hello }", **named)
        assert codes(answer) == ["PERSISTED_QUERY_MISMATCH"]
        assert answer.status_code == (400 if accept == GRAPHQL else 200)
    assert codes(await post(server, extensions=persisted(WRITE))) == [NOT_FOUND]


@pytest.mark.parametrize(
    "body",
    [
        {"extensions": {"persistedQuery": "x"}},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "0" * 64}}},
        {"extensions": {"persistedQuery": {"version": 1}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 5}}},
        {"extensions": {"persistedQuery": None}},
        {"documentId": 5},
        {"documentId": ""},
        {"query": 5, "documentId": "x"},
    ],
    ids=json.dumps,
)
async def test_names_of_the_wrong_shape_are_bad_requests(server, body):
    answer = await post(server, **body)
    assert (answer.status_code, codes(answer)) == (400, ["BAD_REQUEST"])


async def test_refused_documents_are_remembered_by_their_hash_too(server):
    await post(server, query="{ nothing }")
    answer = await post(server, extensions=persisted("{ nothing }"))
    assert codes(answer) == ["GRAPHQL_VALIDATION_FAILED"]


async def test_a_mutation_that_is_named_is_not_run_by_get(server):
    sample.log.written.clear()
    await get(server, query=WRITE, extensions=persisted(WRITE))
    answer = await get(server, extensions=persisted(WRITE))
    assert (answer.status_code, codes(answer)) == (405, ["MUTATION_NOT_ALLOWED"])
    assert sample.log.written == []
    assert (await post(server, extensions=persisted(WRITE))).json()["data"] == {"write": 3}


async def test_a_browser_that_names_a_document_gets_no_page(server):
    answer = await get(server, "text/html,*/*", extensions=persisted("{ hello }"))
    assert codes(answer) == [NOT_FOUND]
    assert "IDE" in (await get(server, "text/html,*/*")).text


async def test_documents_are_named_on_sockets(server):
    async with socket(server) as client:
        named = {"extensions": persisted(COUNT)}
        await client.say(id="1", type="subscribe", payload=named)
        answer = await client.hear()
        assert (answer["type"], answer["id"]) == ("error", "1")
        assert answer["payload"][0]["extensions"]["code"] == NOT_FOUND
        for payload in ({"query": COUNT, **named}, named, {"documentId": sha256(COUNT)}):
            await client.say(id="2", type="subscribe", payload=payload)
            heard = [await client.hear() for _ in range(3)]
            assert [each["payload"]["data"] for each in heard[:2]] == [{"count": 0}, {"count": 1}]
            assert heard[2] == {"id": "2", "type": "complete"}
        payload = {"query": "{ hello }", "extensions": persisted(COUNT)}
        await client.say(id="3", type="subscribe", payload=payload)
        mismatch = await client.hear()
        assert mismatch["payload"][0]["extensions"]["code"] == "PERSISTED_QUERY_MISMATCH"


@pytest.mark.parametrize(("wrong", "told"), [(150, 3), (3, 3), (2, 2), (0, 0)])
async def test_of_what_is_wrong_with_a_value_the_first_is_told(server, wrong, told):
    value = f"{{ x: 1 {' '.join(f'z{n}: 1' for n in range(wrong))} }}"
    query = f"{{ a: sum(points: [{value}]) b: sum(points: [{value}]) }}"
    answer = (await post(server, query=query)).json()
    codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
    assert codes == ["GRAPHQL_VALIDATION_FAILED"] * 2 * told


async def test_as_many_documents_are_remembered_as_the_limits_say():
    executor = Executor(
        sample.schema, present_error=sample.present, limits=Limits(cached_documents=2)
    )
    texts = [f"{{ hello }} # {number}" for number in range(3)]
    for text in texts:
        await executor.execute(OperationRequest(text), Context(1))
    results = [
        await executor.execute(OperationRequest(None, document_id=sha256(text)), Context(1))
        for text in texts
    ]
    assert [result.codes for result in results] == [[NOT_FOUND], [], []]


@pytest.mark.parametrize("send", [post, get])
async def test_trusted_documents_are_named_by_their_ids_or_their_hashes(strict, send):
    for name in (
        {"documentId": "hello"},
        {"documentId": f"sha256:{sha256(HELLO)}"},
        {"extensions": persisted(HELLO)},
        {"extensions": persisted(HELLO, sha256Hash="hello")},
        {"query": HELLO},
        {"query": HELLO, "documentId": "hello"},
    ):
        answer = await send(strict, variables={"name": "Ada"}, **name)
        assert answer.json()["data"] == {"hello": "Hello, Ada!"}, name


@pytest.mark.parametrize("send", [post, get])
async def test_where_only_trusted_documents_run_nothing_else_does(strict, send):
    for body in (
        {"query": "{ hello }"},
        {"query": "{ hello }", "extensions": persisted("{ hello }")},
        {"query": "{ hello }", "documentId": "hello"},
        {"query": "{ __schema { types { name } } }"},
        {"query": "{"},
        {"documentId": "unknown"},
        {"extensions": persisted("{ hello }")},
    ):
        assert codes(await send(strict, **body)) == [NOT_TRUSTED], body


async def test_sockets_run_only_trusted_documents_too(strict):
    async with socket(strict) as client:
        await client.say(id="1", type="subscribe", payload={"query": "{ hello }"})
        assert (await client.hear())["payload"][0]["extensions"]["code"] == NOT_TRUSTED
        await client.say(id="2", type="subscribe", payload={"documentId": "count"})
        assert [(await client.hear())["type"] for _ in range(3)] == ["next", "next", "complete"]


async def test_trusted_documents_are_never_forgotten_and_others_run_beside_them():
    executor = Executor(
        sample.schema,
        present_error=sample.present,
        limits=Limits(cached_documents=1),
        trusted=TrustedDocuments({"one": "{ hello }", "two": "{ one: hello }"}),
    )
    for name in ("one", "two", "one"):
        result = await executor.execute(OperationRequest(None, document_id=name), Context(1))
        assert not result.errors
    other = await executor.execute(OperationRequest("{ two: hello }"), Context(1))
    assert other.data == {"two": "Hello, world!"}
    assert len(executor._documents) == 1


def test_the_files_of_code_generators_are_read(tmp_path):
    file = tmp_path / "persisted.json"
    file.write_text(json.dumps({"d41d8c": HELLO}))
    trusted = TrustedDocuments.read(file, only=True)
    assert trusted.only
    assert trusted.hash_of("d41d8c") == bytes.fromhex(sha256(HELLO))
    assert trusted.text(bytes.fromhex(sha256(HELLO))) == HELLO
    assert trusted.hash_of("other") is None


@pytest.mark.parametrize("text", [None, "{", "[]", '{"a": 5}', '{"a": {"text": "{ hello }"}}'])
def test_a_file_that_holds_no_documents_is_refused_in_one_sentence(tmp_path, text):
    file = tmp_path / "persisted.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(TrustedUnreadable, match=r"persisted\.json") as refusal:
        TrustedDocuments.read(file, only=False)
    assert "\n" not in str(refusal.value)
