"""A conflicted entry is nowhere for its judge, an own entry shuts its officer out, and a late tie voids the sheet."""

import re

import pytest
from django.urls import reverse

from contests.states import HeatState
from core.models import AuditEntry
from core.problems import Refused
from judging import rules, services
from judging.models import Conflict, Holding, ScoreSheet
from judging.queries.facts import reasons
from judging.queries.own import heats_open_to
from judging.queries.pool import freed_count, reasons_of
from judging.services.holdings import take_holdings
from judging.services.late import look_at_team
from judging.services.library import correct_judge
from judging.services.noted import note_holding
from judging.services.pool import declare_tie
from judging.states import ConflictKind, ConflictSide, SheetState
from messaging.models import Message
from projects.models import TeamMember
from projects.services.filling import _match_company
from projects.ties import team_changed
from tests import factories
from tests.factories import NOW
from tests.judging.heats import opened, prepared

pytestmark = pytest.mark.django_db
SAFE, SENT = ("sheet",), ("save_sheet", "submit_sheet", "recuse")


def a_sheet(made):
    return made.sheets().select_related("assignment__judge__person__user", "assignment__participation__entry").first()


def bar(sheet, by):
    return services.declare_conflict(
        sheet.assignment.judge, entry=sheet.assignment.participation.entry, kind=ConflictKind.KIN, source="亲属", by=by
    )


def test_every_judge_address_answers_a_conflicted_entry_as_one_that_is_not_there(signed_in):
    made = opened(entries=3, judges=3)
    sheet = a_sheet(made)
    browser, nowhere = signed_in(sheet.assignment.judge.person.user), 99_999_999
    entry = sheet.assignment.participation.entry
    before = browser.get(reverse("judging:own_marks", args=[made.heat.pk])).content.decode()
    assert entry.number in before or entry.title in before
    bar(sheet, made.by)

    for name in SAFE + SENT:
        answers = []
        for pk in (sheet.pk, nowhere):
            call = browser.get if name in SAFE else browser.post
            answer = call(reverse(f"judging:{name}", args=[pk]))
            text = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
            answers.append((answer.status_code, text.replace(f"/{pk}/", "")))
        assert answers[0] == answers[1], name
        assert answers[0][0] == 404, name
    for extra in ("", "?small"):
        answers = [browser.get(reverse("judging:page", args=[pk, 1, 1]) + extra) for pk in (sheet.pk, nowhere)]
        assert {one.status_code for one in answers} == {404}
    saved = browser.post(reverse("judging:save_sheet", args=[sheet.pk]), {"marks": {}}, content_type="application/json")
    assert saved.status_code == 404
    listed = browser.get(reverse("judging:own_marks", args=[made.heat.pk])).content.decode()
    assert entry.number not in listed
    assert entry.title not in listed
    queue = browser.get(reverse("judging:queue")).content.decode()
    assert "0 / 2" in queue
    other = made.sheets().filter(assignment__judge=sheet.assignment.judge).exclude(pk=sheet.pk).first()
    shown = browser.get(reverse("judging:sheet", args=[other.pk])).content.decode()
    assert f"sheets/{sheet.pk}/" not in shown
    assert entry.title not in shown


def test_list_and_rule_agree_on_conflicted_sheets():
    made = opened(entries=2, judges=3)
    sheet = a_sheet(made)
    user = sheet.assignment.judge.person.user
    conflict = bar(sheet, made.by)

    for one in made.sheets().filter(assignment__judge=sheet.assignment.judge):
        listed = ScoreSheet.objects.visible_to(user).filter(pk=one.pk).exists()
        assert rules.judges_sheet(user, one) is listed is (one.pk != sheet.pk)

    services.lift_conflict(conflict, reason="查无此事", by=made.by)
    assert rules.judges_sheet(user, sheet)
    assert ScoreSheet.objects.visible_to(user).filter(pk=sheet.pk).exists()


@pytest.mark.parametrize("tie", ["owner", "member", "company"])
def test_an_officer_with_an_own_entry_sees_neither_judges_nor_scores_of_the_heat(signed_in, tie):
    made = prepared(entries=1)
    officer = factories.province(made.season)
    entry = made.entries[0]
    assert rules.runs_heat(officer, made.heat)
    assert made.heat in heats_open_to(officer)
    person = factories.PersonFactory()
    officer.person = person
    officer.save()
    if tie == "owner":
        entry.project.owner = officer
        entry.project.save()
    elif tie == "member":
        TeamMember.objects.create(project=entry.project, person=person, kind="member", order=9)
    else:
        person.employer = entry.project.company = factories.OrganisationFactory()
        person.save()
        entry.project.save()
    officer = type(officer).objects.get(pk=officer.pk)

    assert not rules.runs_heat(officer, made.heat)
    assert not rules.watches_heat(officer, made.heat)
    assert made.heat not in heats_open_to(officer)
    browser = signed_in(officer)
    for name in ("judges", "conflicts", "late", "draw", "progress", "lock", "judge_list"):
        assert browser.get(reverse(f"judging:{name}", args=[made.heat.pk])).status_code == 403, name
    outside = browser.get(reverse("judging:heat", args=[made.heat.pk])).content.decode()
    assert reverse("judging:judges", args=[made.heat.pk]) not in outside


