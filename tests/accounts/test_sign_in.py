"""Signing up, in and out, by mobile number, e-mail or user name, and the refusals."""

import pytest
from django.conf import settings

from accounts.models import User
from core.crypto import blind_index
from core.models import AuditEntry
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

SIGN_UP, SIGN_IN = "/account/signup/", "/account/login/"
NEW = {"display_name": "林晓棠", "password1": "sea-grass-film-26", "password2": "sea-grass-film-26"}


@pytest.fixture
def lin():
    user = UserFactory(username="linxt", email="lin@example.cn", phone="+8613800138000")
    user.phone_index = blind_index("phone", user.phone)
    user.set_password(PASSWORD)
    user.save()
    return user


def signed_in_as(client):
    return client.session.get("_auth_user_id")


def errors(response) -> dict:
    return {name: [str(text) for text in texts] for name, texts in response.context["form"].errors.items()}


@pytest.mark.parametrize(
    "given",
    [{"phone": "138 0013 8000"}, {"email": "Lin@Example.cn"}, {"username": "林晓棠26"}],
    ids=["phone", "e-mail", "user name"],
)
def test_one_of_three_is_enough_to_sign_up(client, given):
    response = client.post(SIGN_UP, NEW | given)

    user = User.objects.get()
    assert response.url == "/"
    assert signed_in_as(client) == str(user.pk)
    assert user.display_name == "林晓棠"
    assert AuditEntry.objects.filter(verb="account.sign_up", actor=user).count() == 1


def test_number_is_kept_encrypted_in_one_spelling(client):
    client.post(SIGN_UP, NEW | {"phone": "138-0013-8000"})

    user = User.objects.get()
    assert (user.phone, user.phone_verified) == ("+8613800138000", False)
    assert user.phone_index == blind_index("phone", "+8613800138000")
    assert "13800138000" not in user.username


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "phone"),
        ({"phone": "12345"}, "phone"),
        ({"phone": "0531-86000000"}, "phone"),
        ({"phone": "+86 13800138000"}, "phone"),
        ({"email": "lin@example.cn"}, "email"),
        ({"email": "no address"}, "email"),
        ({"username": "LINXT"}, "username"),
        ({"username": "13900139000"}, "username"),
        ({"username": "x@example.cn"}, "username"),
        ({"phone": "13900139000", "password1": "short", "password2": "short"}, "password1"),
        ({"phone": "13900139000", "password2": "something-else-1"}, "password2"),
        ({"phone": "13900139000", "display_name": " "}, "display_name"),
    ],
)
def test_refusal_stands_at_its_field_and_keeps_what_was_typed(client, lin, given, field):
    response = client.post(SIGN_UP, NEW | given)

    assert list(errors(response)) == [field]
    assert b'aria-invalid="true"' in response.content
    assert User.objects.count() == 1
    assert signed_in_as(client) is None
    for name in given.keys() - {"password1", "password2"}:
        assert response.context["form"][name].value() == given[name]


@pytest.mark.parametrize(
    "login", ["linxt", "LINXT", "lin@example.cn", "LIN@example.cn", "13800138000", "+86 138 0013 8000", "138-0013-8000"]
)
def test_signs_in_by_each_name(client, lin, login):
    response = client.post(SIGN_IN, {"login": login, "password": PASSWORD})

    assert (response.status_code, response.url) == (302, settings.LOGIN_REDIRECT_URL.replace("home", "/"))
    assert signed_in_as(client) == str(lin.pk)


@pytest.mark.parametrize("login", ["linxt", "lin@example.cn", "13800138000", "nobody", "nobody@example.cn"])
def test_wrong_password_and_unknown_account_read_the_same(client, lin, login):
    response = client.post(SIGN_IN, {"login": login, "password": "wrong-password"})

    assert errors(response) == {"__all__": ["账号或密码不正确，请核对。连续输错5次将暂停登录。"]}
    assert signed_in_as(client) is None


def test_lock_out_counts_one_number_however_written_and_wherever_from(client, lin):
    spellings = ["13800138000", "138 0013 8000", "+8613800138000", "138-0013-8000", "86 13800138000"]
    for number, login in enumerate(spellings):
        forged = {"HTTP_X_FORWARDED_FOR": f"10.0.0.{number}", "REMOTE_ADDR": f"203.0.113.{number}"}
        client.post(SIGN_IN, {"login": login, "password": "wrong-password"}, **forged)

    response = client.post(SIGN_IN, {"login": "13800138000", "password": PASSWORD}, REMOTE_ADDR="203.0.113.77")

    assert errors(response) == {"__all__": ["输错次数过多，登录暂停5分钟。您也可以现在重设密码。"]}
    assert signed_in_as(client) is None


def test_forged_forwarding_header_does_not_lift_the_limit_of_an_address(client):
    answers = [
        client.post(SIGN_IN, {"login": f"user{n}", "password": "wrong"}, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}")
        for n in range(12)
    ]

    assert "暂停5分钟" in errors(answers[-1])["__all__"][0]


def test_signs_out_by_post_alone(client, lin):
    client.post(SIGN_IN, {"login": "linxt", "password": PASSWORD})
    client.get("/account/logout/")
    assert signed_in_as(client) == str(lin.pk)

    response = client.post("/account/logout/")

    assert response.url == "/"
    assert signed_in_as(client) is None


def test_a_user_name_that_is_a_number_still_signs_in(client):
    """Accounts made by an office before may be named by any number; such a name goes before a phone."""
    user = UserFactory(username="13700137000")
    user.set_password(PASSWORD)
    user.save()

    client.post(SIGN_IN, {"login": "13700137000", "password": PASSWORD})

    assert signed_in_as(client) == str(user.pk)


def test_closed_account_does_not_sign_in(client, lin):
    User.objects.update(is_active=False)

    client.post(SIGN_IN, {"login": "linxt", "password": PASSWORD})

    assert signed_in_as(client) is None
