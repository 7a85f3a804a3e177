"""Steps 10 and 11: a winner agrees to be found, an investor asks, a deal moves on; the year in figures."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from certificates.models import Award
from matching import services
from matching.models import Consent, Deal, Institution, Interest
from matching.states import InstitutionState
from tests.e2e.conftest import zh
from tests.e2e.story import part


@pytest.fixture
def award(demo) -> Award:
    """A winner who has agreed to nothing yet."""
    found = Award.objects.filter(entry__season__contest__slug="veteran").select_related("entry__project__owner").last()
    for one in Consent.objects.filter(entry=found.entry, withdrawn_at=None):
        services.withdraw_consent(one, by=found.entry.project.owner)
    return found


@pytest.fixture
def investor(award) -> User:
    """A member of an admitted institution that has not asked this project before."""
    asked = Interest.objects.filter(project=award.entry.project).values("institution")
    free = Institution.objects.filter(state=InstitutionState.ADMITTED, kind="investor").exclude(pk__in=asked)
    return free.first().members.get().user


def move_to_received(page, demo, deal, become, press):
    """The institution records each kind of money, the project confirms it."""
    for stage, amount in (("intention", "500"), ("signed", "300"), ("received", "200")):
        become(deal.institution.members.get().user)
        page.goto(f"{demo}/matching/deals/{deal.pk}/")
        page.locator("[name=stage]").select_option(stage)
        page.locator("[name=amount_wan]").fill(amount)
        page.locator("[name=evidence]").fill("投资协议TZ-1（示例）")
        press("Record", exact=True)
        page.get_by_text(zh("The project has not confirmed it yet")).first.wait_for()
        become(deal.project.owner)
        page.goto(f"{demo}/matching/deals/{deal.pk}/")
        press("Confirm this amount")
        page.wait_for_load_state()


def test_from_consent_to_money_received(page, demo, award, investor, become, look, press, follow):
    project, owner = award.entry.project, award.entry.project.owner
    become(owner)
    page.goto(f"{demo}/matching/consents/")
    look("consents")
    page.goto(f"{demo}/matching/consents/{award.entry.pk}/")
    press("Give consent")
    assert page.locator("[role=alert]").first.inner_text()
    page.locator("#agree").check()
    press("Give consent")
    page.wait_for_url(re.compile("/matching/"))
    consent = Consent.objects.filter(entry=award.entry, withdrawn_at=None).get()

    become(investor)
    page.goto(f"{demo}/matching/library/?q={project.name[:4]}")
    look("library")
    page.goto(f"{demo}/matching/library/{consent.pk}/")
    page.locator("[name=note]").fill("我们长期关注这个方向，希望先了解客户验证情况和融资安排。")
    look("brief")
    press("Send to the project")
    page.wait_for_load_state()

    become(owner)
    page.goto(f"{demo}/matching/requests/")
    look("requests")
    press("Talk with them")
    page.wait_for_load_state()
    deal = Deal.objects.get(project=project, institution__members__user=investor)
    move_to_received(page, demo, deal, become, press)
    page.locator("[name=outcome]").fill("资金到账后新增一条生产线。")
    press("Save the outcome")
    page.wait_for_load_state()
    look("deal")
    deal.refresh_from_db()
    assert (deal.stage, deal.outcome) == ("received", "资金到账后新增一条生产线。")
    amounts = deal.steps.exclude(amount_wan=None).values_list("amount_kind", "amount_wan", "confirmed_at")
    assert {kind: int(amount) for kind, amount, at in amounts if at} == {
        "intention": 500, "signed": 300, "received": 200,
    }  # fmt: skip

    become(part("province"))
    page.goto(f"{demo}/matching/board/")
    expect(page.get_by_text(project.name).first).to_be_attached()
    look("deal-board")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_year_page_tells_figures_and_definition(page, demo, become, look, theme):
    page.emulate_media(color_scheme=theme)
    become(part("province"))
    page.goto(f"{demo}/year/")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("1,500").first).to_be_attached()
    expect(page.get_by_text("优质项目").first).to_be_attached()
    look(f"year-{theme}")
    shown = int(page.locator("p.v.big a").first.inner_text())
    page.locator("p.v.big a").first.click()
    page.wait_for_url(re.compile("/projects/"))
    expect(page.locator("tbody tr")).to_have_count(shown)
