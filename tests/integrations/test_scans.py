"""Scans: what clamd and an API of content say is understood, and never taken for more."""

import asyncio
import struct
from contextlib import asynccontextmanager

import pytest

from integrations.content_safety import (
    ContentSafetyApi,
    ContentSafetyUnavailable,
    NullContentSafety,
)
from integrations.virus_scan import Clamd, NullVirusScan, VirusScanUnavailable
from tests.support.media_servers import Judge

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@asynccontextmanager
async def clamd(*, most=1_000_000, answer=None):
    """Speaks the protocol of clamd's INSTREAM, and finds EICAR."""

    async def converse(reader, writer):
        try:
            assert await reader.readexactly(10) == b"zINSTREAM\0"
            content = b""
            while (length := struct.unpack(">I", await reader.readexactly(4))[0]) > 0:
                content += await reader.readexactly(length)
                if len(content) > most:
                    writer.write(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            found = b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if EICAR in content else b"stream: OK\0"
            writer.write(found if answer is None else answer)
        finally:
            await writer.drain()
            writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    async with server:
        yield Clamd("127.0.0.1", server.sockets[0].getsockname()[1])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(bytes(600_000))
    return path


async def test_clamd_finds_what_is_in_a_file(file):
    async with clamd() as scan:
        assert await scan.is_clean(file)
        file.write_bytes(bytes(600_000) + EICAR)
        assert not await scan.is_clean(file)
    assert await NullVirusScan().is_clean(file)


@pytest.mark.parametrize("answer", [b"stream: scan failed. ERROR\0", b"\0", b"UNKNOWN COMMAND\0"])
async def test_an_answer_that_is_none_is_not_taken_for_clean(file, answer):
    async with clamd(answer=answer) as scan:
        with pytest.raises(VirusScanUnavailable):
            await scan.is_clean(file)


async def test_a_file_that_clamd_does_not_read_whole_is_not_clean(file):
    async with clamd(most=1_000) as scan:
        with pytest.raises(VirusScanUnavailable):
            await scan.is_clean(file)


async def test_without_clamd_nothing_is_clean(file):
    async with clamd(answer=b"") as scan:
        with pytest.raises(VirusScanUnavailable):
            await scan.is_clean(file)
    with pytest.raises(VirusScanUnavailable):
        await scan.is_clean(file)


async def test_an_api_says_what_is_safe(file):
    for says, safe in ((b'{"safe": true, "score": 1}', True), (b'{"safe": false}', False)):
        with Judge(says) as judge:
            assert (
                await ContentSafetyApi(judge.address, key="k").is_safe(file, "image/webp") is safe
            )
            ((body, headers),) = judge.asked
        assert body == file.read_bytes()
        assert (headers["Content-Type"], headers["Authorization"]) == ("image/webp", "Bearer k")
    assert await NullContentSafety().is_safe(file, "image/webp")


@pytest.mark.parametrize("says", [b"", b"[]", b"{}", b'{"safe": "yes"}', b"<html>", b"null"])
async def test_an_api_that_does_not_say_it_allows_nothing(file, says):
    with Judge(says) as judge, pytest.raises(ContentSafetyUnavailable):
        await ContentSafetyApi(judge.address).is_safe(file, "image/webp")


async def test_an_api_that_is_away_allows_nothing(file):
    with Judge(b'{"safe": true}') as judge:
        judge.is_away = True
        with pytest.raises(ContentSafetyUnavailable):
            await ContentSafetyApi(judge.address, key="secret").is_safe(file, "image/webp")
    with pytest.raises(ContentSafetyUnavailable) as caught:
        await ContentSafetyApi(judge.address, key="secret").is_safe(file, "image/webp")
    assert "secret" not in str(caught.value)
