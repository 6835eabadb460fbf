"""What tests of the stores share."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.live import BreakableValkey


@pytest.fixture
def valkey():
    with TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)  # for root, the server runs as another account
        server = BreakableValkey(Path(directory))
        server.start()
        yield server
        server.stop()
