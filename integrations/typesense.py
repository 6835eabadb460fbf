"""Typesense: a search engine behind HTTP, version 27 or newer."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from integrations.search_engine import SearchEngine, Text
from integrations.vendors import HttpVendor, VendorAway, VendorRefused, answered

if TYPE_CHECKING:
    import httpx

_FIND_SECONDS = 1.0
_CREATED, _OK, _MISSING, _CONFLICT = 201, 200, 404, 409
_FIELDS = [
    {"name": "kind", "type": "string", "facet": True},
    {"name": "owner_id", "type": "string", "optional": True},
    {"name": "title", "type": "string"},
    {"name": "body", "type": "string"},
    {"name": "put_at", "type": "int64"},
]


class Typesense(SearchEngine):
    """One collection for all kinds of texts, made when the first text comes.

    Args:
        url: where the server is.
        key: an API key that may search, write, delete and make the collection.
        collection: its name.
        vendor: calls the server.
    """

    name = "typesense"

    def __init__(
        self, url: str, *, key: str, collection: str, vendor: HttpVendor | None = None
    ) -> None:
        self._url = url.rstrip("/")
        self._headers = {"X-TYPESENSE-API-KEY": key}
        self._collection = collection
        self._vendor = vendor or HttpVendor(self.name)
        self._is_ready = False

    async def find(self, query: str, kinds: Sequence[str], *, most: int) -> list[tuple[str, UUID]]:
        """Search; see `SearchEngine.find`. Words of titles count twice."""
        search = {
            "collection": self._collection,
            "q": query,
            "query_by": "title,body",
            "query_by_weights": "2,1",
            "filter_by": f"kind:=[{','.join(kinds)}]",
            "include_fields": "id",
            "highlight_fields": "none",
            "prefix": False,
            "drop_tokens_threshold": 0,
            "per_page": most,
        }
        # In the body: addresses are in the logs of servers and proxies.
        response = await self._vendor.call(
            lambda: self._vendor.ask(
                "POST",
                f"{self._url}/multi_search",
                headers=self._headers,
                patience_seconds=_FIND_SECONDS,
                json={"searches": [search]},
            ),
            attempts=1,
        )
        self._check(response, _OK)
        try:
            (result,) = answered(response)["results"]
            return [_named(hit["document"]["id"]) for hit in result["hits"]]
        except (KeyError, TypeError, ValueError):
            raise VendorRefused("typesense answers something else than hits.") from None

    async def put(self, texts: Sequence[Text]) -> None:
        """Write documents; see `SearchEngine.put`."""
        if not texts:
            return
        await self._make_ready()
        now = int(time.time())
        lines = b"\n".join(orjson.dumps(_document(text, now)) for text in texts)
        path = f"/collections/{self._collection}/documents/import?action=upsert"
        response = await self._asked("POST", path, content=lines)
        if response.status_code == _MISSING:
            self._is_ready = False
            raise VendorAway("typesense has lost its collection.")
        self._check(response, _OK)
        told = [orjson.loads(line) for line in response.content.splitlines() if line.strip()]
        if len(told) != len(texts) or not all(each.get("success") for each in told):
            raise VendorRefused("typesense does not take all texts.")

    async def remove(self, kind: str, subject_ids: Sequence[UUID]) -> None:
        """Delete documents; see `SearchEngine.remove`."""
        if subject_ids:
            names = ",".join(_name(kind, key) for key in subject_ids)
            await self._delete(f"id:=[{names}]")

    async def remove_of(self, owner_id: UUID) -> None:
        """Delete the documents of an account; see `SearchEngine.remove_of`."""
        await self._delete(f"owner_id:={owner_id}")

    async def remove_before(self, moment: datetime) -> None:
        """Delete old documents; see `SearchEngine.remove_before`."""
        await self._delete(f"put_at:<{int(moment.timestamp())}")

    async def close(self) -> None:
        """Close the connections."""
        await self._vendor.close()

    async def _delete(self, which: str) -> None:
        path = f"/collections/{self._collection}/documents"
        response = await self._asked("DELETE", path, params={"filter_by": which})
        self._check(response, _OK, _MISSING)

    async def _make_ready(self) -> None:
        if not self._is_ready:
            made = {"name": self._collection, "fields": _FIELDS}
            response = await self._asked("POST", "/collections", json=made)
            self._check(response, _CREATED, _CONFLICT)
            self._is_ready = True

    async def _asked(self, method: str, path: str, **content: Any) -> "httpx.Response":
        return await self._vendor.call(
            lambda: self._vendor.ask(method, self._url + path, headers=self._headers, **content)
        )

    def _check(self, response: "httpx.Response", *wanted: int) -> None:
        if response.status_code not in wanted:
            # Its body may quote the texts.
            raise VendorRefused(f"typesense answers {response.status_code}.")


def _name(kind: str, subject_id: UUID) -> str:
    return f"{kind}-{subject_id}"


def _named(name: str) -> tuple[str, UUID]:
    kind, _, key = name.partition("-")
    return kind, UUID(key)


def _document(text: Text, now: int) -> Mapping[str, Any]:
    owner = {} if text.owner_id is None else {"owner_id": str(text.owner_id)}
    return {
        "id": _name(text.kind, text.subject_id),
        "kind": text.kind,
        "title": text.title,
        "body": text.body,
        "put_at": now,
        **owner,
    }
