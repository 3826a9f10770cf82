"""Addresses of accounts, invitations and people."""

from __future__ import annotations

from django.urls import path

from jejaring.interfaces.web.accounts import keys, links, people, views

_CLOSED = (
    "masuk/signup/",
    "masuk/email/",
    "masuk/confirm-email/",
    "masuk/confirm-email/<str:key>/",
    "masuk/phone/verify/",
    "masuk/phone/change/",
    "masuk/password/set/",
    "masuk/login/code/confirm/",
)
"""Pages of the library that nobody needs here. They stand before the library's own, so these answer."""

urlpatterns = [
    path("akun/", views.account, name="account"),
    path("akun/ubah/", views.details, name="details"),
    path("akun/data/", views.my_data, name="my_data"),
    path("akun/hapus/", views.erase_me, name="erase_me"),
    path("akun/persetujuan/", views.give_consent, name="give_consent"),
    path("akun/persetujuan/<int:consent_id>/cabut/", views.withdraw_consent, name="withdraw_consent"),
    path("akun/peran/<int:own_role_id>/lepas/", views.give_up_role, name="give_up_role"),
    path("akun/kunci/", keys.keys, name="keys"),
    path("akun/kunci/<int:key_id>/cabut/", keys.revoke, name="key_revoke"),
    path("undangan/<str:token>/", links.invitation, name="invitation"),
    path("sandi-baru/<str:token>/", links.new_password, name="new_password"),
    path("koperasi/<int:cooperative_id>/orang/", people.of_cooperative, name="cooperative_people"),
    path("koperasi/<int:cooperative_id>/orang/undang/", people.invite, name="cooperative_invite"),
    path(
        "koperasi/<int:cooperative_id>/orang/undangan/<int:invitation_id>/tarik/",
        people.revoke,
        name="cooperative_invitation_revoke",
    ),
    path(
        "koperasi/<int:cooperative_id>/orang/<int:role_id>/cabut/",
        people.withdraw,
        name="cooperative_role_withdraw",
    ),
    path(
        "koperasi/<int:cooperative_id>/orang/<int:role_id>/sandi/",
        people.password_link,
        name="cooperative_password_link",
    ),
    path(
        "koperasi/<int:cooperative_id>/orang/<int:role_id>/langkah-kedua/",
        people.second_step,
        name="cooperative_second_step",
    ),
    path("koperasi/<int:cooperative_id>/jejak/", people.trail, name="cooperative_trail"),
    path("jaringan/<int:network_id>/orang/", people.of_network, name="network_people"),
    path("jaringan/<int:network_id>/orang/undang/", people.invite_to_network, name="network_invite"),
    path(
        "jaringan/<int:network_id>/orang/undangan/<int:network_invitation_id>/tarik/",
        people.revoke_in_network,
        name="network_invitation_revoke",
    ),
    path(
        "jaringan/<int:network_id>/orang/<int:guide_role_id>/cabut/",
        people.withdraw_in_network,
        name="network_role_withdraw",
    ),
    path(
        "jaringan/<int:network_id>/orang/<int:guide_role_id>/sandi/",
        people.password_link_in_network,
        name="network_password_link",
    ),
    path(
        "jaringan/<int:network_id>/orang/<int:guide_role_id>/langkah-kedua/",
        people.second_step_in_network,
        name="network_second_step",
    ),
    *[path(address, views.closed, name="account_closed") for address in _CLOSED],
    path("masuk/password/reset/", views.password_reset, name="account_reset_password"),
]
