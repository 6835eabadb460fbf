"""Tokens: signed claims of a session, with one pinned algorithm; the only reader of any token."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jose import JWTError, jwk, jwt

from persistence.rows import Row

_TOKENS_REMEMBERED = 10_000


class TokenType(StrEnum):
    """What a token is good for."""

    ACCESS = "access"
    REFRESH = "refresh"


class InvalidToken(Exception):
    """The token was not signed by us for this, or was changed."""


class ExpiredToken(InvalidToken):
    """The token was good and is not any more."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says.

    Attributes:
        account_id: who.
        session_id: in which session.
        generation: how often the session was refreshed when the token was signed.
    """

    account_id: UUID
    session_id: UUID
    generation: int


class Tokens:
    """Signs and reads tokens.

    The same session row always gives the same tokens, so nothing of a token has to be stored for
    a retried log-in to answer the same.

    Args:
        algorithm: HS256 or RS256; a token that names another one is refused.
        signing_key: the secret, or the private key as PEM.
        verifying_key: the secret, or the public key as PEM.
        issuer: who signs.
        audience: for whom.
        access_lifetime: how long an access token is good.
    """

    def __init__(
        self,
        *,
        algorithm: str,
        signing_key: str,
        verifying_key: str,
        issuer: str,
        audience: str,
        access_lifetime: timedelta,
    ) -> None:
        self._algorithm = algorithm
        self._signing_key = signing_key
        self._verifying_key = verifying_key
        self._issuer = issuer
        self._audience = audience
        self._access_lifetime = access_lifetime
        # A client sends the same token all the time, and its signature stays good.
        self._verified = lru_cache(maxsize=_TOKENS_REMEMBERED)(self._verify)

    @classmethod
    def from_settings(cls, settings: Any) -> Self:
        """Make them as the deployment wants them; development makes RSA keys of its own."""
        if settings.jwt_algorithm == "RS256":
            signing_key, verifying_key = _rsa_keys(settings)
        else:
            signing_key = verifying_key = settings.secret_key.get_secret_value()
        return cls(
            algorithm=settings.jwt_algorithm,
            signing_key=signing_key,
            verifying_key=verifying_key,
            issuer=settings.token_issuer,
            audience=settings.token_audience,
            access_lifetime=timedelta(minutes=settings.access_token_minutes),
        )

    def access_token(self, session: Row) -> str:
        """Sign the access token of a session, good from its last refresh on."""
        return self._signed(TokenType.ACCESS, session, self.access_expires_at(session))

    def refresh_token(self, session: Row) -> str:
        """Sign the refresh token of a session's present generation."""
        return self._signed(TokenType.REFRESH, session, session.expires_at)

    def access_expires_at(self, session: Row) -> datetime:
        """When the access token of a session ends; tokens count whole seconds."""
        moment: datetime = session.refreshed_at + self._access_lifetime
        return moment.replace(microsecond=0)

    def read(self, token: str, wanted: TokenType, now: datetime) -> Claims:
        """Read a token.

        Args:
            token: as it was signed, to the byte.
            wanted: what it must be good for.
            now: the moment, with time zone; a token is good strictly before its expiry.

        Raises:
            ExpiredToken: it was good until its expiry.
            InvalidToken: it is no token of ours for this.
        """
        kind, read, expires_at = self._verified(token)
        if kind != wanted:
            raise InvalidToken(f"This is no {wanted} token.")
        # jose still takes a token in the second of its expiry.
        if now.timestamp() >= expires_at:
            raise ExpiredToken("The token has expired.")
        return read

    def _verify(self, token: str) -> tuple[Any, Claims, float]:
        """Give what a token of ours says: its kind, its claims and its expiry (Unix seconds)."""
        _refuse_other_spellings(token)
        try:
            claims = jwt.decode(
                token,
                self._verifying_key,
                algorithms=[self._algorithm],
                audience=self._audience,
                issuer=self._issuer,
                # To require the expiry would be to check it, by jose's own clock.
                options={"verify_exp": False, "require_aud": True, "require_iss": True},
            )
            read = Claims(UUID(claims["sub"]), UUID(str(claims["sid"])), int(claims["gen"]))
            return claims.get("typ"), read, float(claims["exp"])
        except (JWTError, KeyError, TypeError, ValueError, OverflowError) as error:
            raise InvalidToken("This is no token of ours.") from error

    def public_keys(self) -> list[dict[str, Any]]:
        """The public keys that verify our tokens (RFC 7517); none when a secret signs."""
        if self._algorithm != "RS256":
            return []
        key = jwk.construct(self._verifying_key, self._algorithm).to_dict()
        return [{**key, "use": "sig"}]

    def _signed(self, kind: TokenType, session: Row, expires_at: datetime) -> str:
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(session.account_id),
            "sid": str(session.session_id),
            "gen": session.generation,
            "typ": kind.value,
            "iat": int(session.refreshed_at.timestamp()),
            "exp": int(expires_at.astimezone(UTC).timestamp()),
        }
        token: str = jwt.encode(claims, self._signing_key, algorithm=self._algorithm)
        return token


def _refuse_other_spellings(token: str) -> None:
    # The last character of a part has bits that decoding ignores; only our spelling is the token.
    try:
        for part in token.split("."):
            raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
            if base64.urlsafe_b64encode(raw).decode().rstrip("=") != part:
                raise InvalidToken("This is no token of ours.")
    except (ValueError, binascii.Error) as error:
        raise InvalidToken("This is no token of ours.") from error


def _rsa_keys(settings: Any) -> tuple[str, str]:
    private = settings.rsa_private_key_path or _development_keys(settings.data_dir)
    public = settings.rsa_public_key_path or private.with_suffix(".pub")
    return private.read_text(), public.read_text()


def _development_keys(folder: Path) -> Path:
    path = folder / "token_key.pem"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        path.touch(mode=0o600)
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        path.with_suffix(".pub").write_bytes(
            key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
    return path
