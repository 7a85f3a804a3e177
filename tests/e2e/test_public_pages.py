"""Pages that anybody opens stand on a phone and on a desktop, quietly and without barriers."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import SeasonFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("name", ["home", "contests:list", "contests:notices", "account_login", "account_signup"])
def test_public_page(name, page, live_server, size, complaints, barriers, fits):
    SeasonFactory()

    page.goto(live_server.url + reverse(name))

    expect(page.locator("h1")).to_have_count(1)
    assert fits()
    assert barriers() == []
    assert complaints == []
