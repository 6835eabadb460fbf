"""Serving the Python peers: uvicorn with the options that Kith itself runs with."""

from typing import Any

import uvicorn

from commands.serving import OPTIONS


def serve(application: Any, port: int) -> None:
    """Serve until SIGTERM.

    Args:
        application: an ASGI application.
        port: on this machine's own address.
    """
    uvicorn.run(application, host="127.0.0.1", port=port, **{**OPTIONS, "lifespan": "auto"})
