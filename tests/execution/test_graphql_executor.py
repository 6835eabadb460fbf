"""The executor: the same answers as Strawberry's own, each text read once, one context an event."""

import asyncio
import gc
import weakref

import pytest
import strawberry
from graphql import OperationType, get_introspection_query
from strawberry.directive import DirectiveLocation, DirectiveValue
from strawberry.extensions import SchemaExtension

from execution import documents
from execution.executor import QUERIES, Executor
from execution.limits import Limits
from execution.requests import OperationRequest, RequestRefused
from execution.results import Result
from tests.execution import sample
from tests.execution.sample import Context, log

GRAPHIQL = get_introspection_query(
    descriptions=True,
    specified_by_url=True,
    directive_is_repeatable=True,
    schema_description=True,
    input_value_deprecation=True,
)


@pytest.fixture
def executor() -> Executor:
    return sample.make_executor()


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ hello a: hello(name: null) }", None),
        ('query ($n: String = "x") { hello(name: $n) }', None),
        ("query ($n: String!) { hello(name: $n) }", {"n": "Bo"}),
        ("{ mix(colour: RED) }", None),
        ("query ($c: Colour!) { mix(colour: $c) }", {"c": "BLUE"}),
        ("{ sum(points: [{x: 1}, {x: 1, y: 1}]) }", None),
        ("query ($p: [Point!]!) { sum(points: $p) }", {"p": {"x": 3}}),
        ('{ at(moment: "2026-01-02T03:04:05+00:00") }', None),
        ('{ echo(value: {a: [1, 2.5, true, null, "x"]}) }', None),
        ("{ person { ...P friend { ...P } } } fragment P on Person { name colour }", None),
        ("{ person { pet { __typename name barks } } }", None),
        ("{ anybody { __typename ... on Person { name } ... on Dog { barks } } }", None),
        ("{ named { __typename name ... on Dog { barks } } }", None),
        ("query ($s: Boolean!) { hello @skip(if: $s) a: hello @include(if: $s) }", {"s": True}),
        ("{ secret }", None),
        ("{ hello broken }", None),
        ("{ person { missing: name } missing }", None),
        ("{ hello { x } }", None),
        ("mutation { write(value: 1) again: write(value: 2) }", None),
        (GRAPHIQL, None),
    ],
)
@pytest.mark.parametrize("session", ["member", None])
async def test_answers_equal_those_of_strawberry(executor, query, variables, session, caplog):
    expected = await sample.schema.execute(
        query, variable_values=variables, context_value=Context(1, session)
    )
    result = await executor.execute(
        OperationRequest(query, variables=variables), Context(1, session)
    )
    assert result.data == expected.data
    assert [(error.get("path"), error.get("locations")) for error in result.errors] == [
        (error.path, [location.formatted for location in error.locations or []])
        for error in expected.errors or []
    ]
    caplog.clear()


@pytest.mark.parametrize(
    ("selections", "data", "path"),
    [
        ("hello @skip(if: $c)", None, None),
        ("hello ... @include(if: $c) { hello }", None, None),
        ("hello person { name @include(if: $c) }", None, ["person"]),
        ("anybody { ... on Person { name ... @skip(if: $c) { colour } } }", None, ["anybody", 0]),
        ("person { pet { name @include(if: $c) } }", {"person": {"pet": None}}, ["person", "pet"]),
    ],
)
async def test_a_condition_that_is_null_fails_what_it_stands_in(executor, selections, data, path):
    query = f"query ($c: Boolean = true) {{ {selections} }}"
    for _ in range(2):
        result = await executor.execute(
            OperationRequest(query, variables={"c": None}), Context(1, "member")
        )
        assert result.executed
        assert result.data == data
        (error,) = result.errors
        assert "Expected variable '$c' provided to non-null type 'Boolean!'" in error["message"]
        assert error.get("path") == path
    result = await executor.execute(OperationRequest(query), Context(1, "member"))
    assert not result.errors


