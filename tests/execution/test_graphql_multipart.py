"""Files with a request, as the GraphQL multipart request specification says."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from execution.limits import HTTPLimits
from tests.execution import sample, serving
from tests.execution.serving import codes

KEEP = "mutation ($files: [Upload]!) { keep(files: $files) }"
SHOWN = {"X-Sample": "1"}
LIMITS = HTTPLimits(body_bytes=5_000, files=3, file_bytes=2_000_000)
ONE = {"0": ["variables.files.0"]}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    sample.log.uploads.clear()
    async with (
        serving.serving(serving.make_app(limits=LIMITS)) as address,
        httpx.AsyncClient(base_url=f"http://{address}", headers=SHOWN) as client,
    ):
        yield client


def keep(count: int = 1) -> dict:
    return {"query": KEEP, "variables": {"files": [None] * count}}


def form(operations, places, *contents: str | bytes) -> dict:
    """What httpx sends as a form."""
    files = [(str(n), (f"{n}.txt", content)) for n, content in enumerate(contents)]
    texts = {"operations": operations, "map": places}
    fields = [
        (name, (None, text if isinstance(text, bytes | str) else json.dumps(text)))
        for name, text in texts.items()
        if text is not None
    ]
    return {"files": fields + files}


async def test_files_reach_the_variables_that_the_map_names(client):
    places = {"0": ["variables.files.0"], "1": ["variables.files.2", "variables.files.1"]}
    response = await client.post("/graphql", **form(keep(3), places, "a", "b"))
    assert response.status_code == 200
    assert response.json()["data"] == {"keep": ["0.txt: a", "1.txt: b", "1.txt: "]}


async def test_files_are_closed_once_the_answer_is_made(client):
    await client.post("/graphql", **form(keep(), ONE, "x" * 1_500_000))
    (upload,) = sample.log.uploads
    assert upload.file.closed


async def test_a_batch_takes_files_too(client):
    places = {"0": ["1.variables.files.0"], "1": ["0.variables.files.0"]}
    response = await client.post("/graphql", **form([keep(), keep()], places, "a", "b"))
    assert [answer["data"] for answer in response.json()] == [
        {"keep": ["1.txt: b"]}, {"keep": ["0.txt: a"]},
    ]  # fmt: skip


async def test_a_form_may_come_without_files(client):
    response = await client.post("/graphql", **form({"query": "{ hello }"}, {}))
    assert response.json()["data"] == {"hello": "Hello, world!"}


@pytest.mark.parametrize("cookies", [{}, {"Cookie": "a=1"}])
@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 403), (SHOWN, 200), ({"Sec-Fetch-Site": "same-origin"}, 200), ({"X-Other": "1"}, 403)],
)
async def test_a_form_must_show_that_it_is_not_forged(client, cookies, headers, status):
    del client.headers["X-Sample"]
    sent = form(keep(), ONE, "a")
    response = await client.post("/graphql", headers=headers | cookies, **sent)
    assert response.status_code == status
    assert len(sample.log.uploads) == (status == 200)
    if status != 200:
        assert codes(response) == ["CSRF"]


@pytest.mark.parametrize(
    ("operations", "places", "contents"),
    [
        (None, ONE, ["a"]),
        (keep(), None, ["a"]),
        (b"{", ONE, ["a"]),
        (keep(), "{", ["a"]),
        ("[" * 5_000, ONE, ["a"]),
        (keep(), [], ["a"]),
        (keep(), {}, ["a"]),
        (keep(), ONE, []),
        (keep(2), ONE, ["a", "b"]),
        (keep(), {"0": "variables.files.0"}, ["a"]),
        (keep(), {"0": []}, ["a"]),
        (keep(), {"0": [1]}, ["a"]),
        (keep(), {"0": [""]}, ["a"]),
        (keep(), {"0": ["variables"]}, ["a"]),
        (keep(), {"0": ["variables.files"]}, ["a"]),
        (keep(), {"0": ["variables.files.1"]}, ["a"]),
        (keep(), {"0": ["variables.files.-1"]}, ["a"]),
        (keep(), {"0": ["variables.files.²"]}, ["a"]),
        (keep(), {"0": ["variables.files." + "9" * 4_000]}, ["a"]),
        (keep(), {"0": ["variables.files.0.x"]}, ["a"]),
        (keep(), {"0": ["variables.other"]}, ["a"]),
        (keep(), {"0": ["query"]}, ["a"]),
        (keep(), {"0": ["query.0"]}, ["a"]),
        (keep(), {"0": ["variables.files.0", "variables.files.0"]}, ["a"]),
        (7, ONE, ["a"]),
        (None, None, []),
        (keep(4), {str(n): [f"variables.files.{n}"] for n in range(4)}, ["a"] * 4),
        (keep() | {"x": "y" * 5_000}, ONE, ["a"]),
    ],
)
async def test_a_malformed_form_is_refused(client, operations, places, contents):
    sent = form(operations, places, *contents)
    if not sent["files"]:
        sent = {"files": [("other", (None, "x"))]}
    response = await client.post("/graphql", **sent)
    assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])
    assert sample.log.uploads == []


@pytest.mark.parametrize(
    ("media_type", "content", "status"),
    [
        ("multipart/form-data", b"x", 400),
        ("multipart/form-data; boundary=x", b"", 400),
        ("multipart/form-data; boundary=x", b"nothing", 400),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\na\r\n--x--\r\n", 400),
        ("multipart/form-data; boundary=" + "x" * 300, b"--x", 400),
        ("multipart/form-data; boundary=x; charset=idna", b"--x", 415),
        ("multipart/mixed; boundary=x", b"--x", 415),
    ],
)
async def test_what_is_no_form_is_refused(client, media_type, content, status):
    headers = {"Content-Type": media_type}
    response = await client.post("/graphql", content=content, headers=headers)
    assert response.status_code == status
    assert codes(response)[0] in {"BAD_REQUEST", "UNSUPPORTED_MEDIA_TYPE"}


async def test_files_that_are_too_large_are_refused(client):
    response = await client.post("/graphql", **form(keep(), ONE, b"x" * 2_000_001))
    assert (response.status_code, codes(response)) == (413, ["PAYLOAD_TOO_LARGE"])
    assert sample.log.uploads == []


async def test_no_files_are_taken_where_no_field_has_use_for_them():
    # Not over a socket, which would break while the client still sends what is not read.
    transport = httpx.ASGITransport(app=serving.make_app())
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test", headers=SHOWN
    ) as client:
        response = await client.post("/graphql", **form(keep(), ONE, "a"))
        assert (response.status_code, codes(response)) == (400, ["BAD_REQUEST"])
        response = await client.post("/graphql", **form(keep(), ONE, "a" * 300_000))
        assert (response.status_code, codes(response)) == (413, ["PAYLOAD_TOO_LARGE"])
