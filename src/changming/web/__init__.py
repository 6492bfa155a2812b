"""The faces: portal, console and API. Thin: they read a request, call one service, and show what came of it."""

from changming.web.app import build, routes
from changming.web.house import House

__all__ = ["House", "build", "routes"]
