"""Addresses of rounds: for who runs them, for the room, for each co-op."""

from __future__ import annotations

from django.urls import path

from jejaring.interfaces.web.rounds import by_hand, memoranda, packages, proposals, views

_ONE = "putaran/<int:round_id>/"
_MEMBER = f"{_ONE}koperasi/<int:cooperative_id>/"
_PROPOSAL = "usulan/<int:proposal_id>/"

urlpatterns = [
    path("jaringan/<int:network_id>/putaran/", views.rounds, name="rounds"),
    path("jaringan/<int:network_id>/putaran/baru/", views.round_new, name="round_new"),
    path(_ONE, views.round_live, name="round"),
    path(f"{_ONE}layar/", views.round_projector, name="round_projector"),
    path(f"{_ONE}terbit/", views.round_publish, name="round_publish"),
    path(f"{_ONE}ulang/", views.round_again, name="round_again"),
    path(f"{_ONE}tutup/", views.round_close, name="round_close"),
    path(f"{_ONE}batal/", views.round_cancel, name="round_cancel"),
    path(f"{_ONE}usul/", by_hand.round_by_hand, name="round_by_hand"),
    path(f"{_ONE}naskah/", memoranda.round_memoranda, name="round_memoranda"),
    path(_MEMBER, packages.proposals, name="proposals"),
    path(f"{_MEMBER}setuju/", packages.proposals_accept, name="proposals_accept"),
    path(_PROPOSAL, proposals.proposal, name="proposal"),
    path(f"{_PROPOSAL}buka/", proposals.proposal_reopen, name="proposal_reopen"),
    path(f"{_PROPOSAL}jawab/", proposals.proposal_answer, name="proposal_answer"),
]
