from typing import Any

from changming.infra.http import BehindProxy

US = ("192.0.2.1", 40000)


async def seen_by_the_application(*headers: tuple[bytes, bytes]) -> tuple[Any, str]:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)

    scope: Any = {"type": "http", "scheme": "http", "client": US, "headers": list(headers)}
    await BehindProxy(app)(scope, None, None)  # type: ignore[arg-type]  # the application neither reads nor answers
    return seen[0]["client"], seen[0]["scheme"]


async def test_what_the_proxy_added_counts_and_not_what_the_client_sent_along() -> None:
    name = b"x-forwarded-for"
    for headers in ([(name, b"9.9.9.9, 198.51.100.7")], [(name, b"9.9.9.9"), (name, b"198.51.100.7")]):
        assert (await seen_by_the_application(*headers))[0] == ("198.51.100.7", 0)


async def test_https_is_known_and_nonsense_is_left_aside() -> None:
    assert (await seen_by_the_application((b"x-forwarded-proto", b"http,https")))[1] == "https"
    odd = ((b"x-forwarded-for", b"unknown"), (b"x-forwarded-proto", b"gopher"))
    assert await seen_by_the_application(*odd) == (US, "http")
    assert await seen_by_the_application() == (US, "http")
    assert (await seen_by_the_application((b"x-forwarded-for", b"2001:db8::7")))[0] == ("2001:db8::7", 0)
