"""``changming serve`` over TLS: 1.3 only, with the headers that belong to it; refused in clear beyond loopback."""

import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from changming.infra.postgres.embedded import Binaries
from changming.infra.postgres.embedded.accounts import server_account
from changming.infra.postgres.embedded.binaries import within_reach

ADDRESS = re.compile(rb"https?://[0-9.:\[\]]+")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="changming-tls-", dir="/tmp"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return cert_file, key_file


def command(*words: str) -> list[str]:
    return [sys.executable, "-P", "-m", "changming", "serve", *words]


@pytest.fixture(scope="module")
def environment(test_binaries: Binaries) -> dict[str, str]:
    binaries = within_reach(test_binaries, server_account(Path("/nonexistent")))
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CHANGMING_") and k != "DATABASE_URL"}
    return {**kept, "CHANGMING_PG_BINDIR": str(binaries.bindir), "PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="module")
def address(folder: Path, certificate: tuple[Path, Path], environment: dict[str, str]) -> Iterator[str]:
    """A desk that serves over TLS; it ends in order."""
    files = ("--tls-cert", str(certificate[0]), "--tls-key", str(certificate[1]))
    words = command("--data", str(folder / "desk"), "--port", "0", *files)
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        found = next(match for line in process.stdout if (match := ADDRESS.search(line)))
        yield found[0].decode()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate[0]))


def test_pages_come_over_tls_13(address: str, certificate: tuple[Path, Path]) -> None:
    assert address.startswith("https://")
    page = httpx.get(address, verify=context(certificate))
    assert page.status_code == 200
    assert "max-age" in page.headers["strict-transport-security"]
    cookies = page.headers.get_list("set-cookie")
    assert cookies
    assert all("secure" in cookie.lower() for cookie in cookies)


def test_older_tls_is_refused(address: str, certificate: tuple[Path, Path]) -> None:
    old = context(certificate)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(httpx.ConnectError):
        httpx.get(address, verify=old)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104 - refused is the point
def test_clear_http_beyond_loopback_is_refused(host: str, environment: dict[str, str]) -> None:
    refused = subprocess.run(
        command("--host", host), env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert refused.returncode == 1
    assert host in refused.stderr
    assert "--tls-cert" in refused.stderr


def test_a_taken_port_is_said_plainly(address: str, folder: Path, environment: dict[str, str]) -> None:
    port = address.rpartition(":")[2]
    words = command("--data", str(folder / "desk"), "--port", port)
    refused = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode == 1
    assert port in refused.stderr
    assert "--port" in refused.stderr
