"""One's own account page: masked data, the name, and every account page in one look."""

import pytest
from django.urls import reverse

from accounts import services
from core.models import AuditEntry
from core.problems import Refused
from tests.factories import PASSWORD, PersonFactory, UserFactory, resident_id

pytestmark = pytest.mark.django_db


def test_shows_documents_masked(signed_in):
    number = resident_id(77)
    user = UserFactory(person=PersonFactory(id_number=number, phone="+8613800138000"), phone="+8613900139000")

    page = signed_in(user).get("/me/").content.decode()

    assert number not in page
    assert "13800138000" not in page
    assert "13900139000" not in page
    assert number[:6] in page


def test_saves_the_name_and_leaves_a_trail(signed_in):
    user = UserFactory(display_name="小林")

    response = signed_in(user).post("/me/", {"display_name": "  林 晓棠 "})

    user.refresh_from_db()
    assert response.url == "/me/"
    assert user.display_name == "林 晓棠"
    entry = AuditEntry.objects.get(verb="account.rename")
    assert (entry.before, entry.after) == ("小林", "林 晓棠")


def test_an_empty_name_is_refused(signed_in):
    user = UserFactory(display_name="小林")

    response = signed_in(user).post("/me/", {"display_name": "  "})

    user.refresh_from_db()
    assert list(response.context["form"].errors) == ["display_name"]
    assert user.display_name == "小林"


def test_service_refuses_a_blank_name():
    with pytest.raises(Refused):
        services.rename(UserFactory(), display_name="  ", by=None)


@pytest.mark.parametrize(
    "name",
    [
        "account_email",
        "account_change_password",
        "account_change_phone",
        "account_logout",
        "mfa_index",
        "account_reauthenticate",
    ],
)
def test_account_pages_wear_the_shell(client, name):
    user = UserFactory()
    user.set_password(PASSWORD)
    user.save()
    client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})

    response = client.get(reverse(name))

    assert response.status_code == 200
    assert 'class="ly-top"' in response.content.decode()


@pytest.mark.parametrize(
    "name", ["account_login", "account_signup", "account_reset_password", "account_request_login_code"]
)
def test_entrance_pages_open_without_signing_in(client, name, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(reverse(name))

    assert response.status_code == 200
