"""The portal: what people see, phone first, in Chinese and English, with or without scripts."""

from litestar.handlers import HTTPRouteHandler

from changming.web.house import House
from changming.web.pages import Pages
from changming.web.portal import ask, case, erase, links, plain, rating


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """All of the portal's handlers; none of them is an API."""
    faces = (plain, ask, case, rating, links, erase)
    return [handler for face in faces for handler in face.handlers(house, pages)]