def test_a_tie_that_comes_to_light_late_hides_the_entry_voids_the_sheet_and_the_next_judge_takes_over():
    made = opened(entries=1, judges=4)
    sheet = a_sheet(made)
    judge, entry = sheet.assignment.judge, made.entries[0]
    assert services.note_late_conflicts(made.heat, by=made.by) == []
    TeamMember.objects.create(project=entry.project, person=judge.person, kind="adviser", order=9)

    (found,) = services.note_late_conflicts(made.heat, by=made.by, at=NOW)
    assert (found.judge, found.entry, found.kind, found.side) == (judge, entry, ConflictKind.TEAM, ConflictSide.DATA)
    assert not ScoreSheet.objects.visible_to(judge.person.user).exists()
    assert services.note_late_conflicts(made.heat, by=made.by) == []

    put_in = services.settle_late_conflict(sheet, reason="评委是该项目顾问", by=made.by)
    sheet.refresh_from_db()
    assert sheet.state == SheetState.VOID
    assert put_in.judge != judge
    assert put_in.sheet.state == SheetState.DRAFT
    told = Message.objects.get(to=judge.person.user, kind="judging.freed")
    assert entry.title not in told.subject + told.body
    assert AuditEntry.objects.filter(verb__in=["sheet.void", "judge.replace", "conflict.find"]).count() == 3
    with pytest.raises(Refused):
        services.lift_conflict(found, reason="没有关系", by=made.by)


def test_a_change_of_data_in_an_open_heat_hides_at_once_voids_the_sheet_and_offers_the_next_judge(
    signed_in, django_capture_on_commit_callbacks, django_assert_max_num_queries
):
    made = opened(entries=3, judges=6)
    sheets = ScoreSheet.objects.filter(assignment__participation__heat=made.heat, state=SheetState.DRAFT)

    def held_by(place):
        return sheets.filter(assignment__participation__entry=made.entries[place]).order_by("assignment__judge").first()

    elsewhere = factories.ProjectFactory().pk
    with django_assert_max_num_queries(2):
        look_at_team(elsewhere)
    by_team, by_work = held_by(0), held_by(1)
    with django_capture_on_commit_callbacks(execute=True):
        TeamMember.objects.create(
            project=made.entries[0].project, person=by_team.assignment.judge.person, kind="adviser", order=9
        )
        team_changed(made.entries[0].project_id)
    made.entries[1].project.company = factories.OrganisationFactory()
    made.entries[1].project.save()
    with django_capture_on_commit_callbacks(execute=True):
        correct_judge(by_work.assignment.judge, employer=made.entries[1].project.company, by=made.by)
    by_share = held_by(2)
    made.entries[2].company_name = "示例海洋（青岛）有限公司"
    made.entries[2].save()
    holder = by_share.assignment.judge.employer.name
    with django_capture_on_commit_callbacks(execute=True):
        note_holding(company_name="示例海洋(青岛)有限责任公司", holder_name=holder, note="公示系统", by=made.by)

    for sheet in (by_team, by_work, by_share):
        sheet.refresh_from_db()
        assert sheet.state == SheetState.VOID
        assert sheet.reason
        assert sheet not in ScoreSheet.objects.of_person(sheet.assignment.judge.person_id)
        assert Message.objects.filter(to=sheet.assignment.judge.person.user, kind="judging.freed").exists()
    browser, page = signed_in(made.by), reverse("judging:late", args=[made.heat.pk])
    assert by_team in browser.get(page).context["freed"]
    assert browser.post(page, {"replace": by_team.pk}).status_code == 302
    assert by_team not in browser.get(page).context["freed"]


