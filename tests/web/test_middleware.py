"""What goes around every request: its id, safe headers, known hosts, TLS, other origins, limits."""

import json
import re

import httpx
import pytest
from prometheus_client import REGISTRY
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from resolvers.context import Cookie
from tests.support.accounts import sign_up
from tests.support.client import Api
from tests.support.sockets import Ended, connected
from web.callers import set_cookies
from web.gate import address_of
from web.hosts import KnownHosts
from web.middleware import RequestLog

ME = "{ viewer { profile { id } } }"
APP = "http://localhost:3000"
FOREIGN = "https://evil.example"
ASKED_FOR = "authorization,content-type,x-request-id,apollo-require-preflight,x-requested-with"


def behind(*, hosts=("api.example",), force_https=False):
    """A client of a page behind the middleware."""

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("Here.")(scope, receive, send)

    app = RequestLog(KnownHosts(page, hosts=hosts, force_https=force_https), hsts=force_https)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://api.example")


async def test_a_request_gets_an_id_which_is_in_its_answer(http):
    ids = [(await http.post("/graphql", json={"query": ME})).headers["x-request-id"] for _ in "ab"]
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in ids)
    assert ids[0] != ids[1]


async def test_a_clients_own_id_is_taken_when_it_looks_like_one(http):
    async def echoed(given):
        response = await http.get("/livez", headers={"X-Request-Id": given})
        return response.headers["x-request-id"] == given

    assert await echoed("client-1234.5_6")
    for bad in ("short", "x" * 65, "with space in it", "tab\tinside", '"quoted"1', b"\xff" * 9):
        assert not await echoed(bad)


async def test_a_fault_names_the_id_under_which_it_is_logged(people, monkeypatch):
    ada = await people.join()

    async def broken(*_, **__):
        raise RuntimeError("secret insides")

    monkeypatch.setattr("domain.posts.create_post", broken)
    headers = {"X-Request-Id": "look-for-me", "Authorization": f"Bearer {ada.api.token}"}
    query = 'mutation { createPost(input: { content: "x" }) { __typename } }'
    response = await ada.api.http.post("/graphql", json={"query": query}, headers=headers)
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "INTERNAL", "requestId": "look-for-me"}
    assert "insides" not in response.text


