"""How accounts work here, for the library that signs people in: by phone or e-mail, on invitation only."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.http import HttpRequest

from jejaring.domain.parties import personal
from jejaring.domain.parties.models import User
from jejaring.engines.errors import Refusal
from jejaring.interfaces.web.speaking import speaks


class Adapter(DefaultAccountAdapter):
    """Finds people by the keyed hash of their phone number; nobody signs up uninvited."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def clean_phone(self, phone: str) -> str:
        try:
            return personal.phone(phone)
        except Refusal as refusal:
            raise forms.ValidationError(speaks().sentence(refusal.sentence)) from refusal

    def get_user_by_phone(self, phone: str) -> User | None:
        try:
            kept = personal.phone(phone)
        except Refusal:
            return None
        return User.objects.filter(phone_hash=personal.lookup_hash("phone", kept)).first() if kept else None

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        user.phone = personal.phone(phone)
        user.phone_hash = personal.lookup_hash("phone", user.phone)
        user.phone_verified = verified
        user.save(update_fields=["phone", "phone_hash", "phone_verified"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        self.set_phone(user, phone, verified=True)
