"""Paper and files beside the screen: two readings of a sheet, a judge's score file, prints; and further judges."""

import io
from decimal import Decimal

import openpyxl
import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core.models import AuditEntry
from core.problems import Refused
from judging import prints, services
from judging.models import Assignment, Mark, MarkRevision, PaperEntry, ScoreSheet
from judging.queries.gaps import apart
from judging.states import SheetState
from messaging.models import Message
from tests import factories
from tests.judging import heats
from tests.judging.pages import queries_of

pytestmark = pytest.mark.django_db
LONG = "面向黄河三角洲盐碱地的耐盐碱作物智能种植与全程社会化服务一体化平台（示例）"


@pytest.fixture
def made():
    """Two entries, two judges, three of them ready; nothing marked yet."""
    return heats.opened(2, 3, per_entry=2)


@pytest.fixture
def sheet(made):
    return made.sheets().first()


def marks(innovation, team):
    return {"innovation": Decimal(innovation), "team": Decimal(team)}


def given(sheet):
    return {mark.criterion.key: mark.value for mark in sheet.marks.select_related("criterion")}


def test_two_people_read_the_paper_and_only_equal_marks_count(made, sheet):
    other = factories.province(made.season)
    services.enter_paper(sheet, marks=marks("41", 30), comment="扎实", by=made.by)
    with pytest.raises(Refused) as same:
        services.confirm_paper(sheet, marks=marks("41", 30), by=made.by)
    assert same.value.code == "same"
    with pytest.raises(Refused) as differs:
        services.confirm_paper(sheet, marks=marks("47", 30), by=other)
    assert [(one.field, "41" in one.message, "47" in one.message) for one in differs.value.problems] == [
        ("innovation", True, True)
    ]
    assert (given(sheet), ScoreSheet.objects.get(pk=sheet.pk).state) == ({}, SheetState.DRAFT)

    services.confirm_paper(sheet, marks=marks("41.0", 30), by=other)

    sheet.refresh_from_db()
    assert (given(sheet), sheet.state, sheet.comment) == (marks(41, 30), SheetState.SUBMITTED, "扎实")
    assert (sheet.paper.by, sheet.paper.confirmed_by) == (made.by, other)
    assert not MarkRevision.objects.exists()


def test_paper_never_overwrites_what_the_judge_typed(made, sheet):
    services.save_sheet(sheet, marks=marks(40, 20), by=made.by)
    with pytest.raises(Refused):
        services.enter_paper(sheet, marks=marks(41, 30), by=made.by)
    assert not PaperEntry.objects.exists()


def test_the_desk_types_a_sheet_with_its_scan(signed_in, made, sheet):
    picture = io.BytesIO()
    Image.new("RGB", (40, 40)).save(picture, "PNG")
    address = reverse("judging:enter_paper", args=[made.heat.pk, sheet.pk])
    typed = {"mark-innovation": "41", "mark-team": "90", "act": "enter"}
    first = signed_in(made.by)
    refused = first.post(address, typed)
    assert refused.status_code == 422
    assert 'value="90"' in refused.content.decode()
    scan = SimpleUploadedFile("签名.png", picture.getvalue())
    assert first.post(address, typed | {"mark-team": "30", "scan": scan}).status_code == 302
    assert first.get(reverse("judging:scan", args=[made.heat.pk, sheet.pk])).status_code == 200
    second = signed_in(factories.province(made.season))
    assert [line.text for line in second.get(address).context["lines"]] == ["", ""]
    differing = second.post(address, typed | {"mark-team": "31", "act": "confirm"})
    assert differing.status_code == 422
    assert second.post(address, typed | {"mark-team": "30", "act": "confirm"}).status_code == 302
    assert given(sheet) == marks(41, 30)


@pytest.fixture
def judge(made, sheet):
    return sheet.assignment.judge