async def test_nothing_is_logged_for_the_clients_mistakes(executor, caplog):
    for query in ("{", "{ nothing }", "query ($x: Int!) { whole(value: $x) }", "{ secret }"):
        await executor.execute(OperationRequest(query), Context(1))
    assert caplog.records == []
    assert log.faults == []


async def test_a_text_is_parsed_and_validated_once(executor, monkeypatch):
    read = []

    def counted(text, *arguments, **options):
        read.append(text)
        return original(text, *arguments, **options)

    original = documents.read_document
    monkeypatch.setattr(documents, "read_document", counted)
    for _ in range(3):
        for query in ("{ hello }", "{ nothing }", "{"):
            await executor.execute(OperationRequest(query), Context(1))
    assert read == ["{ hello }", "{ nothing }", "{"]


async def test_remembered_texts_are_answered_with_new_variables(executor):
    query = "query ($n: String!) { hello(name: $n) }"
    for name in ("Ada", "Bo"):
        result = await executor.execute(OperationRequest(query, variables={"n": name}), Context(1))
        assert result.data == {"hello": f"Hello, {name}!"}


async def test_only_allowed_types_of_operation_run(executor):
    log.written.clear()
    request = OperationRequest("mutation { write(value: 1) }")
    result = await executor.execute(request, Context(1), allow=QUERIES)
    assert result.codes == ["MUTATION_NOT_ALLOWED"]
    request = OperationRequest("query Q { hello } mutation M { write(value: 1) }", "M")
    result = await executor.execute(request, Context(1), allow=QUERIES)
    assert result.codes == ["MUTATION_NOT_ALLOWED"]
    assert log.written == []
    result = await executor.execute(OperationRequest("subscription { count(to: 1) }"), Context(1))
    assert result.codes == ["SUBSCRIPTION_NOT_ALLOWED"]
    subscribed = await executor.subscribe(OperationRequest("{ hello }"), new_context)
    assert isinstance(subscribed, Result)
    assert subscribed.codes == ["QUERY_NOT_ALLOWED"]


async def new_context() -> Context:
    return Context(next(sample.numbers))


def test_the_type_of_an_operation_is_known_before_it_runs(executor):
    both = "query Q { hello } subscription S { count(to: 1) }"
    assert executor.operation_type(OperationRequest(both, "Q")) is OperationType.QUERY
    assert executor.operation_type(OperationRequest(both, "S")) is OperationType.SUBSCRIPTION
    assert executor.operation_type(OperationRequest(both)) is None
    assert executor.operation_type(OperationRequest(both, "X")) is None
    assert executor.operation_type(OperationRequest("{")) is None
    assert executor.operation_type(OperationRequest("{ hello }")) is OperationType.QUERY


@pytest.mark.parametrize("name", [None, "X", ""])
async def test_an_operation_that_cannot_be_chosen_is_the_clients_mistake(executor, name):
    request = OperationRequest("query A { hello } query B { hello }", name)
    result = await executor.execute(request, Context(1))
    assert result.codes == ["BAD_REQUEST"]
    assert not result.executed


async def test_introspection_can_be_disabled_and_suggests_nothing_then():
    executor = sample.make_executor(introspection=False)
    queries = [
        GRAPHIQL,
        "{ __schema { types { name } } }",
        '{ hello __type(name: "Person") { name } }',
        "{ ...F } fragment F on Query { x: __schema { types { name } } }",
    ]
    for query in queries:
        result = await executor.execute(OperationRequest(query), Context(1))
        assert result.codes == ["INTROSPECTION_DISABLED"]
    result = await executor.execute(OperationRequest("{ __typename }"), Context(1))
    assert result.data == {"__typename": "Query"}
    result = await executor.execute(OperationRequest("{ hellp }"), Context(1))
    assert result.errors[0]["message"] == "Cannot query field 'hellp' on type 'Query'."


async def test_graphiqls_introspection_passes(executor):
    result = await executor.execute(OperationRequest(GRAPHIQL), Context(1))
    assert result.errors == []
    assert len(result.data["__schema"]["types"]) > 10


