"""A final with its entries ranked, for the tests of awards and certificates."""

from datetime import timedelta
from decimal import Decimal

from certificates import services
from certificates.patterns import project_certificate
from contests.states import HeatState
from judging import services as judging
from judging.models import Mark
from projects.states import EntryState
from tests import factories
from tests.factories import NOW

NOTICE = timedelta(days=7)
TEAM = [
    {"kind": "leader", "name": "林晓棠"},
    {"kind": "member", "name": "赵一"},
    {"kind": "member", "name": "钱二"},
    {"kind": "member", "name": "孙三"},
    {"kind": "adviser", "name": "周四"},
]


class Final:
    """Entries ranked in the order in which they stand here: one first prize, two second prizes, the rest nothing."""

    def __init__(self, entries: int = 4, season=None):
        self.season = season or factories.SeasonFactory()
        if season is None:
            host = factories.OrganisationFactory(kind="department", name="山东省示例厅")
            self.season.contest.parts.create(organisation=host, part="host")
            for order, (name, metal, places) in enumerate([("一等奖", "gold", 1), ("二等奖", "silver", 2)]):
                factories.AwardLevelFactory(season=self.season, name=name, metal=metal, places=places, order=order)
        self.by = factories.province(self.season)
        self.track = factories.TrackFactory(season=self.season)
        self.unit = factories.RecommendingUnitFactory(season=self.season)
        rule = factories.ScoringRuleFactory(season=self.season, data={"min_valid_marks": 1})
        stage = factories.StageFactory(season=self.season, kind="live", name="决赛", scoring_rule=rule)
        self.heat = factories.HeatFactory(stage=stage, state=HeatState.OPEN)
        judge = factories.JudgeFactory()
        factories.InvitationFactory(heat=self.heat, judge=judge)
        self.entries, self.sheets = [], []
        for place in range(entries):
            self.entries.append(self._entry(place))
            participation = factories.ParticipationFactory(heat=self.heat, entry=self.entries[-1])
            self.sheets.append(factories.sheet(participation, judge, 50 - place, 30))

    def _entry(self, place: int):
        return factories.EntryFactory(
            season=self.season, track=self.track, unit=self.unit, state=EntryState.QUALIFIED, leader_name="林晓棠",
            company_name="" if place else "山东海藻科技有限公司", snapshot={"team": TEAM},
        )  # fmt: skip

    def locked(self):
        judging.lock_heat(self.heat, by=self.by, at=NOW, leave_incomplete=True)
        self.heat.refresh_from_db()
        return self

    def published(self):
        self.locked()
        return self.publish()

    def publish(self, at=NOW):
        judging.publish_results(self.heat, closes_at=at + NOTICE, by=self.by, at=at)
        self.heat.refresh_from_db()
        return self

    def correct(self, place: int, *, innovation: int, at):
        """A mark was wrong: rank again; the new version is not public yet."""
        wrong = Mark.objects.get(sheet=self.sheets[place], criterion__key="innovation")
        wrong.value = Decimal(innovation)
        wrong.save()
        return judging.rerank(self.heat, reason="异议成立", by=self.by, at=at)

    def designed(self, prefix: str = "T"):
        services.set_design(self.season, design=project_certificate(), number_prefix=prefix, by=self.by, at=NOW)
        return self

    def awarded(self):
        self.published()
        services.give_awards(self.heat, by=self.by, at=NOW)
        return self

    def issued(self):
        self.awarded().designed()
        self.certificates = services.issue_certificates(self.season, by=self.by, at=NOW)
        return self
