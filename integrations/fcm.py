"""Firebase Cloud Messaging: pushes by its HTTP v1 API, signed in as a service account."""

import asyncio
import time
from typing import Any

import orjson
from jose import jwk, jwt
from jose.exceptions import JOSEError

from integrations.push import DeviceGone, Push, PushMessage
from integrations.vendors import HttpVendor, Sleep, VendorAway, VendorRefused, answered

_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTION_SECONDS = 3600
# A token must not end on its way.
_SPARE_SECONDS = 60


class Fcm(Push):
    """Sends by ``POST {url}/v1/projects/{project}/messages:send``.

    Args:
        credentials: the JSON of a service account's key, as Google's console gives it.
        url: where FCM is.
        sleep: how to wait between attempts.

    Raises:
        ValueError: that is no such key.
    """

    def __init__(
        self,
        credentials: str,
        *,
        url: str = "https://fcm.googleapis.com",
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        try:
            account = orjson.loads(credentials)
            self._email = account["client_email"]
            self._key = jwk.construct(account["private_key"], "RS256")
            self._key_id, self._token_url = account["private_key_id"], account["token_uri"]
            self._url = f"{url.rstrip('/')}/v1/projects/{account['project_id']}/messages:send"
        except (orjson.JSONDecodeError, JOSEError, KeyError, TypeError, ValueError):
            # Their own texts may quote the key.
            raise ValueError("The credentials of FCM are no key of a service account.") from None
        self._vendor = HttpVendor("fcm", sleep=sleep)
        self._signing_in = asyncio.Lock()
        self._token, self._token_ends_at = "", 0.0

    async def send(self, message: PushMessage) -> None:
        """Send a message; see `Push.send`."""
        await self._vendor.call(lambda: self._send(message))

    async def close(self) -> None:
        """Close the connections."""
        await self._vendor.close()

    async def _send(self, message: PushMessage) -> None:
        headers = {"Authorization": f"Bearer {await self._signed_in()}"}
        response = await self._vendor.post(
            self._url, headers=headers, json={"message": _message(message)}
        )
        if response.status_code == 200:
            return
        code = _code(answered(response))
        # For an argument that is wrong FCM names the field: only the token's is about the device.
        if code == "UNREGISTERED" or (code == "INVALID_ARGUMENT" and _blames_token(response)):
            raise DeviceGone
        if response.status_code == 401:
            self._token_ends_at = 0.0
            raise VendorAway("fcm does not take the token any more.")
        raise VendorRefused(f"fcm refuses with {response.status_code} {code}.")

    async def _signed_in(self) -> str:
        async with self._signing_in:
            if time.time() >= self._token_ends_at:
                await self._sign_in()
            return self._token

    async def _sign_in(self) -> None:
        now = int(time.time())
        claims = {
            "iss": self._email,
            "scope": _SCOPE,
            "aud": self._token_url,
            "iat": now,
            "exp": now + _ASSERTION_SECONDS,
        }
        assertion = jwt.encode(claims, self._key, "RS256", headers={"kid": self._key_id})
        response = await self._vendor.post(
            self._token_url, headers={}, data={"grant_type": _GRANT, "assertion": assertion}
        )
        answer = answered(response)
        if response.status_code != 200 or not isinstance(answer.get("access_token"), str):
            raise VendorRefused(f"Google refuses the service account with {response.status_code}.")
        self._token = answer["access_token"]
        self._token_ends_at = now + int(answer.get("expires_in", 0)) - _SPARE_SECONDS


def _message(message: PushMessage) -> dict[str, Any]:
    aps: dict[str, Any] = {"content-available": 1} if message.is_silent else {"sound": "default"}
    if message.badge is not None:
        aps["badge"] = message.badge
    shown = {"notification": {"title": message.title, "body": message.body}}
    android: dict[str, Any] = {
        "collapse_key": message.collapse_key,
        "priority": "normal" if message.is_silent else "high",
    }
    if not message.is_silent:
        android["notification"] = {"tag": message.collapse_key}
    return {
        "token": message.token,
        "data": dict(message.data),
        **({} if message.is_silent else shown),
        "android": android,
        "apns": {
            "headers": {
                "apns-collapse-id": message.collapse_key,
                "apns-push-type": "background" if message.is_silent else "alert",
                "apns-priority": "5" if message.is_silent else "10",
            },
            "payload": {"aps": aps},
        },
        "webpush": {"headers": {"Topic": message.collapse_key[:32]}},
    }


def _code(answer: dict[str, Any]) -> str:
    error = answer.get("error")
    if not isinstance(error, dict):
        return ""
    for detail in error.get("details") or ():
        if isinstance(detail, dict) and "errorCode" in detail:
            return str(detail["errorCode"])
    return str(error.get("status", ""))


def _blames_token(response: Any) -> bool:
    return "message.token" in response.text or "registration token" in response.text
