from pathlib import Path

import pytest

from changming.infra.settings import load_settings
from changming.kernel.errors import ChangmingError


def test_command_line_beats_environment_beats_file(tmp_path: Path) -> None:
    file = tmp_path / "changming.toml"
    file.write_text('port = 1\nlog_level = "error"\npool_size = 5\n')
    settings = load_settings({"CHANGMING_PORT": "2", "CHANGMING_LOG_LEVEL": "debug"}, file=file, overrides={"port": 4})
    assert (settings.port, settings.log_level, settings.pool_size) == (4, "debug", 5)


def test_unset_overrides_do_not_count() -> None:
    assert load_settings({}, overrides={"port": None}).port == 8300


@pytest.mark.parametrize(
    ("environment", "code", "named"),
    [
        ({"CHANGMING_PROT": "1"}, "setting_unknown", "port"),
        ({"CHANGMING_PORT": "many"}, "setting_not_a_number", "port"),
        ({"CHANGMING_PORT": "70000"}, "setting_not_a_number", "port"),
        ({"CHANGMING_BEHIND_PROXY": "perhaps"}, "setting_not_true_or_false", "behind_proxy"),
        ({"CHANGMING_POOL_SIZE": "3"}, "setting_too_small", "pool_size"),
        ({"CHANGMING_LOG_LEVEL": "loud"}, "setting_not_a_level", "log_level"),
        ({"CHANGMING_HOST": "0.0.0.0"}, "address_needs_tls", "0.0.0.0"),  # noqa: S104 - refused is the point
        ({"CHANGMING_HOST": "desk.example"}, "address_needs_tls", "desk.example"),
        ({"CHANGMING_TLS_CERT": "/nowhere"}, "setting_half_tls", "tls_key"),
        ({"CHANGMING_LLM_URL": "https://model.example/v1"}, "setting_half_llm", "llm_model"),
        (
            {"CHANGMING_LLM_URL": "http://localhost.model.example/v1", "CHANGMING_LLM_MODEL": "m"},
            "setting_llm_not_https",
            "llm_url",
        ),
        ({"CHANGMING_LLM_URL": "file:///v1", "CHANGMING_LLM_MODEL": "m"}, "setting_llm_not_https", "llm_url"),
        ({"CHANGMING_LLM_URL": "https://model:99999/v1", "CHANGMING_LLM_MODEL": "m"}, "setting_llm_not_https", "llm"),
        ({"CHANGMING_LLM_URL": "https://[::1/v1", "CHANGMING_LLM_MODEL": "m"}, "setting_llm_not_https", "llm_url"),
        ({"CHANGMING_TLS_CERT": "/nowhere", "CHANGMING_TLS_KEY": "/nowhere"}, "setting_no_file", "tls_cert"),
    ],
)
def test_a_bad_setting_is_named(environment: dict[str, str], code: str, named: str) -> None:
    with pytest.raises(ChangmingError) as refused:
        load_settings(environment)
    assert refused.value.code == code
    assert named in str(refused.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_loopback_needs_no_tls(host: str) -> None:
    assert load_settings({"CHANGMING_HOST": host}).loopback


def test_behind_a_proxy_any_address_will_do() -> None:
    assert load_settings({"CHANGMING_HOST": "0.0.0.0", "CHANGMING_BEHIND_PROXY": "true"}).behind_proxy  # noqa: S104 - as above


def test_a_key_is_not_shown() -> None:
    given = {
        "CHANGMING_LLM_URL": "http://127.0.0.1:1/v1",
        "CHANGMING_LLM_MODEL": "m",
        "CHANGMING_LLM_KEY": "secret-key",
    }
    settings = load_settings(given)
    assert settings.llm_key == "secret-key"
    assert "secret-key" not in repr(settings)
