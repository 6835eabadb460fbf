"""Hostile documents, each beyond a limit or just within all of them."""

from collections.abc import Callable

Text = Callable[[int], str]

_COMPLEX = frozenset({"DOCUMENT_TOO_COMPLEX"})
_WRONG = frozenset({"GRAPHQL_VALIDATION_FAILED"})
_REFUSED = _COMPLEX | _WRONG
_OK = frozenset({"ok"})
_RUNS = frozenset({"UNAUTHENTICATED"})  # it runs, and nobody is signed in

_FIELDS = "id displayName bio age gender pronouns city interests skills goals languages"


def _named(selections: str, *, rest: str = "") -> Text:
    """A query that is another document for every number."""
    return lambda number: f"query Q{number} {selections} {rest}"


def _chain(length: int, *, spread: str = "...F{}") -> str:
    links = [f"fragment F{n} on Query {{ {spread.format(n + 1)} }}" for n in range(length)]
    return " ".join([*links, f"fragment F{length} on Query {{ __typename }}"])


def _list(item: str, count: int) -> Text:
    return _named(f"{{ nodes(ids: [{' '.join([item] * count)}]) {{ id }} }}")


def _object(depth: int) -> str:
    return "{a: " * depth + "1" + "}" * depth


DOCUMENTS: tuple[tuple[str, frozenset[str], Text], ...] = (
    ("a chain of 3,000 fragments", _COMPLEX, _named("{ ...F0 }", rest=_chain(3_000))),
    ("a chain of 40 fragments", _OK, _named("{ ...F0 }", rest=_chain(40))),
    (
        "100 fragments that double",
        _COMPLEX,
        _named("{ ...F0 }", rest=_chain(100, spread="...F{0} ...F{0}")),
    ),
    (
        "60 fragments in a circle",
        _WRONG,
        _named("{ ...F0 }", rest=_chain(59) + " fragment F60 on Query { ...F0 }"),
    ),
    (
        "10,000 aliases",
        _COMPLEX,
        _named("{" + " ".join(f"a{n}: __typename" for n in range(10_000)) + "}"),
    ),
    (
        "15 kB of aliases",
        _COMPLEX,
        _named("{" + " ".join(f"a{n}: viewer {{ id }}" for n in range(730)) + "}"),
    ),
    ("nesting 5,000 deep", _COMPLEX, _named("{ viewer" * 5_000 + "}" * 5_000)),
    (
        "the same field 400 times",
        _COMPLEX,
        _named("{ viewer {" + "profile { id } " * 400 + "} }"),
    ),
    (
        "fields overlapping in 150 fragments",
        _COMPLEX,
        _named(
            "{" + " ".join(f"...F{n}" for n in range(150)) + "}",
            rest=" ".join(
                f"fragment F{n} on Query {{ viewer {{ profile {{ id }} }} }}" for n in range(150)
            ),
        ),
    ),
    (
        "fields overlapping at every level",
        _REFUSED,
        _named(
            "{ viewer { ...F0 ...F0 } }",
            rest=" ".join(
                f"fragment F{n} on Viewer {{ profile {{ id }} ...F{n + 1} ...F{n + 1} }}"
                for n in range(9)
            )
            + " fragment F9 on Viewer { profile { id } }",
        ),
    ),
    ("15 kB of fields", _COMPLEX, _named("{ viewer {" + "id bio a " * 1_650 + "} }")),
    ("15 kB of fragments", _COMPLEX, _named("{ ...F0 }", rest=_chain(450))),
    (
        "15 kB of values",
        _COMPLEX,
        _list('""', 4_980),
    ),
    ("15 kB of directives", _REFUSED, _named("{ __typename " + "@skip(if: false) " * 900 + "}")),
    ("a list of 100,000 items", _COMPLEX, _list("1", 100_000)),
    ("a list of 4,900 items", _COMPLEX, _list("1", 4_900)),
    ("an integer of 100,000 digits", _COMPLEX, _list("1" * 100_000, 1)),
    ("an integer of 45,000 digits", _REFUSED, _list("1" * 45_000, 1)),
    (
        "an object 2,000 deep",
        _COMPLEX,
        _named(f"{{ nodes(ids: {_object(2_000)}) {{ id }} }}"),
    ),
    ("an object 150 deep", _REFUSED, _named(f"{{ nodes(ids: {_object(150)}) {{ id }} }}")),
    (
        "1,600 fields of an input that it lacks",
        _REFUSED,
        lambda number: (
            f"mutation Q{number} {{ sendMessage(input: {{"
            + " ".join(f"a{n}: 1" for n in range(1_600))
            + "}) { __typename } }"
        ),
    ),
    (
        "390 fields of an input that it lacks",
        _WRONG,
        lambda number: (
            f"mutation Q{number} {{ addPlace(input: {{"
            + " ".join(f"etaoinsh{n}: 1" for n in range(390))
            + "}) { __typename } }"
        ),
    ),
    (
        "500 operations",
        _COMPLEX,
        lambda number: " ".join(f"query Q{number}x{n} {{ __typename }}" for n in range(500)),
    ),
    (
        "20 operations through a chain of fragments",
        _REFUSED,
        lambda number: (
            " ".join(f"query Q{number}x{n} {{ ...F0 }}" for n in range(20)) + _chain(500)
        ),
    ),
    ("a name of 45,000 letters", _REFUSED, _named("{ " + "a" * 45_000 + " }")),
    (
        "20 unknown fields of 2,400 letters",
        _REFUSED,
        _named("{ " + " ".join(chr(97 + n) * 2_400 for n in range(20)) + " }"),
    ),
    (
        "20 unknown types of 2,000 letters",
        _REFUSED,
        _named(
            "{ __typename }",
            rest=" ".join(f"fragment F{n} on {chr(97 + n) * 2_000} {{ x }}" for n in range(20)),
        ),
    ),
    (
        "1,000 variables",
        _REFUSED,
        lambda number: (
            f"query Q{number}("
            + " ".join(f"$a{n}: ID!" for n in range(1_000))
            + ") { nodes(ids: [$a0]) { id } }"
        ),
    ),
    ("a string of 19,000 letters", _RUNS, _named('{ profile(id: "' + "a" * 19_000 + '") { id } }')),
    (
        "a string of 3,000 escapes",
        _RUNS,
        _named('{ profile(id: "' + "\\u0041" * 3_000 + '") { id } }'),
    ),
    (
        "a block string of 4,500 lines",
        _RUNS,
        _named('{ profile(id: """' + "\n  a" * 4_500 + '""") { id } }'),
    ),
    ("4,900 comments", _REFUSED | _OK, _named("{ __typename }", rest="\n#" * 4_900)),
    (
        "introspection 18 deep",
        _REFUSED,
        _named("{ __schema { types {" + "fields { type {" * 8 + "name" + "} }" * 8 + "} } }"),
    ),
    (
        "introspection through possible types",
        _REFUSED,
        _named(
            "{ __schema { types {"
            + "possibleTypes { interfaces {" * 4
            + "name"
            + "} }" * 4
            + "} } }"
        ),
    ),
    (
        "types of types 40 deep",
        _COMPLEX,
        _named('{ __type(name: "Query") {' + "ofType {" * 40 + "name" + "}" * 42),
    ),
    (
        "a document of nearly 400 selections, which is allowed",
        _OK,
        _named(
            "{"
            + " ".join(
                f"p{n}: viewer {{ profile {{ {_FIELDS} {_FIELDS[:38]} }} }}" for n in range(20)
            )
            + "}"
        ),
    ),
)

