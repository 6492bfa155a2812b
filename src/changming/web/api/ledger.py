"""The public ledger as files (c2sp.org/tlog-tiles): anybody may read, keep and verify them."""

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from changming.kernel.errors import ChangmingError
from changming.trust.ledger import resource
from changming.web.house import House


def handlers(house: House) -> list[HTTPRouteHandler]:
    """``/ledger/checkpoint`` and ``/ledger/tile/…``."""

    @get("/ledger/{path:path}", opt={"may": "anyone", "degree": "none"}, include_in_schema=False)
    async def ledger(path: FromPath[str]) -> Response[bytes]:
        async with house.database.read() as tx:
            found = await resource(tx, path.lstrip("/"))
        if found is None:
            raise ChangmingError("page_not_found", status=404)
        return Response(found.body, media_type=found.content_type, headers={"Cache-Control": found.cache_control})

    return [ledger]
