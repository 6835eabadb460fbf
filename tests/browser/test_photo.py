"""A photo in a real browser: uploaded on a small page, and seen in the profile and the feed."""

import asyncio
import json
import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from starlette.responses import FileResponse

from app import create_app
from tests.support.conversations import matched
from tests.support.media import image
from tests.support.people import PASSWORD

HERE = Path(__file__).parent


@pytest.fixture
async def address(settings, services, tmp_path):
    """Where an application listens that runs jobs itself and has the example page."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = create_app(
            settings.model_copy(
                update={"public_url": address, "data_dir": tmp_path, "jobs_eager": True}
            )
        )
        app.add_route("/photo", lambda _: FileResponse(HERE / "photo.html"))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="websockets-sansio"))
        task = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            assert not task.done(), "the server did not start"
            await asyncio.sleep(0.01)
        yield address
        server.should_exit = True
        await task


@pytest.fixture
async def visit(chromium, node_modules, tmp_path):
    """Return `await visit(**job)`, which goes through the page as somebody."""

    async def visit(**job):
        path = tmp_path / "job.json"
        path.write_text(json.dumps({**job, "chromium": chromium}))
        process = await asyncio.create_subprocess_exec(
            *("node", str(HERE / "photo.cjs"), str(path)),
            env=os.environ | {"NODE_PATH": str(node_modules)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        assert process.returncode == 0, err.decode()
        return json.loads(out)

    return visit


async def test_a_photo_is_uploaded_in_a_browser_and_seen_in_the_profile_and_the_feed(
    address, visit, people, database, tmp_path
):
    ada, bob = await people.join(), await people.join()
    await matched(database, ada.key, bob.key)
    (tmp_path / "photo.jpg").write_bytes(image("JPEG", (1200, 900)))
    seen = await visit(
        url=f"{address}/photo",
        login=ada.email,
        password=PASSWORD,
        file=str(tmp_path / "photo.jpg"),
        text="From the lake",
    )
    assert (seen["said"], seen["complaints"]) == ("", [])
    assert (seen["photo"]["width"], seen["photo"]["height"]) == (640, 480)
    assert (seen["picture"]["width"], seen["picture"]["height"]) == (640, 480)
    query = "query ($id: ID!) { profile(id: $id) { photo { url placeholder } } }"
    photo = (await bob.api.ask(query, id=ada.id))["profile"]["photo"]
    assert urlsplit(photo["url"]).path == urlsplit(seen["photo"]["src"]).path
    assert photo["placeholder"].startswith("data:image/webp")
    query = "{ viewer { feed(first: 1) { nodes { content media { url } } } } }"
    (post,) = (await bob.api.ask(query))["viewer"]["feed"]["nodes"]
    assert post["content"] == "From the lake"
    paths = [urlsplit(medium["url"]).path for medium in post["media"]]
    assert paths == [urlsplit(seen["picture"]["src"]).path]
