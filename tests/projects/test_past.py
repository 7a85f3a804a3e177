"""Earlier years: lists read in, matched, decided, and who may see them."""

from datetime import date
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Organisation, Person
from core.models import AuditEntry
from core.problems import Refused
from projects.imports.past import core_company, read_past
from projects.models import PastEntry, TeamMember
from projects.names import plain_company
from projects.queries.past import past_tasks, place_names
from projects.services import check_past, decide_past, import_past
from projects.states import PastMatch
from tests import factories
from tests.factories import NOW, credit_code, resident_id
from tests.projects.sheets import workbook

HEADINGS = ["年份", "项目名称", "赛道", "奖项", "单位名称", "统一社会信用代码", "负责人", "身份证号", "地区"]


def read(*rows, headings=HEADINGS):
    return read_past(workbook([headings, *rows]), name="list.xlsx", regions=place_names(), this_year=2026)


def faults(*rows, headings=HEADINGS):
    with pytest.raises(Refused) as refused:
        read(*rows, headings=headings)
    return [(one.row, one.letter, one.heading) for one in refused.value.problems]


@pytest.fixture
def contest(db):
    return factories.SeasonFactory().contest


@pytest.fixture
def organiser(contest):
    return factories.province(contest.seasons.get())


@pytest.mark.django_db
def test_cells_are_read_as_they_are_meant():
    factories.RegionFactory()
    (row,) = read(
        [
            "２０２２年",
            "  海藻地膜 ",
            "乡村　振兴",
            "无",
            "山东海示有限公司",
            f" {credit_code(7).lower()} ",
            "李示例",
            None,
            "济南",
        ]
    )

    assert (row.row, row.year, row.title, row.track, row.level) == (2, 2022, "海藻地膜", "乡村 振兴", "")
    assert (row.credit_code, row.region) == (credit_code(7), "370100")


