"""Pushes: as servers that speak the protocols of Google and Apple get them, and their refusals."""

import json
import ssl
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from jose import jwt

import integrations
from integrations import apns
from integrations.apns import Apns
from integrations.fcm import Fcm
from integrations.push import DeviceGone, NullPush, PushByProvider, PushMessage
from integrations.vendors import VendorAway, VendorRefused
from tests.support.certificates import certificate, p256_key, private_pem, public_pem, rsa_key
from tests.support.vendors import Http2Server, HttpServer

MESSAGE = PushMessage(
    provider="fcm",
    token="token-of-ada",
    key="notification-1",
    collapse_key="0190c0de",
    title="Bob",
    body="Hi <there> 👋",
    data={"notification": "N1"},
    badge=3,
)
SILENT = replace(MESSAGE, title=None, body="", data={"cleared": "N1"}, badge=2)
GOOGLES_KEY = rsa_key()
APPLES_KEY = p256_key()


async def no_sleep(_seconds):
    return None


class Google:
    """Says what Google's token endpoint and FCM say; checks who signs in."""

    def __init__(self):
        self.sign_ins, self.refusals, self.expires_in = 0, [], 3600

    def __call__(self, asked):
        return self.token(asked) if asked.path == "/token" else self.message(asked)

    def token(self, asked):
        assert asked.body["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        assertion = asked.body["assertion"]
        assert jwt.get_unverified_header(assertion) == {
            "alg": "RS256",
            "typ": "JWT",
            "kid": "key-1",
        }
        claims = jwt.decode(assertion, public_pem(GOOGLES_KEY), ["RS256"], audience=self.token_url)
        assert claims["iss"] == "kith@example.iam.gserviceaccount.com"
        assert claims["scope"] == "https://www.googleapis.com/auth/firebase.messaging"
        assert claims["exp"] - claims["iat"] == 3600
        self.sign_ins += 1
        return 200, {}, {"access_token": f"ya29.{self.sign_ins}", "expires_in": self.expires_in}

    def message(self, asked):
        assert asked.path == "/v1/projects/kith-app/messages:send"
        assert asked.headers["authorization"] == f"Bearer ya29.{self.sign_ins}"
        return self.refusals.pop(0) if self.refusals else (200, {}, {"name": "projects/x/1"})


@pytest.fixture
def google():
    return Google()


@pytest.fixture
async def google_server(google):
    async with HttpServer(google) as server:
        google.token_url = f"{server.url}/token"
        yield server


def service_account(token_url):
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "kith-app",
            "private_key_id": "key-1",
            "private_key": private_pem(GOOGLES_KEY),
            "client_email": "kith@example.iam.gserviceaccount.com",
            "token_uri": token_url,
        }
    )


@pytest.fixture
async def fcm(google, google_server):
    fcm = Fcm(service_account(google.token_url), url=google_server.url, sleep=no_sleep)
    yield fcm
    await fcm.close()


def fcm_refusal(status, code, message="No."):
    detail = {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}
    return status, {}, {"error": {"code": status, "message": message, "details": [detail]}}


async def test_fcm_gets_a_message_and_signs_in_once(fcm, google, google_server):
    for _ in range(2):
        await fcm.send(MESSAGE)
    assert [asked.path for asked in google_server.asked].count("/token") == 1
    message = google_server.asked[-1].body["message"]
    assert message["token"] == "token-of-ada"
    assert message["notification"] == {"title": "Bob", "body": "Hi <there> 👋"}
    assert message["data"] == {"notification": "N1"}
    assert message["android"]["collapse_key"] == "0190c0de"
    assert message["apns"]["headers"]["apns-collapse-id"] == "0190c0de"
    assert message["apns"]["payload"]["aps"]["badge"] == 3


async def test_fcm_tells_the_app_alone_what_is_silent(fcm, google_server):
    await fcm.send(SILENT)
    message = google_server.asked[-1].body["message"]
    assert "notification" not in message
    assert message["apns"]["payload"]["aps"] == {"content-available": 1, "badge": 2}
    assert message["apns"]["headers"]["apns-push-type"] == "background"


async def test_fcm_signs_in_again_when_the_token_has_ended(fcm, google):
    google.expires_in = 60  # which is as good as over: a token must not end on its way
    for _ in range(2):
        await fcm.send(MESSAGE)
    assert google.sign_ins == 2


async def test_fcm_signs_in_again_when_the_token_is_not_taken(fcm, google):
    google.refusals = [(401, {}, {"error": {"status": "UNAUTHENTICATED"}})]
    await fcm.send(MESSAGE)
    assert google.sign_ins == 2


