"""The console: staff see the queue by deadline, a case with its suggested answer, and act by keyboard."""

from litestar.handlers import HTTPRouteHandler

from changming.web.console import acts, case, knowledge, knowledge_changes, knowledge_draft, queue, sign_in
from changming.web.house import House
from changming.web.pages import Pages


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """All of the console's handlers; none of them is an API."""
    return [
        handler
        for face in (sign_in, queue, case, acts, knowledge, knowledge_draft, knowledge_changes)
        for handler in face.handlers(house, pages)
    ]
