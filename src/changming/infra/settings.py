"""One typed object of settings, from a file, the environment and the command line, in that order of weight."""

import difflib
import ipaddress
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from changming.kernel.errors import ChangmingError

PREFIX = "CHANGMING_"
_RESERVED = frozenset({"CHANGMING_CONFIG", "CHANGMING_PG_BINDIR"})
"""Read elsewhere: the file itself, and where PostgreSQL's programs lie."""
SMALLEST_POOL = 4
"""Fewer connections, and background work and pages would wait for each other."""
_TEST_PREFIX = "CHANGMING_TEST_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything an operator can choose. A field is ``CHANGMING_<NAME>`` in the environment, ``name`` in the file."""

    data: Path | None = field(
        default=None,
        metadata={"why": "Data folder of the embedded PostgreSQL and the keys; a sensible place if unset."},
    )
    database_url: str | None = field(
        default=None, metadata={"why": "A PostgreSQL of your own (15 or newer) instead of the embedded one."}
    )
    keys: Path | None = field(
        default=None,
        metadata={"why": "Folder of the root key, the epoch keys and the ledger's key; beside the data if unset."},
    )
    host: str = field(
        default="127.0.0.1", metadata={"why": "Address to listen on. Anything but loopback needs TLS or behind_proxy."}
    )
    port: int = field(default=8300, metadata={"why": "Port to listen on."})
    tls_cert: Path | None = field(
        default=None, metadata={"why": "Certificate chain (PEM). With tls_key: TLS 1.3 only."}
    )
    tls_key: Path | None = field(default=None, metadata={"why": "Private key of the certificate (PEM)."})
    behind_proxy: bool = field(
        default=False, metadata={"why": "A proxy in front does TLS; the last X-Forwarded-Proto and -For are believed."}
    )
    public_url: str | None = field(
        default=None, metadata={"why": "How people reach the portal, for links; taken from the request if unset."}
    )
    ledger_origin: str = field(
        default="changming.example/ledger",
        metadata={"why": "The ledger's name in its checkpoints (C2SP tlog-checkpoint)."},
    )
    pool_size: int = field(default=8, metadata={"why": "Database connections this process holds at most."})
    asks_per_minute: int = field(default=20, metadata={"why": "Questions one visitor may ask in a minute."})
    posts_per_minute: int = field(default=60, metadata={"why": "Other submissions one visitor may make in a minute."})
    log_level: str = field(default="info", metadata={"why": "debug, info, warning or error."})
    llm_url: str | None = field(
        default=None,
        metadata={
            "why": "OpenAI-compatible endpoint (…/v1) of a language model that may rephrase answers; off if unset."
        },
    )
    llm_model: str | None = field(default=None, metadata={"why": "The model's name at that endpoint."})
    llm_key: str | None = field(
        default=None, repr=False, metadata={"why": "The endpoint's key, sent as a bearer token; none if unset."}
    )
    embedded_worker: bool = field(
        default=True, metadata={"why": "Whether serve also works through due work; off where workers run apart."}
    )

    @property
    def loopback(self) -> bool:
        """Whether ``host`` is reachable from this machine only."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def _convert(name: str, kind: object, value: object) -> object:
    raw = value if isinstance(value, str) else str(value)
    if kind == Path | None:
        return Path(raw).expanduser()
    if kind is int:
        try:
            number = int(raw)
        except ValueError:
            raise ChangmingError("setting_not_a_number", name=name, given=raw) from None
        if not 0 <= number <= 65535:  # noqa: PLR2004 - ports and counts alike
            raise ChangmingError("setting_not_a_number", name=name, given=raw)
        return number
    if kind is bool:
        if raw.lower() not in ("true", "false", "1", "0", "yes", "no"):
            raise ChangmingError("setting_not_true_or_false", name=name, given=raw)
        return raw.lower() in ("true", "1", "yes")
    return raw


def _unknown(name: str, known: Mapping[str, object]) -> ChangmingError:
    close = difflib.get_close_matches(name, known, n=1)
    return ChangmingError("setting_unknown", name=name, hint=f"→ {close[0]}?" if close else "")


def load_settings(
    environment: Mapping[str, str], *, file: Path | None = None, overrides: Mapping[str, object] | None = None
) -> Settings:
    """Settings from the TOML ``file``, over it the environment, over it the command line's ``overrides``.

    Raises:
        ChangmingError: ``setting_unknown``, or a code that begins with ``setting_`` and says what is wrong, naming the
            setting; ``address_needs_tls`` when the address is not loopback and neither TLS nor a proxy is given.
    """
    known = {f.name: f.type for f in fields(Settings)}
    found: dict[str, object] = {}
    if file is not None:
        found |= tomllib.loads(file.read_text(encoding="utf-8"))
    for variable, value in environment.items():
        if variable == "DATABASE_URL":
            found["database_url"] = value
        elif variable.startswith(PREFIX) and variable not in _RESERVED and not variable.startswith(_TEST_PREFIX):
            found[variable.removeprefix(PREFIX).lower()] = value
    found |= {name: value for name, value in (overrides or {}).items() if value is not None}
    for name in found:
        if name not in known:
            raise _unknown(name, known)
    converted: dict[str, Any] = {name: _convert(name, known[name], value) for name, value in found.items()}
    settings = Settings(**converted)
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise ChangmingError("setting_half_tls")
    for name in ("tls_cert", "tls_key"):
        path = getattr(settings, name)
        if path is not None and not path.is_file():
            raise ChangmingError("setting_no_file", name=name, path=path)
    if not settings.loopback and settings.tls_cert is None and not settings.behind_proxy:
        raise ChangmingError("address_needs_tls", host=settings.host)
    if (settings.llm_url is None) != (settings.llm_model is None):
        raise ChangmingError("setting_half_llm")
    if settings.llm_url is not None and not _may_carry_questions(settings.llm_url):
        raise ChangmingError("setting_llm_not_https", name="llm_url")
    if settings.pool_size < SMALLEST_POOL:
        raise ChangmingError("setting_too_small", name="pool_size", least=SMALLEST_POOL)
    if settings.log_level not in ("debug", "info", "warning", "error"):
        raise ChangmingError("setting_not_a_level", given=settings.log_level)


def _may_carry_questions(url: str) -> bool:
    """Whether masked questions may travel there: over TLS, or in plain HTTP to this very machine."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:  # no address, or a port that there is not
        return False
    near = parts.hostname in ("127.0.0.1", "localhost", "::1")
    return parts.hostname is not None and (parts.scheme == "https" or (parts.scheme == "http" and near))
