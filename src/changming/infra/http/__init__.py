"""HTTP, made once: the watched application, headers, rate limits, static assets, the origin of a request."""

from changming.infra.http.arrival import BoundedProtocol
from changming.infra.http.assets import FOR_A_YEAR, Asset, Assets
from changming.infra.http.headers import security_headers
from changming.infra.http.limits import Limit, forget_old_windows, spend
from changming.infra.http.origin import comes_from_elsewhere
from changming.infra.http.proxy import BehindProxy
from changming.infra.http.watch import WatchedLitestar, request_id

__all__ = [
    "FOR_A_YEAR",
    "Asset",
    "Assets",
    "BehindProxy",
    "BoundedProtocol",
    "Limit",
    "WatchedLitestar",
    "comes_from_elsewhere",
    "forget_old_windows",
    "request_id",
    "security_headers",
    "spend",
]
