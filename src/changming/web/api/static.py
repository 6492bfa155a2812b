"""The files under ``/static``: kept by browsers for a year, because a changed file has another address."""

from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from changming.infra.http import FOR_A_YEAR, Assets
from changming.kernel.errors import ChangmingError


def handlers(assets: Assets) -> list[HTTPRouteHandler]:
    """``/static/…``."""

    @get(f"{assets.prefix}/{{address:path}}", opt={"may": "anyone", "degree": "none"}, include_in_schema=False)
    async def static(request: Request[Any, Any, Any], address: FromPath[str]) -> Response[bytes]:
        asset = assets.find(address.lstrip("/"))
        if asset is None:
            raise ChangmingError("page_not_found", status=404)
        headers = {"Cache-Control": FOR_A_YEAR, "Vary": "Accept-Encoding"}
        if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.packed, media_type=asset.media_type, headers=headers | {"Content-Encoding": "gzip"})
        return Response(asset.plain, media_type=asset.media_type, headers=headers)

    return [static]
