"""What somebody who is signed in as an editor may send without ending more than their own request."""

from typing import Any

import pytest
from tests.editorial.conftest import bundled

from changming.app import release_of
from changming.editorial import adopt_release
from changming.trust.identity import Role
from changming.web import House

ENTRY = "/desk/knowledge/entry/passport.renew"


@pytest.fixture
async def editor(house: House, new_browser: Any, sign_in: Any) -> Any:
    async with house.database.act() as tx:
        await adopt_release(tx, release_of(bundled()), now=house.clock())
    return await sign_in(house, new_browser(), Role.EDITOR)


async def begin(editor: Any) -> str:
    await editor.open(ENTRY)
    await editor.submit(f"{ENTRY}/draft")
    return str(editor.history[-1])


@pytest.mark.parametrize("digest", ["%00", "x", "a" * 64, "%ff", "A" * 64])
async def test_a_version_that_there_is_not_is_not_found(editor: Any, digest: str) -> None:
    assert (await editor.open(f"/desk/knowledge/version/{digest}")).status_code == 404


async def test_a_text_without_end_is_kept_as_a_draft_with_faults(editor: Any, browser: Any) -> None:
    place = await begin(editor)
    await editor.open(f"{place}?section=yaml")
    saved = await editor.post(place, {**editor.form(place), "authored": "title: " + "- " * 30_000})
    assert saved.status_code == 303
    for page in (place, f"{place}?section=sources", f"{place}/preview", f"{place}/changes"):
        assert (await editor.open(page)).status_code == 200
    assert (await browser.client.get("/")).status_code == 200


@pytest.mark.parametrize("what", ["answer/\u00b2", "answer/" + "9" * 5_000, "answer/x", "/"])
async def test_a_place_that_there_is_not_changes_nothing(editor: Any, what: str) -> None:
    place = await begin(editor)
    await editor.open(f"{place}?section=answer")
    form = editor.form(place)
    for act in ("copy", "drop"):
        assert (await editor.post(place, {**form, act: what})).status_code in (303, 422)
    assert editor.form(place)["revision"] == form["revision"]
