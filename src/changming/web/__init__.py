"""The faces: portal, console and API. Thin: they read a request, call one service, and show what came of it."""