@pytest.mark.django_db
def test_every_wrong_place_is_named():
    number = resident_id(1)
    found = faults(
        [2022, "甲", None, "一等奖", "甲公司", "91370100MA3C000001", "李一", None, None],
        [22, "乙", None, None, "乙公司"],
        [2023, None, None, None, "丙公司"],
        [2023, "丁", None, None, None, None, None, number],
        [2023, "戊", None, None, "=A1", None, None, None, "火星市"],
        [2021, "己", None, None, "己公司", None, None, int(number[:17]) * 10],
        [2024, "庚", None, None, "庚公司"],
        [2024, "庚 ", None, None, "庚公司"],
    )

    assert found == [
        (2, "F", "统一社会信用代码"), (3, "A", "年份"), (4, "B", "项目名称"), (5, "H", "负责人身份证号"),
        (6, "E", "单位名称"), (6, "I", "地区"), (7, "H", "负责人身份证号"), (9, "B", "项目名称"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_headings_may_stand_lower_and_in_another_order():
    sheet = workbook([["山东省创业大赛历届项目"], [], ["项目", "年度", "企业名称"], ["甲", "2020", "甲公司"]])

    (row,) = read_past(sheet, name="a.xlsx", regions={}, this_year=2026)

    assert (row.row, row.year, row.title, row.company_name) == (4, 2020, "甲", "甲公司")


@pytest.mark.django_db
def test_a_file_without_the_headings_or_without_rows_is_refused():
    for sheet in (workbook([["a", "b"]]), workbook([HEADINGS])):
        with pytest.raises(Refused):
            read_past(sheet, name="a.xlsx", regions={}, this_year=2026)


def test_company_names_are_compared_by_what_is_their_own():
    assert plain_company("山东海示（集团） 有限责任公司") == plain_company("山东海示(集团)有限公司")
    assert core_company("山东海示科技有限公司") == core_company("青岛市海示科技股份有限公司") == "海示科技"
    assert core_company("有限公司")


@given(st.text(max_size=30))
def test_the_core_of_a_name_is_never_empty_for_a_name(name):
    assert bool(core_company(name)) == bool(plain_company(name))


@pytest.mark.django_db
def test_codes_and_numbers_match_for_sure_and_make_known(contest, organiser):
    company = factories.OrganisationFactory()
    leader = factories.PersonFactory()
    rows = read(
        [2022, "甲", None, "一等奖", "旧名有限公司", company.credit_code, leader.name, leader.id_number, None],
        [2022, "乙", None, "二等奖", "新公司", credit_code(501), "周新", resident_id(77, date(1990, 1, 1)), None],
    )

    report = import_past(contest, rows, by=organiser, at=NOW)

    assert (report.new, report.sure, report.doubtful) == (2, 2, 0)
    first, second = PastEntry.objects.order_by("title").reverse()
    known, made = (first, second) if first.title == "甲" else (second, first)
    assert (known.company, known.leader, known.match) == (company, leader, PastMatch.SURE)
    assert made.company == Organisation.objects.get(credit_code=credit_code(501))
    assert made.leader == Person.objects.get(name="周新")
    assert resident_id(77, date(1990, 1, 1)) not in str(list(AuditEntry.objects.values_list("after", flat=True)))


@pytest.mark.django_db
def test_names_alone_are_sure_only_where_there_is_one_of_that_company(contest, organiser):
    company = factories.OrganisationFactory(name="山东海示科技有限公司")
    project = factories.ProjectFactory(company=company)
    namesake = factories.PersonFactory(name=project.leader.name)
    TeamMember.objects.create(project=factories.ProjectFactory(), person=namesake, kind="member")
    rows = read(
        [2022, "同公司", None, "一等奖", "山东海示科技有限责任公司", None, project.leader.name],
        [2022, "只有名字", None, "一等奖", None, None, project.leader.name],
        [2022, "像的公司", None, "一等奖", "海示科技股份有限公司", None, "无此人"],
        [2022, "没人", None, None, "别的公司", None, "无此人"],
    )

    report = import_past(contest, rows, by=organiser, at=NOW)

    kept = {one.title: one for one in PastEntry.objects.all()}
    assert (report.sure, report.doubtful, report.nobody) == (1, 2, 1)
    assert (kept["同公司"].company, kept["同公司"].leader) == (company, project.leader)
    assert {one["id"] for one in kept["只有名字"].candidates} == {project.leader.pk, namesake.pk}
    assert kept["只有名字"].leader is None
    assert kept["像的公司"].candidates[0]["id"] == company.pk
    assert (kept["没人"].match, kept["没人"].candidates) == (PastMatch.NONE, [])


@pytest.mark.django_db
def test_a_name_that_does_not_fit_its_number_stops_everything(contest, organiser):
    leader = factories.PersonFactory(name="李真")
    rows = read([2021, "好", None, None, "甲公司"], [2022, "坏", None, None, None, None, "李假", leader.id_number])

    for act in (lambda: check_past(contest, rows), lambda: import_past(contest, rows, by=organiser, at=NOW)):
        with pytest.raises(Refused) as refused:
            act()
        assert [one.row for one in refused.value.problems] == [3]
    assert not PastEntry.objects.exists()


@pytest.mark.django_db
def test_the_same_list_again_changes_nothing_and_a_corrected_one_only_its_rows(contest, organiser):
    first = read([2022, "甲", None, None, "甲公司"], [2022, "乙", None, "二等奖", "乙公司"])
    import_past(contest, first, by=organiser, at=NOW)
    written = AuditEntry.objects.count()

    again = import_past(contest, first, by=organiser, at=NOW)
    assert (again.new, again.changed, again.same, AuditEntry.objects.count()) == (0, 0, 2, written)

    better = import_past(contest, read([2022, "甲", None, "三等奖", "甲公司"]), by=organiser, at=NOW)
    assert (better.new, better.changed) == (0, 1)
    assert PastEntry.objects.get(title="甲").level == "三等奖"


@pytest.mark.django_db
def test_a_dry_run_writes_nothing(contest):
    report = check_past(contest, read([2022, "甲", None, None, "甲公司", credit_code(3)]))

    assert (report.new, PastEntry.objects.count(), Organisation.objects.filter(name="甲公司").count()) == (1, 0, 0)


def doubtful(contest, organiser) -> tuple[PastEntry, Organisation]:
    company = factories.OrganisationFactory(name="山东海示科技有限公司")
    import_past(contest, read([2022, "像的", None, "一等奖", "海示科技公司"]), by=organiser, at=NOW)
    return PastEntry.objects.get(), company


@pytest.mark.django_db
def test_a_person_decides_and_another_import_respects_it(contest, organiser):
    past, company = doubtful(contest, organiser)
    assert [task.weight for task in past_tasks(organiser, NOW)] == [5]

    with pytest.raises(Refused):
        decide_past(past, company=company.pk + 1000, leader=None, by=organiser, at=NOW)
    decide_past(past, company=None, leader=None, by=organiser, at=NOW)
    import_past(contest, read([2022, "像的", None, "一等奖", "海示科技公司"]), by=organiser, at=NOW)

    past.refresh_from_db()
    assert (past.match, past.company, past.decided_by) == (PastMatch.DECIDED, None, organiser)
    assert past_tasks(organiser, NOW) == []
    with pytest.raises(Refused):
        decide_past(past, company=company.pk, leader=None, by=organiser, at=NOW)


@pytest.mark.django_db
def test_who_sees_the_list_and_the_object_are_the_same(contest, organiser):
    past, _company = doubtful(contest, organiser)
    season = contest.seasons.get()
    other = factories.SeasonFactory()
    zone = factories.RecommendingUnitFactory(season=season)
    users = {
        organiser: (True, True), factories.supervisor(season): (True, False),
        factories.administrator(): (True, True), factories.province(other): (False, False),
        factories.clerk(zone): (False, False), factories.city(zone): (False, False),
        factories.UserFactory(): (False, False),
    }  # fmt: skip
    for user, (reads, decides) in users.items():
        assert PastEntry.objects.visible_to(user).contains(past) is reads
        assert user.has_perm("projects.view_past", past) is reads
        assert user.has_perm("projects.decide_past", past) is decides


@pytest.mark.django_db(transaction=True)
def test_the_page_checks_first_and_reads_in_on_a_second_word(client, contest, organiser):
    client.force_login(organiser)
    page = reverse("projects:past_import")
    sent = {"contest": contest.pk, "file": workbook([HEADINGS, [2022, "甲", None, "一等奖", "甲公司"]])}

    shown = client.post(page, sent)
    assert shown.status_code == 200
    assert not PastEntry.objects.exists()

    confirm = shown.context["confirm"]
    answer = client.post(reverse("projects:past_confirm"), confirm)
    assert answer.status_code == 302
    assert PastEntry.objects.get().title == "甲"

    wrong = client.post(page, {"contest": contest.pk, "file": workbook([HEADINGS, ["?", "甲"]])})
    assert wrong.status_code == 422
    assert "年份" in wrong.content.decode()
    gone = client.post(reverse("projects:past_confirm"), confirm)
    assert gone.status_code == 422


@pytest.mark.django_db
def test_another_contest_can_not_be_written_into(client, contest, organiser):
    client.force_login(organiser)
    other = factories.SeasonFactory().contest

    answer = client.post(
        reverse("projects:past_import"),
        {"contest": other.pk, "file": workbook([HEADINGS, [2022, "甲", None, None, "甲"]])},
    )

    assert answer.status_code == 422


@pytest.mark.django_db
def test_deciding_on_the_page_asks_for_an_answer(client, contest, organiser):
    past, company = doubtful(contest, organiser)
    client.force_login(organiser)
    decide = reverse("projects:past_decide", args=[past.pk])

    assert client.get(reverse("projects:past_doubtful")).status_code == 200
    assert client.post(decide, {}).status_code == 422
    assert client.post(decide, {"company": company.pk}).status_code == 302
    past.refresh_from_db()
    assert past.company == company


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["projects:past", "projects:past_doubtful"])
def test_lists_ask_as_little_for_three_rows_as_for_one(client, contest, organiser, django_assert_max_num_queries, page):
    client.force_login(organiser)
    counts = []
    for number in (1, 3):
        for one in range(number):
            factories.OrganisationFactory(name=f"山东海示{number}{one}科技有限公司")
        rows = [[2022, f"甲{number}{one}", None, "一等奖", f"海示{number}{one}科技公司"] for one in range(number)]
        import_past(contest, read(*rows), by=organiser, at=NOW)
        with django_assert_max_num_queries(30) as asked:
            client.get(reverse(page))
        counts.append(len(asked))

    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_the_template_fits_the_reader(client, organiser):
    client.force_login(organiser)
    answer = client.get(reverse("projects:past_template"))

    with pytest.raises(Refused) as refused:
        read_past(ContentFile(answer.content, "t.xlsx"), name="t.xlsx", regions={}, this_year=2026)
    assert refused.value.code == "empty"


@pytest.mark.django_db
def test_the_command_checks_and_imports(tmp_path, contest, organiser):
    file = tmp_path / "list.xlsx"
    file.write_bytes(workbook([HEADINGS, [2022, "甲", None, "一等奖", "甲公司"]]).read())
    told = StringIO()

    call_command("import_past", str(file), contest=contest.slug, check=True, stdout=told)
    assert "nothing was written" in told.getvalue()
    assert not PastEntry.objects.exists()
    call_command("import_past", str(file), contest=contest.slug, by=organiser.username, stdout=told)
    assert PastEntry.objects.count() == 1

    with pytest.raises(CommandError, match="does not run"):
        call_command("import_past", str(file), contest=contest.slug, by=factories.UserFactory().username)
    file.write_bytes(workbook([HEADINGS, [2022, None, None, None, "甲公司"]]).read())
    errors = StringIO()
    with pytest.raises(CommandError):
        call_command("import_past", str(file), contest=contest.slug, check=True, stderr=errors)
    assert "Row 2, column B" in errors.getvalue()