@pytest.mark.parametrize(
    "refusal",
    [
        fcm_refusal(404, "UNREGISTERED"),
        fcm_refusal(400, "INVALID_ARGUMENT", "The registration token is not a valid FCM one"),
    ],
)
async def test_fcm_tells_of_devices_that_are_gone(fcm, google, refusal):
    google.refusals = [refusal]
    with pytest.raises(DeviceGone):
        await fcm.send(MESSAGE)
    assert google.refusals == []


@pytest.mark.parametrize(
    "refusal", [fcm_refusal(400, "INVALID_ARGUMENT"), fcm_refusal(403, "SENDER_ID_MISMATCH")]
)
async def test_what_fcm_refuses_for_another_reason_costs_no_device(fcm, google, refusal):
    google.refusals = [refusal]
    with pytest.raises(VendorRefused) as told:
        await fcm.send(MESSAGE)
    assert not isinstance(told.value, DeviceGone)
    assert "token-of-ada" not in str(told.value)


async def test_fcm_is_asked_again_when_it_is_busy(fcm, google, google_server):
    google.refusals = [(429, {"Retry-After": "1"}, {}), (503, {}, {})]
    await fcm.send(MESSAGE)
    assert len(google_server.asked) == 1 + 3


@pytest.mark.parametrize("wrong", ["", "[]", "{}", '{"private_key": "secret-4711"}'])
def test_what_is_no_service_account_is_refused_without_quoting_it(wrong):
    with pytest.raises(ValueError, match="no key of a service account") as told:
        Fcm(wrong)
    assert told.value.__suppress_context__


class Apple:
    """Says what APNs says; checks the provider token of each request."""

    def __init__(self):
        self.tokens, self.refusals = [], []

    def __call__(self, asked):
        scheme, token = asked.headers["authorization"].split(" ")
        assert scheme == "bearer"
        assert jwt.get_unverified_header(token) == {"alg": "ES256", "typ": "JWT", "kid": "ABC123"}
        claims = jwt.decode(token, public_pem(APPLES_KEY), ["ES256"])
        assert claims.keys() == {"iss", "iat"}
        assert claims["iss"] == "TEAM42"
        self.tokens.append(token)
        return self.refusals.pop(0) if self.refusals else (200, {}, None)


@pytest.fixture
def apple():
    return Apple()


@pytest.fixture
async def apple_server(apple, tmp_path, monkeypatch):
    path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(path)
    tls.set_alpn_protocols(["h2"])
    async with Http2Server(apple, tls=tls) as server:
        yield server


@pytest.fixture
async def to_apple(apple_server):
    key = private_pem(APPLES_KEY)
    named = {"key": key, "key_id": "ABC123", "team_id": "TEAM42", "topic": "com.example.kith"}
    to_apple = Apns(url=apple_server.url, sleep=no_sleep, **named)
    yield to_apple
    await to_apple.close()


async def test_apple_gets_a_message_over_one_http2_connection(to_apple, apple, apple_server):
    for _ in range(2):
        await to_apple.send(MESSAGE)
    assert apple_server.connections == 1
    assert len(set(apple.tokens)) == 1
    first, second = apple_server.asked
    assert (first.method, first.path) == ("POST", "/3/device/token-of-ada")
    assert first.headers["apns-topic"] == "com.example.kith"
    assert first.headers["apns-push-type"] == "alert"
    assert first.headers["apns-priority"] == "10"
    assert first.headers["apns-collapse-id"] == "0190c0de"
    assert str(UUID(first.headers["apns-id"])) == second.headers["apns-id"]
    assert first.body["aps"]["alert"] == {"title": "Bob", "body": "Hi <there> 👋"}
    assert first.body["aps"]["badge"] == 3
    assert first.body["notification"] == "N1"


async def test_apple_hears_of_what_is_silent_in_the_background(to_apple, apple_server):
    await to_apple.send(SILENT)
    (asked,) = apple_server.asked
    assert asked.headers["apns-push-type"] == "background"
    assert asked.headers["apns-priority"] == "5"
    assert asked.body == {"aps": {"content-available": 1, "badge": 2}, "cleared": "N1"}


async def test_a_provider_token_is_used_for_forty_minutes(to_apple, apple, monkeypatch):
    began = apns.time.time()
    for minutes in (0, 39, 41, 80, 82):
        at = began + minutes * 60
        monkeypatch.setattr(apns, "time", SimpleNamespace(time=lambda at=at: at))
        await to_apple.send(MESSAGE)
    first, second, third, fourth, fifth = apple.tokens
    assert first == second
    assert len({first, third, fifth}) == 3
    assert third == fourth


