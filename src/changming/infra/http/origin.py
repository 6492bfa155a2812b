"""Where a request says it comes from: a browser's own word, which a page of another site cannot change."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

_OUR_OWN: Final = frozenset({"same-origin", "none"})


def comes_from_elsewhere(headers: Mapping[str, str], host: str) -> bool:
    """Whether a browser says that another site sent this request.

    Args:
        headers: of the request, names in lower case; ``sec-fetch-site`` (Fetch Metadata) decides where it is present,
            else ``origin`` (RFC 6454) must name ``host``. A client that sends neither is no browser.
        host: the host and port the request was sent to, as in its ``Host`` header.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in _OUR_OWN
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc.lower() != host.lower()
    except ValueError:  # no address at all, e.g. an open bracket: not ours
        return True
