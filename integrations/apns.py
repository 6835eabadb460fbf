"""The Apple Push Notification service: pushes over HTTP/2, signed in by provider tokens."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwk, jwt

from integrations.push import DeviceGone, Push, PushMessage
from integrations.vendors import HttpVendor, Sleep, VendorAway, VendorRefused, answered

# Apple wants a new token every 20 to 60 minutes: earlier is too many, later is expired.
_TOKEN_SECONDS = 40 * 60
_GONE = {"BadDeviceToken", "Unregistered", "ExpiredToken"}
_KEPT_SECONDS = 24 * 3600


class Apns(Push):
    """Sends by ``POST {url}/3/device/{token}``.

    Args:
        key: the signing key, the text of Apple's ``.p8`` file.
        key_id: names the key.
        team_id: whose it is.
        topic: the app's bundle id.
        url: where APNs is; its sandbox is at ``https://api.sandbox.push.apple.com``.
        sleep: how to wait between attempts.

    Raises:
        ValueError: the key is none.
    """

    def __init__(
        self,
        *,
        key: str,
        key_id: str,
        team_id: str,
        topic: str,
        url: str,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        _check(key)
        self._key = jwk.construct(key, "ES256")
        self._key_id, self._team_id, self._topic = key_id, team_id, topic
        self._url = url.rstrip("/")
        self._vendor = HttpVendor("apns", http2=True, sleep=sleep)
        self._token, self._signed_at = "", 0.0

    async def send(self, message: PushMessage) -> None:
        """Send a message; see `Push.send`."""
        await self._vendor.call(lambda: self._send(message))

    async def close(self) -> None:
        """Close the connections."""
        await self._vendor.close()

    async def _send(self, message: PushMessage) -> None:
        token = self._provider_token()
        response = await self._post(message, token)
        reason = str(answered(response).get("reason", ""))
        if reason == "ExpiredProviderToken":
            if token == self._token:
                self._signed_at = 0.0
            response = await self._post(message, self._provider_token())
            reason = str(answered(response).get("reason", ""))
        if response.status_code == 200:
            return
        if response.status_code == 410 or reason in _GONE:
            raise DeviceGone(_moment(answered(response).get("timestamp")))
        if reason == "ExpiredProviderToken":
            raise VendorAway("apns does not take a provider token that is new: check the clock.")
        raise VendorRefused(f"apns refuses with {response.status_code} {reason}.")

    async def _post(self, message: PushMessage, token: str) -> Any:
        headers = {
            "authorization": f"bearer {token}",
            "apns-id": str(uuid5(NAMESPACE_URL, message.key)),
            "apns-topic": self._topic,
            "apns-collapse-id": message.collapse_key,
            "apns-push-type": "background" if message.is_silent else "alert",
            "apns-priority": "5" if message.is_silent else "10",
            "apns-expiration": str(int(time.time()) + _KEPT_SECONDS),
        }
        url = f"{self._url}/3/device/{quote(message.token, safe='')}"
        return await self._vendor.post(url, headers=headers, json=_payload(message))

    def _provider_token(self) -> str:
        now = time.time()
        if now - self._signed_at >= _TOKEN_SECONDS:
            claims = {"iss": self._team_id, "iat": int(now)}
            self._token = jwt.encode(claims, self._key, "ES256", headers={"kid": self._key_id})
            self._signed_at = now
        return self._token


def _check(text: str) -> None:
    try:
        key = serialization.load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None  # their own texts may quote it
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise ValueError("The key of APNs is no P-256 key as PEM.")


def _payload(message: PushMessage) -> dict[str, Any]:
    aps: dict[str, Any] = {"content-available": 1}
    if not message.is_silent:
        aps = {
            "alert": {"title": message.title, "body": message.body},
            "sound": "default",
            "thread-id": message.collapse_key,
        }
    if message.badge is not None:
        aps["badge"] = message.badge
    return {"aps": aps, **message.data}


def _moment(milliseconds: Any) -> datetime | None:
    if not isinstance(milliseconds, int | float):
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
