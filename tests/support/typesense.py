"""Typesense for tests: a server that speaks as much of its protocol as Kith needs."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.vendors import Asked, HttpServer

KEY = "typesense-key-4711"


@dataclass
class TypesenseServer(HttpServer):
    """A server on a free port of this machine; an asynchronous context manager.

    Attributes:
        collections: what is in each, by the ids of the documents.
        failure: the status that it answers everything with, when set.
    """

    answer: Any = None
    collections: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    failure: int | None = None

    def reply(self, method, path, headers, content):
        """Keep a request and say what to answer, with the body as bytes."""
        self.asked.append(Asked(method, path, headers, content))
        status, body = self._reply(method, urlsplit(path), headers, content)
        lines = body if isinstance(body, list) else [body]
        return status, {}, "\n".join(map(json.dumps, lines)).encode()

    def _reply(self, method, url, headers, content):
        if self.failure is not None:
            return self.failure, {"message": "Not Ready or Lagging"}
        if headers.get("x-typesense-api-key") != KEY:
            return 401, {"message": "Forbidden - a valid `x-typesense-api-key` is needed."}
        if (method, url.path) == ("POST", "/collections"):
            return self._made(json.loads(content))
        if (method, url.path) == ("POST", "/multi_search"):
            return 200, {"results": [self._found(each) for each in json.loads(content)["searches"]]}
        documents = self.collections.get(url.path.split("/")[2])
        if documents is None:
            return 404, {"message": "Not Found"}
        return self._changed(method, url, documents, content)

    def _changed(self, method, url, documents, content):
        query = {key: value for key, (value,) in parse_qs(url.query).items()}
        if method == "DELETE":
            chosen = [key for key, each in documents.items() if fits(each, query["filter_by"])]
            for key in chosen:
                del documents[key]
            return 200, {"num_deleted": len(chosen)}
        assert query == {"action": "upsert"}, query
        rows = [json.loads(line) for line in content.splitlines()]
        documents.update((row["id"], row) for row in rows)
        return 200, [{"success": True} for _ in rows]

    def _made(self, schema):
        if schema["name"] in self.collections:
            return 409, {"message": "A collection with this name already exists."}
        self.collections[schema["name"]] = {}
        return 201, {**schema, "num_documents": 0}

    def _found(self, search):
        documents = self.collections.get(search["collection"])
        if documents is None:
            return {"code": 404, "error": "Not found."}
        words = search["q"].lower().split()
        fitting = [
            each
            for each in documents.values()
            if fits(each, search["filter_by"])
            and all(word in f"{each['title']} {each['body']}".lower() for word in words)
        ]
        hits = [{"document": {"id": each["id"]}} for each in fitting[: search["per_page"]]]
        return {"found": len(fitting), "hits": hits}


def fits(document, condition):
    """Whether a document is what a filter means: one field, equal to one of some, or less."""
    name, operator, values = re.fullmatch(r"(\w+):(=|<)(.+)", condition).groups()
    if operator == "<":
        return document[name] < int(values)
    return document.get(name) in values.strip("[]").split(",")
