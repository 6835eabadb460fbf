"""The guard: what it measures, what it refuses, and that its work is linear in the document."""

import pytest
from graphql import GraphQLError, Lexer, Source, TokenKind, parse

from execution import guard
from execution.limits import Limits
from execution.requests import OperationRequest
from tests.execution import sample


def measure(text: str) -> guard.Measure:
    """The measure of a document's only operation."""
    (only,) = guard.Survey(parse(text)).operations
    return only


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("{ a }", 1),
        ("{ a { b } c }", 2),
        ("{ a { ... on T { b { c } } } }", 3),
        ("{ ...F } fragment F on T { a { b } }", 2),
        ("{ a { ...F } } fragment F on T { b { ...G } } fragment G on T { c { d } }", 4),
        ("{ a { ...F } } fragment G on T { c { d } } fragment F on T { b { ...G } }", 4),
        ("{ ...Unknown }", 0),
        ("{ __schema { types { name } } }", 1),
    ],
)
def test_depth_is_counted_through_fragments(text, depth):
    assert measure(text).depth == depth


def test_what_fragments_hold_is_counted_wherever_they_are_spread():
    counted = measure("{ ...F ...F a { ...F } } fragment F on T { x: b c }")
    assert counted.fields == 7
    assert counted.aliases == 3
    assert counted.root_fields == 5


def test_introspection_is_measured_apart():
    counted = measure(
        '{ __schema { types { ...T } } __type(name: "X") { name } }'
        " fragment T on __Type { ofType { ofType { name } } }"
    )
    assert counted.depth == 1
    assert counted.introspection_depth == 5
    assert counted.introspections == 2


def test_each_operation_is_measured_by_itself():
    survey = guard.Survey(parse("query A { a } query B { a { b } c }"))
    assert [each.fields for each in survey.operations] == [1, 3]


def doubling(length: int) -> str:
    """Fragments that each spread the next one twice: 2 to the power of their number of fields."""
    fragments = [
        f"fragment F{n} on Query {{ ...F{n + 1} x: person {{ friend {{ ...G }} }} ...F{n + 1} }}"
        for n in range(length)
    ]
    last = f"fragment F{length} on Query {{ hello }} fragment G on Person {{ name }}"
    return "{ ...F0 } " + " ".join(fragments) + last


HOSTILE = {
    "fragments that double": (doubling(100), "fields"),
    "a fragment spread many times": (
        "{" + "...F " * 1000 + "} fragment F on Query { hello person { name } }",
        "fields",
    ),
    "10,000 aliases": ("{" + " ".join(f"a{n}: hello" for n in range(10_000)) + "}", "fields"),
    "deep nesting": ("{ person {" + "friend {" * 150 + "name" + "}" * 152, "depth"),
    "a long chain of fragments": (
        "{ ...F0 }"
        + "".join(f"fragment F{n} on Query {{ hello ...F{n + 1} }}" for n in range(3_000))
        + "fragment F3000 on Query { hello }",
        "fields",
    ),
    "deep nesting through fragments": (
        "{ person { ...F0 } }"
        + "".join(f"fragment F{n} on Person {{ friend {{ ...F{n + 1} }} }}" for n in range(300))
        + "fragment F300 on Person { name }",
        "depth",
    ),
    "many directives": ("{ hello " + "@skip(if: false) " * 2_000 + "}", "directives"),
    "many operations": (" ".join(f"query Q{n} {{ hello }}" for n in range(500)), "operations"),
    "many introspections": (
        "{" + " ".join(f"a{n}: __schema {{ types {{ name }} }}" for n in range(20)) + "}",
        "introspections",
    ),
    "deep introspection": (
        '{ __type(name: "X") {' + "ofType {" * 40 + "name" + "}" * 42,
        "introspection_depth",
    ),
}


