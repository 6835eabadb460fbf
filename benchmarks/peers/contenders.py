"""The contenders: how each is started, and how it is asked the same questions."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from benchmarks.load import http_request
from benchmarks.operations import Operation
from benchmarks.peers import statements
from resolvers import ids

HERE = Path(__file__).resolve().parent
NODE = HERE / "node"


@dataclass(frozen=True, slots=True)
class Contender:
    """A server under measurement.

    Attributes:
        name: how tables call it.
        command: the program, to which the port is added.
        environment: further variables.
        documents: its own spelling of an operation, by name, where it differs.
        global_ids: whether it names things by Kith's ids; else by their keys.
        headers: what it is sent beside the usual; `{viewer}` and `{token}` are filled in.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    global_ids: bool = False
    headers: Mapping[str, str] = field(default_factory=lambda: {"X-Viewer": "{viewer}"})

    def requests(self, operation: Operation, port: int, **known: str) -> list[bytes]:
        """Write the requests of an operation.

        Args:
            operation: as Kith has it.
            port: where this contender listens.
            known: `viewer` and `token`, for the headers.
        """
        headers = {name: value.format(**known) for name, value in self.headers.items()}
        document = self.documents.get(operation.name, operation.document)
        return [
            http_request(
                port,
                orjson.dumps({"query": document, "variables": self._spelled(variables)}),
                headers,
            )
            for variables in operation.variables
        ]

    def _spelled(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        if self.global_ids:
            return dict(variables)
        parsed = {name: ids.parse(value) for name, value in variables.items()}
        return {name: str(found[1]) for name, found in parsed.items() if found}


def _python(module: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"benchmarks.peers.{module}")


def _node(script: str) -> tuple[str, ...]:
    # PostGraphile needs Node 22 or newer, which npm brings; another machine may have its own.
    bundled = sorted(NODE.glob("node_modules/node-linux-*/bin/node"))
    return (str(bundled[0]) if bundled else "node", str(NODE / script))


KITH = Contender(
    "Kith",
    (sys.executable, "-c", "from cli import main; main()", "serve", "--port"),
    environment={
        "REQUESTS_PER_MINUTE_PER_ACCOUNT": "1000000000",
        "REQUESTS_PER_MINUTE_PER_ADDRESS": "1000000000",
        "MESSAGES_PER_MINUTE": "1000000000",
        "ACCESS_TOKEN_MINUTES": "1440",
        "LOG_JSON": "true",
        "EMAIL_BACKEND": "none",
    },
    global_ids=True,
    headers={"Authorization": "Bearer {token}"},
)

_POSTGRAPHILE_DOCUMENTS = {
    "FEED": """
query Feed {
  viewer {
    feed(first: 20) {
      pageInfo { hasNextPage }
      nodes {
        id: postId content createdAt
        author {
          id: profileId displayName city pronouns
          companions(orderBy: COMPANION_ID_ASC) { id: companionId kind name }
          posts(first: 3, orderBy: POST_ID_DESC) {
            nodes { id: postId content createdAt author { id: profileId displayName } }
          }
        }
      }
    }
  }
}
""",
    "CHAT": """
query Chat($id: UUID!) {
  conversation: conversationByConversationId(conversationId: $id) {
    id: conversationId lastPosition
    members(first: 20, orderBy: JOINED_AT_ASC) {
      nodes { readPosition profile { id: profileId displayName city } }
    }
    messages(first: 50, orderBy: POSITION_DESC) {
      pageInfo { hasNextPage }
      nodes { id: messageId position text sentAt sender { id: profileId displayName } }
    }
  }
}
""",
    "POINT": """
query Point($id: UUID!) {
  profile: profileByProfileId(profileId: $id) {
    id: profileId displayName bio pronouns city interests languages
  }
}
""",
}

CONTENDERS = (
    KITH,
    Contender("Strawberry, SQLAlchemy ORM, DataLoader", _python("stock_strawberry")),
    Contender("Strawberry, asyncpg, DataLoader, caches", _python("lean_strawberry")),
    Contender("Mercurius, graphql-jit", _node("mercurius.js"), {"QUESTIONS": statements.as_json()}),
    Contender(
        "PostGraphile 5",
        _node("postgraphile.js"),
        {"GRAPHILE_ENV": "development"},
        documents=_POSTGRAPHILE_DOCUMENTS,
    ),
    Contender("hand-written limit", _python("limit")),
)


def environment(database_url: str, redis_url: str, data_dir: Path) -> dict[str, str]:
    """The variables that every contender gets."""
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DATA_DIR": str(data_dir),
        "NODE_ENV": "production",
        "PYTHONPATH": os.pathsep.join([str(HERE.parent.parent)]),
    }
