"""Somebody at a browser without scripts: opens addresses, fills in the forms that pages show, reads.

Only fields that a page has can be filled in, and all its hidden ones are sent along, so that a story that
runs here can be walked on a phone. `Person` asks Django's test client, `PersonOutside` a running server.
"""

from __future__ import annotations

import html
import re
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from django.test import Client

Said = str | Sequence[str]


@dataclass
class Form:
    """A form of a page: what a browser would send if nobody touched it, and what else it knows."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    """Values of boxes, rounds, lists and buttons; whoever fills in must keep to them."""

    def filled(self, said: Mapping[str, Said]) -> dict[str, list[str]]:
        """Return what is sent. Fails for what the form doesn't have."""
        sent = {name: list(values) for name, values in self.fields.items()}
        for name, value in said.items():
            values = [value] if isinstance(value, str) else list(value)
            assert name in self.fields or name in self.choices, f"no field {name} in {self}"
            allowed = self.choices.get(name)
            assert allowed is None or set(values) <= set(allowed), f"{name}: {values} not in {allowed}"
            sent[name] = values
        return sent

    def has(self, names: set[str]) -> bool:
        """Return whether it knows all of these fields."""
        return names <= self.fields.keys() | self.choices.keys()


class _Reader(HTMLParser):
    """Collects forms, and the words that can be read."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._select = ""
        self._option: bool | None = None
        """Whether the option whose words come next is the chosen one."""
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in {"script", "style"}:
            self._silent += 1
        elif tag == "a":
            self.links.append(told.get("href", ""))
        elif tag == "form":
            self._form = Form(told.get("action", ""), told.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and not self._silent:
            self._control(self._form, tag, told)

    def _control(self, form: Form, tag: str, told: dict[str, str]) -> None:
        name, value, kind = told.get("name", ""), told.get("value", ""), told.get("type", "text")
        if tag == "option" and self._select:
            if "value" in told:
                self._choose(form, value, is_chosen="selected" in told)
            else:
                # Without a value its words are sent.
                self._option = "selected" in told
        elif tag == "select" and name:
            self._select = name
            form.choices.setdefault(name, [])
        elif tag == "textarea" and name:
            form.fields.setdefault(name, [""])
        elif tag == "button" and name:
            form.choices.setdefault(name, []).append(value)
        elif tag == "input" and name and kind in {"checkbox", "radio"}:
            form.choices.setdefault(name, []).append(told.get("value", "on"))
            if "checked" in told:
                form.fields.setdefault(name, []).append(told.get("value", "on"))
        elif tag == "input" and name and kind != "submit":
            form.fields.setdefault(name, []).append(value)

    def _choose(self, form: Form, value: str, *, is_chosen: bool) -> None:
        form.choices[self._select].append(value)
        if is_chosen or self._select not in form.fields:
            # Without a chosen one a browser sends the first.
            form.fields[self._select] = [value]

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._silent -= 1
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._option is not None and self._form is not None and data.strip():
            self._choose(self._form, data.strip(), is_chosen=self._option)
            self._option = None
        self.words.append(data)


@dataclass(frozen=True)
class Page:
    """What came back."""

    status: int
    address: str
    text: str

    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.text)
        return reader

    @property
    def forms(self) -> list[Form]:
        """Its forms."""
        return self._read().forms

    @property
    def words(self) -> str:
        """What can be read, with single blanks."""
        return re.sub(r"[\s\u00a0]+", " ", html.unescape(" ".join(self._read().words)))

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return self._read().links

    def form(self, *names: str, via: str = "") -> Form:
        """Return the first form that posts and has these fields; the choice of language isn't meant."""
        posts = [each for each in self.forms if each.method == "post" and each.action != "/bahasa/"]
        found = [each for each in posts if each.has(set(names)) and each.action.endswith(via)]
        assert found, f"no form with {names} on {self.address}: {self.words[:900]}"
        return found[0]


class Person:
    """Somebody at a browser of their own."""

    def __init__(self) -> None:
        self._client = Client(enforce_csrf_checks=True, headers={"accept-language": "id-ID,id"})
        self.page = Page(0, "/", "")

    def open(self, address: str, *, expect: int = 200) -> Page:
        """Open an address."""
        return self._came(self._get(address), expect)

    def send(
        self,
        said: Mapping[str, Said] | None = None,
        *,
        via: str = "",
        files: Mapping[str, Any] | None = None,
        expect: int = 200,
    ) -> Page:
        """Fill in the form of this page that has these fields and send it.

        `via`: it is the form that goes to an address with this ending.
        """
        told = said or {}
        form = self.page.form(*told, *(files or {}), via=via)
        address = urljoin(self.page.address, form.action) if form.action else self.page.address
        return self._came(self._post(address, form.filled(told), files or {}), expect)

    def download(self, address: str) -> bytes:
        """Return a file; the page stays."""
        return bytes(self._client.get(address).content)

    def _came(self, page: Page, expect: int) -> Page:
        assert page.status == expect, f"{page.status} at {page.address}: {page.words[:900]}"
        self.page = page
        return page

    def _get(self, address: str) -> Page:
        return self._page(address, self._client.get(address, follow=True))

    def _post(self, address: str, fields: Mapping[str, Sequence[str]], files: Mapping[str, Any]) -> Page:
        return self._page(address, self._client.post(address, {**fields, **files}, follow=True))

    def _page(self, address: str, answer: Any) -> Page:
        chain = answer.redirect_chain
        at = urljoin(address, chain[-1][0]) if chain else address
        return Page(answer.status_code, at, answer.content.decode(errors="replace"))


class PersonOutside(Person):
    """Somebody at a running server, whose line breaks now and then: what got no answer is sent again."""

    TRIES = 5

    def __init__(self, server: str) -> None:
        super().__init__()
        self._server = server
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.statuses: list[int] = []

    def download(self, address: str) -> bytes:
        """Return a file; the page stays."""
        with self._opener.open(urljoin(self._server, address), timeout=60) as answer:
            return bytes(answer.read())

    def _get(self, address: str) -> Page:
        return self._asked(urllib.request.Request(urljoin(self._server, address)))

    def _post(self, address: str, fields: Mapping[str, Sequence[str]], files: Mapping[str, Any]) -> Page:
        assert not files
        body = urlencode(fields, doseq=True).encode()
        return self._asked(urllib.request.Request(urljoin(self._server, address), data=body))

    def _asked(self, request: urllib.request.Request) -> Page:
        for again in range(self.TRIES):
            try:
                with self._opener.open(request, timeout=60) as answer:
                    return self._outside(answer)
            except urllib.error.HTTPError as refused:
                return self._outside(refused)
            except (OSError, HTTPException):
                time.sleep(0.1 * (again + 1))
        raise AssertionError(f"no answer from {request.full_url}")

    def _outside(self, answer: Any) -> Page:
        status = answer.status
        self.statuses.append(status)
        parts = urlsplit(answer.url)
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        return Page(status, address, answer.read().decode(errors="replace"))
