"""A workbook of entries: tried, told by row and column, entered whole or not at all, taken over by its leader."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from accounts.services import set_phone
from contests.models import Question
from core.models import AuditEntry
from core.problems import Refused
from projects.imports.entries import ENTRIES, PEOPLE
from projects.models import DocumentVersion, Entry, Project, TeamMember
from projects.queries.offline import SeasonForm, take_over_tasks, to_take_over, units_for
from projects.services import take_over
from projects.states import EntryState
from projects.workbooks.entries import template
from tests import factories
from tests.factories import NOW, credit_code, resident_id
from tests.projects.drafts import open_season, pdf_bytes, ready
from tests.projects.filled import decks, entered, facts, filled, places, run, zipped

pytestmark = pytest.mark.usefixtures("small_books")


def test_a_dry_run_writes_nothing_and_the_real_one_everything(season, clerk):
    rows = [facts(season, 1), facts(season, 2)]
    people = [
        {
            "row": "1",
            "order": 2,
            "kind": "成员",
            "name": "王二",
            "id_number": resident_id(9),
            "work": "技术",
            "share": 20,
        },
        {"row": "1", "order": 1, "kind": "成员", "name": "王一", "id_number": resident_id(8)},
        {"row": "1", "kind": "顾问", "name": "赵顾", "id_kind": "护照", "id_number": "E12345678"},
    ]
    dry = run(season, clerk, filled(season, clerk, rows, people), decks(season, 2))

    assert (places(dry), dry.count("new")) == ([], 2)
    assert not (Entry.objects.exists())
    assert not (Project.objects.exists())
    assert not (DocumentVersion.objects.exists())

    entered(season, clerk, rows, people)
    first, second = Entry.objects.order_by("number")
    assert {first.state, second.state} == {EntryState.SUBMITTED}
    assert (first.entered_by, first.project.owner, first.unit, first.leader_name) == (
        clerk, clerk, season.units.get(), "李示1",
    )  # fmt: skip
    team = TeamMember.objects.filter(project=first.project).values_list("person__name", "kind", "work")
    assert [*team] == [
        ("李示1", "leader", ""),
        ("王一", "member", ""),
        ("王二", "member", "技术"),
        ("赵顾", "adviser", ""),
    ]
    assert first.documents.get().current.name == f"1_{season.documentrequirements.get().label}.pdf"
    told = AuditEntry.objects.get(verb="entry.on_behalf", object_id=str(first.pk))
    assert (told.actor, told.after["consent forms on file"]) == (clerk, True)
    assert first.agreements.get().by == clerk


def test_the_same_workbook_again_is_harmless(season, clerk):
    rows = [facts(season, 1), facts(season, 2)]
    entered(season, clerk, rows)
    before = (Entry.objects.count(), AuditEntry.objects.count(), DocumentVersion.objects.count())

    again = entered(season, clerk, rows)

    assert again.count("kept") == 2
    assert (Entry.objects.count(), AuditEntry.objects.count(), DocumentVersion.objects.count()) == before


def test_drafts_take_what_is_there_and_are_brought_up_to_date(season, clerk):
    without = {key: value for key, value in facts(season, 1).items() if key not in ("innovation", "market")}
    member = {"row": "1", "kind": "成员", "name": "王一", "id_number": resident_id(8)}
    book = filled(season, clerk, [without], [member])
    report = run(season, clerk, book, submit=False, dry=False)
    assert (places(report), Entry.objects.get().state) == ([], EntryState.DRAFT)

    more = facts(season, 1, market="更大的市场")
    report = entered(season, clerk, [more], [member, {**member, "name": "王二", "id_number": resident_id(9)}])

    entry = Entry.objects.get()
    assert (report.count("changed"), entry.state, entry.project.market) == (1, EntryState.SUBMITTED, "更大的市场")
    assert entry.project.members.count() == 3


def test_what_is_missing_is_told_by_row_and_nothing_is_written(season, clerk):
    right, wrong = facts(season, 1), facts(season, 2, market=None)
    report = run(season, clerk, filled(season, clerk, [right, wrong]), decks(season, 1), dry=False)

    label = season.documentrequirements.get().label
    assert {one.row for one in report.faults} == {4}
    assert any(label in one.message for one in report.faults)
    assert not Entry.objects.exists()


def test_eligibility_is_told_by_row(season, clerk):
    factories.EligibilityRuleFactory(season=season, kind="born_on_or_after", date=date(2000, 1, 1))
    report = run(season, clerk, filled(season, clerk, [facts(season, 1)]), decks(season, 1))

    assert [one.row for one in report.faults] == [3]


CELLS = [
    ("leader.id_number", int(resident_id(1)[:15]) * 1000, "末尾"),
    ("leader.id_number", "370102199503020001", "leader"),
    ("leader.phone", 5318688001, "zero"),
    ("track", "赛到", "near"),
    ("name", None, "empty"),
    ("name", '=CONCATENATE("甲","乙")', "formula"),
    ("one_line", "长" * 51, "long"),
    ("expected_jobs", "十个", "number"),
    ("has_company", "也许", "yes"),
    ("leader.birth_date", "1995-13-40", "date"),
    ("leader.email", "没有", "mail"),
    ("credit_code", "91370100MA3C000001", "code"),
]


def test_wrong_cells_are_told_at_their_places(season, clerk):
    rows = [facts(season, number, **{key: value}) for number, (key, value, _why) in enumerate(CELLS, 1)]
    report = run(season, clerk, filled(season, clerk, rows), submit=False)
    headings = {one.key: one.heading for one in SeasonForm(season, clerk).columns}

    wanted = {(ENTRIES, number, headings[key]) for number, (key, _value, _why) in enumerate(CELLS, 3)}
    assert wanted <= set(places(report))
    assert {one.row for one in report.faults} == set(range(3, 3 + len(CELLS)))
    assert all(one.column for one in report.faults)


def test_what_people_and_excel_do_to_cells_is_set_right(season, clerk):
    row = facts(
        season, 1, **{
            "track": f" {season.tracks.get().name}　", "leader.phone": 13800138000, "has_company": "是",
            "leader.id_number": f" {resident_id(1)} ".replace("3", "３"), "company_name": "山东示例科技有限公司",
            "credit_code": credit_code(77).lower(), "company_kind": "公司", "registered_on": "2023年5月1日",
            "company_region": "济南市", "legal_representative": "李示1", "employees": "１２", "insured": 10.0,
            "revenue_wan": "1,320.50万元", "tax_wan": 12, "leader_share": 0.6, "summary": "\u200b简介，全角标点。" * 20,
        },
    )  # fmt: skip

    form = SeasonForm(season, clerk)
    heading = next(one.heading for one in form.columns if one.key == "leader_share")
    kinds = next(one for one in form.columns if one.key == "company_kind")
    row["company_kind"] = next(iter(kinds.choices))

    def as_percent(book):
        sheet = book[ENTRIES]
        sheet.cell(3, next(cell.column for cell in sheet[1] if cell.value == heading)).number_format = "0%"

    book = filled(season, clerk, [row], change=as_percent)
    report = run(season, clerk, book, decks(season, 1), dry=False)

    assert [one.message for one in report.faults] == []
    project = Entry.objects.get().project
    assert (project.registered_on, project.leader_share, project.revenue_wan) == (date(2023, 5, 1), 60, 1320.5)
    assert (project.credit_code, project.employees, project.insured) == (credit_code(77), 12, 10)
    assert project.summary.startswith("简介，")


def test_rows_and_people_are_told_apart(season, clerk):
    twin = facts(season, 1)
    people = [{"row": "99", "kind": "成员", "name": "谁", "id_number": resident_id(5)},
              {"row": "2", "kind": "成员", "name": "错", "id_number": "123"}]  # fmt: skip

    def change(book):
        book[ENTRIES]["A5"] = "2"
        book[ENTRIES].merge_cells("D6:D7")

    rows = [twin, twin, facts(season, 3), facts(season, 4), {**facts(season, 5), "name": None}]
    report = run(season, clerk, filled(season, clerk, rows, people, change=change))
    found = {(one.sheet, one.row) for one in report.faults}

    assert {(ENTRIES, 4), (ENTRIES, 5), (ENTRIES, 7), (PEOPLE, 3)} <= found


def test_headings_that_are_not_the_templates_are_told(season, clerk):
    def change(book):
        sheet = book[ENTRIES]
        at = next(cell for cell in sheet[1] if cell.value == "负责人电子邮箱")
        at.value = "负责人邮箱"
        sheet.cell(1, sheet.max_column + 1, "我的随手记")

    report = run(season, clerk, filled(season, clerk, [facts(season, 1)], change=change))

    messages = {one.heading: one.message for one in report.faults if one.row == 1}
    assert set(messages) == {"负责人邮箱", "我的随手记"}
    assert "负责人电子邮箱" in messages["负责人邮箱"]


def test_another_seasons_template_or_an_empty_one_is_refused(season, clerk):
    other = open_season(contest=season.contest, year=2025, ordinal=9)
    for book in (filled(other, factories.clerk(other.units.get()), []), filled(season, clerk, [])):
        with pytest.raises(Refused):
            run(season, clerk, book)


def test_papers_that_fit_no_rule_are_told(season, clerk):
    label = season.documentrequirements.get().label
    files = {
        f"资料/1_{label}.pdf": pdf_bytes(), f"9_{label}.pdf": pdf_bytes(), "2_路演稿.pdf": pdf_bytes(), "图.png": b"x",
        f"2_{label}.pdf": b"<html>", "__MACOSX/._1.pdf": b"", "Thumbs.db": b"",
    }  # fmt: skip
    book = filled(season, clerk, [facts(season, 1), facts(season, 2)])
    report = run(season, clerk, book, zipped(files))

    assert len([one for one in report.faults if one.sheet == "zip"]) == 3
    assert len([one for one in report.faults if one.row == 4]) == 1
    assert not [one for one in report.faults if one.row == 3]


def test_a_leaders_own_entry_is_never_touched(season, clerk):
    own = ready(season, number=1, company=False)
    row = facts(season, 1, **{"name": own.title, "leader.name": own.leader_name})

    report = run(season, clerk, filled(season, clerk, [row]), decks(season, 1), dry=False)

    assert [one.row for one in report.faults] == [3]
    own.refresh_from_db()
    assert (own.state, own.entered_by) == (EntryState.DRAFT, None)


def test_questions_of_the_season_are_columns(season, clerk):
    Question.objects.create(
        season=season, code="why", kind="choice", label="为什么参赛", choices=[{"value": "a", "label": "融资"}]
    )
    Question.objects.create(season=season, code="rows", kind="table", label="股东", required=False)
    right = facts(season, 1, **{"answer.why": "融资"})
    report = run(season, clerk, filled(season, clerk, [right, facts(season, 2)]), decks(season, 2))
    assert [(one.row, one.heading) for one in report.faults] == [(4, "为什么参赛")]

    entered(season, clerk, [right])
    assert Entry.objects.get().answers.get().value == "a"


def test_who_enters_for_which_units(season):
    zone = season.units.get()
    county = factories.RecommendingUnitFactory(season=season, parent=zone, kind="county", region=zone.region)
    far = factories.RecommendingUnitFactory(season=season, region=factories.qingdao())
    other = open_season()
    expected = {
        factories.clerk(county): {county}, factories.clerk(zone): {zone, county}, factories.city(zone): {zone, county},
        factories.city(far): {far}, factories.province(season): {zone, county, far},
        factories.administrator(): {zone, county, far}, factories.province(other): set(),
        factories.supervisor(season): set(), factories.UserFactory(): set(),
    }  # fmt: skip
    for user, units in expected.items():
        assert set(units_for(user, season)) == units
        assert user.has_perm("projects.enter_offline", season) is bool(units)


def test_a_unit_of_somebody_else_is_not_on_the_list(season, clerk):
    far = factories.RecommendingUnitFactory(season=season, region=factories.qingdao())

    report = run(season, clerk, filled(season, clerk, [facts(season, 1, unit=far.name)]))

    assert [(one.row, one.heading) for one in report.faults] == [(3, "推荐单位")]


def test_a_leader_takes_the_entry_over(season, clerk):
    entered(season, clerk, [facts(season, 1)])
    entry = Entry.objects.get()
    leader, stranger = factories.UserFactory(), factories.UserFactory()
    set_phone(leader, phone="+8613800138000", verified=True, by=leader)
    set_phone(stranger, phone="+8613900139000", verified=True, by=stranger)

    assert ([*to_take_over(leader)], [*to_take_over(stranger)], [*to_take_over(clerk)]) == ([entry], [], [])
    assert len(take_over_tasks(leader, NOW)) == 1
    for user, number in ((leader, resident_id(2)), (leader, ""), (stranger, resident_id(1, date(1995, 3, 2)))):
        with pytest.raises(Refused):
            take_over(entry, id_number=number, by=user)
    take_over(entry, id_number=resident_id(1, date(1995, 3, 2)), by=leader)

    entry.refresh_from_db()
    leader.refresh_from_db()
    assert (entry.project.owner, entry.entered_by, leader.person) == (leader, clerk, entry.leader)
    assert take_over_tasks(leader, NOW) == []
    with pytest.raises(Refused):
        take_over(entry, id_number=resident_id(1, date(1995, 3, 2)), by=leader)


def test_an_entry_taken_over_is_left_to_its_leader(season, clerk):
    run(season, clerk, filled(season, clerk, [facts(season, 1)]), submit=False, dry=False)
    leader = factories.UserFactory()
    set_phone(leader, phone="+8613800138000", verified=True, by=leader)
    take_over(Entry.objects.get(), id_number=resident_id(1, date(1995, 3, 2)), by=leader)

    report = entered(season, clerk, [facts(season, 1, market="别的")])

    assert (report.count("kept"), Entry.objects.get().state) == (1, EntryState.DRAFT)


def test_outside_the_time_of_entry_rows_are_refused(season, clerk):
    book = filled(season, clerk, [facts(season, 1)])
    report = run(season, clerk, book, at=season.entry_opens.replace(year=2020))

    assert [one.row for one in report.faults] == [3]


def test_the_template_holds_lists_checks_and_no_result(season, clerk, monkeypatch):
    monkeypatch.setattr("projects.imports.entries.MOST_ENTRIES", 200)
    book = load_workbook(BytesIO(template(SeasonForm(season, clerk))))
    sheet = book[ENTRIES]
    heads = [cell.value for cell in sheet[1]]

    assert len(set(heads)) == len(heads)
    assert book["_选项"].sheet_state == "veryHidden"
    assert sheet["A3"].value == "1"
    assert sheet["A202"].value == "200"
    assert len(sheet.data_validations.dataValidation) > 10
    assert sheet.cell(3, heads.index("证件校验") + 1).value.startswith("=IF(")
    assert sheet.cell(3, heads.index("负责人证件号码*") + 1).number_format in ("@", "General")