@pytest.mark.parametrize("tie", ["judge", "organisation", "recused"])
def test_a_tie_that_is_declared_late_takes_effect_at_once_and_the_officers_are_told_where_to_go_on(signed_in, tie):
    made = opened(entries=2, judges=5)
    sheet = a_sheet(made)
    judge, entry = sheet.assignment.judge, sheet.assignment.participation.entry
    officer = factories.province(made.season)
    if tie == "judge":
        invitation = made.heat.invitations.get(judge=judge)
        declare_tie(invitation, entry, kind=ConflictKind.KIN, source="表兄弟", by=judge.person.user)
    elif tie == "organisation":
        entry.project.company = factories.OrganisationFactory()
        entry.project.save()
        services.declare_conflict(
            judge, organisation=entry.project.company, kind=ConflictKind.HOLDING, source="持股", by=made.by
        )
    else:
        services.recuse(sheet, reason="亲属", by=judge.person.user)

    sheet.refresh_from_db()
    assert sheet.state == (SheetState.RECUSED if tie == "recused" else SheetState.VOID)
    assert sheet.reason
    assert sheet not in ScoreSheet.objects.visible_to(judge.person.user)
    assert made.sheets().exclude(state=SheetState.DRAFT).count() == 1
    told = Message.objects.get(to=officer, kind="judging.late")
    assert judge.person.name not in told.subject + told.body
    assert Message.objects.filter(to=made.by, kind="judging.late").exists() is (tie != "organisation")
    assert Message.objects.filter(to=judge.person.user, kind="judging.freed").exists() is (tie == "organisation")
    browser = signed_in(officer)
    assert sheet in browser.get(told.link).context["freed"]
    assert freed_count(made.heat) == 1
    assert browser.post(told.link, {"replace": sheet.pk}).status_code == 302
    assert made.sheets().filter(assignment__participation__entry=entry, state=SheetState.DRAFT).count() == 3
    services.look_through(made.heat)
    assert freed_count(made.heat) == 0
    assert Message.objects.filter(to=officer, kind="judging.late").count() == 1


def test_a_soft_tie_voids_nothing_and_another_company_of_a_project_is_looked_at_at_once(
    django_capture_on_commit_callbacks,
):
    made = opened(entries=1, judges=4)
    sheet = a_sheet(made)
    judge, project = sheet.assignment.judge, made.entries[0].project
    services.declare_conflict(
        judge, entry=made.entries[0], kind=ConflictKind.SCHOOL, hard=False, source="校友", by=made.by
    )
    sheet.refresh_from_db()
    assert sheet.state == SheetState.DRAFT

    project.has_company, project.credit_code, project.company_name = True, judge.employer.credit_code, "示例公司"
    with django_capture_on_commit_callbacks(execute=True):
        _match_company(project, by=made.by)
        project.save()
    sheet.refresh_from_db()
    assert sheet.state == SheetState.VOID


def test_holdings_and_advice_keep_apart_and_a_lifted_reason_stays_lifted():
    made = prepared(entries=2, judges=3)
    holder, coach, plain = made.judges
    first, second = made.entries
    Holding.objects.create(
        entry=first, company_name="示例公司", holder_name=holder.employer.name, source="entry", holder=holder.employer
    )
    Holding.objects.create(entry=first, company_name="示例公司", holder_name=plain.person.name, source="entry")
    elsewhere = factories.ProjectFactory(company=factories.OrganisationFactory())
    TeamMember.objects.create(project=elsewhere, person=coach.person, kind="adviser", order=1)
    second.project.company = elsewhere.company
    second.project.save()

    def found():
        return {(one.judge, one.entry, one.kind, one.hard) for one in reasons(made.heat, [j.pk for j in made.judges])}

    assert found() == {
        (holder.pk, first.pk, ConflictKind.HOLDING, True),
        (plain.pk, first.pk, ConflictKind.HOLDING, False),
        (coach.pk, second.pk, ConflictKind.COACHING, True),
    }
    services.lift_found(holder, first, kind=ConflictKind.HOLDING, fact="", reason="基金已退出", by=made.by)
    assert (holder.pk, first.pk, ConflictKind.HOLDING, True) not in found()
    assert Conflict.objects.get(judge=holder).lift_reason == "基金已退出"
    with pytest.raises(Refused):
        services.lift_found(coach, second, kind=ConflictKind.COACHING, fact="", reason=" ", by=made.by)


def test_the_office_names_a_company_in_its_own_spelling_and_twice_is_once():
    made = prepared(entries=1, judges=1)
    judge, entry = made.judges[0], made.entries[0]
    judge.employer.name, entry.company_name = "齐鲁创投（济南）有限责任公司", "示例海洋(青岛)有限公司"
    judge.employer.save()
    entry.save()
    note_holding(
        company_name="示例海洋（青岛）有限责任公司", holder_name="齐鲁创投(济南)  有限公司", note="公示系统", by=made.by
    )
    note_holding(company_name="示例海洋 (青岛) 有限公司", holder_name="齐鲁创投(济南)有限公司", note="年报", by=made.by)

    assert Holding.objects.get().holder == judge.employer
    assert [(one.kind, one.hard) for one in reasons(made.heat, [judge.pk])] == [(ConflictKind.HOLDING, True)]
    with pytest.raises(Refused):
        note_holding(company_name="示例（青岛）公司", holder_name="示例(青岛)公司", note="x", by=made.by)