async def test_closing_a_subscription_closes_its_source(executor):
    request = OperationRequest('subscription { forever(name: "closed") }')
    results = await executor.subscribe(request, new_context)
    assert (await anext(results)).data == {"forever": "closed"}
    await results.aclose()
    assert "closed" in log.closed


async def test_cancelling_a_subscription_closes_its_source(executor):
    async def listen() -> None:
        request = OperationRequest('subscription { forever(name: "cancelled") }')
        async for _ in await executor.subscribe(request, new_context):
            heard.set()

    heard = asyncio.Event()
    task = asyncio.create_task(listen())
    await heard.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await log.until(log.closed, "cancelled")


async def test_a_context_that_fails_refuses_the_subscription(executor):
    async def refused() -> Context:
        raise RequestRefused(401, "UNAUTHENTICATED", "Sign in.")

    async def broken() -> Context:
        raise RuntimeError("the password is hunter2")

    request = OperationRequest("subscription { count(to: 1) }")
    assert (await executor.subscribe(request, refused)).codes == ["UNAUTHENTICATED"]
    assert (await executor.subscribe(request, broken)).codes == ["INTERNAL"]
    assert [str(fault) for fault in log.faults] == ["the password is hunter2"]


async def test_permissions_of_a_subscription_are_checked(executor):
    async def member() -> Context:
        return Context(1, "member")

    request = OperationRequest("subscription { secrets }")
    refused = await executor.subscribe(request, new_context)
    assert isinstance(refused, Result)
    assert not refused.executed
    assert refused.errors[0]["message"] == "Members only."
    results = await executor.subscribe(request, member)
    assert [result.data async for result in results] == [{"secrets": "open"}]


def test_schemas_with_what_would_not_run_are_refused():
    schema = strawberry.Schema(sample.Query, extensions=[SchemaExtension])
    with pytest.raises(ValueError, match="not supported"):
        Executor(schema, present_error=sample.present)


async def test_directives_of_the_schema_run():
    @strawberry.directive(locations=[DirectiveLocation.FIELD])
    def loud(value: DirectiveValue[str]) -> str:
        return value.upper()

    schema = strawberry.Schema(sample.Query, directives=[loud])
    executor = Executor(schema, present_error=sample.present)
    result = await executor.execute(OperationRequest("{ hello @loud }"), Context(1))
    assert result.data == {"hello": "HELLO, WORLD!"}


async def test_the_memory_of_texts_is_bounded():
    limits = Limits(cached_documents=10, cached_characters=1_000)
    executor = sample.make_executor(limits=limits)
    for number in range(100):
        query = f"{{ hello a{number}: hello }}" + " " * (number % 7) * 50
        await executor.execute(OperationRequest(query), Context(1))
        await executor.execute(OperationRequest(f"{{ nothing{number} }}"), Context(1))
    assert len(executor._documents) <= 10


async def test_operations_of_a_document_may_name_variables_alike(executor):
    both = """
      query A($v: Boolean!) { hello @include(if: $v) }
      query B($v: [Point!]!) { sum(points: $v) }
      query C($v: String!) { hello(name: $v) }
    """

    async def answer(name, value):
        request = OperationRequest(both, name, {"v": value})
        return (await executor.execute(request, Context(1))).data

    assert await answer("B", [{"x": 1, "y": 0}, {"x": 2, "y": 0}]) == {"sum": 3}
    assert await answer("A", True) == {"hello": "Hello, world!"}
    assert await answer("A", False) == {}
    for n in range(40):
        assert await answer("C", f"Nobody {n}") == {"hello": f"Hello, Nobody {n}!"}
    document = executor._documents.get(OperationRequest(both))
    assert len(document.plans._plans) == 4


async def test_what_is_remembered_of_a_document_holds_nobody_who_asked(executor):
    query = "query ($n: String!) { hello(name: $n) named { name } }"
    for name in ("first", "second"):
        context = Context(1)
        gone = weakref.ref(context)
        await executor.execute(OperationRequest(query, None, {"n": name}), context)
        del context
        gc.collect()
        assert gone() is None, name
