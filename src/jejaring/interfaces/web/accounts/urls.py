"""Addresses of accounts."""

from __future__ import annotations

from django.urls import path

from jejaring.interfaces.web.accounts import views

urlpatterns = [
    path("akun/", views.account, name="account"),
]
