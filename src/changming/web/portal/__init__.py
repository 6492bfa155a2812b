"""The portal: what people see, phone first, in Chinese and English, with or without scripts."""

from litestar.handlers import HTTPRouteHandler

from changming.web.house import House
from changming.web.pages import Pages
from changming.web.portal import (
    ask,
    case,
    erase,
    guide,
    guide_calendar,
    guide_case,
    guide_list,
    guide_share,
    links,
    plain,
    rating,
    visit,
)


def handlers(house: House, pages: Pages) -> list[HTTPRouteHandler]:
    """All of the portal's handlers; none of them is an API."""
    guides = (guide_list, guide, guide_calendar, guide_case, guide_share, visit)
    faces = (plain, ask, case, rating, links, erase, *guides)
    return [handler for face in faces for handler in face.handlers(house, pages)]