async def test_an_expired_provider_token_is_renewed_once(to_apple, apple, monkeypatch):
    await to_apple.send(MESSAGE)
    later = apns.time.time() + 5
    monkeypatch.setattr(apns, "time", SimpleNamespace(time=lambda: later))
    apple.refusals = [(403, {}, {"reason": "ExpiredProviderToken"})]
    await to_apple.send(MESSAGE)
    assert len(apple.tokens) == 3
    assert apple.tokens[1] != apple.tokens[2]


async def test_apple_is_away_when_it_takes_no_new_token_either(to_apple, apple):
    apple.refusals = [(403, {}, {"reason": "ExpiredProviderToken"})] * 6
    with pytest.raises(VendorAway):
        await to_apple.send(MESSAGE)
    assert len(apple.tokens) == 6


async def test_apple_tells_since_when_a_device_is_gone(to_apple, apple):
    apple.refusals = [(410, {}, {"reason": "Unregistered", "timestamp": 1_700_000_000_000})]
    with pytest.raises(DeviceGone) as told:
        await to_apple.send(MESSAGE)
    assert told.value.since == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


async def test_apple_does_not_know_a_bad_token(to_apple, apple):
    apple.refusals = [(400, {}, {"reason": "BadDeviceToken"})]
    with pytest.raises(DeviceGone):
        await to_apple.send(MESSAGE)


async def test_a_wrong_topic_costs_no_device(to_apple, apple):
    apple.refusals = [(400, {}, {"reason": "DeviceTokenNotForTopic"})]
    with pytest.raises(VendorRefused) as told:
        await to_apple.send(MESSAGE)
    assert not isinstance(told.value, DeviceGone)


async def test_apple_is_asked_again_when_it_is_busy(to_apple, apple):
    apple.refusals = [(429, {}, {"reason": "TooManyRequests"}), (503, {}, {"reason": "Shutdown"})]
    await to_apple.send(MESSAGE)
    assert len(apple.tokens) == 3


async def test_a_token_cannot_leave_its_place_in_the_path(to_apple, apple_server):
    await to_apple.send(replace(MESSAGE, token="../x?y#z"))
    assert apple_server.asked[0].path == "/3/device/..%2Fx%3Fy%23z"


@pytest.mark.parametrize("key", ["", "secret-4711", private_pem(GOOGLES_KEY)])
def test_what_is_no_key_of_apple_is_refused_without_quoting_it(key):
    with pytest.raises(ValueError, match="no P-256 key") as told:
        Apns(key=key, key_id="k", team_id="t", topic="x", url="https://apple.test")
    assert "4711" not in str(told.value)


async def test_null_keeps_the_last_messages():
    push = NullPush()
    for number in range(1_001):
        await push.send(replace(MESSAGE, key=str(number)))
    assert len(push.sent) == 1_000
    assert push.sent[-1].key == "1000"


async def test_each_message_goes_to_the_service_of_its_token():
    apple, google = NullPush(), NullPush()
    push = PushByProvider({"apns": apple, "fcm": google})
    await push.send(MESSAGE)
    await push.send(replace(MESSAGE, provider="apns"))
    assert [len(apple.sent), len(google.sent)] == [1, 1]
    with pytest.raises(VendorRefused, match="No credentials are set for apns"):
        await PushByProvider({"fcm": google}).send(replace(MESSAGE, provider="apns"))


def test_settings_choose_who_sends_pushes(tmp_path):
    account, key = tmp_path / "account.json", tmp_path / "key.p8"
    account.write_text(service_account("https://oauth2.googleapis.com/token"))
    key.write_text(private_pem(APPLES_KEY))
    none = {"fcm_credentials_path": None, "apns_key_path": None}
    apple = {"apns_key_path": key, "apns_key_id": "k", "apns_team_id": "t", "apns_topic": "x"}
    for given, kinds in (
        ({}, None),
        ({"fcm_credentials_path": account}, {"fcm": Fcm}),
        ({**apple, "apns_sandbox": True}, {"apns": Apns}),
    ):
        push = integrations.push_of(SimpleNamespace(**{**none, **given}))
        if kinds is None:
            assert isinstance(push, NullPush)
        else:
            assert {name: type(each) for name, each in push._providers.items()} == kinds


def test_a_token_is_not_in_what_a_message_shows_of_itself():
    assert "token-of-ada" not in repr(MESSAGE)