def filled(web, made, change):
    """The judge's file with `change(row)` done to each row, as it is sent back."""
    book = openpyxl.load_workbook(io.BytesIO(web.get(reverse("judging:score_file", args=[made.heat.pk])).content))
    for row in book.active.iter_rows(min_row=2):
        change(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("scores.xlsx", out.getvalue())


def test_a_score_file_is_checked_first_and_then_taken_over(signed_in, made, judge):
    web, address = signed_in(judge.person.user), reverse("judging:take_scores", args=[made.heat.pk])

    def fill(row):
        row[3].value, row[4].value, row[5].value = 42, "3０", "好"

    checked = web.post(address, {"file": filled(web, made, fill)})
    own = ScoreSheet.objects.filter(assignment__judge=judge)
    assert [given(one) for one in own] == [{}] * own.count()
    digest = checked.context["digest"]

    assert web.post(address, {"digest": digest}).status_code == 302
    assert [given(one) for one in own] == [marks(42, 30)] * own.count()
    assert web.post(address, {"digest": digest}).status_code == 422, "A file is taken over once."


def test_every_wrong_row_is_named_and_nothing_is_taken(signed_in, made, judge, sheet):
    web, address = signed_in(judge.person.user), reverse("judging:take_scores", args=[made.heat.pk])

    def wrong(row):
        row[3].value, row[4].value = "=1+1", "viel"

    def newer(row):
        row[3].value = 12

    answer = web.post(address, {"file": filled(web, made, wrong)})
    told = [one.message for one in answer.context["refused"].problems]
    assert [text.split(":")[0] for text in told] == ["D2", "E2", "D3", "E3"][: len(told)]
    file = filled(web, made, newer)
    services.save_sheet(sheet, marks=marks(40, 20), by=judge.person.user)
    assert web.post(address, {"file": file}).status_code == 422
    assert given(sheet) == marks(40, 20)
    other = signed_in(factories.UserFactory())
    assert other.get(reverse("judging:score_file", args=[made.heat.pk])).status_code == 404


def text_of(printed):
    document = pypdfium2.PdfDocument(printed)
    return "".join(page.get_textpage().get_text_range() for page in document)


def test_prints_hold_what_the_hall_needs_and_no_mark_before_the_lock(signed_in, made, sheet):
    made.entries[0].title = LONG
    made.entries[0].save()
    made.fill(lambda entry, seat: (37, 26))
    blank, paper = text_of(prints.score_sheets(made.heat)), text_of(prints.score_sheets(made.heat, filled=True))
    flat = "".join(paper.split())
    assert LONG in flat
    assert "37 26 63" in paper
    assert "37 26 63" not in blank
    assert LONG in "".join(text_of(prints.rooms(made.heat)).split())
    signing = "".join(text_of(prints.sign_in(made.heat)).split())
    assert all(judge.person.name in signing for judge in made.judges)
    web = signed_in(made.by)
    assert web.get(reverse("judging:print", args=[made.heat.pk, "filled"])).status_code == 302
    assert web.get(reverse("judging:print", args=[made.heat.pk, "blank"])).status_code == 200


def test_a_large_gap_gets_one_further_judge_and_no_more(signed_in, made):
    made.stage.review_gap = Decimal(10)
    made.stage.save()
    made.heat.refresh_from_db()
    far = made.entries[0]
    by_entry = {}

    def give(entry, seat):
        by_entry[entry] = by_entry.get(entry, -1) + 1
        return (40 - (11 if entry == 0 else 10) * by_entry[entry], 30)

    made.fill(give)
    assert [one.entry for one in apart(made.heat)] == [far], "Exactly the allowed gap is allowed."
    page = signed_in(made.by).get(reverse("judging:gaps", args=[made.heat.pk])).content.decode()
    assert far.number in page
    assert made.entries[1].number not in page

    (further,) = services.ask_further(made.heat, by=made.by)

    assert further.participation.entry == far
    assert Assignment.objects.filter(participation__entry=far).values("judge").distinct().count() == 3
    with pytest.raises(Refused):
        services.ask_further(made.heat, by=made.by)
    assert apart(made.heat, asked=True) == [further.participation]


def test_the_last_sheet_of_an_entry_asks_the_further_judge_by_itself(made, django_capture_on_commit_callbacks):
    made.stage.review_gap = Decimal(10)
    made.stage.save()
    made.heat.refresh_from_db()
    near, far = made.entries[0], made.entries[1]
    made.fill(lambda entry, seat: (40, 30), state=SheetState.DRAFT)
    for entry, low in ((near, 30), (far, 29)):
        first, last = made.sheets().filter(assignment__participation__entry=entry)
        Mark.objects.filter(sheet=last, criterion__key="innovation").update(value=low)
        with django_capture_on_commit_callbacks(execute=True):
            services.submit_sheet(first, by=made.by)
        assert made.sheets().filter(assignment__participation__entry=entry).count() == 2
        with django_capture_on_commit_callbacks(execute=True):
            services.submit_sheet(last, by=made.by)

    (one,) = apart(made.heat, asked=True)
    assert (one.entry, "rule" in one.why or "规则" in one.why) == (far, True)
    assert made.sheets().filter(assignment__participation__entry=near).count() == 2
    said = AuditEntry.objects.get(verb="judge.further")
    assert said.actor is None
    further = made.sheets().get(assignment__participation__entry=far, state=SheetState.DRAFT)
    message = Message.objects.get(kind="judging.further")
    assert message.link == reverse("judging:sheet", args=[further.pk])


def test_where_nobody_is_left_the_entry_waits_for_the_organiser(django_capture_on_commit_callbacks):
    made = heats.opened(1, 2, per_entry=2)
    officer = factories.province(made.stage.season)
    made.stage.review_gap = Decimal(10)
    made.stage.save()
    made.fill(lambda entry, seat: (40 if seat == 1 else 10, 30), state=SheetState.DRAFT)
    for sheet in made.sheets():
        with django_capture_on_commit_callbacks(execute=True):
            services.submit_sheet(sheet, by=made.by)
    made.heat.refresh_from_db()
    assert [one.entry for one in apart(made.heat)] == made.entries
    assert AuditEntry.objects.filter(verb="judge.nobody").count() == 1
    message = Message.objects.get(kind="judging.gap", to=officer)
    assert message.link == reverse("judging:gaps", args=[made.heat.pk])


def test_a_scan_is_what_it_says(made, sheet):
    services.enter_paper(sheet, marks=marks(41, 30), by=made.by)
    with pytest.raises(Refused):
        services.attach_scan(sheet, ContentFile(b"MZ no picture"), name="scan.png", by=made.by)
    assert not PaperEntry.objects.get().scan


@pytest.mark.parametrize("entries", [1, 3])
def test_the_lists_cost_the_same_for_one_entry_and_for_three(signed_in, django_assert_max_num_queries, entries):
    made = heats.opened(entries, 2, per_entry=2)
    made.stage.review_gap, made.stage.blind = Decimal(10), True
    made.stage.save()
    made.fill(lambda entry, seat: (40 if seat == 1 else 10, 30))
    web = signed_in(made.by)
    lists = [reverse(f"judging:{name}", args=[made.heat.pk]) for name in ("paper", "gaps", "blind")]
    assert [queries_of(web, django_assert_max_num_queries, one, 16) for one in lists] == [9, 9, 9]
