"""What an operator sets, and what is said when it is wrong."""

import os

import pytest

from gateway.contract import Limits
from gateway.settings import Settings, SettingsError, load_settings, variable


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GATEWAY_")]:
        monkeypatch.delenv(name)


def test_defaults() -> None:
    """
    Without any variable the gateway serves this machine, from a file in the current directory.
    """
    settings = load_settings()

    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.database_url == "sqlite:///gateway.db"
    assert settings.limits == Limits()


def test_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A variable replaces a default.
    """
    monkeypatch.setenv("GATEWAY_MAX_REPAIR_ORDERS", "5")
    monkeypatch.setenv("GATEWAY_MAX_BODY_BYTES", "6")
    monkeypatch.setenv("GATEWAY_MAX_REPORTED_ERRORS", "7")

    actual = load_settings().limits

    assert actual == Limits(max_repair_orders=5, max_body_bytes=6, max_reported_errors=7)


def test_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Compose files set a variable to nothing when they mean to leave it out.
    """
    monkeypatch.setenv("GATEWAY_PORT", "")

    assert load_settings().port == 8000


@pytest.mark.parametrize(("value", "expected"), [("on", True), ("off", False), ("false", False)])
def test_switch(monkeypatch: pytest.MonkeyPatch, value: str, *, expected: bool) -> None:
    """
    A switch is on or off.
    """
    monkeypatch.setenv("GATEWAY_GRAPHIQL", value)

    assert load_settings().graphiql is expected


def test_override_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    An override wins over the environment, unless it is None.
    """
    monkeypatch.setenv("GATEWAY_PORT", "81")
    monkeypatch.setenv("GATEWAY_HOST", "::1")

    settings = load_settings(port=82, host=None)

    assert (settings.port, settings.host) == (82, "::1")


def test_demo_has_its_own_database() -> None:
    """
    Trying the gateway out leaves the file of a real one alone.
    """
    assert load_settings(demo=True).database_url == "sqlite:///autospot-demo.db"


def test_demo_tells_its_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The demo tells its schema to everybody, unless somebody chose otherwise.
    """
    assert load_settings().introspection == "keyed"
    assert load_settings(demo=True).introspection == "on"

    monkeypatch.setenv("GATEWAY_INTROSPECTION", "off")

    assert load_settings(demo=True).introspection == "off"


def test_demo_uses_the_database_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A database that somebody chose is used in demo mode too.
    """
    monkeypatch.setenv("GATEWAY_DATABASE_URL", "sqlite:///mine.db")

    assert load_settings(demo=True).database_url == "sqlite:///mine.db"


@pytest.mark.parametrize(
    ("name", "value", "requirement"),
    [
        ("PORT", "http", "be a valid integer"),
        ("PORT", "65536", "be less than or equal to 65535"),
        ("GRACE_SECONDS", "-1", "be greater than or equal to 0"),
        ("LOG_FORMAT", "xml", "be 'auto', 'json' or 'text'"),
        ("DEMO", "perhaps", "be a valid boolean"),
        ("MAX_JSON_DEPTH", "9", "be greater than or equal to 10"),
        ("MAX_BODY_BYTES", "0", "be greater than or equal to 1"),
        *[("CORS_ORIGINS", value, "be origins like https://app.example, separated by commas, or *")
          for value in ("app.example", "https://app.example/", "https://a b", "null", "a,*",
                        "https://app.example,", "https://*.example", "*,*")],
        ("BATCH_PATH", "batch", "be a path like /batch/repair_orders, "
         "of letters, digits and - . _ ~"),
        ("BATCH_PATH", "/", "be a path like /batch/repair_orders, "
         "of letters, digits and - . _ ~"),
        ("BATCH_PATH", "/a/../b", "be a path like /batch/repair_orders, "
         "of letters, digits and - . _ ~"),
        ("BATCH_PATH", "/graphql", "not be /graphql or /-, nor below them: "
         "they are the gateway's own"),
        ("BATCH_PATH", "/-/batch", "not be /graphql or /-, nor below them: "
         "they are the gateway's own"),
        ("RATE_LIMIT", "10", "be off, or a number and a time, such as 1000/minute or 20/second"),
        ("RATE_LIMIT_FAILED_KEYS", "0/hour", "be off, or a number and a time, "
         "such as 1000/minute or 20/second"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "be addresses and networks with commas between them, "
         "such as 127.0.0.1,10.0.0.0/8"),
        ("TRUSTED_PROXIES", "127.0.0.1,", "be addresses and networks with commas between them, "
         "such as 127.0.0.1,10.0.0.0/8"),
        *(
            ("RATE_LIMIT_STORAGE", url, "be the URL of a Redis, such as redis://host:6379/0")
            for url in ("redis", "redis://", "http://h", "redis://h:x", "redis://h:70000",
                        "redis://[h", "redis://h/a", "redis://h?ssl=1", "redis://h#a")
        ),
        ("API_KEY_HEADER", "X Key", "be the name of an HTTP header, such as X-API-Key"),
        ("API_KEY_HEADER", "Content-Length", "not be a header that has a meaning of its own"),
        ("API_KEY_HEADER", "x-request-id", "not be a header that has a meaning of its own"),
    ],
)  # fmt: skip
def test_wrong_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, requirement: str
) -> None:
    """
    One sentence names the variable and says what it must be.
    """
    monkeypatch.setenv(f"GATEWAY_{name}", value)

    with pytest.raises(SettingsError) as raised:
        load_settings()

    assert str(raised.value) == f"GATEWAY_{name} must {requirement}."


def test_several_wrong_values_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    All that is wrong is said at once, so that an operator has to start only once more.
    """
    monkeypatch.setenv("GATEWAY_PORT", "x")
    monkeypatch.setenv("GATEWAY_DEMO", "x")

    with pytest.raises(SettingsError) as raised:
        load_settings()

    assert str(raised.value) == (
        "GATEWAY_PORT must be a valid integer; GATEWAY_DEMO must be a valid boolean."
    )


