import pytest

from changming.infra.http import comes_from_elsewhere

HOST = "desk.example:8300"


@pytest.mark.parametrize(
    ("headers", "elsewhere"),
    [
        ({}, False),
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "https://desk.example:8300"}, True),
        ({"origin": "https://desk.example:8300"}, False),
        ({"origin": "https://DESK.example:8300"}, False),
        ({"origin": "https://desk.example"}, True),
        ({"origin": "https://evil.example"}, True),
        ({"origin": "null"}, True),
        ({"origin": "http://["}, True),
    ],
)
def test_a_browser_tells_where_a_request_comes_from(*, headers: dict[str, str], elsewhere: bool) -> None:
    assert comes_from_elsewhere(headers, HOST) is elsewhere