_SIGN_UP = "mutation Q%d($input: SignUpInput!) { signUp(input: $input) { __typename } }"
_NEWCOMER = {
    "email": "eve@example.org",
    "password": "a long and winding road",
    "displayName": "Eve",
}
_IDS = "query Q%d($ids: [ID!]!) { nodes(ids: $ids) { id } }"

VARIABLES: tuple[tuple[str, frozenset[str], Text, object], ...] = (
    (
        "30,000 ids as variables",
        _COMPLEX,
        lambda number: _IDS % number,
        {"ids": ["a"] * 30_000},
    ),
    (
        "30,000 wrong ids as variables",
        _COMPLEX,
        lambda number: _IDS % number,
        {"ids": [[1]] * 30_000},
    ),
    (
        "a variable of 250,000 letters",
        _RUNS,
        lambda number: f"query Q{number}($id: ID!) {{ profile(id: $id) {{ id }} }}",
        {"id": "a" * 250_000},
    ),
    (
        "a password of 80,000 marks upon a letter",
        _OK,  # and tells what is wrong with it
        lambda number: _SIGN_UP % number,
        {"input": {**_NEWCOMER, "password": "a" + "\u0315\u0300" * 40_000}},
    ),
    (
        "three texts of 20,000 marks upon a letter",
        _OK,
        lambda number: _SIGN_UP % number,
        {"input": dict.fromkeys(_NEWCOMER, "a" + "\u0315\u0300" * 9_999)},
    ),
    (
        "490 fields of an input as a variable that it lacks",
        frozenset({"BAD_REQUEST"}),
        lambda number: _SIGN_UP % number,
        {"input": {f"displayNam{n}": 1 for n in range(490)}},
    ),
    (
        "10,000 variables that nobody wants",
        _COMPLEX,
        lambda number: f"query Q{number} {{ __typename }}",
        {f"a{n}": n for n in range(10_000)},
    ),
)


def unique(number: int) -> str:
    """An ordinary document that differs for every number."""
    return f"query Screen{number} {{ viewer {{ a{number}: profile {{ {_FIELDS} }} unreadCount }} }}"
