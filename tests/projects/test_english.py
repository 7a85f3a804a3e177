"""The contestant's pages in English: with data in English nothing Chinese is left but the way back to Chinese."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import override

from contests.models import Declaration, DocumentRequirement, EligibilityRule, RecommendingUnit
from projects import services
from projects.states import MemberKind, Step
from tests import factories
from tests.projects import drafts

pytestmark = pytest.mark.django_db
HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
SWITCH = {"中文"}
PASSPORT = {"name": "María-José Núñez van der Berg", "id_kind": "passport", "id_number": "C01X00T47"}


@pytest.fixture
def season():
    season = drafts.open_season(contact="Contest office, +86 531 0000 0000")
    season.contest.name = season.contest.short_name = "Contest"
    season.contest.save()
    season.tracks.update(note="")
    RecommendingUnit.objects.filter(season=season).update(name="Jinan office")
    DocumentRequirement.objects.filter(season=season).update(label="Deck", formats=["pdf", "pptx"])
    Declaration.objects.filter(season=season).update(title="Truth", text="Everything is true.")
    factories.EligibilityRuleFactory(season=season, kind="team_max", number=5, phrase="at most five")
    factories.EligibilityRuleFactory(season=season, kind="born_on_or_after", date=date(1990, 1, 1), phrase="young")
    EligibilityRule.objects.update(source="Notice")
    return season


@pytest.fixture
def entry(season):
    user = factories.UserFactory(display_name="María")
    entry = services.start_entry(season, by=user, name="Seaweed film")
    leader = {**PASSPORT, "birth_date": date(1995, 3, 2), "phone": "+49 1512 3456789", "email": "m@example.com"}
    services.save_step(entry, Step.LEADER, {**leader, "statuses": ["overseas", "doctorate"]}, by=user)
    texts = dict.fromkeys(("name", "one_line", "summary", "innovation", "business_model", "market"), "Seaweed film")
    services.save_step(entry, Step.PROJECT, drafts.project_facts(season, **texts), by=user)
    services.save_step(entry, Step.COMPANY, {"has_company": False}, by=user)
    services.save_step(entry, Step.FINANCE, {"expected_jobs": 5, "financed_round": "none"}, by=user)
    services.add_member(
        entry,
        kind=MemberKind.MEMBER,
        name="Wolfeschlegelsteinhausen",
        id_kind="passport",
        id_number="X12345678",
        by=user,
    )
    services.upload_document(entry, season.documentrequirements.get(), drafts.pdf(), name="deck.pdf", by=user)
    services.agree_to(entry, declarations=season.declarations.all(), by=user)
    return entry


def chinese(browser, path: str) -> set[str]:
    answer = browser.get(path, follow=True)
    assert answer.status_code == 200
    return set(HAN.findall(answer.content.decode())) - SWITCH


@pytest.fixture
def browser(signed_in, entry):
    browser = signed_in(entry.project.owner)
    browser.cookies["django_language"] = "en"
    return browser


def test_no_page_of_a_draft_holds_chinese(browser, entry):
    services.invite_member(entry, name="Anna", by=entry.project.owner)
    steps = [reverse("projects:form", args=[entry.pk, step]) for step in Step]
    others = [reverse(f"projects:{name}", args=[entry.pk]) for name in ("entry", "withdraw")]
    lists = [
        reverse(name) for name in ("home", "projects:entries", "projects:teams", "messaging:inbox", "accounts:profile")
    ]
    start = reverse("projects:start", args=[entry.season_id])

    assert {path: found for path in [*steps, *others, *lists, start] if (found := chinese(browser, path))} == {}


def test_nor_of_one_that_is_handed_in_and_its_decisions(browser, entry):
    with override("en"):
        services.submit(entry, by=entry.project.owner)
    pages = [reverse("projects:entry", args=[entry.pk]), reverse("projects:withdraw", args=[entry.pk]), "/"]

    assert {path: found for path in pages if (found := chinese(browser, path))} == {}


def test_the_invitation_speaks_english(client, entry):
    invitation = services.invite_member(entry, name="Anna", by=entry.project.owner)
    client.cookies["django_language"] = "en"
    from projects.links import link_of

    assert chinese(client, link_of(invitation)) == set()


def test_a_rule_says_in_english_what_it_means(season):
    rule = season.eligibilityrules.get(kind="born_on_or_after")
    with override("en"):
        assert rule.local_phrase == "Leader born on or after a date: 1 Jan 1990 (young)"
        assert season.documentrequirements.get().local_label == "Pitch deck (Deck)"
    assert (rule.local_phrase, season.documentrequirements.get().local_label) == ("young", "Deck")
