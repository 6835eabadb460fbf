"""Trusted documents: those that the makers of clients have written, by the ids that clients send.

The file is a JSON object of ids and texts, as GraphQL Code Generator (`persistedDocuments`) and
the Relay compiler (`persistConfig`) write it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from execution.cache import hash_of
from execution.json import MalformedJSON, decode


class TrustedUnreadable(Exception):
    """The file of trusted documents cannot be used; the message is one sentence."""


class TrustedDocuments:
    """The documents that are trusted.

    Args:
        texts: of each document by its id, whatever made that.
        only: whether no other document is run.
    """

    def __init__(self, texts: Mapping[str, str] | None = None, *, only: bool = False) -> None:
        self.only = only
        self._hashes = {name: hash_of(text) for name, text in (texts or {}).items()}
        self._texts = {hash_of(text): text for text in (texts or {}).values()}

    def __contains__(self, hash: bytes | None) -> bool:
        return hash in self._texts

    @classmethod
    def read(cls, path: Path, *, only: bool) -> Self:
        """Read them from a file.

        Raises:
            TrustedUnreadable: it is missing, or no JSON object of ids and texts.
        """
        try:
            texts = decode(path.read_bytes())
        except (OSError, MalformedJSON) as error:
            raise TrustedUnreadable(f"The trusted documents in {path}: {error}") from None
        if not isinstance(texts, dict) or not all(isinstance(each, str) for each in texts.values()):
            raise TrustedUnreadable(f"{path} must hold a JSON object of document ids and texts.")
        return cls(texts, only=only)

    def hash_of(self, id: str) -> bytes | None:
        """The SHA-256 of the document with this id; None for an id that is not in the file."""
        return self._hashes.get(id)

    def text(self, hash: bytes) -> str | None:
        """The text with this SHA-256, if it is trusted."""
        return self._texts.get(hash)
