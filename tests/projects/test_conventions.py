"""What notices mean by their words, as explicit dates; persons who compete themselves; the same list everywhere."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from contests.models import EligibilityRule
from contests.states import RuleKind
from projects import checks, services
from projects.checks import findings_of
from projects.dossier import Dossier
from projects.eligibility.people import age_at
from projects.facts import Facts, Teammate
from projects.models import Entry
from projects.queries.changes import changed_since
from projects.sheet import sections_of
from projects.states import EntryState, Step
from tests import factories
from tests.factories import NOW
from tests.projects import drafts

DAY = timedelta(days=1)


def verdict(kind, facts: Facts, **limit) -> str:
    return str(findings_of(facts, [EligibilityRule(pk=1, kind=kind, phrase="条件", **limit)])[0].verdict)


class TestThirtyFive:
    """“35周岁以下（含）” of a contest on 1 April 2023 took who was still 35; that of 1 March 2025 took nobody past the
    35th birthday: two conventions, two dates, one kind of rule (domain §3)."""

    @pytest.mark.parametrize(
        ("limit", "born", "age", "expected"),
        [
            (date(1987, 4, 1), date(1987, 4, 2), 35, "met"),
            (date(1987, 4, 1), date(1987, 4, 1), 36, "met"),
            (date(1987, 4, 1), date(1987, 3, 31), 36, "broken"),
        ],
    )
    def test_all_of_35_years(self, limit, born, age, expected):
        assert age_at(born, date(2023, 4, 1)) == age
        assert verdict(RuleKind.BORN_ON_OR_AFTER, Facts(born=born), date=limit) == expected

    @pytest.mark.parametrize(("born", "expected"), [(date(1990, 3, 1), "met"), (date(1990, 2, 28), "broken")])
    def test_up_to_the_birthday(self, born, expected):
        assert age_at(date(1990, 3, 1), date(2025, 3, 1)) == 35
        assert verdict(RuleKind.BORN_ON_OR_AFTER, Facts(born=born), date=date(1990, 3, 1)) == expected


class TestCompanyDates:
    @pytest.mark.parametrize(("days", "expected"), [(-1, "broken"), (0, "met"), (1, "met")])
    def test_registered_on_the_boundary_itself(self, days, expected):
        limit = date(2021, 3, 1)
        facts = Facts(has_company=True, registered_on=limit + days * DAY)

        assert verdict(RuleKind.REGISTERED_ON_OR_AFTER, facts, date=limit) == expected

    @pytest.mark.parametrize(("days", "expected"), [(-1, "met"), (0, "met"), (1, "broken")])
    def test_a_representative_who_changed_a_day_after_the_notice(self, days, expected):
        notice = date(2025, 4, 30)
        facts = Facts(has_company=True, representative_since=notice + days * DAY)

        assert verdict(RuleKind.REPRESENTATIVE_UNCHANGED, facts, date=notice) == expected


class TestAverageAgainstHalf:
    """Mean age at most 30 on a day, and at least half born on or after a date: neither follows from the other."""

    on, young_from = date(2023, 4, 1), date(1992, 4, 1)

    def both(self, *births) -> tuple[str, str]:
        facts = Facts(team=tuple(Teammate("", born, None) for born in births))
        mean = verdict(RuleKind.MEAN_AGE_MAX, facts, date=self.on, number=Decimal(30))
        half = verdict(RuleKind.YOUNG_SHARE_MIN, facts, date=self.young_from, number=Decimal(50))
        return mean, half

    def test_young_in_the_mean_and_old_by_half(self):
        young, old = date(2005, 1, 1), date(1991, 1, 1)

        assert self.both(young, old, old) == ("met", "broken")

    def test_old_in_the_mean_and_young_by_half(self):
        young, old = date(1993, 1, 1), date(1960, 1, 1)

        assert self.both(young, old) == ("broken", "met")

    def test_exactly_thirty_and_exactly_half(self):
        assert self.both(date(1998, 3, 1), date(1988, 3, 1)) == ("met", "met")


class TestGraduates:
    rule = {"kind": RuleKind.STATUS, "values": ["student", "graduate"], "date": date(2021, 6, 1)}

    @pytest.mark.parametrize(
        ("statuses", "on", "expected"),
        [
            ({"graduate"}, date(2021, 6, 1), "met"),
            ({"graduate"}, date(2021, 5, 31), "broken"),
            ({"graduate"}, None, "unknown"),
            ({"graduate", "student"}, date(2015, 7, 1), "met"),
            (set(), date(2022, 7, 1), "met"),
            (set(), None, "broken"),
        ],
    )
    def test_five_years_are_a_date(self, statuses, on, expected):
        facts = Facts(leader_name="李示例", statuses=frozenset(statuses), graduated_on=on)

        assert verdict(facts=facts, **self.rule) == expected

    @pytest.mark.parametrize(
        ("held", "expected"), [("doctorate", "met"), ("senior_title", "met"), ("student", "broken")]
    )
    def test_degree_or_title(self, held, expected):
        facts = Facts(leader_name="李示例", statuses=frozenset({held}))

        assert verdict(RuleKind.STATUS, facts, values=["doctorate", "senior_title"]) == expected

    @pytest.mark.django_db
    def test_the_day_is_asked_for_where_it_decides(self):
        season = drafts.open_season()
        factories.EligibilityRuleFactory(season=season, phrase="毕业5年内", **self.rule)
        entry = drafts.draft(season)
        services.save_step(entry, Step.LEADER, {"statuses": ["graduate"]}, by=entry.project.owner, at=NOW)
        assert "leader.graduated_on" in [one.field for one in checks.completeness(entry)]

        day = {"graduated_on": date(2020, 7, 1)}
        services.save_step(entry, Step.LEADER, day, by=entry.project.owner, at=NOW)
        entry = Entry.objects.get(pk=entry.pk)
        assert "leader.graduated_on" not in [one.field for one in checks.completeness(entry)]
        assert [one.field for one in checks.eligibility(entry)] == ["leader.graduated_on"]


@pytest.mark.django_db
class TestPersons:
    @pytest.fixture
    def entry(self):
        season = drafts.open_season()
        factories.TrackFactory(season=season, code="mentor", kind="person")
        return drafts.draft(season, company=False)

    def as_mentor(self, entry) -> Dossier:
        mentor = entry.season.tracks.get(code="mentor")
        services.save_step(entry, Step.PROJECT, {"track": mentor}, by=entry.project.owner, at=NOW)
        return Dossier(Entry.objects.get(pk=entry.pk))

    def test_no_company_team_or_money_and_no_deck_of_the_season(self, entry):
        factories.EligibilityRuleFactory(season=entry.season, kind=RuleKind.REGISTERED, phrase="须已注册")
        dossier = self.as_mentor(entry)

        assert not {Step.COMPANY, Step.TEAM, Step.FINANCE} & set(dossier.steps)
        assert (dossier.rules, dossier.requirements) == ([], [])
        missing = {one.field for one in checks.completeness(dossier.entry, dossier)}
        assert missing == {f"declaration.{entry.season.declarations.get().code}"}

    def test_what_the_own_track_asks_is_asked(self, entry):
        mentor = entry.season.tracks.get(code="mentor")
        own = factories.DocumentRequirementFactory(season=entry.season, track=mentor, label="导师事迹")

        assert self.as_mentor(entry).requirements == [own]

    def test_the_page_before_the_form_lists_those_papers(self, entry, client):
        mentor = entry.season.tracks.get(code="mentor")
        address = f"/entries/start/{entry.season_id}/"

        assert len(client.get(address).context["papers"]) == 1
        assert client.get(address, {"track": mentor.pk}).context["papers"] == []


@pytest.mark.django_db
class TestTheSameList:
    def test_before_the_form_in_it_and_at_the_desk(self, client, signed_in):
        season = drafts.open_season()
        for kind, limit in (
            (RuleKind.REGISTERED_ON_OR_AFTER, {"date": date(2020, 1, 1)}),
            (RuleKind.ONE_TRACK, {}),
            (RuleKind.STATED, {}),
        ):
            factories.EligibilityRuleFactory(season=season, kind=kind, phrase=f"条件{kind}", **limit)
        query = {"has_company": "True", "registered_on": "2023-05-01"}
        before = client.get(f"/entries/start/{season.pk}/", query)
        entry = drafts.submitted(season)
        desk = signed_in(factories.clerk(entry.unit)).get(f"/entries/desk/{entry.pk}/")

        told = [one.rule.phrase for one in before.context["findings"]]
        frozen = [one["phrase"] for one in entry.snapshot["eligibility"]]
        at_desk = [one["phrase"] for found in desk.context["page"].findings.values() for one in found]
        assert told == frozen
        assert sorted(at_desk) == sorted(frozen)
        assert before.context["unknown"] == []

    def test_the_desk_speaks_to_the_officer(self, signed_in):
        season = drafts.open_season()
        factories.EligibilityRuleFactory(season=season, kind=RuleKind.STATED, phrase="无知识产权纠纷")
        entry = drafts.submitted(season)
        text = signed_in(factories.clerk(entry.unit)).get(f"/entries/desk/{entry.pk}/").content.decode()

        assert "由您自行承诺" not in text
        assert "请对照材料核实" in text


@pytest.mark.django_db
class TestChangedSince:
    def test_a_submitted_entry_says_what_the_project_says_now(self, signed_in):
        entry = drafts.submitted()
        assert changed_since(entry) == []

        later = drafts.open_season(ordinal=9)
        again = services.start_entry(later, by=entry.project.owner, at=NOW, project=entry.project)
        services.save_step(again, Step.FINANCE, {"insured": 25}, by=entry.project.owner, at=NOW)
        services.add_member(
            again, kind="member", name="王示例", id_kind="resident", id_number=factories.resident_id(77),
            by=entry.project.owner, at=NOW,
        )  # fmt: skip
        found = changed_since(Entry.objects.get(pk=entry.pk))
        assert {(one.before, one.after) for one in found if one.before} == {("10", "25")}
        assert [one.after.split("·")[0] for one in found if not one.before] == ["王示例"]
        text = signed_in(entry.project.owner).get(f"/entries/{entry.pk}/").content.decode()
        assert "提交后项目信息的变化" in text
        assert Entry.objects.get(pk=entry.pk).snapshot["project"]["insured"] == 10

    def test_a_project_brought_along_carries_company_team_and_facts(self):
        old = drafts.draft()
        again = services.start_entry(drafts.open_season(ordinal=9), by=old.project.owner, at=NOW, project=old.project)
        dossier = Dossier(again)

        assert (again.company_name, again.leader_name) == ("山东示例科技有限公司", "李示例")
        assert dossier.facts.registered_on == date(2023, 5, 1)

    def test_the_page_costs_the_same_for_one_change_and_three(self, signed_in, django_assert_max_num_queries):
        entry = drafts.submitted()
        browser, counts = signed_in(entry.project.owner), []
        for columns in ({"insured": 1}, {"insured": 2, "employees": 3, "tax_wan": 4}):
            type(entry.project).objects.filter(pk=entry.project_id).update(**columns)
            browser.get(f"/entries/{entry.pk}/")
            with django_assert_max_num_queries(40) as seen:
                assert browser.get(f"/entries/{entry.pk}/").status_code == 200
            counts.append(len(seen.captured_queries))
        assert counts[0] == counts[1]

    def test_documents_not_frozen_are_not_shown_at_the_desk(self, signed_in):
        entry = drafts.ready()
        extra = factories.DocumentRequirementFactory(
            season=entry.season, label="出口许可", condition={"question": "exports", "is": ["yes"]}
        )
        services.upload_document(entry, extra, drafts.pdf(), name="许可.pdf", by=entry.project.owner, at=NOW)
        services.submit(entry, by=entry.project.owner, at=NOW)
        page = signed_in(factories.clerk(entry.unit)).get(f"/entries/desk/{entry.pk}/").context["page"]

        assert [one.requirement.label for one in page.documents] == ["路演文稿"]
        assert [row.label for section in sections_of(entry.snapshot) for row in section.rows].count("出口许可") == 0
        assert entry.documents.count() == 2
        assert entry.state == EntryState.SUBMITTED