@pytest.mark.parametrize(("text", "limit"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_documents_are_refused_with_the_limit(text, limit):
    limits = Limits(root_fields=10**6, aliases=10**6, nodes=10**6)
    with pytest.raises(GraphQLError) as refused:
        guard.check(parse(text), limits, introspection=True)
    assert refused.value.extensions["code"] == "DOCUMENT_TOO_COMPLEX"
    assert refused.value.extensions["limit"] == limit


@pytest.mark.parametrize("text", [text for text, _ in HOSTILE.values()], ids=HOSTILE.keys())
def test_every_selection_is_looked_at_once(text):
    document = parse(text)
    survey = guard.Survey(document)
    # Every selection is a field, or begins with three dots.
    written = sum(count_selections(node.selection_set) for node in document.definitions)
    assert survey.visits == written


def count_selections(selection_set) -> int:
    """The selections written in a selection set, without spreading fragments."""
    waiting, count = [selection_set], 0
    while waiting:
        for selection in waiting.pop().selections:
            count += 1
            if getattr(selection, "selection_set", None):
                waiting.append(selection.selection_set)
    return count


@pytest.mark.parametrize(
    "text",
    [
        "{ a }",
        "query Q($x: [Int!]! = [1 -2.5e+3]) @d { a: b(c: $x, d: true) ... on T { e } ...F }",
        '{ a(b: "x \\" { } y", c: """ " \\""" "" """, d: "", e: """""") # more { }\n }',
        "type T implements A & B { f: U | V }",
    ],
)
def test_tokens_are_counted_before_parsing_as_the_parser_counts_them(text):
    count, lexer = 0, Lexer(Source(text))
    while lexer.advance().kind is not TokenKind.EOF:
        count += 1
    comments = text.count("#")
    guard.check_text(text, Limits(tokens=count + comments))
    with pytest.raises(GraphQLError) as refused:
        guard.check_text(text, Limits(tokens=count + comments - 1))
    assert refused.value.extensions["limit"] == "tokens"


@pytest.mark.parametrize(
    ("variables", "is_refused"),
    [
        (None, False),
        ({"a": [1] * 499}, False),
        ({"a": [1] * 500}, True),
        ({"a": [[[]]] * 250}, True),
        ({str(n): n for n in range(501)}, True),
    ],
)
def test_the_values_of_variables_are_counted_on_all_levels(variables, is_refused):
    if not is_refused:
        guard.check_variables(variables, Limits())
        return
    with pytest.raises(GraphQLError) as refused:
        guard.check_variables(variables, Limits())
    assert refused.value.extensions["limit"] == "variable_values"


async def test_the_executor_refuses_many_values_of_variables():
    request = OperationRequest("{ hello }", variables={"a": [1] * 1_000})
    result = await sample.make_executor().execute(request, None)
    assert result.codes == ["DOCUMENT_TOO_COMPLEX"]


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("{ a }", 2),
        ("{ a b { c } }", 4),
        ("query($x: [Int!] = [1 2]) @d(y: $x) { a }", 8),
        ("{ a(b: {c: [1 {d: []}], e: $f}) }", 8),
        ("{ ... on T @d { a } ...F } fragment F on T { a }", 7),
    ],
)
def test_what_is_written_is_counted(text, nodes):
    guard.check(parse(text), Limits(nodes=nodes), introspection=True)
    with pytest.raises(GraphQLError) as refused:
        guard.check(parse(text), Limits(nodes=nodes - 1), introspection=True)
    assert refused.value.extensions["limit"] == "nodes"


@pytest.mark.parametrize(
    "text",
    [
        "{ ...F } fragment F on Query { ...F }",
        "{ ...F } fragment F on Query { person { ...G } } fragment G on Person { friend { ...G } }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { x: hello ...A }",
        "{ hello } fragment A on Query { ...B ...B } fragment B on Query { ...A ...A }",
    ],
)
async def test_fragments_in_a_circle_are_refused(text):
    result = await sample.make_executor().execute(OperationRequest(text), None)
    assert result.codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert "within itself" in result.errors[0]["message"]


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("{ hello }" + " " * 60_000, "characters"),
        ("#\n" * 2_001 + "{ hello }", "tokens"),
        ("{ hello " + "hello " * 2_000 + "}", "tokens"),
        ("{ person " * 300 + "}" * 300, "depth"),
        ("{ echo(value: " + "[" * 500 + "]" * 500 + ") }", "depth"),
        ("{" + " ".join(f"a{n}: hello" for n in range(51)) + "}", "root_fields"),
        ("{ person {" + " ".join(f"a{n}: name" for n in range(101)) + "} }", "aliases"),
        ("{ hello " + "@include(if: true) " * 101 + "}", "directives"),
        ("{ person {" + "friend { name } " * 150 + "} }", "comparisons"),
        ("{ person {" + "name " * 500 + "} }", "nodes"),
        ("{ echo(value: [" + "1 " * 500 + "]) }", "nodes"),
        ("{ " + "a" * 101 + " }", "name_letters"),
        ("{ ...F } fragment F on " + "a" * 101 + " { hello }", "name_letters"),
    ],
    ids=lambda value: value[:20],
)
async def test_the_executor_names_the_limit(text, limit):
    result = await sample.make_executor().execute(OperationRequest(text), None)
    assert result.codes == ["DOCUMENT_TOO_COMPLEX"]
    assert result.errors[0]["extensions"]["limit"] == limit
    assert result.errors[0]["extensions"]["most"] == getattr(Limits(), limit)


async def test_a_document_at_the_limits_runs():
    limits = Limits(depth=3, fields=5, aliases=2, root_fields=3)
    text = "{ hello a: hello person { friend { b: name } } }"
    result = await sample.make_executor(limits=limits).execute(
        OperationRequest(text), sample.Context(1)
    )
    assert result.errors == []
    assert result.data["person"] == {"friend": {"b": "Ada's friend"}}
