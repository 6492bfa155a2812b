"""What holds for every command: two languages, exit codes, calm endings."""

import argparse
import inspect
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module

import pytest
from tests.commands.conftest import Cli, Start, line_of

from changming import __version__
from changming.commands import COMMANDS
from changming.commands.terminal import prepare_streams, progress, say
from changming.commands.usage import Parser
from changming.kernel.messages import Lang, catalogue

HAN = re.compile(r"[一-鿿]")
ACTS = [
    (command.name, *act)
    for command in COMMANDS
    for act in {
        "packs": [(act,) for act in ("check", "list", "show", "diff", "publish", "retract", "replay", "history")],
        "ledger": [("export",), ("verify",), ("prove",), ("audit",), ("adopt",)],
        "staff": [("add",), ("list",), ("disable",), ("link",)],
        "vault": [("status",), ("rotate",), ("erase",)],
    }.get(command.name, [()])
]


def acts_of(parser: argparse.ArgumentParser, *words: str) -> Iterator[tuple[str, ...]]:
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not inner:
        yield words
    for action in inner:
        for name, one in action.choices.items():
            yield from acts_of(one, *words, name)


def test_every_act_of_every_command_is_tried_here() -> None:
    found = []
    for command in COMMANDS:
        parser = Parser()
        import_module(command.module).configure(parser)
        found += list(acts_of(parser, command.name))
    assert sorted(found) == sorted(ACTS)


@pytest.mark.parametrize("words", [(), *((command.name,) for command in COMMANDS), *ACTS])
def test_help_speaks_the_terminal_s_language_alone(cli: Cli, words: tuple[str, ...]) -> None:
    chinese, english = cli(*words, "--help"), cli(*words, "--help", lang=Lang.EN)
    assert (chinese.code, english.code) == (0, 0)
    assert not HAN.search(english.out.replace("值班员 2 号", ""))  # the example of a work name
    for line in chinese.out.splitlines():
        said = re.sub(
            r"changming [a-z ]+|[a-z]+://\S+|\[[^\]]*\]|--[a-z-]+|\b[A-Z][A-Za-z]*\b|[a-z]+(?:\|[a-z]+)+|\{.*?\}",
            "",
            line,
        )
        assert not re.search(r"[a-z]+ [a-z]+ [a-z]+", said), line


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nosuch",),
        ("--nosuch",),
        ("ask", "--nosuch"),
        ("ask", "--at"),
        ("ask", "身份证", "--json=yes"),
        ("packs",),
        ("packs", "nosuch"),
        ("staff", "add"),
        ("staff", "add", "值班员 2 号", "--role", "king"),
        ("serve", "--port", "many"),
        ("ledger", "verify", "."),
        ("ledger", "prove", "-1"),
        ("ledger", "prove", "9" * 30),
        ("ledger", "adopt", "/nowhere"),
        ("ask", "x", "--batch", "y"),
    ],
)
def test_wrong_usage_ends_with_two_and_the_next_step(cli: Cli, words: tuple[str, ...]) -> None:
    for lang, usage in ((Lang.ZH, "用法："), (Lang.EN, "usage: ")):
        ran = cli(*words, lang=lang)
        assert ran.code == 2
        assert not ran.out
        assert ran.err.startswith(usage)
        assert ran.err.splitlines()[-1].endswith("--help")
        wrong = ran.err.splitlines()[-2]
        assert bool(HAN.search(wrong.replace("值班员 2 号", "").replace("身份证", ""))) == (lang is Lang.ZH)


def test_the_words_we_translate_are_argparse_s_own() -> None:
    source = inspect.getsource(argparse)
    ours = [entry["en"] for key, entry in catalogue().items() if key.startswith("cli.argparse.")]
    assert len(ours) > 10
    assert [words for words in ours if words not in source] == []


def test_the_version_is_told(cli: Cli) -> None:
    assert cli("--version").out == f"changming {__version__}\n"


