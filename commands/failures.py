"""What can go wrong for whoever runs a command, told in one sentence instead of a traceback."""

from domain.stickers import CatalogueUnreadable
from embedded import EmbeddedError
from execution.trusted import TrustedUnreadable
from integrations.embeddings import EmbeddingsUnavailable
from persistence.migrating import MigrationFailed
from persistence.reaching import StoreUnavailable
from persistence.vectors import VectorsUnavailable
from settings import SettingsError
from web.tracing import TracingUnavailable


class CommandFailed(Exception):
    """The command cannot do its work; the message is one sentence for who called it."""


_TOLD = (
    CatalogueUnreadable,
    CommandFailed,
    EmbeddedError,
    EmbeddingsUnavailable,
    MigrationFailed,
    SettingsError,
    StoreUnavailable,
    TracingUnavailable,
    TrustedUnreadable,
    VectorsUnavailable,
)


def sentence_of(error: Exception) -> str | None:
    """Say what went wrong.

    Args:
        error: what ended the command.

    Returns:
        The sentence, or None for a fault of Kith itself, whose traceback is needed.
    """
    if isinstance(error, _TOLD):
        return str(error)
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}."
    return None
