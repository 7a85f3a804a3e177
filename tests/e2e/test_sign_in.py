"""Step 1: signing up, in and out, a new password, and the demo's one-click sign-ins."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from accounts.models import User
from tests.e2e.conftest import zh
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "sea-grass-film-26"


@pytest.fixture
def at(page, live_server):
    """`at("/account/login/")` opens a page of the house."""
    return lambda path: page.goto(live_server.url + path)


def fill(page, **values):
    for name, value in values.items():
        page.locator(f"main [name={name}]").fill(value)


def test_sign_up_out_and_in_again(page, at, size, look, press):
    at("/account/signup/")
    look("sign-up")
    fill(page, display_name="林晓棠", phone="138 0013 8000", password1=NEW, password2=NEW)
    page.locator("main form button[type=submit], main form button.btn-primary").first.click()
    page.wait_for_url(re.compile(r"localhost:\d+/$"))
    expect(page.get_by_text("林晓棠").first).to_be_attached()
    look("home-newcomer")

    page.locator("summary:has(.ly-avatar)").click()
    press("Sign out")
    page.wait_for_url(re.compile(r"localhost:\d+/$"))
    expect(page.locator("main").get_by_role("link").first).to_be_attached()
    at("/account/login/")
    fill(page, login="13800138000", password=NEW)
    press("Sign in")
    page.wait_for_url(re.compile(r"localhost:\d+/$"))
    assert User.objects.get().display_name == "林晓棠"


@pytest.mark.parametrize("given", [{"email": "lin@example.cn"}, {"username": "linxt"}], ids=["e-mail", "user name"])
def test_sign_up_with_either_name(page, at, given):
    at("/account/signup/")
    fill(page, display_name="林晓棠", password1=NEW, password2=NEW, **given)
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_url(re.compile(r"localhost:\d+/$"))
    (name,) = given
    assert getattr(User.objects.get(), name) == given[name]


def test_wrong_input_is_told_at_its_field_and_stays_typed(page, at, look):
    at("/account/signup/")
    fill(page, display_name="林晓棠", phone="12345", password1=NEW, password2=NEW)
    page.locator("main form button.btn-primary").first.click()

    bad = page.locator(".ly-input.bad")
    expect(bad).to_have_count(1)
    assert bad.locator("[name=phone]").input_value() == "12345"
    assert bad.locator(".err").inner_text()
    assert page.locator("[name=display_name]").input_value() == "林晓棠"
    look("sign-up-refused")

    at("/account/login/")
    fill(page, login="nobody-here", password="wrong-password")
    page.get_by_role("main").get_by_role("button", name=zh("Sign in")).first.click()
    assert page.locator("[role=alert], .err").first.inner_text()
    assert page.locator("[name=login]").input_value() == "nobody-here"
    look("sign-in-refused")


def test_new_password_by_mail(page, at, look):
    user = UserFactory(username="linxt", email="lin@example.cn")
    at("/account/password/reset/")
    fill(page, email="lin@example.cn")
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_selector("[name=code]")
    look("password-code")
    code = re.search(r"\d{3}-?\d{3}", mail.outbox[0].body).group()
    fill(page, code=code)
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_selector("[name=password1]")
    fill(page, password1=NEW, password2=NEW)
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_load_state()
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert not user.check_password(PASSWORD)
