"""What people do on mapping day, in Chromium: on a small phone, on a slow line, in Indonesian."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LOOKS, Phones, World, months, sign_in, with_passkeys

pytestmark = pytest.mark.slow


def test_joining_by_the_code_filling_in_and_going_back(phones: Phones, world: World) -> None:
    desk = phones.signed_in("facilitator", size={"width": 1280, "height": 800})
    desk.goto(f"/jaringan/{world.network}/lokakarya/baru/")
    desk.get_by_label("Judul").fill("Hari pemetaan")
    desk.locator("main form button[type=submit]").first.click()
    link = desk.locator("#link").input_value()
    assert desk.locator(".qr svg").is_visible()
    assert desk.evaluate(LOOKS) == []

    phone = phones.new(slow=True)
    phone.goto(link)
    assert phone.evaluate(LOOKS) == []
    phone.get_by_label("Koperasi Anda").select_option(label="Sengon")
    phone.get_by_label("Nama Anda").fill("pencatat")
    phone.locator("main form.join button[type=submit]").click()
    expect(phone).to_have_url(re.compile(r"/potensi/$"))
    expect(desk.get_by_text("pencatat")).to_be_visible()

    answer_production(phone)
    desk.goto(f"{desk.url}layar/")
    assert desk.evaluate(LOOKS) == []
    phone.go_back()
    phone.go_back()
    expect(phone.locator(f"#kg-{months()[0]}")).to_have_value("1,5")
    expect(phone.locator(f"[name=unit-{months()[0]}]")).to_have_value("ton")
    phone.reload()
    expect(phone.locator(f"#kg-{months()[0]}")).to_have_value("1,5")
    expect(phone.locator("main")).to_contain_text("1.500 kg")


def answer_production(phone: Page) -> None:
    """Say that 1.5 tons of paddy come next month and 20 kuintal after that, as the pages ask."""
    phone.locator("main a.button.main").first.click()
    phone.get_by_label("Gabah kering panen (GKP)").check()
    phone.get_by_role("button", name="Lanjut").last.click()
    for box in phone.locator("[name=month]").all():
        box.set_checked(box.get_attribute("value", timeout=5_000) in {f"{month}-01" for month in months()})
    phone.get_by_role("button", name="Lanjut").last.click()
    for month, (kg, unit) in zip(months(), (("1,5", "ton"), ("20", "kuintal")), strict=True):
        phone.locator(f"#kg-{month}").fill(kg)
        phone.locator(f"[name=unit-{month}]").select_option(unit)
    phone.locator("main .stay button[type=submit]").click()
    expect(phone).to_have_url(re.compile("/harga/$"))
    phone.get_by_label("Rupiah untuk satu kilogram").fill("6.500")
    phone.locator("main .stay button[type=submit]").click()
    expect(phone).to_have_url(re.compile("/bukti/$"))


def test_a_plan_is_asked_for_worked_out_and_read(phones: Phones, world: World) -> None:
    phone = phones.signed_in("facilitator", slow=True)
    phone.goto(f"/jaringan/{world.network}/rencana/baru/")
    phone.get_by_label("Bulan pertama").select_option(months()[0])
    phone.get_by_label("Berapa bulan").select_option("2")
    phone.get_by_role("button", name="Hitung").click()
    expect(phone.get_by_role("progressbar")).to_be_visible()
    world.run_worker()
    # The page notices by itself.
    expect(phone.get_by_role("link", name="plan.json")).to_be_visible(timeout=60_000)
    assert phone.evaluate("document.scrollingElement.scrollWidth") <= 360
    result = phone.url

    phone.get_by_role("link", name=re.compile("laporan lengkap", re.IGNORECASE)).click()
    expect(phone.locator("h1").first).to_be_visible()
    assert phone.evaluate("document.scrollingElement.scrollWidth") <= 360

    chair = phones.signed_in("chair")
    chair.goto(result)
    expect(chair.locator("h1")).to_contain_text("Cucukan")
    assert chair.get_by_role("link", name="plan.json").count() == 0
    assert chair.evaluate("document.scrollingElement.scrollWidth") <= 360


def test_signing_in_needs_no_mouse(phones: Phones, world: World) -> None:
    page = phones.new()
    page.goto("/")
    _tab_to(page, "a[href='/masuk/login/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/masuk/login/")
    _tab_to(page, "[name=login]")
    page.keyboard.type("chair@contoh.invalid")
    _tab_to(page, "[name=password]")
    page.keyboard.type(world.password)
    _tab_to(page, "main form.sheet button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Meja Anda")


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the tab key doesn't lead to {selector}")


def test_a_passkey_is_added_and_signs_in(phones: Phones, world: World) -> None:
    page = phones.signed_in("manager")
    with_passkeys(page)
    page.goto("/akun/keamanan/webauthn/add/")
    if "reauthenticate" in page.url:
        page.locator("[name=password]").fill(world.password)
        page.locator("main form.sheet button").click()
    page.locator("[name=name]").fill("ponsel")
    page.locator("[name=passwordless]").check()
    page.locator("#mfa_webauthn_add, main form.sheet button").last.click()
    expect(page).to_have_url(re.compile("keamanan/(?!webauthn/add)"))

    page.context.clear_cookies()
    page.goto("/masuk/login/")
    page.locator("#passkey_login").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Meja Anda")


def test_a_lost_line_is_said_and_a_found_one_unsaid(phones: Phones, world: World) -> None:
    page = phones.new()
    sign_in(page, world, "chair")
    page.context.set_offline(True)
    expect(page.locator("body.no-network")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("body:not(.no-network)")).to_be_visible()