def test_wrong_value_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A password that was put into the wrong variable is not shown.
    """
    monkeypatch.setenv("GATEWAY_PORT", "sqlite://secret")

    with pytest.raises(SettingsError) as raised:
        load_settings()

    assert "secret" not in str(raised.value)


def test_database_url_is_not_shown() -> None:
    """
    The URL of a database may hold a password.
    """
    assert "secret" not in repr(load_settings(database_url="postgresql://u:secret@host/db"))


@pytest.mark.parametrize("name", ["GATEWAY_DATABASE_ULR", "gateway_database_ulr"])
def test_misspelt_variable(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """
    A typo does not silently leave a default in use.
    """
    monkeypatch.setenv(name, "sqlite:///important.db")

    with pytest.raises(SettingsError) as raised:
        load_settings()

    assert str(raised.value) == (
        f"{name} is not a setting of the gateway: did you mean GATEWAY_DATABASE_URL?"
    )


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_described(field: str) -> None:
    """
    Every setting says what it is; a number of something says of what.
    """
    description = Settings.model_fields[field].description or ""

    assert description.endswith("."), variable(field)


@pytest.mark.parametrize("rate", ["off", "1/second", "1000/minute", "20/hour", "5/DAY ", "OFF"])
def test_rates(rate: str) -> None:
    """
    A rate is so many in a time, or no limit.
    """
    settings = load_settings(rate_limit=rate, rate_limit_failed_keys=rate)

    assert settings.rate_limit == settings.rate_limit_failed_keys == rate.strip().lower()


def test_trusted_proxies() -> None:
    """
    Proxies are addresses and networks of both kinds; without the setting there are none.
    """
    settings = load_settings(trusted_proxies="127.0.0.1, 10.0.0.0/8,2001:db8::/32")

    assert [str(network) for network in settings.trusted_networks] == [
        "127.0.0.1/32",
        "10.0.0.0/8",
        "2001:db8::/32",
    ]
    assert load_settings().trusted_networks == []


@pytest.mark.parametrize(
    "url",
    ["redis://h", "redis://h/", "redis://:pass@h:6379/0", "rediss://user:pass@[::1]:6380/1"],
)
def test_redis(url: str) -> None:
    """
    Rates may be counted in a Redis, whose password is shown nowhere.
    """
    settings = load_settings(rate_limit_storage=url)

    assert settings.rate_limit_storage == url
    assert "pass" not in repr(settings)
