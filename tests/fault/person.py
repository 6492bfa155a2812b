"""A person at a browser, over real HTTP: opens pages, fills in the forms as the pages give them, and sends them."""

import threading
from contextlib import suppress
from html.parser import HTMLParser
from typing import Self

import httpx

PATIENCE_S = 25.0


class Forms(HTMLParser):
    """The forms of a page: where each goes (empty: to the page's own address) and its fields, textareas included."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._textarea = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.found.append((given.get("action") or "", {}))
        if not self.found or not given.get("name"):
            return
        if tag == "textarea":
            self._textarea = str(given["name"])
            self.found[-1][1][self._textarea] = ""
        elif tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.found[-1][1][str(given["name"])] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.found[-1][1][self._textarea] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""


class Person:
    """One browser with its cookies. It follows no redirect by itself."""

    def __init__(self, url: str, *, lang: str = "zh") -> None:
        self.client = httpx.Client(
            base_url=url,
            timeout=PATIENCE_S,
            headers={"Origin": url, "Accept": "text/html", "User-Agent": "a browser"},
            cookies={"changming_language": lang},
        )
        self.page = httpx.Response(0)
        self.case = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    @property
    def text(self) -> str:
        return self.page.text

    def open(self, path: str) -> httpx.Response:
        self.page = self.client.get(path)
        return self.page

    def form(self, action: str) -> dict[str, str]:
        """The fields of the open page's form that goes to ``action``; empty for one that goes to the page itself."""
        found = [fields for to, fields in Forms(self.text).found if to == action]
        assert found, f"no form to {action!r} on {self.page.url}"
        return found[0]

    def send(self, action: str, **written: str) -> httpx.Response:
        """Fill in and send the open page's form; its answer, which is the open page unless it leads elsewhere."""
        return self.post(action, {**self.form(action), **written})

    def post(self, action: str, fields: dict[str, str]) -> httpx.Response:
        answer = self.client.post(action, data=fields)
        if not answer.has_redirect_location:
            self.page = answer
        return answer

    def again(self, **changed: str) -> httpx.Response:
        """Send the form that a problem page gives back."""
        return self.post(str(self.page.url), {**self.form(""), **changed})

    def submit(self, action: str, **written: str) -> httpx.Response:
        """Send a form that is accepted, and open where it leads."""
        answer = self.send(action, **written)
        assert answer.status_code == 303, answer.text[-800:]
        return self.open(answer.headers["location"])

    def ask(self, question: str) -> str:
        """Ask from the first page; the address of the answer."""
        self.open("/")
        return str(self.submit("/ask", text=question).url.path)

    def open_case(self, question: str) -> str:
        """Ask and talk to a person; the address of the case, whose page is open."""
        place = self.ask(question)
        self.case = str(self.submit(f"{place}/person").url.path)
        return self.case


class Listener:
    """Somebody whose page stays open: counts the rings of a case's live stream."""

    def __init__(self, person: Person, address: str) -> None:
        self.rings = 0
        self.ended = False
        self._cookies = dict(person.client.cookies)
        self._url = str(person.client.base_url).rstrip("/") + address
        self._open = threading.Event()
        self._stop = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()
        assert self._open.wait(PATIENCE_S)

    def _listen(self) -> None:
        with (
            suppress(httpx.HTTPError),
            httpx.Client(cookies=self._cookies, timeout=None) as client,  # noqa: S113 - a stream waits as long as it takes
            client.stream("GET", self._url) as stream,
        ):
            for line in stream.iter_lines():
                if line == "event: changed":
                    self.rings += 1
                self._open.set()
                if self._stop.is_set():
                    break
        self.ended = True
        self._open.set()

    def close(self) -> None:
        self._stop.set()
