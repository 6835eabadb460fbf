"""What the start is compared with has the very types that it is said to have."""

import importlib

import graphql
import httpx

from benchmarks import stock

SDL = '''
"""Where to begin."""
type Query {
  "One of them."
  post(id: ID!, from: Kind): Node
  posts: [Post!]!
}

type Mutation { write("What it needs." input: WriteInput!): WriteResult! }

type Subscription { told: Post }

interface Node { id: ID! }

type Post implements Node { id: ID! from: Kind words: [String] at: Boolean! }

type Refusal { message: String! }

union WriteResult = Post | Refusal

enum Kind { ONE TWO }

input WriteInput { text: String! again: WriteInput length: Int distance: Float }
'''


def text(schema: graphql.GraphQLSchema) -> str:
    return graphql.print_schema(graphql.lexicographic_sort_schema(schema))


async def test_an_application_is_written_with_the_types_of_an_sdl(tmp_path, monkeypatch):
    (tmp_path / "written_application.py").write_text(stock.application(SDL))
    monkeypatch.syspath_prepend(tmp_path)
    written = importlib.import_module("written_application")
    assert text(graphql.build_schema(written.schema.as_str())) == text(graphql.build_schema(SDL))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(written.app), base_url="http://stock"
    ) as client:
        answer = await client.post("/graphql", json={"query": "{ __typename }"})
    assert answer.json() == {"data": {"__typename": "Query"}}
