"""Addresses of agreements, and of the page where anybody checks a paper."""

from __future__ import annotations

from django.urls import path

from jejaring.interfaces.web.agreements import deciding, life, lists, pages, signing, verifying, wording

_ONE = "naskah/<int:agreement_id>/"

urlpatterns = [
    path("jaringan/<int:network_id>/naskah/", lists.agreements, name="agreements"),
    path("jaringan/<int:network_id>/naskah/komitmen.xlsx", lists.agreements_xlsx, name="agreements_xlsx"),
    path("jaringan/<int:network_id>/naskah/komitmen.csv", lists.agreements_csv, name="agreements_csv"),
    path("jaringan/<int:network_id>/naskah/tawarkan/", lists.agreements_offer, name="agreements_offer"),
    path(
        "koperasi/<int:cooperative_id>/naskah/", lists.cooperative_agreements, name="cooperative_agreements"
    ),
    path(_ONE, pages.agreement, name="agreement"),
    path(f"{_ONE}versi/<int:number>/", pages.agreement_changes, name="agreement_changes"),
    path(f"{_ONE}versi/<int:number>/naskah.pdf", pages.agreement_paper, name="agreement_paper"),
    path(f"{_ONE}pasal-baru/", wording.agreement_clause_new, name="agreement_clause_new"),
    path(f"{_ONE}pasal/<slug:clause>/", wording.agreement_clause, name="agreement_clause"),
    path(f"{_ONE}ketentuan/", wording.agreement_terms, name="agreement_terms"),
    path(f"{_ONE}pihak/", wording.agreement_refresh, name="agreement_refresh"),
    path(f"{_ONE}pihak/<int:position>/", wording.agreement_party, name="agreement_party"),
    path(f"{_ONE}pihak/<int:position>/persetujuan/", wording.agreement_approve, name="agreement_approve"),
    path(f"{_ONE}lanjutan/", wording.agreement_follow, name="agreement_follow"),
    path(f"{_ONE}tawarkan/", life.agreement_offer, name="agreement_offer"),
    path(f"{_ONE}tarik/", life.agreement_withdraw, name="agreement_withdraw"),
    path(f"{_ONE}batalkan/", life.agreement_cancel, name="agreement_cancel"),
    path(f"{_ONE}keputusan/", deciding.agreement_decide, name="agreement_decide"),
    path(f"{_ONE}keputusan/<int:motion_id>/", deciding.agreement_motion, name="agreement_motion"),
    path(f"{_ONE}sengketa/", life.agreement_dispute, name="agreement_dispute"),
    path(f"{_ONE}sengketa/<int:dispute_id>/", life.agreement_dispute_answer, name="agreement_dispute_answer"),
    path(f"{_ONE}meterai/", life.agreement_stamp, name="agreement_stamp"),
    path(f"{_ONE}cap-waktu/", life.agreement_date, name="agreement_date"),
    path(f"{_ONE}tanda-tangan/", signing.agreement_sign, name="agreement_sign"),
    path("verifikasi/", verifying.verify, name="verify"),
    path("verifikasi/<slug:code>/<int:version>/", verifying.verify_code, name="verify_code"),
]
