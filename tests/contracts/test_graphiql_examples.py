"""The examples of GraphiQL as a contract: each is valid against the schema, variables included."""

import json

import pytest
from graphql import OperationDefinitionNode, OperationType, parse, validate
from graphql.execution.values import get_variable_values

from demo import writing
from graphiql.page import Example, read_examples
from schema import root

SCHEMA = root.build()._schema
EXAMPLES = {example.title: example for example in read_examples()}
PATH = [
    "SignUp", "PreviewProfile", "CompleteOnboarding", "LogIn", "Deck", "LikeProfile", "Matches",
    "SendMessage", "Messages", "Events", "Places", "CreateEvent", "Rsvp", "Feed", "Search",
    "Notifications",
]  # fmt: skip


def operation_of(example: Example) -> OperationDefinitionNode:
    definitions = parse(example.query).definitions
    (operation,) = (each for each in definitions if isinstance(each, OperationDefinitionNode))
    return operation


def variables_of(example: Example) -> dict[str, object]:
    variables: dict[str, object] = json.loads(example.variables)
    return variables


def problems(example: Example, schema=SCHEMA) -> list[str]:
    errors = validate(schema, parse(example.query))
    if errors:
        return [error.message for error in errors]
    declared = operation_of(example).variable_definitions or ()
    coerced = get_variable_values(schema, declared, variables_of(example))
    return [error.message for error in coerced] if isinstance(coerced, list) else []


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_every_example_can_be_sent_as_it_is(example):
    assert problems(example) == []


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query Bad { viewer { nickname } }", {}),
        (
            "query Bad($first: Int) { viewer { deck(first: $first) { totalCount } } }",
            {"first": "x"},
        ),
        (
            "mutation Bad($input: LogInInput!) { logIn(input: $input) { __typename } }",
            {"input": {}},
        ),
    ],
    ids=["unknown field", "wrong type", "missing part"],
)
def test_an_example_that_rots_is_noticed(query, variables):
    assert problems(Example("Bad", query, json.dumps(variables))) != []


def test_the_tabs_walk_from_sign_up_to_what_one_was_told():
    assert list(EXAMPLES) == PATH


def test_the_examples_show_every_kind_of_operation():
    assert {operation_of(example).operation for example in EXAMPLES.values()} == set(OperationType)


def test_the_log_in_example_is_the_log_in_of_the_demo_world():
    given = variables_of(EXAMPLES["LogIn"])["input"]
    assert given == {"login": writing.EMAIL, "password": writing.PASSWORD, "useCookies": True}


@pytest.mark.parametrize("title", ["SignUp", "LogIn"])
def test_signing_in_signs_all_tabs_in(title):
    assert variables_of(EXAMPLES[title])["input"]["useCookies"] is True


@pytest.mark.parametrize(
    "title",
    [title for title in PATH if operation_of(EXAMPLES[title]).operation.value == "mutation"],
)
def test_every_example_of_a_mutation_selects_why_it_may_be_refused(title):
    assert "... on Refusal {\n      code\n      message\n    }" in EXAMPLES[title].query
