"""Every data page opens for an administrator and for nobody else."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.states import Role
from contests.models import Grant
from core.apps import ROOMS
from core.models import AuditEntry
from tests.factories import ContestFactory, UserFactory, administrator

pytestmark = pytest.mark.django_db


@pytest.fixture
def data_pages(signed_in):
    return signed_in(administrator())


def test_every_list_opens(data_pages):
    pages = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist") for model in admin.site._registry
    ]

    assert {page: data_pages.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


def test_keeps_tables_of_libraries_out():
    assert {model._meta.app_label for model in admin.site._registry} <= set(ROOMS)


@pytest.mark.parametrize("address", ["/admin/", "/admin/accounts/user/", "/admin/login/"])
def test_refuses_people_without_the_role(signed_in, address):
    response = signed_in(UserFactory()).get(address, follow=True)

    assert response.status_code == 403


def test_sends_visitors_to_the_one_sign_in(client):
    assert client.get("/admin/accounts/user/").url.startswith("/account/login/")


def test_a_role_is_granted_and_ended_through_the_services(data_pages):
    user = UserFactory()
    contest = ContestFactory()
    scope = {"user": user.pk, "role": Role.PROVINCE, "contest": contest.pk}
    data_pages.post("/admin/contests/grant/add/", scope)
    grant = Grant.objects.get(user=user)

    data_pages.post("/admin/contests/grant/", {"action": "end", "_selected_action": [grant.pk]})

    grant.refresh_from_db()
    assert grant.ends is not None
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["grant.give", "grant.end"]


def test_a_correction_is_recorded_with_the_value_before(data_pages):
    contest = ContestFactory(name="旧名")
    page = f"/admin/contests/contest/{contest.pk}/change/"
    inline = {"parts-TOTAL_FORMS": 0, "parts-INITIAL_FORMS": 0}
    data = {
        "slug": contest.slug,
        "name": "新名",
        "name_en": contest.name_en,
        "short_name": contest.short_name,
        "number_prefix": contest.number_prefix,
        "order": 0,
    }

    data_pages.post(page, data | inline)

    entry = AuditEntry.objects.get(verb="admin.change")
    assert (entry.before, entry.after) == ({"name": "旧名"}, {"name": "新名"})
