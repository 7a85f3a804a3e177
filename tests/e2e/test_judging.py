"""Steps 5 to 9: a heat from its judges to the draw, a judge's sheet, lock, ranking, publication, certificates."""

import re
from decimal import Decimal
from io import BytesIO

import openpyxl
import pypdfium2
import pytest
from django.db.models import Count
from django.utils import timezone
from playwright.sync_api import expect

from certificates.models import Certificate
from contests.models import Heat, Stage
from judging import services
from judging.models import Assignment, Invitation, Judge, ScoreSheet
from judging.replay import differences_of_draw
from judging.states import SheetState
from seeds.demo import judging as scoring
from tests.e2e.conftest import SIZES, zh
from tests.e2e.story import part


def heat_of(slug: str, stage: str) -> Heat:
    return Heat.objects.get(stage__season__contest__slug=slug, stage__name=stage)


# ---------------------------------------------------------------- preparing


def test_heat_from_invitations_to_open_scoring(page, demo, become, look, press, follow):
    stage = Stage.objects.get(season__contest__slug="youth", name="网络评审")
    become(part("province"))
    page.goto(f"{demo}/judging/heats/")
    look("heats")
    page.locator(f"form[action$='/prepare/{stage.pk}/'] button").click()
    page.wait_for_url(re.compile(r"/judging/heats/"))
    heat = stage.heats.get()
    assert heat.participations.count() == stage.season.entries.filter(state="qualified").count()

    invite_from_the_library(page, demo, heat, look, press)
    answer_all_but_one(heat)
    last = Invitation.objects.filter(heat=heat, pledged_at=None).select_related("judge__person__user").get()
    sign_the_pledge(page, demo, last, become, look, press)

    become(part("province"))
    page.goto(f"{demo}/judging/heats/{heat.pk}/draw/")
    press("Publish the check code")
    page.locator("[name=witness]").fill("304917")
    page.locator("[name=witness_name]").fill("公证员 钱正（示例）")
    look("draw")
    press("Draw now")
    page.wait_for_url(re.compile("/plan/"))
    accept_the_plan(page, look, press, follow)
    page.goto(f"{demo}/judging/heats/{heat.pk}/draw/")
    page.get_by_text("304917").wait_for()
    look("drawn")
    press("Open the scoring")
    page.wait_for_url(re.compile(r"/judging/heats/"))
    heat.refresh_from_db()
    assert heat.is_open
    assert ScoreSheet.objects.filter(assignment__participation__heat=heat).count() == 5 * heat.participations.count()
    page.goto(f"{demo}/judging/heats/{heat.pk}/progress/")
    look("progress")
    one_judge_drops_out(page, heat, look, press, follow)
    record = heat.draws.get()
    paper = pypdfium2.PdfDocument(page.request.get(f"{demo}/judging/draws/{record.pk}/record.pdf").body())
    printed = "".join(one.get_textpage().get_text_bounded() for one in paper)
    assert "304917" in printed
    assert "突发疾病" in printed
    assert differences_of_draw(record) == []
    page.goto(f"{demo}/judging/heats/{heat.pk}/paper/")
    look("paper")
    for what in ("blank", "sign-in"):
        assert page.request.get(f"{demo}/judging/heats/{heat.pk}/paper/{what}.pdf").body().startswith(b"%PDF")


def accept_the_plan(page, look, press, follow):
    press("Make the plan")
    page.get_by_text(zh("Proven: none is better")).wait_for()
    look("plan")
    follow("Why these")
    page.get_by_role("button", name=zh("Explain")).click()
    page.get_by_role("status").wait_for()
    look("plan-entry")
    page.go_back()
    page.go_back()
    press("Accept the plan")
    page.get_by_text(zh("Accepted. Every judge has the sheets; next, open the scoring.")).wait_for()


def one_judge_drops_out(page, heat, look, press, follow):
    """The seats that fell free are filled; what the others have stays."""
    held = Assignment.objects.filter(participation__heat=heat).values("judge").annotate(count=Count("pk"))
    gone = heat.invitations.get(judge=held.latest("count")["judge"])
    page.locator(f"button[data-dialog=away{gone.pk}]").click()
    page.locator(f"#away{gone.pk} [name=reason]").fill("突发疾病")
    page.locator(f"#away{gone.pk}").get_by_role("button", name=zh("Note as absent")).click()
    page.locator(".ly-toast, [role=status]").first.wait_for()
    follow("Fill free seats")
    page.wait_for_url(re.compile("/repair/"))
    look("repair")
    page.locator("[name=reason]").fill("评委突发疾病，补足席位")
    press("Carry it out")
    page.wait_for_url(re.compile("/progress/"))
    drafts = ScoreSheet.objects.filter(assignment__participation__heat=heat, state=SheetState.DRAFT)
    assert drafts.count() == 5 * heat.participations.count()
    assert not drafts.filter(assignment__judge=gone.judge_id).exists()


