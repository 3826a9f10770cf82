"""Browsers of the cast on the pages of agreements: who, with which second step, sends what."""

from __future__ import annotations

import re
import time
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from jejaring.domain.agreements.models import Version
from jejaring.domain.parties.models import User


def as_(who: User, *, second_step: str = "", ago_seconds: int = 0) -> Client:
    """Return somebody's browser, signed in with this second step."""
    client = Client()
    client.force_login(who)
    if second_step:
        session = client.session
        session["account_authentication_methods_user"] = str(who.pk)
        session["account_authentication_methods"] = [
            {"method": "mfa", "type": second_step, "at": time.time() - ago_seconds}
        ]
        session.save()
    return client


def form_of(version: Version, position: int, way: str, **more: Any) -> dict[str, Any]:
    return {
        "way": way,
        "party": position,
        "version": version.number,
        "office": "Ketua",
        "consent": "1",
        "request_key": uuid4(),
    } | more


def save(client: Client, address: str, form: dict[str, Any]) -> Any:
    """Return the answer to a form that was filled in on the page as it is now."""
    found = re.search(r'name="seen" value="([^"]*)"', client.get(address).content.decode())
    return client.post(address, form | {"seen": found[1] if found else ""})


def sign_address(version: Version) -> str:
    return reverse("agreement_sign", args=[version.agreement_id])


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


TERMS = {
    "place": "Cianjur",
    "valid_from": "2026-12-01",
    "valid_until": "2027-11-30",
    "payment_days": "7",
    "tolerance_percent": "7,5",
    "volume_notice_days": "7",
    "lorry": "taker",
    "risk": "received",
    "floor": "follow",
    "penalty_permille_per_day": "1",
    "penalty_most_percent": "5",
    "penalty_side": "both",
    "ends": "both",
    "end_notice_days": "30",
    "review_months": "3",
    "force_majeure_days": "7",
    "deliberation_days": "30",
    "forum": "court",
    "forum_name": "Pengadilan Negeri Cianjur",
    "renewal": "agreement",
    "renewal_months": "12",
    "renewal_notice_days": "30",
    "specification_0": "kadar air paling banyak 25%",
    "deduction_0": "1% harga untuk setiap 1% kadar air di atasnya",
    "witnesses": "Dinas Koperasi Kabupaten Cianjur\n",
}
