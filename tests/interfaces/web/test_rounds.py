"""Pages of rounds: opened, watched, answered on the phone, ended with memoranda; and who is kept out."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jejaring.domain.agreements.actions.drafting import Frame
from jejaring.domain.agreements.models import Agreement, Commitment
from jejaring.domain.mapping.models import PriceRule, Product
from jejaring.domain.parties.models import Network, NetworkRole, Role, User
from jejaring.domain.partnering import matching
from jejaring.domain.partnering.actions import agreeing, answering, rounds
from jejaring.domain.partnering.models import Answer, CounterLine, Proposal, Round, RoundPlan, Standing
from tests.domain.round_story import AT, MARCH, Story, crowd, less_from_c, nothing_from_c, open_story, planned

S = Proposal.State


@pytest.fixture
def story(db: None) -> Story:
    return open_story()


def client(story: Story, who: str) -> Client:
    signed_in = Client(headers={"accept-language": "en"})
    signed_in.force_login(story.people[who])
    signed_in.cookies["language"] = "en"
    return signed_in


def page(story: Story, who: str, name: str, *args: Any, **query: Any) -> Any:
    return client(story, who).get(reverse(name, args=args), query)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def answer(story: Story, who: str, proposal: Proposal, **said: Any) -> Any:
    side = story.cooperatives.get(who, story.cooperatives["H"])
    address = reverse("proposal_answer", args=[proposal.pk])
    return client(story, who).post(address, {"cooperative": side.pk, **said})


def package(story: Story, who: str, code: str, **query: Any) -> Any:
    return page(story, who, "proposals", story.matching.pk, story.cooperatives[code].pk, **query)


# --- opening -----------------------------------------------------------------------------------


def opening(**changed: Any) -> dict[str, Any]:
    usual = {"title": "Putaran baru", "first_month": "2026-03", "months": "2", "rule": "market"}
    return usual | {"request_key": uuid4()} | changed


def test_a_round_is_opened_after_a_look_at_how_old_answers_are(story: Story) -> None:
    rounds.cancel(story.matching, by=None, at=AT)
    shown = text(page(story, "facilitator", "round_new", story.network.pk))
    assert "The answers of 5 co-ops are older than 90 days." in shown
    assert reverse("network_missing", args=[story.network.pk]) in shown
    assert "Everybody who works with another gets the same part of the gain." in shown
    said = opening()
    for _ in range(2):
        sent = client(story, "facilitator").post(reverse("round_new", args=[story.network.pk]), said)
        assert sent.headers["Location"] == reverse("round", args=[Round.objects.latest("pk").pk])
    opened = Round.objects.get(title="Putaran baru")
    assert (opened.rule, opened.months, opened.state) == ("market", 2, Round.State.PLANNING)
    shown = text(page(story, "facilitator", "round", opened.pk))
    assert "The plan is being worked out" in shown
    assert "Publish the proposals" not in shown


def test_what_keeps_a_round_from_being_opened_is_told_beside_the_form(story: Story) -> None:
    sent = client(story, "facilitator").post(reverse("round_new", args=[story.network.pk]), opening())
    assert sent.status_code == 422
    assert "Another round of this network is open." in text(sent)
    assert "Putaran baru" in text(sent)
    sent = client(story, "facilitator").post(
        reverse("round_new", args=[story.network.pk]), opening(rule="lotere", title="")
    )
    assert "Please choose one of these." in text(sent)
    assert Round.objects.count() == 1


def test_before_it_is_published_only_who_watches_sees_a_round_or_its_plan(db: None) -> None:
    story = open_story(published=False, with_editions=True)
    run = story.matching.plans.get().run
    assert package(story, "A", "A").status_code == 404
    assert package(story, "facilitator", "A").status_code == 404
    assert page(story, "A", "proposal", story.proposal("A").pk).status_code == 404
    assert page(story, "A", "plan_run", run.pk).status_code == 404
    assert "Putaran Maret" not in text(page(story, "A", "rounds", story.network.pk))
    assert reverse("plan_run", args=[run.pk]) not in text(page(story, "A", "plans", story.network.pk))
    assert page(story, "facilitator", "plan_run", run.pk).status_code == 200
    shown = text(page(story, "facilitator", "round", story.matching.pk))
    assert "Publish the proposals" in shown
    client(story, "facilitator").post(reverse("round_publish", args=[story.matching.pk]))
    assert package(story, "A", "A").status_code == 200
    assert page(story, "A", "plan_run", run.pk).status_code == 200


def test_a_network_names_its_round_and_the_desk_what_waits(story: Story) -> None:
    assert "Putaran Maret: open for answers" in text(page(story, "A", "network", story.network.pk))
    assert "1 proposal waits for your answer" in text(page(story, "A", "home"))
    assert "4 proposals wait for your answer" in text(page(story, "hub_manager", "home"))
    assert "your answer" not in text(page(story, "facilitator", "home"))
    answer(story, "A", story.proposal("A"), what="accept")
    assert "your answer" not in text(page(story, "A", "home"))


# --- the live screen ---------------------------------------------------------------------------


def test_the_live_screen_adds_up_and_says_who_wants_what(story: Story) -> None:
    proposal = story.proposal("B")
    line = proposal.lines.filter(good="gkp")[0]
    answering.counter(
        proposal, cooperative=story.cooperatives["B"], reason="Jalan rusak", by=None, at=AT,
        lines={line.pk: answering.Otherwise(kg=9_000, place="b")},
    )  # fmt: skip
    answering.decline(
        story.proposal("D"), cooperative=story.cooperatives["D"], reason="Wereng", by=None, at=AT
    )
    for code in ("A", "H"):
        answering.accept(story.proposal("A"), cooperative=story.cooperatives[code], by=None, at=AT)
    shown = text(page(story, "facilitator", "round", story.matching.pk))
    live = matching.live(story.matching)
    assert live.agreed_idr == story.proposal("A").value_idr == 131_038_000
    assert "Rp131 million" in shown
    assert "9,000 kg instead of 11,000 kg" in shown
    assert "“Jalan rusak”" in shown
    assert "“Wereng”" in shown
    only = text(page(story, "facilitator", "round", story.matching.pk, suara="declined"))
    assert [f"Koperasi {code}</a>" in only for code in "ABCD"] == [False, False, False, True]


def test_the_live_screen_is_sent_again_only_when_something_was_said(story: Story) -> None:
    facilitator, address = client(story, "facilitator"), reverse("round", args=[story.matching.pk])
    seen = facilitator.get(address).context["newest_line"]
    asked = {"dilihat": seen, "suara": "", "hal": 1}
    assert facilitator.get(address, asked, headers={"HX-Request": "true"}).status_code == 204
    answer(story, "A", story.proposal("A"), what="accept")
    news = facilitator.get(address, asked, headers={"HX-Request": "true"})
    assert (news.status_code, "<html" in text(news)) == (200, False)
    wall = reverse("round_projector", args=[story.matching.pk])
    assert facilitator.get(wall, {"dilihat": seen}, headers={"HX-Request": "true"}).status_code == 200
    assert (
        facilitator.get(
            wall, {"dilihat": news.context["newest_line"]}, headers={"HX-Request": "true"}
        ).status_code
        == 204
    )


def test_the_wall_shows_nobodys_gain(story: Story) -> None:
    shown = text(page(story, "facilitator", "round_projector", story.matching.pk))
    assert "Koperasi A" in shown
    assert "gain" not in shown
    standing = matching.package(story.matching, story.cooperatives["A"]).standing
    assert standing is not None
    assert f"{standing.gain_idr / 1e6:.1f}" not in shown


def test_who_watches_has_no_buttons(story: Story) -> None:
    shown = text(page(story, "hub_manager", "round", story.matching.pk))
    assert "Plan again" not in shown
    assert "Give the round up" not in shown
    assert reverse("proposals", args=[story.matching.pk, story.cooperatives["H"].pk]) in shown
    assert reverse("proposals", args=[story.matching.pk, story.cooperatives["A"].pk]) not in shown


def test_what_a_co_op_gains_is_its_own_and_the_facilitators_business(story: Story) -> None:
    story.people["trainer"] = User.objects.create(name="trainer")
    Role.objects.create(user=story.people["trainer"], kind="trainer", network=story.network)
    gains = {each.cooperative.name: each.gain_idr for each in matching.live(story.matching).members}
    total = sum(idr or 0 for idr in gains.values())
    told = {
        who: {
            each.cooperative.name
            for each in matching.live(story.matching, story.people[who]).members
            if each.gain_idr is not None
        }
        for who in ("facilitator", "hub_manager", "trainer")
    }
    assert told == {"facilitator": set(gains), "hub_manager": {"Koperasi hub"}, "trainer": set()}
    for who, named in told.items():
        assert matching.live(story.matching, story.people[who]).gain_idr == total
        shown = text(page(story, who, "round", story.matching.pk))
        assert shown.count(" · gain Rp") == len(named), who
        assert "gained by all against each alone" in shown


def test_the_gain_of_all_is_kept_back_where_it_would_tell_of_one(story: Story) -> None:
    codes = ("A", "B", "C")
    pks = [story.cooperatives[code].pk for code in codes]
    Standing.objects.filter(cooperative__in=pks).update(payoff_idr=F("alone_idr"))
    assert matching.live(story.matching, story.people["hub_manager"]).gain_idr is None
    assert matching.live(story.matching, story.people["facilitator"]).gain_idr is not None
    assert "gained by all" not in text(page(story, "hub_manager", "round", story.matching.pk))


def test_changed_prices_are_shown_by_pair_and_product(story: Story) -> None:
    made = story.matching.plans.get()
    row = {
        "first": story.cooperatives["H"].pk, "second": story.cooperatives["A"].pk, "first_gives": False,
        "kind": "sale", "good": "Gabah", "before_idr_per_kg": 6_300, "after_idr_per_kg": 6_492,
    }  # fmt: skip
    RoundPlan.objects.filter(pk=made.pk).update(differences={"rows": [], "prices": [row], "not_kept": []})
    shown = text(page(story, "facilitator", "round", story.matching.pk))
    assert "Which prices plan 1 changed" in shown
    changed = shown.split("Which prices plan 1 changed")[1].split("</table>")[0]
    assert "Koperasi A → Koperasi hub" in changed
    assert "Rp6,300/kg" in changed
    assert "Rp6,492/kg" in changed


def test_saying_yes_to_all_that_loses_is_asked_with_the_figure(story: Story) -> None:
    address = reverse("proposals", args=[story.matching.pk, story.cooperatives["H"].pk])
    ask = 'data-ask="Say yes to all that waits for you?"'
    assert ask in text(client(story, "hub_manager").get(address))
    standing = Standing.objects.get(cooperative=story.cooperatives["H"])
    Standing.objects.filter(pk=standing.pk).update(
        payoff_idr=standing.alone_idr - 1_500_000, today_idr=standing.alone_idr + 250_000
    )
    shown = text(client(story, "hub_manager").get(address))
    asked = shown.split('data-ask="')[1].split('"')[0]
    assert asked == (
        "With all that is proposed our co-op has Rp1,500,000 less than alone. "
        "With all that is proposed our co-op has Rp1,750,000 less than today, as we told it. "
        "Say yes to all that waits for you all the same?"
    )
    # Without a script nothing asks: it stands beside the button too.
    assert (
        '<p class="fault">With all that is proposed our co-op has Rp1,500,000 less than alone.</p>' in shown
    )


def test_a_card_says_that_it_is_kept_because_it_was_accepted(story: Story) -> None:
    answering.accept(story.proposal("A"), cooperative=story.cooperatives["A"], by=None, at=AT)
    story.planned_again(at=AT + timedelta(hours=1))
    shown = text(package(story, "A", "A"))
    number = story.proposal("A").pk
    assert f"Koperasi A said yes to it on 5 March 2026 (proposal {number}), so the plan keeps it." in shown


def test_a_round_is_planned_again_and_shows_what_changed(story: Story) -> None:
    key = uuid4()
    for _ in range(2):
        client(story, "facilitator").post(
            reverse("round_again", args=[story.matching.pk]), {"request_key": key}
        )
    assert story.matching.plans.count() == 2
    planned(story.matching, less_from_c)
    shown = text(page(story, "facilitator", "round", story.matching.pk))
    assert "What plan 2 changed" in shown
    assert "Koperasi C → Koperasi hub" in shown
    assert "6,250 kg" in shown


# --- a co-op's own page ------------------------------------------------------------------------


def test_a_co_op_reads_what_it_gains_and_why(db: None) -> None:
    story = open_story(with_editions=True)
    gkp = Product.objects.get(code="gkp")
    PriceRule.objects.create(
        kind="floor", product=gkp, idr_per_kg=Decimal(6500), valid_from=date(2025, 1, 15), source="Bapanas"
    )
    shown = text(package(story, "A", "A"))
    found = matching.package(story.matching, story.cooperatives["A"])
    assert found.standing is not None
    for told in (
        "We sell Gabah", "20,500 kg", "We get Urea, bought together", "Rp6,300/kg",
        "The state's floor price is Rp6,500/kg", "This price is below the floor price.",
        "Beside the prices we pay", "Why:", "What money we must have at hand",
        "By this rule", "Yes, we accept",
    ):  # fmt: skip
        assert told in shown, told
    assert "Yes to all" not in shown


def test_a_tap_accepts_and_says_for_whom_it_waits(story: Story) -> None:
    key = uuid4()
    for _ in range(2):
        sent = answer(story, "A", story.proposal("A"), what="accept", back="package", request_key=key)
        assert sent.headers["Location"].startswith(
            reverse("proposals", args=[story.matching.pk, story.cooperatives["A"].pk])
        )
    assert Answer.objects.count() == 1
    assert "You said yes. Now it waits for Koperasi hub." in text(
        page(story, "A", "proposal", story.proposal("A").pk)
    )
    answer(story, "hub_manager", story.proposal("A"), what="accept")
    assert story.proposal("A").state == S.AGREED


def test_a_no_without_a_reason_is_told_on_the_page(story: Story) -> None:
    sent = answer(story, "A", story.proposal("A"), what="decline", reason=" ")
    assert sent.status_code == 422
    assert "Please say why" in text(sent)
    answer(story, "A", story.proposal("A"), what="decline", reason="Gudang penuh")
    assert story.proposal("A").state == S.DECLINED
    assert "“Gudang penuh”" in text(page(story, "hub_manager", "proposal", story.proposal("A").pk))


def countering(proposal: Proposal, **changed: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"what": "counter", "request_key": str(uuid4())}
    for line in proposal.lines.all():
        fields |= {f"kg-line-{line.pk}": str(line.kg), f"unit-line-{line.pk}": "kg"}
    return fields | changed


def test_otherwise_is_typed_in_any_unit_and_kept(story: Story) -> None:
    proposal = story.proposal("A")
    urea = proposal.lines.get(good="urea")
    march, april = proposal.lines.filter(good="gkp")
    said = countering(
        proposal,
        **{
            f"kg-line-{march.pk}": "9,5", f"unit-line-{march.pk}": "ton", f"strike-{april.pk}": "1",
            f"price-{march.pk}": "6.450", f"place-{march.pk}": "a", "reason": "Truk kecil",
        },
    )  # fmt: skip
    assert answer(story, "A", proposal, **said).status_code == 302
    kept = {each.line_id: each for each in CounterLine.objects.all()}
    assert set(kept) == {march.pk, april.pk}
    assert (kept[march.pk].kg, kept[march.pk].place) == (9_500, "a")
    assert kept[march.pk].price_idr_per_kg == Decimal(6_450)
    assert kept[april.pk].kg == 0
    assert urea.pk not in kept
    shown = text(page(story, "A", "proposal", proposal.pk))
    assert "9,500 kg instead of 10,000 kg" in shown
    assert "not in this month" in shown
    assert "“Truk kecil”" in shown
    # Whoever opens the form again to mend one figure finds the others as they asked for them.
    again = page(story, "A", "proposal", proposal.pk).content.decode()
    assert f'id="kg-line-{march.pk}" name="kg-line-{march.pk}" value="9500"' in again
    assert re.search(rf'name="price-{march.pk}" value="6[.,]450"', again)
    assert f'name="strike-{april.pk}" value="1" checked' in again
    assert '<option value="a" selected>' in again
    partner = page(story, "H", "proposal", proposal.pk).content.decode()
    assert f'id="kg-line-{march.pk}" name="kg-line-{march.pk}" value="10000"' in partner


@pytest.mark.parametrize("written", ["64", "64000"])
def test_a_price_with_a_digit_too_few_or_too_many_is_asked_about(story: Story, written: str) -> None:
    proposal = story.proposal("A")
    march = proposal.lines.get(good="gkp", month=MARCH)
    refused = answer(story, "A", proposal, **countering(proposal, **{f"price-{march.pk}": written}))
    assert refused.status_code == 422
    assert "a digit too many or too few" in refused.content.decode()
    assert not CounterLine.objects.exists()


def test_what_is_refused_stands_in_the_form_that_was_sent(story: Story) -> None:
    proposal = story.proposal("A")
    refused = answer(story, "A", proposal, what="decline", reason=" ")
    assert refused.status_code == 422
    [_, form] = refused.content.decode().split('id="tolak"')
    assert "Please say why" in form.split("</form>")[0]


def test_a_number_with_two_readings_gets_two_buttons_and_nothing_is_lost(story: Story) -> None:
    proposal = story.proposal("A")
    march = proposal.lines.filter(good="gkp")[0]
    field = f"line-{march.pk}"
    said = countering(proposal, **{f"kg-{field}": "9.500", f"price-{march.pk}": "6.450", "reason": "Truk"})
    sent = answer(story, "A", proposal, **said)
    assert sent.status_code == 422
    shown = text(sent)
    for kept in (f'value="{field}=9500"', f'value="{field}=9,5"', 'value="6.450"', "Truk</textarea>"):
        assert kept in shown, kept
    filled = text(answer(story, "A", proposal, **said, take=f"{field}=9500"))
    assert 'value="9500"' in filled
    assert not Answer.objects.exists()


def test_a_wish_without_room_in_the_next_plan_is_told(story: Story) -> None:
    proposal = story.proposal("A")
    assert '<details class="sheet" id="lain" open>' in text(
        page(story, "A", "proposal", proposal.pk, buka="lain")
    )
    march = proposal.lines.filter(good="gkp")[0]
    answer(story, "A", proposal, **countering(proposal, **{f"kg-line-{march.pk}": "9999"}))
    story.planned_again(at=timezone.now())
    shown = text(page(story, "A", "proposal", story.proposal("A").pk))
    assert "The plan had no room for all that was wanted otherwise." in shown
    assert "9,999 kg instead of 10,000 kg" in shown


def test_nothing_different_and_a_strange_place_are_refused(story: Story) -> None:
    proposal = story.proposal("A")
    assert "Nothing differs from the proposal" in text(answer(story, "A", proposal, **countering(proposal)))
    line = proposal.lines.filter(good="gkp")[0]
    strange = countering(proposal, **{f"place-{line.pk}": "b"})
    assert "Choose a place of one of the two" in text(answer(story, "A", proposal, **strange))
    assert not Answer.objects.exists()


def test_an_old_page_answers_nothing(story: Story) -> None:
    old, seen = story.proposal("C"), story.matching.plans.get().pk
    story.planned_again(less_from_c)
    assert "planned again meanwhile" in text(answer(story, "C", old, what="accept"))
    hub = story.cooperatives["H"].pk
    address = reverse("proposals_accept", args=[story.matching.pk, hub])
    for plan in (seen, "junk"):
        assert client(story, "hub_manager").post(address, {"seen_plan": plan}).status_code == 422
    assert not Answer.objects.exists()


def test_what_the_plan_has_no_room_for_any_more_is_told(story: Story) -> None:
    story.planned_again(nothing_from_c)
    shown = text(package(story, "C", "C"))
    assert "Nothing is proposed to our co-op in this round." in shown
    assert "The plan has no room for these any more:" in shown
    old = Proposal.objects.get(second=story.cooperatives["C"])
    reread = text(page(story, "C", "proposal", old.pk))
    assert "no longer proposed" in reread
    assert "Yes, we accept" not in reread


def test_the_hub_says_yes_to_all_that_others_have_accepted(story: Story) -> None:
    for code in ("A", "B"):
        answer(story, code, story.proposal(code), what="accept")
    shown = text(package(story, "hub_manager", "H"))
    assert "Yes to all 4" in shown
    assert "Yes to the 2 that the other side has accepted" in shown
    address = reverse("proposals_accept", args=[story.matching.pk, story.cooperatives["H"].pk])
    seen = story.matching.plans.get().pk
    client(story, "hub_manager").post(address, {"seen_plan": seen, "theirs": "1"})
    assert matching.live(story.matching).agreed == 2
    client(story, "hub_manager").post(address, {"seen_plan": seen})
    assert matching.live(story.matching).answered == 4


def test_who_stands_for_both_sides_answers_for_each(story: Story) -> None:
    Role.objects.create(user=story.people["A"], kind="hub_manager", network=story.network)
    proposal = story.proposal("A")
    address = reverse("proposal_answer", args=[proposal.pk])
    for code in ("A", "H"):
        client(story, "A").post(address, {"what": "accept", "cooperative": story.cooperatives[code].pk})
    assert story.proposal("A").state == S.AGREED
    assert [each.cooperative.code for each in Answer.objects.order_by("pk")] == ["A", "H"]


def test_neighbours_see_nothing_of_each_other(story: Story) -> None:
    proposal, hub = story.proposal("B"), story.cooperatives["H"]
    assert package(story, "A", "B").status_code == 404
    assert package(story, "A", "H").status_code == 404
    assert package(story, "hub_manager", "A").status_code == 404
    assert page(story, "A", "proposal", proposal.pk).status_code == 404
    assert answer(story, "A", proposal, what="accept").status_code == 404
    address = reverse("proposals_accept", args=[story.matching.pk, hub.pk])
    assert client(story, "A").post(address).status_code == 404
    assert page(story, "A", "round", story.matching.pk).status_code == 403
    assert answer(story, "facilitator", proposal, what="accept").status_code == 403
    assert "Yes, we accept" not in text(page(story, "facilitator", "proposal", proposal.pk))
    assert not Answer.objects.exists()


def test_who_guides_another_network_of_a_co_op_reads_nothing_of_this_one(story: Story) -> None:
    other = Network.objects.create(name="Jaringan lain", region_code="32.05")
    NetworkRole.objects.create(network=other, cooperative=story.cooperatives["B"], kind="supplier")
    story.people["other_facilitator"] = User.objects.create(name="facilitator")
    Role.objects.create(user=story.people["other_facilitator"], kind="facilitator", network=other)
    proposal = story.proposal("B")
    assert page(story, "other_facilitator", "cooperative", story.cooperatives["B"].pk).status_code == 200
    assert package(story, "other_facilitator", "B").status_code == 404
    assert page(story, "other_facilitator", "proposal", proposal.pk).status_code == 404
    assert package(story, "facilitator", "B").status_code == 200
    assert page(story, "facilitator", "proposal", proposal.pk).status_code == 200


def test_another_answer_from_a_page_that_the_browser_kept_counts(story: Story) -> None:
    proposal, same_page = story.proposal("B"), {"request_key": uuid4()}
    for _ in range(2):
        answer(story, "B", proposal, what="accept", **same_page)
    answer(story, "B", proposal, what="decline", reason="Sudah dijual", **same_page)
    assert [each.kind for each in Answer.objects.order_by("pk")] == ["accept", "decline"]
    assert story.proposal("B").state == S.DECLINED


def test_after_the_end_there_is_nothing_to_tap(story: Story) -> None:
    client(story, "facilitator").post(reverse("round_close", args=[story.matching.pk]))
    shown = text(package(story, "A", "A"))
    assert "Yes, we accept" not in shown
    assert "We want it otherwise" not in text(page(story, "A", "proposal", story.proposal("A").pk))
    assert answer(story, "A", story.proposal("A"), what="accept").status_code == 422


# --- by hand, memoranda ------------------------------------------------------------------------


def test_a_proposal_by_hand_is_checked_and_kept(story: Story) -> None:
    address = reverse("round_by_hand", args=[story.matching.pk])
    said = {
        "giver": story.cooperatives["A"].pk, "taker": story.cooperatives["H"].pk, "good": "gkp", "place": "b",
        "kg-2026-03": "8", "unit-2026-03": "ton", "kg-2026-04": "", "price": "6.400",
    }  # fmt: skip
    sent = client(story, "facilitator").post(address, said)
    assert sent.status_code == 422
    assert "Choose a place of one of the two" in text(sent)
    assert 'value="8"' in text(sent)
    asked = client(story, "facilitator").post(address, said | {"place": "a"})
    assert asked.status_code == 422
    assert not Proposal.objects.filter(origin="hand").exists()
    before = story.proposal("A")
    assert f'name="replacing" value="{before.pk}"' in asked.content.decode()
    assert "would take the place of all of it" in text(asked)
    agreed_to = said | {"place": "a", "replacing": before.pk}
    assert client(story, "facilitator").post(address, agreed_to).status_code == 302
    made = Proposal.objects.get(origin="hand")
    assert (made.kg, made.value_idr, made.plan) == (8_000, 51_200_000, None)
    assert [line.month for line in made.lines.all()] == [MARCH]
    shown = text(page(story, "facilitator", "round", story.matching.pk))
    assert "1 proposal made by hand waits for the next plan:" in shown
    assert "Rp51,200,000" in shown


def test_memoranda_are_drafted_and_add_up(story: Story) -> None:
    for code in ("A", "B"):
        answer(story, code, story.proposal(code), what="accept")
        answer(story, "hub_manager", story.proposal(code), what="accept")
    address = reverse("round_memoranda", args=[story.matching.pk])
    said = {
        "shape": "pairs", "place": "Cianjur", "valid_from": "2026-03-01", "valid_until": "2026-02-01",
        "tolerance": "10%", "payment_days": "7", "lorry": "taker", "floor": "follow",
    }  # fmt: skip
    refused = client(story, "facilitator").post(address, said)
    assert "It would end before it begins." in text(refused)
    assert "all its partners read one another's kilograms and prices" in text(refused)
    assert not Agreement.objects.exists()
    assert client(story, "facilitator").post(address, said | {"valid_until": "2026-12-31"}).status_code == 302
    _, total = matching.agreed_totals(story.matching)
    assert sum(each.value_idr for each in Commitment.objects.all()) == total
    assert {each.tolerance for each in Commitment.objects.all()} == {Decimal("0.1")}
    shown = text(page(story, "facilitator", "round_memoranda", story.matching.pk))
    assert f"Rp{total:,}" in shown
    assert "All that was agreed is drafted." in shown


def test_after_drafting_the_next_step_is_told_with_a_link(story: Story) -> None:
    for code in "AB":
        answering.accept(story.proposal(code), cooperative=story.cooperatives[code], by=None, at=AT)
        answering.accept(story.proposal(code), cooperative=story.cooperatives["H"], by=None, at=AT)
    next_step = f"{reverse('agreements_offer', args=[story.network.pk])}?acara=round%3A{story.matching.pk}"
    assert next_step not in text(page(story, "facilitator", "round", story.matching.pk))
    made = agreeing.draft_agreements(story.matching, shape="pairs", frame=Frame(), by=None, at=AT)
    for name, subject in (
        ("round", story.matching.pk),
        ("round_memoranda", story.matching.pk),
        ("agreement", made[0].pk),
    ):
        shown = text(page(story, "facilitator", name, subject))
        assert next_step in shown, name
        assert "Put them up for signing" in shown
    assert "Next: put 2 drafts up for signing" in text(page(story, "facilitator", "round", story.matching.pk))
    # Who only watches has nothing to put up.
    story.people["trainer"] = User.objects.create(name="trainer")
    Role.objects.create(user=story.people["trainer"], kind="trainer", network=story.network)
    assert next_step not in text(page(story, "trainer", "round", story.matching.pk))
    Agreement.objects.update(state=Agreement.State.SIGNING)
    assert next_step not in text(page(story, "facilitator", "round", story.matching.pk))


# --- many --------------------------------------------------------------------------------------


def test_pages_ask_the_database_as_often_for_many_co_ops_as_for_few(
    story: Story, django_assert_num_queries: Any
) -> None:
    facilitator, hub_manager = client(story, "facilitator"), client(story, "hub_manager")
    live = reverse("round", args=[story.matching.pk])
    wall = reverse("round_projector", args=[story.matching.pk])
    hub = reverse("proposals", args=[story.matching.pk, story.cooperatives["H"].pk])
    for others in (20, 40):
        crowd(story, others)
        with django_assert_num_queries(20):
            facilitator.get(live)
        with django_assert_num_queries(10):
            facilitator.get(wall)
        with django_assert_num_queries(20):
            hub_manager.get(hub)
    assert text(hub_manager.get(hub)).count('class="sheet proposal"') == 12
    assert 'hal=2"' in text(hub_manager.get(hub))


def test_what_one_side_asked_for_isnt_told_as_agreed_before(story: Story) -> None:
    proposal = story.proposal("A")
    line = proposal.lines.filter(good="gkp")[0]
    wish = {line.pk: answering.Otherwise(price_idr_per_kg=line.price_idr_per_kg + 50)}
    side = story.cooperatives["A"]
    answering.counter(proposal, cooperative=side, lines=wish, reason="", by=None, at=AT)
    story.planned_again()
    asked = story.proposal("A")
    assert asked.origin == Proposal.Origin.COUNTER
    # What the engine says where the kilograms are bound too.
    facts = {"giver": "Koperasi A", "taker": "Koperasi hub", "product": "Gabah", "period": "2026-03"}
    words = (
        "{giver} and {taker} had agreed on {product} in {period} before this plan was made; it keeps to that."
    )
    asked.why = asked.why | {"code": "why.agreed", "text": words, "facts": facts}
    asked.save(update_fields=["why"])
    card = text(package(story, "A", "A"))
    assert "This is what we asked for" in card
    assert "had agreed on" not in card


def test_goods_that_are_marketed_tell_whose_the_buyers_money_is(story: Story) -> None:
    lines = story.proposal("A").lines.filter(good="gkp")
    assert "money is ours" not in text(package(story, "A", "A"))
    lines.update(kind="marketing", place="m", price_idr_per_kg=300)
    theirs, hubs = text(package(story, "A", "A")), text(package(story, "H", "H"))
    assert "The buyer&#x27;s money is ours" in theirs or "The buyer's money is ours" in theirs
    assert "Rp6,400/kg; Rp6,100/kg is left" in theirs
    assert "money is theirs" in hubs


def test_places_are_called_as_their_co_ops_call_them(story: Story) -> None:
    names = set(story.proposal("A").lines.values_list("place_name", flat=True))
    assert names <= {"Gudang A", "Gudang H"}


def test_a_plan_of_a_round_leads_back_to_it_for_who_watches_it(story: Story) -> None:
    run = story.matching.plans.get().run
    assert matching.round_of(run, story.people["facilitator"]) == story.matching
    assert matching.round_of(run, story.people["A"]) is None
