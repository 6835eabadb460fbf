"""Loading: what takes long to import, without a search for garbage meanwhile."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def loading() -> Iterator[None]:
    """Import and build: all that is made stays, and a search for garbage would be in vain."""
    gc.disable()
    try:
        yield
    finally:
        # Else the next object to be made would have all of them searched, and each full search
        # after it, and the one when the process ends.
        gc.freeze()
        gc.enable()


def load_app(settings: Any = None) -> Any:
    """Import and make the application, which takes seconds; see `app.create_app`.

    Args:
        settings: how the deployment is set up; read from the environment unless given.
    """
    with loading():
        # Here, so that whoever imports this module does not wait for it.
        from app import create_app  # noqa: PLC0415

        return create_app(settings)
