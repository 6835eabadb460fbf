"""Settings are described, typed, secret where they must be, and safe in production."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

import settings as module
from settings import Settings, SettingsError, get_settings

ROOT = Path(__file__).parents[1]
NAMES = {module.variable(name, field) for name, field in Settings.model_fields.items()}
PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "s" * 32,
    "DATABASE_URL": "postgresql://kith:unspoken@db/kith",
    "REDIS_URL": "redis://:unspoken@redis:6379/0",
    "QDRANT_URL": "http://qdrant:6333",
    "COOKIE_SECURE": "true",
    "EMAIL_BACKEND": "none",
    "PUBLIC_URL": "https://api.kith.example",
    "FRONTEND_URL": "https://kith.example",
    "CORS_ORIGINS": "https://kith.example",
    "ALLOWED_HOSTS": "api.kith.example",
}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path):
    """No variable of this machine and no `.env` of the checkout reaches a test."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
def set_environment(monkeypatch):
    def set_environment(**values):
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return set_environment


def problems():
    with pytest.raises(SettingsError) as refusal:
        get_settings()
    return refusal.value.problems


def test_the_defaults_work_without_any_variable():
    settings = get_settings()
    assert settings.environment == "development"
    assert settings.is_embedded
    assert not settings.is_production
    assert (settings.port, settings.data_dir) == (8000, Path(".kith"))
    assert (settings.graphiql, settings.introspection, settings.eager_jobs) == (True, True, True)
    assert not settings.json_logs


def test_settings_are_read_once(set_environment):
    first = get_settings()
    set_environment(PORT="9000")
    assert get_settings() is first


def test_settings_do_not_change_after_they_are_read():
    with pytest.raises(ValidationError):
        get_settings().port = 9000


def test_variables_win_over_the_file(set_environment, tmp_path):
    (tmp_path / ".env").write_text(
        "PORT=9001\nHOST=0.0.0.0\nPOSTGRES_PASSWORD=of-another-program\n"
    )
    set_environment(PORT="9002")
    assert (get_settings().port, get_settings().host) == (9002, "0.0.0.0")  # noqa: S104


def test_an_empty_variable_is_a_missing_one(set_environment):
    set_environment(DATABASE_URL="", PORT="")
    assert (get_settings().database_url, get_settings().port) == (None, 8000)


def test_lists_are_separated_by_commas(set_environment):
    set_environment(CORS_ORIGINS="https://a.example, https://b.example,")
    assert get_settings().cors_origins == ["https://a.example", "https://b.example"]


def test_the_environment_has_its_own_name(set_environment):
    set_environment(APP_ENV="test", ENVIRONMENT="production")
    assert get_settings().environment == "test"


def test_tests_may_give_values_by_name(set_environment):
    set_environment(PORT="9000", APP_ENV="development")
    settings = Settings(_env_file=None, port=0, environment="test")
    assert (settings.port, settings.environment) == (0, "test")


def test_an_unknown_value_is_refused():
    with pytest.raises(TypeError, match="No such settings: prot"):
        Settings(prot=9000)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "65536"),
        ("APP_ENV", "staging"),
        ("ACCESS_TOKEN_MINUTES", "0"),
        ("LIVE_POLL_SECONDS", "-1"),
        ("COOKIE_SECURE", "perhaps"),
        ("EMBEDDING_API_URL", "api.openai.com/v1"),
        ("EMBEDDING_API_DIMENSIONS", "0"),
    ],
)
def test_a_malformed_value_is_named(set_environment, name, value):
    set_environment(**{name: value})
    assert [problem.split(":")[0] for problem in problems()] == [name]


def test_a_malformed_value_is_not_repeated(set_environment):
    set_environment(JWT_ALGORITHM="hidden-value")
    assert "hidden-value" not in "".join(problems())


def test_a_complete_production_starts(set_environment):
    set_environment(**PRODUCTION)
    settings = get_settings()
    assert settings.is_production
    assert not settings.is_embedded
    assert (settings.graphiql, settings.introspection, settings.eager_jobs) == (False, False, False)
    assert settings.json_logs


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is the development default"),
        ("SECRET_KEY", "s" * 31, "SECRET_KEY is shorter than 32 characters"),
        ("DATABASE_URL", "", "DATABASE_URL is missing"),
        ("REDIS_URL", "", "REDIS_URL is missing"),
        ("QDRANT_URL", "", "QDRANT_URL is missing"),
        ("COOKIE_SECURE", "false", "COOKIE_SECURE is false"),
        ("CORS_ORIGINS", "https://kith.example,*", r"CORS_ORIGINS holds *"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS holds *"),
        ("ALLOWED_HOSTS", "localhost", "ALLOWED_HOSTS lacks api.kith.example"),
        ("PUBLIC_URL", "http://api.kith.example", "PUBLIC_URL is not https"),
        ("FRONTEND_URL", "http://kith.example", "FRONTEND_URL is not https"),
        ("JWT_ALGORITHM", "RS256", "JWT_ALGORITHM is RS256"),
        ("EMAIL_BACKEND", "console", "EMAIL_BACKEND is console"),
    ],
)
def test_production_refuses_what_is_unsafe(set_environment, name, value, sentence):
    set_environment(**PRODUCTION | {name: value})
    (problem,) = problems()
    assert problem.startswith(sentence)