def test_shareholders_that_teams_state_come_in_with_the_heat():
    made = prepared(entries=1)
    question = made.season.questions.create(code="holders", kind="table", label="股权结构", columns=[])
    made.entries[0].answers.create(question=question, value=[{"name": made.judges[0].employer.name, "share": "12.5"}])

    assert take_holdings(made.heat) == take_holdings(made.heat) == 1
    assert Holding.objects.get().holder == made.judges[0].employer
    assert made.heat.state == HeatState.PREPARING


def test_what_keeps_one_judge_apart_is_found_without_reading_the_whole_heat():
    """The narrow look finds for every judge what comparing everybody with everything finds."""
    made = prepared(entries=9, judges=4)
    judge, other = made.judges[0], made.judges[1]
    judge.employer.name, judge.person.school, judge.region = (
        "齐鲁 创投（济南）有限责任公司",
        "示例大学",
        made.entries[0].region,
    )
    for one in (judge.employer, judge.person, judge):
        one.save()
    made.stage.avoid_same_city = False
    made.stage.save()
    projects = [entry.project for entry in made.entries]
    TeamMember.objects.create(project=projects[0], person=judge.person, kind="member", order=9)
    worker = factories.PersonFactory(employer=judge.employer)
    TeamMember.objects.create(project=projects[1], person=worker, kind="member", order=9)
    TeamMember.objects.create(
        project=projects[2], person=factories.PersonFactory(school="示例 大学"), kind="member", order=9
    )
    made.entries[3].company_name = "齐鲁创投(济南) 有限公司"
    made.entries[4].company_name = "示例海洋 (青岛) 有限公司"
    Holding.objects.create(
        company_name="示例海洋（青岛）有限公司", company_key="示例海洋(青岛)有限公司", holder_name=judge.person.name,
        holder_key=judge.person.name, source="hand",
    )  # fmt: skip
    Holding.objects.create(
        entry=made.entries[5], company_name="x", holder=judge.employer, holder_name="另一写法", source="entry"
    )
    elsewhere = factories.ProjectFactory(company=factories.OrganisationFactory())
    TeamMember.objects.create(project=elsewhere, person=judge.person, kind="adviser", order=1)
    projects[6].company = elsewhere.company
    projects[7].company = factories.OrganisationFactory()
    for one in (*made.entries, *projects):
        one.save()
    services.declare_conflict(judge, organisation=projects[7].company, kind="holding", source="持股", by=made.by)
    services.declare_conflict(other, entry=made.entries[8], kind="kin", hard=False, source="表亲", by=made.by)

    everything = reasons(made.heat, [one.pk for one in made.judges])
    assert {one.entry for one in everything if one.judge == judge.pk} == {one.pk for one in made.entries[:8]}
    for one in made.judges:
        assert sorted(reasons_of(made.heat, one.pk)) == sorted(found for found in everything if found.judge == one.pk)
    made.stage.avoid_same_city = True
    made.heat.stage = made.stage
    cities = [one for one in reasons(made.heat, [judge.pk]) if one.kind == ConflictKind.CITY]
    assert cities == list(reasons_of(made.heat, judge.pk, kind=ConflictKind.CITY))
    assert cities


def test_a_reason_is_lifted_from_the_page_of_its_judge(signed_in):
    made = prepared(entries=1, judges=1)
    services.declare_conflict(made.judges[0], entry=made.entries[0], kind="kin", source="举报", by=made.by)
    browser, page = signed_in(made.by), reverse("judging:conflicts", args=[made.heat.pk])
    (pair,) = browser.get(page).context["page"]
    assert browser.get(page).context["lift"] is None
    lift = browser.get(f"{page}?judge={made.judges[0].pk}&lift={pair.code}").context["lift"]
    assert lift.row == Conflict.objects.get()

    assert browser.post(
        reverse("judging:lift_conflict", args=[made.heat.pk]), {"row": lift.row.pk, "reason": "查无此事"}
    )
    assert not browser.get(page).context["page"].object_list
    (row,) = browser.get(f"{page}?show=written").context["page"]
    assert row.lift_reason == "查无此事"
