"""The documents beside a sheet: whose pages a judge may look at, and what the sheet tells of an entry."""

from io import BytesIO

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from judging.queries import tasks_for
from judging.queries.queue import left_text
from judging.states import InvitationState, SheetState
from projects.models import Document, DocumentVersion
from projects.pages import page_image
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
PAGES = 2


def pdf() -> bytes:
    made, written = pikepdf.new(), BytesIO()
    for _ in range(PAGES):
        made.add_blank_page(page_size=(320, 180))
    made.save(written)
    return written.getvalue()


def document(sheet, *, judged: bool, label: str) -> DocumentVersion:
    """A document of the sheet's entry, frozen with it."""
    entry = sheet.assignment.participation.entry
    requirement = factories.DocumentRequirementFactory(season=entry.season, judged=judged, label=label)
    data = pdf()
    version = DocumentVersion(
        document=Document.objects.create(entry=entry, requirement=requirement), name=f"{label}.pdf", extension="pdf",
        content_type="application/pdf", size=len(data), sha256=f"{requirement.pk:064d}", pages=PAGES,
        by=entry.project.owner, at=NOW,
    )  # fmt: skip
    version.file.save("x.pdf", ContentFile(data))
    version.save()
    kept = {
        "requirement": requirement.pk, "label": label, "judged": judged, "version": version.pk, "name": version.name,
        "extension": "pdf", "size": version.size, "sha256": version.sha256, "pages": PAGES,
    }  # fmt: skip
    entry.snapshot = {**entry.snapshot, "documents": [*entry.snapshot.get("documents", []), kept]}
    entry.save(update_fields=["snapshot"])
    return version


def page_of(sheet, version, number=1):
    return reverse("judging:page", args=[sheet.pk, version.pk, number])


def test_the_judge_sees_the_judged_documents_page_by_page(signed_in, judge, sheet):
    web, deck = signed_in(judge.person.user), document(sheet, judged=True, label="路演文稿")

    found = [web.get(page_of(sheet, deck, number)) for number in (1, PAGES)]
    small = web.get(page_of(sheet, deck) + "?small")

    assert [one.status_code for one in found] == [200, 200]
    assert found[0].content[:3] == b"\xff\xd8\xff"
    assert found[0].content != page_image(deck, 1, form="jpg"), "The judge's name stands in the picture."
    assert "private" in found[0]["Cache-Control"]
    assert len(small.content) <= len(found[0].content)
    assert web.get(page_of(sheet, deck, PAGES + 1)).status_code == 404


def test_what_judges_do_not_judge_stays_shut(signed_in, judge, sheet):
    identity = document(sheet, judged=False, label="身份证明")
    web = signed_in(judge.person.user)

    assert web.get(page_of(sheet, identity)).status_code == 404
    assert "身份证明" not in web.get(reverse("judging:sheet", args=[sheet.pk])).content.decode()


def test_nobody_else_looks_through_the_judges_window(signed_in, judge, sheet, heat):
    deck = document(sheet, judged=True, label="路演文稿")
    other = factories.InvitationFactory(heat=heat).judge
    elsewhere = factories.sheet(factories.ParticipationFactory(heat=heat), other, state=SheetState.DRAFT)

    for user, window in (
        (other.person.user, sheet),
        (other.person.user, elsewhere),
        (factories.province(heat.stage.season), sheet),
        (sheet.assignment.participation.entry.project.owner, sheet),
    ):
        assert signed_in(user).get(page_of(window, deck)).status_code == 404


def test_the_sheet_names_no_person_and_no_firm(signed_in, judge, sheet):
    entry = sheet.assignment.participation.entry
    entry.snapshot = {
        **entry.snapshot,
        "leader": {"name": "赵示例", "phone": "139****0000"},
        "team": [{"name": "钱示例"}],
        "project": {
            "one_line": "一句话",
            "company_name": "示例有限公司",
            "legal_representative": "孙示例",
            "employees": 26,
        },
    }
    entry.save(update_fields=["snapshot"])

    page = signed_in(judge.person.user).get(reverse("judging:sheet", args=[sheet.pk])).content.decode()

    assert "一句话" in page
    assert "26" in page
    for secret in ("赵示例", "钱示例", "孙示例", "示例有限公司", "139"):
        assert secret not in page


def test_pages_turn_without_a_script(signed_in, judge, sheet):
    deck, plan = (document(sheet, judged=True, label=label) for label in ("文稿", "计划书"))
    web, address = signed_in(judge.person.user), reverse("judging:sheet", args=[sheet.pk])

    shown = web.get(f"{address}?doc={plan.pk}&page=2").context
    beyond = web.get(f"{address}?doc={plan.pk}&page=99").context
    nonsense = web.get(f"{address}?doc=x&page=-1").context

    assert (shown["shown_deck"].version, shown["shown_page"]) == (plan.pk, 2)
    assert beyond["shown_page"] == PAGES
    assert (nonsense["shown_deck"].version, nonsense["shown_page"]) == (deck.pk, 1)


# ---------------------------------------------------------------- the home page


def test_home_offers_answer_pledge_and_scoring(judge, sheet, heat):
    asked = factories.InvitationFactory(judge=judge, state=InvitationState.SENT, pledged_at=None)
    accepted = factories.InvitationFactory(judge=judge, state=InvitationState.ACCEPTED, pledged_at=None)

    tasks = {task.url for task in tasks_for(judge.person.user, timezone.now())}

    assert tasks == {
        reverse("judging:invitation", args=[asked.pk]),
        reverse("judging:invitation", args=[accepted.pk]),
        reverse("judging:sheet", args=[sheet.pk]),
    }


def test_a_judge_who_is_done_has_nothing_to_do(judge, heat):
    factories.sheet(factories.ParticipationFactory(heat=heat), judge, 50, 30)

    assert tasks_for(judge.person.user, timezone.now()) == []
    assert tasks_for(factories.UserFactory(), timezone.now()) == []


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ({"days": 3, "hours": 5}, "3"),
        ({"hours": 47}, "47"),
        ({"hours": 1, "minutes": 59}, "119"),
        ({"seconds": 20}, "1"),
    ],
)
def test_time_left_in_the_largest_unit_that_says_enough(left, words):
    assert words in left_text(NOW + timezone.timedelta(**left), NOW)
    assert not any(sign.isdigit() for sign in left_text(NOW, NOW))
