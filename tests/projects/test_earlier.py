"""Other entries and earlier awards: by credit code and by person, over all contests and years (domain §8.4, §8.7)."""

from datetime import date
from hashlib import sha256

import pytest

from contests.models import NoticeLine
from contests.states import NoticeKind, RuleKind
from projects import checks, services
from projects.models import Entry, PastEntry
from projects.states import EntryState, Outcome, PastMatch, Step
from tests import factories
from tests.factories import NOW, resident_id
from tests.projects import drafts

pytestmark = pytest.mark.django_db
LEVELS = ["一等奖", "二等奖"]


def problems(entry, kind) -> list:
    return [one for one in checks.eligibility(Entry.objects.get(pk=entry.pk)) if one.code == kind]


class TestOneTrack:
    @pytest.fixture
    def season(self):
        season = drafts.open_season()
        factories.EligibilityRuleFactory(season=season, kind=RuleKind.ONE_TRACK, phrase="只能报名一个赛道")
        return season

    def test_the_same_company_in_two_tracks_of_one_contest(self, season):
        first = drafts.submitted(season, number=1)
        second = drafts.draft(season, number=2)
        services.save_step(
            second, Step.COMPANY, {"credit_code": first.project.credit_code}, by=second.project.owner, at=NOW
        )
        found = problems(second, RuleKind.ONE_TRACK)

        assert [one.blocks for one in found] == [True]
        assert first.number in found[0].message

    def test_the_same_founder_in_three_contests(self, season):
        for _contest in range(2):
            drafts.submitted(number=1)

        assert problems(drafts.draft(season, number=1), RuleKind.ONE_TRACK) == []
        drafts.submitted(season, number=1)
        assert [one.blocks for one in problems(drafts.draft(season, number=1), RuleKind.ONE_TRACK)] == [True]

    def join(self, entry, number=77):
        facts = {"name": "王示例", "id_kind": "resident", "id_number": resident_id(number)}
        services.add_member(entry, kind="member", by=entry.project.owner, at=NOW, **facts)

    def test_a_member_of_another_team_is_seen_and_left_to_a_person(self, season):
        first = drafts.ready(season, number=1)
        self.join(first)
        second = drafts.draft(season, number=2)
        self.join(second)
        assert problems(second, RuleKind.ONE_TRACK) == []

        services.submit(first, by=first.project.owner, at=NOW)
        found = problems(second, RuleKind.ONE_TRACK)
        assert [(one.blocks, one.field) for one in found] == [(False, "member")]
        assert "王示例" in found[0].message
        assert first.title not in found[0].message
        assert first.number in found[0].fact

    def test_a_notice_that_counts_members_too_bars(self, season):
        season.eligibilityrules.update(values=["members"])
        first, second = drafts.ready(season, number=1), drafts.draft(season, number=2)
        for entry in (first, second):
            self.join(entry)
        services.submit(first, by=first.project.owner, at=NOW)

        assert [one.blocks for one in problems(second, RuleKind.ONE_TRACK)] == [True]

    def test_an_entry_withdrawn_is_no_entry(self, season):
        first, second = drafts.ready(season, number=1), drafts.draft(season, number=2)
        for entry in (first, second):
            self.join(entry)
        services.submit(first, by=first.project.owner, at=NOW)
        services.withdraw(first, reason="不参加了", by=first.project.owner, at=NOW)

        assert problems(second, RuleKind.ONE_TRACK) == []


class TestEarlierAward:
    @pytest.fixture
    def season(self):
        season = drafts.open_season()
        factories.EligibilityRuleFactory(
            season=season, kind=RuleKind.NO_EARLIER_AWARD, values=LEVELS, phrase="往届获奖项目不得参赛"
        )
        return season

    def past(self, **facts):
        facts = {"year": 2019, "title": "旧项目", "level": "一等奖", "company_name": "旧名示例公司"} | facts
        return PastEntry.objects.create(
            contest=factories.ContestFactory(),
            row_key=sha256(repr(facts).encode()).hexdigest(),
            by=factories.UserFactory(),
            at=NOW,
            **facts,
        )

    def won(self, *, level="一等奖", **facts):
        """An award of this system in another contest, in its published list."""
        entry = drafts.submitted(**facts)
        Entry.objects.filter(pk=entry.pk).update(state=EntryState.QUALIFIED, qualified_at=NOW)
        stage = factories.StageFactory(season=entry.season)
        factories.ParticipationFactory(
            entry=entry, heat=factories.HeatFactory(stage=stage), track=entry.track, outcome=Outcome.AWARDED
        )
        notice = entry.season.notices.create(
            kind=NoticeKind.FINAL, title="公布", published_at=NOW, closes_at=NOW, by=factories.UserFactory()
        )
        NoticeLine.objects.create(notice=notice, order=1, number=entry.number, title=entry.title, level=level)
        return entry

    def test_an_old_company_name_is_found_by_the_credit_code(self, season):
        entry = drafts.draft(season)
        self.past(credit_code=entry.project.credit_code)
        found = problems(entry, RuleKind.NO_EARLIER_AWARD)

        assert [one.blocks for one in found] == [True]
        assert "旧名示例公司" in found[0].message

    def test_a_founder_with_a_new_company_is_found_by_the_document(self, season):
        entry = drafts.draft(season)
        self.past(leader=entry.leader, match=PastMatch.SURE)

        assert [one.blocks for one in problems(entry, RuleKind.NO_EARLIER_AWARD)] == [True]

    def test_a_doubtful_match_bars_nobody(self, season):
        entry = drafts.draft(season)
        self.past(leader=entry.leader, match=PastMatch.DOUBTFUL)

        assert problems(entry, RuleKind.NO_EARLIER_AWARD) == []

    @pytest.mark.parametrize("level", ["", "优胜奖"])
    def test_taking_part_and_lower_levels_bar_nobody(self, season, level):
        entry = drafts.draft(season)
        self.past(credit_code=entry.project.credit_code, level=level)

        assert problems(entry, RuleKind.NO_EARLIER_AWARD) == []

    @pytest.mark.parametrize(("since", "bars"), [(date(2019, 12, 31), True), (date(2020, 1, 1), False)])
    def test_only_awards_since_the_date_of_the_rule(self, season, since, bars):
        season.eligibilityrules.update(date=since)
        entry = drafts.draft(season)
        self.past(credit_code=entry.project.credit_code)

        assert bool(problems(entry, RuleKind.NO_EARLIER_AWARD)) == bars

    def test_an_award_of_another_contest_of_this_system_by_company(self, season):
        old = self.won(number=1)
        entry = drafts.draft(season, number=2)
        services.save_step(
            entry, Step.COMPANY, {"credit_code": old.project.credit_code, "company_name": "新名示例公司"},
            by=entry.project.owner, at=NOW,
        )  # fmt: skip
        found = problems(entry, RuleKind.NO_EARLIER_AWARD)

        assert [one.blocks for one in found] == [True]
        assert "山东示例科技有限公司" in found[0].message

    def test_and_by_person(self, season):
        self.won(number=1, company=False)

        assert [one.blocks for one in problems(drafts.draft(season, number=1), RuleKind.NO_EARLIER_AWARD)] == [True]

    def test_somebody_else_is_free(self, season):
        self.won(number=1)
        self.past(credit_code="91370000000000000X")

        assert problems(drafts.draft(season, number=2), RuleKind.NO_EARLIER_AWARD) == []
