"""How large a request and a GraphQL document may be, and how much an operation may cost."""

from dataclasses import dataclass

ANSWER_CHARACTERS = 2_000_000
"""How many characters an answer may hold: prices count objects, and plain fields are free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on a document, checked in linear time before it is validated, and on its cost.

    Attributes:
        characters: the length of its text.
        tokens: its tokens, and its comments.
        nodes: its definitions, variables, selections, directives and values, each where it is
            written; to validate one takes about 0.1 ms.
        name_letters: the length of a name.
        variable_values: the values that the variables hold, on all levels.
        operations: its operations.
        depth: levels of fields, through fragments; `{ a { b } }` has two.
        introspection_depth: levels under `__schema` and `__type`, counted apart because tools
            ask for types of types of types.
        fields: fields of one operation, each fragment counted wherever it is spread.
        aliases: those of them with an alias.
        root_fields: those of them at the root.
        introspections: those of them that are `__schema` or `__type`.
        directives: directives in the document.
        comparisons: steps of checking that fields of the same name agree; a document of an
            application takes some hundreds.
        cost: what an operation may cost with its variables; see `execution.cost`.
        page_items: how long a page is whose length is not asked for.
        most_page_items: how long a page can be; the application refuses longer ones.
        list_items: how long a list without pages is assumed to be.
        cached_documents: how many documents are remembered.
        cached_characters: how many characters all remembered documents may have together; a
            parsed document takes about 150 bytes a character.
    """

    characters: int = 20_000
    tokens: int = 2_000
    nodes: int = 400
    name_letters: int = 100
    variable_values: int = 500
    operations: int = 20
    depth: int = 15
    introspection_depth: int = 20
    fields: int = 2_000
    aliases: int = 100
    root_fields: int = 50
    introspections: int = 5
    directives: int = 100
    comparisons: int = 5_000
    cost: int = 5_000
    page_items: int = 20
    most_page_items: int = 100
    list_items: int = 10
    cached_documents: int = 1_000
    cached_characters: int = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HTTPLimits:
    """Bounds on one HTTP request, and on the stream of events that answers it.

    Attributes:
        body_bytes: its size without files; larger bodies are refused, before they are read when
            they say their size.
        body_seconds: how long it may take to arrive.
        files: how many may come with it; as many as the fields of the schema have use for.
        file_bytes: the size of a file.
        files_seconds: how long a body with files may take to arrive.
        operations: how many a batch may hold.
        heartbeat_seconds: how often a stream gives a sign of life.
        close_seconds: how long a client that does not read may hold up the end of a stream.
    """

    body_bytes: int = 256_000
    body_seconds: float = 10.0
    files: int = 0
    file_bytes: int = 10_000_000
    files_seconds: float = 60.0
    operations: int = 10
    heartbeat_seconds: float = 12.0
    close_seconds: float = 2.0