async def test_every_answer_has_safe_headers(http):
    for path in ("/graphql", "/livez", "/nowhere"):
        headers = (await http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "strict-transport-security" not in headers


@pytest.mark.parametrize("host", ["api.example", "API.example:8000", "api.example:1"])
async def test_known_hosts_are_answered(host):
    async with behind() as http:
        assert (await http.get("/", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "api.example.evil.example", "api.example@evil.example", "", "[::1]:80"]
)
async def test_other_hosts_are_refused(host):
    async with behind() as http:
        assert (await http.get("/", headers={"Host": host})).status_code == 400


async def test_any_host_is_answered_where_any_is_allowed():
    async with behind(hosts=("*",)) as http:
        assert (await http.get("/", headers={"Host": "whatever.example"})).status_code == 200


async def test_the_application_refuses_other_hosts(http):
    response = await http.post("/graphql", json={"query": ME}, headers={"Host": "evil.example"})
    assert response.status_code == 400


async def test_http_is_sent_to_https_with_method_path_and_query():
    async with behind(force_https=True) as http:
        response = await http.post("/graphql?x=1")
        assert (response.status_code, response.headers["location"]) == (
            307,
            "https://api.example/graphql?x=1",
        )
        assert (await http.get("https://api.example/")).status_code == 200
        proxied = await http.get("/", headers={"X-Forwarded-Proto": "https"})
    assert proxied.status_code == 200
    assert proxied.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize(
    ("host", "scheme", "accepted"),
    [("evil.example", "wss", False), ("api.example", "ws", False), ("api.example", "wss", True)],
)
async def test_sockets_know_hosts_and_tls_too(host, scheme, accepted):
    sent = []

    async def page(scope, receive, send):
        await send({"type": "websocket.accept"})

    async def send(message):
        sent.append(message)

    app = KnownHosts(page, hosts=["api.example"], force_https=True)
    headers = [(b"host", host.encode())]
    scope = {"type": "websocket", "path": "/graphql", "scheme": scheme, "headers": headers}
    await app(scope, None, send)
    refused = {"type": "websocket.close", "code": 1008}
    assert sent == [{"type": "websocket.accept"} if accepted else refused]


async def test_headers_that_are_too_long_are_refused_before_anything_reads_them():
    async with behind() as http:
        assert (await http.get("/", headers={"Cookie": "x" * 31_000})).status_code == 200
        parts = {f"X-{number}": "x" * 1_000 for number in range(32)}
        response = await http.get("/", headers={**parts, "Host": "evil.example"})
    assert response.status_code == 431
    assert response.text == "The headers are too long."
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "x-request-id" in response.headers


async def test_a_socket_with_headers_that_are_too_long_is_refused():
    sent = []

    async def page(_scope, _receive, send):
        await send({"type": "websocket.accept"})

    async def send(message):
        sent.append(message["type"])

    app = RequestLog(page, hsts=False)
    for length in (31_000, 33_000):
        await app({"type": "websocket", "headers": [(b"cookie", b"x" * length)]}, None, send)
    assert sent == ["websocket.accept", "websocket.close"]


async def test_a_client_that_leaves_before_its_answer_is_no_fault_of_ours(application):
    async def receive():
        return {"type": "http.disconnect"}

    def counted(status):
        labels = {"method": "POST", "status": status}
        return REGISTRY.get_sample_value("kith_http_requests_total", labels) or 0

    sent = []
    before = counted("499"), counted("500")
    headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    transport = {"http_version": "1.1", "scheme": "http", "server": ("localhost", 80)}
    path = {"path": "/graphql", "root_path": "", "query_string": b"", "headers": headers}
    await application({"type": "http", "method": "POST", **transport, **path}, receive, sent.append)
    assert sent == []
    assert (counted("499"), counted("500")) == (before[0] + 1, before[1])


async def test_pages_of_the_app_may_call_and_others_may_not(http):
    async def preflight(origin):
        wanted = {"Access-Control-Request-Method": "POST"}
        wanted["Access-Control-Request-Headers"] = ASKED_FOR
        return await http.options("/graphql", headers={"Origin": origin, **wanted})

    allowed, refused = await preflight(APP), await preflight(FOREIGN)
    assert (allowed.status_code, refused.status_code) == (200, 400)
    assert allowed.headers["access-control-allow-origin"] == APP
    assert allowed.headers["access-control-allow-credentials"] == "true"
    assert "access-control-allow-origin" not in refused.headers


async def test_a_page_may_ask_for_no_other_header(http):
    wanted = {"Access-Control-Request-Method": "POST"}
    wanted["Access-Control-Request-Headers"] = "x-invented"
    response = await http.options("/graphql", headers={"Origin": APP, **wanted})
    assert response.status_code == 400


async def test_an_answer_is_readable_for_pages_of_the_app_alone(http):
    for origin, readable in ((APP, True), (FOREIGN, False), ("null", False)):
        response = await http.post("/graphql", json={"query": ME}, headers={"Origin": origin})
        assert response.status_code == 200
        assert (response.headers.get("access-control-allow-origin") == origin) is readable
        assert response.headers.get("access-control-allow-origin") != "*"


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_that_is_too_large_is_refused(http, settings, announced):
    body = json.dumps({"query": ME, "variables": {"x": "x" * settings.max_body_bytes}}).encode()

    async def chunks():
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    content = body if announced else chunks()
    headers = {"Content-Type": "application/json"}
    response = await http.post("/graphql", content=content, headers=headers)
    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"]["code"] == "PAYLOAD_TOO_LARGE"


async def test_who_calls_too_often_is_told_when_to_come_back(serve):
    async with serve(requests_per_minute_per_address=3, trusted_proxies=1) as http:

        async def call(address):
            headers = {"X-Forwarded-For": f"spoofed, {address}"}
            return await http.post("/graphql", json={"query": ME}, headers=headers)

        statuses = [(await call("203.0.113.9")).status_code for _ in range(4)]
        refused, other = await call("203.0.113.9"), await call("203.0.113.10")
    assert statuses == [200, 200, 200, 429]
    assert other.status_code == 200
    (error,) = refused.json()["errors"]
    assert error["extensions"]["code"] == "RATE_LIMITED"
    # A third of the three calls must have left the last minute: 20 s after this one has ended.
    assert 1 <= error["extensions"]["retryAfter"] <= 80
    assert refused.headers["retry-after"] == str(error["extensions"]["retryAfter"])


async def test_opening_a_socket_counts_for_its_account(serve):
    async with serve(requests_per_minute_per_account=2) as http:
        token = (await sign_up(Api(http)))["accessToken"]
        for _ in range(2):
            async with connected(http.app, token):
                pass
        with pytest.raises(Ended) as ended:
            async with connected(http.app, token):
                pass
        assert ended.value.code == 4429
        assert (await Api(http, token).send(ME)).codes == ["RATE_LIMITED"]


@pytest.mark.parametrize(
    ("told", "proxies", "address"),
    [
        (None, 0, "10.0.0.1"),
        ("1.1.1.1", 0, "10.0.0.1"),
        ("1.1.1.1", 1, "1.1.1.1"),
        ("6.6.6.6, 1.1.1.1", 1, "1.1.1.1"),
        ("6.6.6.6, 1.1.1.1, 2.2.2.2", 2, "1.1.1.1"),
        ("1.1.1.1", 2, "10.0.0.1"),
        ("", 1, "10.0.0.1"),
        ("6.6.6.6\n1.1.1.1", 1, "1.1.1.1"),
        ("6.6.6.6\n1.1.1.1, 2.2.2.2", 2, "1.1.1.1"),
    ],
)
def test_an_address_is_what_our_own_proxies_say(told, proxies, address):
    lines = told.split("\n") if told is not None else []
    headers = [(b"x-forwarded-for", line.encode()) for line in lines]
    scope = {"type": "http", "headers": headers, "client": ("10.0.0.1", 50_000)}
    assert address_of(HTTPConnection(scope), proxies) == address


class Answering:
    """As much of a context as cookies need: one to set and one to remove."""

    def __init__(self, settings):
        self.settings = settings
        self.services = self
        self.cookies = {"kith_access": Cookie("a", 60), "kith_refresh": None}


@pytest.mark.parametrize("secure", [True, False])
def test_cookies_are_secure_where_the_deployment_is(settings, secure):
    response = PlainTextResponse("")
    set_cookies(Answering(settings.model_copy(update={"cookie_secure": secure})), response)
    cookies = [value for name, value in response.raw_headers if name == b"set-cookie"]
    assert len(cookies) == 2
    assert [b"Secure" in cookie for cookie in cookies] == [secure] * 2
    assert all(b"HttpOnly" in cookie and b"Path=/graphql" in cookie for cookie in cookies)


async def test_a_stream_does_not_count_among_how_long_requests_take():
    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(":", media_type=scope["path"][1:])(scope, receive, send)

    def seconds():
        return REGISTRY.get_sample_value("kith_http_request_seconds_count")

    app = RequestLog(stream, hsts=False)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://api.example") as http:
        before = seconds()
        await http.get("/text/event-stream")
        assert seconds() == before
        await http.get("/text/plain")
        assert seconds() == before + 1


async def test_graphql_is_found_below_a_root_path(application):
    transport = httpx.ASGITransport(app=application, root_path="/api")
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for path in ("/api/graphql", "/graphql"):
            response = await client.post(path, json={"query": "{ __typename }"})
            assert response.json()["data"] == {"__typename": "Query"}
