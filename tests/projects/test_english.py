"""The contestant's pages in English: with data in English nothing Chinese is left but the way back to Chinese."""

import re
from datetime import date

import pypdfium2
import pytest
from django.urls import reverse
from django.utils.translation import override

from contests.models import Contest, Declaration, DocumentRequirement, RecommendingUnit, Season
from contests.services import Line, publish_notice
from projects import services
from projects.states import MemberKind, Step
from seeds.reference import load_contests
from tests import factories
from tests.projects import drafts

pytestmark = pytest.mark.django_db
HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
SWITCH = {"中文"}
PASSPORT = {"name": "María-José Núñez van der Berg", "id_kind": "passport", "id_number": "C01X00T47"}


@pytest.fixture
def season():
    """Texts of the season in Chinese, each with its English; conditions, questions and a consent of members."""
    made = drafts.open_season(
        contact="大赛组委会办公室", contact_en="Contest office, +86 531 0000 0000",
        notice_text="各市：", notice_text_en="To all cities:",
        sample=True, sample_note="日期为示例", sample_note_en="Dates are samples",
    )  # fmt: skip
    Contest.objects.update(short_name_en="Contest", purpose="以赛引才", purpose_en="Brings talent")
    made.contest.refresh_from_db()
    made.tracks.update(note="装备制造", note_en="Equipment")
    RecommendingUnit.objects.update(name_en="Jinan office")
    DocumentRequirement.objects.update(label_en="Deck", note="二十页以内", note_en="20 pages at most")
    Declaration.objects.update(title_en="Truth", text_en="Everything is true.")
    factories.DeclarationFactory(
        season=made, code="member_consent", title="成员同意", title_en="Consent", text="同意。", text_en="I agree.",
        required=False,
    )  # fmt: skip
    words = {"source": "往届通知", "source_en": "Earlier notices"}
    factories.EligibilityRuleFactory(season=made, kind="team_max", number=5, phrase_en="at most five", **words)
    factories.EligibilityRuleFactory(
        season=made, kind="born_on_or_after", date=date(1990, 1, 1), phrase="青年", phrase_en="young", **words
    )
    factories.QuestionFactory(
        season=made,
        code="people",
        kind="number",
        unit="人",
        unit_en="people",
        help_text="在职",
        help_text_en="Employed",
    )
    factories.QuestionFactory(
        season=made, code="holders", kind="table", required=False,
        columns=[
            {"code": "a", "label": "金额", "label_en": "Amount", "kind": "number", "unit": "万元", "unit_en": "wan"}
        ],
    )  # fmt: skip
    return made


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
    services.agree_to(entry, declarations=season.declarations.exclude(code="member_consent"), by=user)
    services.save_step(entry, Step.QUESTIONS, {"people": "3", "holders": [{"a": "7"}]}, by=user)
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


def test_the_papers_speak_english(browser, entry):
    with override("en"):
        services.submit(entry, by=entry.project.owner)
    for name in ("receipt", "entry_form"):
        answer = browser.get(reverse(f"projects:{name}", args=[entry.pk]))
        text = " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content))
        assert set(HAN.findall(text)) == set()
        assert {"Deck", "Truth"} <= set(text.split())


def test_without_english_a_rule_says_what_it_means_and_a_paper_its_kind(season):
    rule = season.eligibilityrules.get(kind="born_on_or_after")
    paper = season.documentrequirements.get()
    with override("en"):
        assert (rule.local_phrase, paper.local_label) == ("young", "Deck")
        rule.phrase_en = paper.label_en = ""
        assert rule.local_phrase == "Leader born on or after a date: 1 Jan 1990 (青年)"
        assert paper.local_label == "Pitch deck (路演文稿)"
    assert (rule.local_phrase, paper.local_label) == ("青年", "路演文稿")


def test_every_contest_of_the_reference_data_has_its_english(client):
    """The public pages of all editions, and where an entrant reads whether to enter."""
    seasons = load_contests(by=factories.UserFactory(is_superuser=True), today=date(2026, 9, 20))
    Season.objects.update(state="running")
    client.cookies["django_language"] = "en"
    pages = ["/", reverse("contests:list"), reverse("contests:notices")]
    pages += [reverse("contests:season", args=[one.contest.slug, one.year]) for one in seasons.values()]
    pages += [reverse("projects:start", args=[one.pk]) for one in seasons.values()]

    assert {path: found for path in pages if (found := chinese(client, path))} == {}


def test_a_published_list_is_read_in_english(client, season):
    """The line stays as it was printed; what the season calls its parts is read in English."""
    track, unit = season.tracks.get(), season.units.get()
    notice = publish_notice(
        season, kind="results", title="决赛结果公示", title_en="Results", body="现予公示。", body_en="Published.",
        by=factories.UserFactory(),
        lines=[Line(track=track.name, level="一等奖", number="T1", title="Seaweed film", zone=unit.name)],
    )  # fmt: skip
    factories.AwardLevelFactory(season=season)
    client.cookies["django_language"] = "en"
    path = reverse("contests:notice", args=[notice.pk])
    assert chinese(client, path) == set()
    client.cookies["django_language"] = "zh-hans"
    assert "一等奖" in client.get(path).content.decode()