def invite_from_the_library(page, demo, heat, look, press):
    page.goto(f"{demo}/judging/heats/{heat.pk}/judges/?show=library")
    look("judge-library")
    for place in range(12):
        page.locator("[name=judges]").nth(place).check()
    press("Invite the ticked judges")
    page.wait_for_url(re.compile("judges"))
    assert heat.invitations.count() == 12


def answer_all_but_one(heat):
    """The other judges answer on their own; that is another's journey."""
    for one in heat.invitations.select_related("judge__person__user")[1:]:
        user = one.judge.person.user
        services.answer(one, accepted=True, by=user)
        services.pledge(one, typed_name=one.judge.person.name, by=user)


def sign_the_pledge(page, demo, invitation, become, look, press):
    person = invitation.judge.person
    become(person.user)
    page.goto(f"{demo}/judging/queue/")
    look("queue-invited")
    page.goto(f"{demo}/judging/invitations/{invitation.pk}/")
    press("Accept the invitation")
    page.locator("[name=typed_name]").fill(person.name)
    press("Sign the promise")
    page.wait_for_url(re.compile("/ties/"))
    look("ties")
    press("Confirm and go on to the pledge")
    page.locator("[name=typed_name]").fill("别人")
    press("Sign the pledge")
    assert page.locator(".ly-input.bad [name=typed_name]").input_value() == "别人"
    look("pledge")
    page.locator("[name=typed_name]").fill(person.name)
    press("Sign the pledge")
    page.wait_for_url(re.compile("/judging/queue/"))
    invitation.refresh_from_db()
    assert invitation.pledged_name == person.name


# ---------------------------------------------------------------- scoring


@pytest.fixture
def judge(demo, size) -> Judge:
    """A judge with open sheets; another one for each width."""
    open_sheets = ScoreSheet.objects.filter(
        assignment__participation__heat=heat_of("student", "省赛网络评审"), state=SheetState.DRAFT
    )
    judges = sorted(set(open_sheets.values_list("assignment__judge", flat=True)))
    return Judge.objects.select_related("person__user").get(pk=judges[sorted(SIZES).index(size)])


def test_judge_marks_a_sheet_and_hands_it_in(page, demo, size, judge, become, look, press):
    become(judge.person.user)
    page.goto(demo)
    look(f"home-judge-{size}")
    page.goto(f"{demo}/judging/queue/")
    page.get_by_role("link", name=zh("Score the next entry")).first.click()
    page.wait_for_url(re.compile(r"/sheets/\d+/"))
    sheet = ScoreSheet.objects.get(pk=re.search(r"/sheets/(\d+)/", page.url).group(1))
    expect(page.locator("[data-page-image]")).to_have_js_property("complete", value=True)
    boxes = page.locator(".ly-num input")
    most = [Decimal(box.get_attribute("data-max")) for box in page.locator("[data-crit]").all()]

    boxes.first.fill(str(most[0] + 1))
    boxes.first.press("Enter")
    assert page.locator("[data-error]").first.inner_text()
    look(f"sheet-refused-{size}")
    for place, top in enumerate(most):
        boxes.nth(place).fill(str(int(top * Decimal("0.8"))))
        boxes.nth(place).press("Enter")
    expect(page.locator("[data-state-text]")).to_have_text(re.compile(r"\d\d:\d\d"))
    assert sheet.marks.exclude(value=None).count() == len(most)
    page.reload()
    expected = [str(int(top * Decimal("0.8"))) for top in most]
    assert [box.input_value() for box in boxes.all()] == expected
    look(f"sheet-{size}")

    press("Submit the sheet")
    page.wait_for_url(lambda url: f"/sheets/{sheet.pk}/" not in url)
    sheet.refresh_from_db()
    assert sheet.state == SheetState.SUBMITTED
    assert sorted(str(int(one.value)) for one in sheet.marks.all()) == sorted(expected)
    others = ScoreSheet.objects.exclude(assignment__judge=judge).first()
    assert page.request.get(f"{demo}/judging/sheets/{others.pk}/").status == 404


