"""What pages say at the end of a signing day, read as people read them."""

from __future__ import annotations

import csv
import html
import io
import re
import time

import openpyxl
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jejaring.documents.language import language
from jejaring.domain.agreements.models import Agreement, AgreementParty, Version
from jejaring.domain.parties.models import User
from jejaring.domain.partnering.matching import agreed_totals
from tests.scenarios.person import Page
from tests.scenarios.villages import Day

ID = language("id")
RUPIAH = r"Rp([\d.]+)(?![\d.,])(?! (?:juta|miliar|ribu|triliun))"


class Reader:
    """Somebody who is signed in and looks at pages."""

    def __init__(self, user: User | None) -> None:
        self._client = Client()
        if user is not None:
            self._client.force_login(user)

    def words(self, name: str, *parts: object, query: str = "") -> str:
        """Return what can be read on a page."""
        address = reverse(name, args=parts) + query
        answer = self._client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return Page(200, address, answer.content.decode()).words

    def amounts(self, name: str, *parts: object) -> list[int]:
        """Return the amounts at the rows of a list."""
        answer = self._client.get(reverse(name, args=parts))
        return rupiah_in(" ".join(re.findall(r'class="amount">([^<]+)<', answer.content.decode())))

    def file(self, name: str, *parts: object) -> bytes:
        """Return what a page hands out."""
        answer = self._client.get(reverse(name, args=parts))
        assert answer.status_code == 200
        return answer.getvalue()

    def checks(self, pdf: bytes) -> str:
        """Return what the public page says of a file."""
        cache.clear()
        sent = {"file": SimpleUploadedFile("naskah.pdf", pdf, "application/pdf")}
        answer = self._client.post(reverse("verify"), sent)
        assert answer.status_code == 200
        return Page(200, "", answer.content.decode()).words

    def signs(self, version: Version, party: AgreementParty) -> None:
        """Sign by a tap, after a second step that was just taken."""
        session = self._client.session
        user = session["_auth_user_id"]
        session["account_authentication_methods_user"] = user
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
        session.save()
        address = reverse("agreement_sign", args=[version.agreement_id])
        page = Page(200, address, self._client.get(address).content.decode())
        form = next(each for each in page.forms if each.fields.get("way") == ["tap"])
        sent = form.filled({"consent": "1", "office": "Ketua"})
        assert (sent["party"], sent["version"]) == ([str(party.position)], [str(version.number)])
        answer = self._client.post(address, sent, follow=True)
        assert answer.redirect_chain, Page(200, address, answer.content.decode()).words[:1500]


def rupiah_in(words: str) -> list[int]:
    """Return all whole amounts of rupiah in a text, not those in millions."""
    return [int(each.replace(".", "")) for each in re.findall(RUPIAH, words)]


def totals_on_pages(day: Day, made: list[Agreement]) -> dict[str, int]:
    """Return the total as each page has it, or as its lines add up."""
    facilitator = Reader(day.facilitator)
    hub = Reader(day.chairs[day.hub.pk])
    network, occasion = day.network.pk, f"?acara=round:{day.matching.pk}"
    memoranda = rupiah_in(facilitator.words("round_memoranda", day.matching.pk))
    listed = facilitator.words("agreements", network)
    of_occasion = facilitator.words("agreements", network, query=occasion)
    book = openpyxl.load_workbook(io.BytesIO(facilitator.file("agreements_xlsx", network)), read_only=True)
    text = facilitator.file("agreements_csv", network).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text), delimiter=";"))[1:]
    return {
        "memoranda, above": memoranda[0],
        "memoranda, their rows": sum(memoranda[1:]),
        "list, above": rupiah_in(listed)[0],
        "list of the occasion, above": rupiah_in(of_occasion)[0],
        "list, its rows": sum(facilitator.amounts("agreements", network)),
        "of the hub, above": rupiah_in(hub.words("cooperative_agreements", day.hub.pk))[0],
        "of the villages, above": sum(
            rupiah_in(Reader(day.chairs[each.pk]).words("cooperative_agreements", each.pk))[0]
            for each in day.villages
        )
        if len(made) > 1
        else rupiah_in(listed)[0],
        "each by itself": sum(_value_on(facilitator, each) for each in made),
        "workbook": int(str(list(book.worksheets[0].values)[-1][15])),
        "csv": sum(int(row[15]) for row in lines),
    }


def short_on_pages(day: Day) -> dict[str, bool]:
    """Tell which of the pages that are seen from afar have the total in millions."""
    live = ID.rupiah_short(_agreed_idr(day))
    facilitator = Reader(day.facilitator)
    pages = {name: facilitator.words(name, day.matching.pk) for name in ("round", "round_projector")}
    return {name: _plain(live) in words for name, words in pages.items()}


def public_says(agreement: Agreement, version: Version) -> str:
    """Return what anybody reads who follows the code on a paper."""
    cache.clear()
    return Reader(None).words("verify_code", agreement.code, version.number)


def _agreed_idr(day: Day) -> int:
    return agreed_totals(day.matching)[1]


def _value_on(reader: Reader, agreement: Agreement) -> int:
    words = reader.words("agreement", agreement.pk)
    return rupiah_in(words)[0]


def _plain(text: str) -> str:
    return re.sub(r"[\s\u00a0]+", " ", html.unescape(text))