@pytest.mark.parametrize(
    ("url", "key", "is_refused"),
    [
        ("http://embeddings.example/v1", "hidden", True),
        ("http://embeddings:8080/v1", "", False),
        ("https://embeddings.example/v1", "hidden", False),
        ("", "hidden", False),
    ],
)
def test_production_sends_the_key_of_the_embedding_api_encrypted_only(
    set_environment, url, key, is_refused
):
    set_environment(**PRODUCTION, EMBEDDING_API_URL=url, EMBEDDING_API_KEY=key)
    if is_refused:
        (problem,) = problems()
        assert problem.startswith("EMBEDDING_API_URL is not https")
        assert "hidden" not in problem
    else:
        assert get_settings().embedding_api_url == (url or None)


def test_all_problems_are_listed_at_once(set_environment):
    set_environment(APP_ENV="production", EMAIL_BACKEND="smtp")
    named = {problem.split()[0] for problem in problems()}
    assert named >= {"SECRET_KEY", "DATABASE_URL", "COOKIE_SECURE", "PUBLIC_URL", "EMAIL_BACKEND"}


def test_development_accepts_what_production_refuses(set_environment):
    set_environment(CORS_ORIGINS="*", ALLOWED_HOSTS="*", JWT_ALGORITHM="RS256")
    assert get_settings().allowed_hosts == ["*"]


@pytest.mark.parametrize("key", ["RSA_PRIVATE_KEY_PATH", "RSA_PUBLIC_KEY_PATH"])
def test_one_half_of_a_key_pair_is_refused(set_environment, key):
    set_environment(**{key: "key.pem"})
    assert "go together" in problems()[0]


def test_mails_by_sendgrid_need_a_key(set_environment):
    set_environment(EMAIL_BACKEND="sendgrid")
    assert problems() == ["EMAIL_BACKEND is sendgrid: set SENDGRID_API_KEY."]


def test_a_key_of_apple_needs_to_be_named(set_environment):
    set_environment(APNS_KEY_PATH="key.p8", APNS_KEY_ID="K")
    (problem,) = problems()
    assert "set APNS_TEAM_ID, APNS_TOPIC too" in problem


def test_secrets_are_not_shown(set_environment):
    secrets = {
        name: "unspoken" * 6
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation)
    }
    set_environment(**PRODUCTION | {name.upper(): value for name, value in secrets.items()})
    settings = get_settings()
    assert set(secrets) == {
        "secret_key",
        "qdrant_api_key",
        "smtp_password",
        "sendgrid_api_key",
        "embedding_api_key",
        "s3_secret_access_key",
        "cloudinary_api_secret",
        "content_safety_key",
        "typesense_api_key",
    }
    assert "unspoken" not in repr(settings) + str(settings)
    assert isinstance(settings.secret_key, SecretStr)


def test_started_embedded_stores_are_filled_in():
    settings = get_settings().with_embedded(database_url="postgresql://x", redis_url="unix://x")
    assert (settings.database_url, settings.redis_url) == ("postgresql://x", "unix://x")
    assert settings.eager_jobs
    assert not settings.is_embedded


def test_a_given_store_is_kept(set_environment):
    set_environment(DATABASE_URL="postgresql://given")
    settings = get_settings()
    assert settings.is_embedded
    filled = settings.with_embedded(database_url="postgresql://x", redis_url="unix://x")
    assert (filled.database_url, filled.redis_url) == ("postgresql://given", "unix://x")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_described(name):
    assert module.descriptions()[name]


def test_the_example_file_is_current():
    text = (ROOT / ".env.example").read_text()
    assert text == module.example(), "run `python -m settings > .env.example`"
    assert {line[1:].split("=")[0] for line in text.splitlines() if line[1:2].isalpha()} == NAMES


def test_the_example_file_changes_nothing_when_copied(tmp_path):
    before = get_settings().model_dump()
    lines = (ROOT / ".env.example").read_text().splitlines()
    active = [line.removeprefix("#") if line[1:2].isalpha() else line for line in lines]
    (tmp_path / ".env").write_text("\n".join(active))
    get_settings.cache_clear()
    assert get_settings().model_dump() == before
