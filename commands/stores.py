"""The stores a command works on: those that are set, those of a running `kith up`, or its own."""

from collections.abc import Iterator
from contextlib import contextmanager

import embedded
from settings import Settings


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


def _with(settings: Settings, stores: embedded.Stores) -> Settings:
    return settings.with_embedded(database_url=stores.database_url, redis_url=stores.redis_url)
