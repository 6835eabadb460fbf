"""The stores a command works on: those that are set, those of a running `kith up`, or its own."""

from collections.abc import Iterator
from contextlib import contextmanager

import embedded
from commands.failures import CommandFailed
from matching import embeddings
from settings import Settings, get_settings


@contextmanager
def reachable(settings: Settings) -> Iterator[Settings]:
    """Give settings whose stores all have an address.

    Args:
        settings: as read; stores without a URL are the embedded ones.

    Yields:
        Settings with every URL. Embedded stores that nobody runs live as long as the block.

    Raises:
        EmbeddedError: the embedded stores cannot start.
    """
    if not settings.is_embedded:
        yield settings
    elif stores := embedded.running(settings.data_dir):
        yield _with(settings, stores)
    else:
        with embedded.start(settings.data_dir) as stores:
            yield _with(settings, stores)


def shared(*, processes: int = 1) -> Settings:
    """Give settings for one of several programs that share stores.

    Args:
        processes: how many of this program use the index of people.

    Raises:
        CommandFailed: a store that they would share has no address.
        SettingsError: the settings are not usable.
    """
    settings = get_settings()
    names = ["database_url", "redis_url"]
    if processes > 1:
        names.append("qdrant_url")  # one process alone can hold the index's local mode
    if missing := [name.upper() for name in names if getattr(settings, name) is None]:
        raise CommandFailed(
            f"{' and '.join(missing)} must be set: only `kith up` runs stores of its own."
        )
    return settings


def require_model(settings: Settings) -> None:
    """Make sure that the embedding model is there; nothing is checked where an API embeds.

    Raises:
        ModelUnavailable: its files are missing or changed.
    """
    # An API may be away for a while: who needs it waits, and all else goes on.
    if settings.embedding_api_url is None:
        embeddings.check(settings.embedding_model_path)


def _with(settings: Settings, stores: embedded.Stores) -> Settings:
    return settings.with_embedded(database_url=stores.database_url, redis_url=stores.redis_url)
