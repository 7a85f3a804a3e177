"""A new password, and signing in without one, by a code that goes to the mail or the phone."""

import re

import pytest

from accounts.models import User
from core.crypto import blind_index
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

RESET = "/account/password/reset/"
NEW = "kelp-on-the-line-7"


@pytest.fixture
def lin():
    user = UserFactory(username="linxt", email="lin@example.cn", phone="+8613800138000")
    user.phone_index = blind_index("phone", user.phone)
    user.set_password(PASSWORD)
    user.save()
    return user


def code_in(text: str) -> str:
    return re.search(r"\d{3}-?\d{3}", text).group()


def set_password(client, code: str):
    client.post(f"{RESET}confirm/", {"code": code})
    return client.post(f"{RESET}complete/", {"password1": NEW, "password2": NEW})


def test_new_password_by_mail(client, lin, mailoutbox):
    client.post(RESET, {"email": "LIN@example.cn"})
    assert [mail.to for mail in mailoutbox] == [["lin@example.cn"]]
    assert mailoutbox[0].subject.startswith("[路演台]")

    set_password(client, code_in(mailoutbox[0].body))

    assert User.objects.get().check_password(NEW)
    assert client.session["_auth_user_id"] == str(lin.pk)


def test_new_password_by_sms_for_who_has_a_number_alone(client, lin, capsys, mailoutbox):
    User.objects.update(email="")
    client.post(RESET, {"email": "138 0013 8000"})
    text = capsys.readouterr().out
    assert "SMS to +8613800138000" in text

    set_password(client, code_in(text.splitlines()[-1]))

    assert User.objects.get().check_password(NEW)
    assert mailoutbox == []


@pytest.mark.parametrize("address", ["13900139000", "nobody@example.cn"])
def test_does_not_tell_whether_an_account_exists(client, lin, address, capsys):
    known = client.post(RESET, {"email": "13800138000"}, follow=True)
    capsys.readouterr()
    unknown = client.post(RESET, {"email": address}, follow=True)

    assert (known.status_code, unknown.status_code) == (200, 200)
    assert [one[0] for one in unknown.redirect_chain] == [one[0] for one in known.redirect_chain]
    assert capsys.readouterr().out == ""


def test_three_wrong_codes_end_the_attempt(client, lin, mailoutbox):
    client.post(RESET, {"email": "lin@example.cn"})
    code = code_in(mailoutbox[0].body)
    wrong = "000-001" if code != "000-001" else "000-002"
    for _ in range(3):
        client.post(f"{RESET}confirm/", {"code": wrong})

    set_password(client, code)

    assert User.objects.get().check_password(PASSWORD)


def test_text_that_is_no_address_is_refused_at_the_field(client):
    response = client.post(RESET, {"email": "linxt"})

    assert list(response.context["form"].errors) == ["email"]


def test_signs_in_by_a_code_on_the_phone(client, lin, capsys):
    client.post("/account/login/code/", {"email": "138 0013 8000"})
    code = code_in(capsys.readouterr().out.splitlines()[-1])

    client.post("/account/login/code/confirm/", {"code": code})

    assert client.session["_auth_user_id"] == str(lin.pk)
    assert User.objects.get().phone_verified


def test_signs_in_by_a_code_in_the_mail(client, lin, mailoutbox):
    client.post("/account/login/code/", {"email": "Lin@example.cn"})

    client.post("/account/login/code/confirm/", {"code": code_in(mailoutbox[0].body)})

    assert client.session["_auth_user_id"] == str(lin.pk)


@pytest.mark.parametrize("address", ["", "linxt", "12345"])
def test_a_code_needs_an_address(client, address):
    response = client.post("/account/login/code/", {"email": address})

    assert list(response.context["form"].errors) == ["email"]


def test_changing_the_number_needs_the_code_sent_to_it(signed_in, lin, capsys):
    client = signed_in(lin)
    client.post("/account/phone/change/", {"phone": "13900139000", "action_add": ""})
    code = code_in(capsys.readouterr().out.splitlines()[-1])
    assert User.objects.get().phone == "+8613800138000"

    client.post("/account/phone/verify/", {"code": code})

    user = User.objects.get()
    assert (user.phone, user.phone_verified) == ("+8613900139000", True)
    assert user.phone_index == blind_index("phone", "+8613900139000")
