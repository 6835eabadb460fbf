"""Documents: from the text a client sent to what may be executed, or why it may not."""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)
from graphql.execution import Executor as CoreExecutor

from execution import guard
from execution.cache import TextCache, hash_of
from execution.cost import Prices
from execution.limits import Limits
from execution.plans import Plans
from execution.requests import OperationRequest
from execution.results import Renderer, Result
from execution.rules import rules
from execution.trusted import TrustedDocuments
from execution.variables import Variables

_MAX_ERRORS = 20

# The message of graphql-core for a validation that would take too long.
_OUT_OF_BUDGET = "Validation aborted."

# Remembered refusals hold no syntax tree, so their text's length says too much of their weight.
_REFUSAL_WEIGHT = 200

_SHA256 = re.compile("[0-9a-f]{64}")

# By this message and code clients know that they must send the text.
_NOT_FOUND = GraphQLError(
    "PersistedQueryNotFound", extensions={"code": "PERSISTED_QUERY_NOT_FOUND"}
)
_MISMATCH = GraphQLError(
    "The text is not the document of this id or hash.",
    extensions={"code": "PERSISTED_QUERY_MISMATCH"},
)
_NOT_TRUSTED = GraphQLError(
    "Only documents that were registered beforehand are run here.",
    extensions={"code": "DOCUMENT_NOT_TRUSTED"},
)


class DocumentRefused(Exception):
    """A document that cannot be executed; each error has its code in its extensions."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


class Prepared(NamedTuple):
    """An operation that has run before.

    Attributes:
        execution: graphql-core's executor, without anything of a run.
        variables: its variables.
    """

    execution: CoreExecutor[Any]
    variables: Variables


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is valid for the schema.

    Attributes:
        node: its syntax tree.
        operations: by their names, None for one without.
        plans: how to execute them.
        prices: what they cost.
        prepared: its operations that have run, by the names that were asked for.
    """

    node: DocumentNode
    operations: dict[str | None, OperationDefinitionNode]
    plans: Plans
    prices: Prices
    prepared: dict[str | None, Prepared] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The operation to run, or None when the name does not select one."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        return self.operations.get(name)

    def operation_type(self, name: str | None) -> OperationType | None:
        """The type of the operation to run, or None when the name does not select one."""
        operation = self.operation(name)
        return None if operation is None else operation.operation


class KnownDocuments:
    """The documents that clients have sent, each read once; refused ones too.

    Whoever knows the SHA-256 of a document can name it by that while it is remembered: this is all
    that automatic persisted queries need.

    Args:
        schema: what they are validated against.
        limits: how much each may ask for, and how many are remembered.
        render: makes the results that say why a document is refused.
        introspection: whether they may ask for the schema.
        trusted: documents that can be named at any time.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: Limits,
        render: Renderer,
        *,
        introspection: bool,
        trusted: TrustedDocuments | None = None,
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._render = render
        self._introspection = introspection
        self._trusted = trusted or TrustedDocuments()
        self._known: TextCache[Document | Result] = TextCache(
            entries=limits.cached_documents, weight=limits.cached_characters
        )

    def __len__(self) -> int:
        return len(self._known)

    def get(self, request: OperationRequest) -> Document | Result:
        """The document of a request, or the result that refuses it.

        Refusals have the code `PERSISTED_QUERY_NOT_FOUND` when the client must send the text,
        `PERSISTED_QUERY_MISMATCH` when the text is not the one that was named,
        `DOCUMENT_NOT_TRUSTED` when only trusted documents are run, `DOCUMENT_TOO_COMPLEX` when
        it has too many variables, or those of `read_document`.
        """
        try:
            guard.check_variables(request.variables, self._limits)
        except GraphQLError as error:
            return self._render.mistaken([error])
        key = self._key(request)
        if isinstance(key, Result):
            return key
        known = self._known.get(key)
        if known is None:
            text = self._trusted.text(key) if request.query is None else request.query
            if text is None:
                return self._render.mistaken([_NOT_FOUND])
            known, weight = self._read(text)
            self._known.put(key, known, weight=weight)
        return known

    def _key(self, request: OperationRequest) -> bytes | Result:
        """The SHA-256 of the document that is wanted."""
        text, name = request.query, request.document_id
        named = self._named(name) if name is not None else None
        key = named if text is None else hash_of(text)
        if self._trusted.only and key not in self._trusted:
            return self._render.mistaken([_NOT_TRUSTED])
        if name is not None and text is not None and named != key:
            return self._render.mistaken([_MISMATCH])
        return key or b""

    def _named(self, id: str) -> bytes | None:
        trusted = self._trusted.hash_of(id)
        if trusted is None and _SHA256.fullmatch(id):
            return bytes.fromhex(id)
        return trusted

    def _read(self, text: str) -> tuple[Document | Result, int]:
        try:
            document = read_document(
                text, self._schema, self._limits, introspection=self._introspection
            )
        except DocumentRefused as refused:
            return self._render.mistaken(refused.errors), _REFUSAL_WEIGHT
        return document, len(text)


def read_document(
    text: str, schema: GraphQLSchema, limits: Limits, *, introspection: bool
) -> Document:
    """Parse a document, refuse it when it asks for too much, and validate it.

    Args:
        text: as the client sent it.
        schema: what it is validated against.
        limits: how much it may ask for.
        introspection: whether it may ask for the schema; where it may not, errors also make no
            suggestions, which would tell names of the schema.

    Raises:
        DocumentRefused: it is wrong or asks for too much.
    """
    try:
        node = _parse(text, limits)
        guard.check(node, limits, introspection=introspection)
    except GraphQLError as error:
        raise DocumentRefused([error]) from None
    _validate(node, schema, limits, hide_suggestions=not introspection)
    operations = {
        definition.name.value if definition.name else None: definition
        for definition in node.definitions
        if isinstance(definition, OperationDefinitionNode)
    }
    return Document(node, operations, Plans(node), Prices(node, schema, limits))


def _validate(
    node: DocumentNode, schema: GraphQLSchema, limits: Limits, *, hide_suggestions: bool
) -> None:
    errors = validate(
        schema,
        node,
        rules(limits.comparisons),
        max_errors=_MAX_ERRORS,
        hide_suggestions=hide_suggestions,
    )
    if any(error.message == _OUT_OF_BUDGET for error in errors):
        raise DocumentRefused([guard.too_complex("comparisons", limits.comparisons)])
    for error in errors:
        error.extensions = {"code": "GRAPHQL_VALIDATION_FAILED"}
    if errors:
        raise DocumentRefused(errors)


def _parse(text: str, limits: Limits) -> DocumentNode:
    guard.check_text(text, limits)
    try:
        return parse(text, max_lexical_tokens=limits.tokens, max_comments=limits.tokens)
    except GraphQLSyntaxError as error:
        # So end the messages for a document that is too large, and only those.
        if error.message.endswith("Parsing aborted."):
            limit = "depth" if "nested" in error.message else "tokens"
            raise guard.too_complex(limit, getattr(limits, limit)) from None
        error.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
        raise
