import json
import logging

import pytest
import structlog

from changming.infra.logs import configure_logs, redact_path
from changming.kernel.personal import Personal

SECRET = "11010519491231002X"


def _fail(value: str) -> None:
    raise ValueError(f"cannot read {value}")


def test_logs_hold_no_personal_data(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info")
    log = structlog.get_logger()
    log.info("said", body=Personal(SECRET), path=f"/r/{SECRET}?x=1")
    try:
        _fail(SECRET)
    except ValueError:
        log.exception("failed")
        logging.getLogger("library").exception("failed on %s", SECRET)
    lines = capsys.readouterr().err
    structlog.reset_defaults()
    logging.getLogger().handlers.clear()
    assert SECRET not in lines
    events = [json.loads(line) for line in lines.splitlines()]
    assert [event["event"] for event in events] == ["said", "failed", "library"]
    assert events[1]["error"] == "ValueError"
    assert any(place.startswith("test_logs:") or "test_logs" in place for place in events[1]["places"])


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/r/abc", "/r/…"),
        ("/g/abc/calendar.ics", "/g/…/calendar.ics"),
        ("/desk/sign-in/abc?x", "/desk/sign-in/…?x"),
        ("/case/CM-1", "/case/CM-1"),
    ],
)
def test_secret_paths_are_redacted(path: str, shown: str) -> None:
    assert redact_path(path) == shown
