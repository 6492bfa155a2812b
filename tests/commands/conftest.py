"""Runs commands in this process, in a chosen language, on a folder and a database of the test's own."""

import io
import json
import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import structlog

from changming.cli import main
from changming.guidance.knowledge import load_edition
from changming.kernel.messages import Lang

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document that it printed."""
        (line,) = self.out.splitlines()
        return json.loads(line)

    @property
    def documents(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Cli:
    """``changming`` as a function."""

    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch

    def __call__(self, *words: str, stdin: str | bytes | None = None, lang: Lang = Lang.ZH) -> Ran:
        self.patch.setenv("LC_ALL", {Lang.ZH: "zh_CN.UTF-8", Lang.EN: "en_US.UTF-8"}[lang])
        given = stdin.encode() if isinstance(stdin, str) else stdin or b""
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="ascii"))
        self.capture.readouterr()
        code = main(words)
        out, err = self.capture.readouterr()
        return Ran(code, out, err)


read_once = cache(load_edition)
"""Packs do not change while the tests run; a process of its own reads them once, too."""


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Cli]:
    """``changming`` without any settings from outside."""
    for name in list(os.environ):
        if name == "DATABASE_URL" or (name.startswith("CHANGMING_") and not name.startswith("CHANGMING_TEST_")):
            monkeypatch.delenv(name)
    monkeypatch.setattr("changming.commands.ask.bundled_edition", lambda: read_once(ROOT / "packs"))
    kept = structlog.get_config()
    yield Cli(capsys, monkeypatch)
    structlog.configure(**kept)


@pytest.fixture
def desk(cli: Cli, fresh_dsn: str, tmp_path: Path) -> Cli:
    """``changming`` of a fresh desk: a database and keys of its own."""
    cli.patch.setenv("CHANGMING_DATABASE_URL", fresh_dsn)
    cli.patch.setenv("CHANGMING_KEYS", str(tmp_path / "keys"))
    return cli


def line_of(process: "subprocess.Popen[bytes]", *, patience_s: float = 60) -> str:
    """The next line that a process prints; AssertionError when it keeps silent."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], patience_s)
    assert ready, "it printed nothing"
    return process.stdout.readline().decode()


Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts ``changming`` as a process of its own; whatever still runs at the end is ended."""
    running: list[subprocess.Popen[bytes]] = []

    def begin(*words: str | bytes, **options: Any) -> "subprocess.Popen[bytes]":
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "zh_CN.UTF-8", **options.pop("env", {})}
        options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        program = [sys.executable, "-P", "-m", "changming.cli", *words]
        process = subprocess.Popen(program, env=environment, cwd=options.pop("cwd", "/"), **options)
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()