def test_second_window_never_overwrites_silently(page, demo, context, become, look):
    heat = heat_of("student", "省赛网络评审")
    sheet = ScoreSheet.objects.filter(assignment__participation__heat=heat, state=SheetState.DRAFT).last()
    become(sheet.assignment.judge.person.user)
    address = f"{demo}/judging/sheets/{sheet.pk}/"
    page.goto(address)
    other = context.new_page()
    other.goto(address)
    other.locator(".ly-num input").first.fill("5")
    other.locator(".ly-num input").first.press("Enter")
    expect(other.locator("[data-state-text]")).to_have_text(re.compile(r"\d\d:\d\d"))
    page.locator(".ly-num input").first.fill("7")
    page.locator(".ly-num input").first.press("Enter")
    page.locator(".ly-both:not([hidden])").first.wait_for()
    assert "5" in page.locator(".ly-both").first.inner_text()
    assert page.locator(".ly-num input").first.input_value() == "7"
    assert sheet.marks.exclude(value=None).get().value == 5
    look("sheet-two-windows")


# ---------------------------------------------------------------- lock, rank, publish, award, print


def test_lock_to_certificates(page, demo, become, look, press, follow):
    heat = heat_of("talent", "决赛")
    scoring.score(heat, by=part("province"), at=timezone.now())
    become(part("province"))
    page.goto(f"{demo}/judging/heats/{heat.pk}/lock/")
    look("lock")
    press("Lock the scores")
    page.wait_for_url(re.compile(r"/judging/(rankings|heats)/\d+/"))
    ranking = heat.rankings.order_by("pk").first()
    page.goto(f"{demo}/judging/rankings/{ranking.pk}/")
    compare_with_excel(page, demo, ranking)
    page.locator("a.ly-open").first.click()
    page.locator("#place .ly-steps").wait_for()
    look("ranking")

    page.goto(f"{demo}/judging/heats/{heat.pk}/publish/")
    look("publish")
    press("Publish the results")
    page.wait_for_url(re.compile(r"/contests/notices/\d+/"))
    notice = page.url
    page.context.clear_cookies()
    page.goto(notice)
    first = heat.rankings.first().places.filter(rank=1).select_related("participation__entry").first()
    expect(page.get_by_text(first.participation.entry.title).first).to_be_attached()
    look("public-results")

    become(part("province"))
    award_and_print(page, demo, heat.stage.season, look, press)


def compare_with_excel(page, demo, ranking):
    """The workbook tells the same totals, in the same order, as the page."""
    shown = [
        (row.locator(".ly-open").inner_text().strip(), Decimal(row.locator("td.total").inner_text()))
        for row in page.locator("tr:has(td.total)").all()
    ]
    book = page.request.get(f"{demo}/judging/rankings/{ranking.pk}/ranking.xlsx").body()
    rows = openpyxl.load_workbook(BytesIO(book), read_only=True).worksheets[0].iter_rows(values_only=True)
    heads = next(rows)
    project, total = heads.index(zh("Project")), heads.index(zh("Total"))
    written = [(row[project], Decimal(str(row[total]))) for row in rows if row[project]]
    assert shown == written
    assert shown


def award_and_print(page, demo, season, look, press):
    page.goto(f"{demo}/certificates/seasons/{season.pk}/")
    press("Give the awards")
    page.locator("form[action$='/issue/'] button").click()
    page.locator("form[action$='/batch/'] button").wait_for()
    look("certificates")
    issued = Certificate.objects.filter(award__entry__season=season)
    assert issued.count() == page.locator("td a[href*='/check/']").count() > 0
    page.locator("form[action$='/batch/'] button").click()
    page.wait_for_url(re.compile(r"/jobs/\d+/"))
    page.locator("a[href$='/result/']").first.wait_for()
    look("job-done")
    batch = page.request.get(demo + page.locator("a[href$='/result/']").first.get_attribute("href")).body()
    assert len(pypdfium2.PdfDocument(batch)) == issued.count()

    one = issued.select_related("award__entry").first()
    single = pypdfium2.PdfDocument(page.request.get(f"{demo}/certificates/{one.pk}.pdf").body())
    assert one.number in single[0].get_textpage().get_text_bounded()
    page.context.clear_cookies()
    page.goto(f"{demo}/certificates/check/{one.token}/")
    expect(page.get_by_text(one.number).first).to_be_attached()
    look("verify")
    page.goto(f"{demo}/certificates/check/{one.token[::-1]}/")
    expect(page.get_by_text(one.number)).to_have_count(0)