@pytest.mark.parametrize(
    ("locale", "usage"),
    [("zh_CN.UTF-8", "用法："), ("C", "用法："), ("", "用法："), ("en_GB.UTF-8", "usage: "), ("en", "usage: ")],
)
def test_the_locale_chooses_the_language(cli: Cli, locale: str, usage: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        cli.patch.delenv(name, raising=False)
    cli.patch.setenv("LANG", locale)
    cli.capture.readouterr()
    from changming.cli import main

    assert main([]) == 2
    assert cli.capture.readouterr().err.startswith(usage)


def test_a_reader_who_leaves_is_no_accident(start: Start) -> None:
    process = start("mask", "--batch", "-")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b'{"text": "x"}\n')
    process.stdin.flush()
    assert line_of(process) == '{"masked": "x", "found": []}\n'  # a line is answered before the next comes
    process.stdout.close()
    process.stdin.write(b'{"text": "x"}\n')
    process.stdin.flush()
    assert process.wait(30) == 0
    assert process.stderr is not None
    assert process.stderr.read() == b""


@pytest.mark.parametrize("command", ["ask", "mask"])
def test_ctrl_c_ends_calmly(start: Start, command: str) -> None:
    process = start(command, "--batch", "-")
    assert process.stdin is not None
    process.stdin.write(b'{"text": "x"}\n')
    process.stdin.flush()
    assert json.loads(line_of(process))["masked"] == "x"  # it waits for the next line now
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"")


def test_an_output_that_takes_nothing_is_said(start: Start) -> None:
    read_end, write_end = os.pipe()  # as a full disk: writing to a pipe's reading end is refused
    try:
        process = start("mask", "证件", stdout=read_end)
        _, err = process.communicate(timeout=30)
    finally:
        os.close(read_end)
        os.close(write_end)
    assert process.returncode == 1
    assert len(err.decode().splitlines()) == 2


def test_closed_streams_do_no_harm() -> None:
    shell = subprocess.run(
        ["sh", "-c", '"$0" -P -m changming.cli mask x >&-; "$0" -P -m changming.cli mask --json <&-', sys.executable],
        capture_output=True,
        check=True,
        timeout=60,
        env={"PATH": os.environ["PATH"]},
    )
    assert (shell.stdout, shell.stderr) == (b'{"masked": "", "found": []}\n', b"")


def test_output_is_utf_8_whatever_the_locale(start: Start) -> None:
    process = start("mask", "证件 13800138000", env={"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0", "LC_ALL": "C"})
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out.decode(), err) == (0, "证件 138****8000\n", b"")


def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    progress(1, 2)
    progress(2, 2)
    assert capsys.readouterr().err == "1/2\n2/2\n"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress(1, 2)
    progress(2, 2)
    assert capsys.readouterr().err == f"\r[{'#' * 15}{'.' * 15}] 1/2\r[{'#' * 30}] 2/2\n"


def test_a_text_is_not_waited_for_at_a_terminal(start: Start) -> None:
    leader, follower = os.openpty()
    try:
        process = start("ask", stdin=follower)
        _, err = process.communicate(timeout=30)
    finally:
        os.close(leader)
        os.close(follower)
    assert process.returncode == 2
    assert "没有给文字" in err.decode()


def test_a_line_leaves_at_once_where_nobody_sits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under a supervisor or into a log, the address and the sign-in link are read while the service runs."""
    log = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(log))
    prepare_streams()
    say("门户已开")
    assert log.getvalue() == "门户已开\n".encode()


HEAVY = (
    "numpy",
    "bm25s",
    "psycopg",
    "litestar",
    "uvicorn",
    "cryptography",
    "asyncio",
    "changming.trust",
    "changming.web",
)


@pytest.mark.parametrize(
    ("words", "spared"),
    [
        (("ask", "身份证丢了"), HEAVY),
        (("mask", "x"), (*HEAVY, "yaml", "rjieba", "changming.guidance")),
        (("packs", "list"), (*HEAVY, "rjieba")),
    ],
)
def test_a_command_without_a_desk_loads_nothing_of_one(words: tuple[str, ...], spared: tuple[str, ...]) -> None:
    program = "import sys; from changming.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    ran = subprocess.run(
        [sys.executable, "-P", "-c", program, *words], capture_output=True, text=True, check=True, timeout=60
    )
    assert [name for name in ran.stderr.split() if name.startswith(spared)] == []
