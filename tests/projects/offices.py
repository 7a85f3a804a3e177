"""Two cities with a county each, their officers and those above them, for the tests of screening."""

from datetime import timedelta

from accounts.states import Role
from contests.models import Grant
from projects.states import EntryState
from tests import factories
from tests.factories import NOW


class Offices:
    """Jinan and Qingdao in one running season; `other_province` runs another contest."""

    def __init__(self):
        self.season = factories.SeasonFactory()
        self.track = factories.TrackFactory(season=self.season)
        self.zone = factories.RecommendingUnitFactory(season=self.season)
        self.other_zone = factories.RecommendingUnitFactory(season=self.season, region=factories.qingdao())
        self.county = self._county(self.zone)
        self.other_county = self._county(self.other_zone)
        self.clerk, self.second_clerk = factories.clerk(self.county), factories.clerk(self.county)
        self.other_clerk = factories.clerk(self.other_county)
        self.city, self.other_city = factories.city(self.zone), factories.city(self.other_zone)
        self.province = factories.province(self.season)
        self.other_province = factories.province(factories.SeasonFactory())
        self.supervisor = factories.supervisor(self.season)
        self.administrator = factories.administrator()

    def _county(self, zone):
        return factories.RecommendingUnitFactory(season=self.season, parent=zone, kind="county", region=zone.region)

    def entry(self, *, unit=None, state=EntryState.SUBMITTED, **facts):
        """An entry sent through a unit, Jinan's county unless said; under review there."""
        facts.setdefault("due_at", NOW + timedelta(days=2))
        return factories.EntryFactory(
            season=self.season, track=self.track, unit=unit or self.county, state=state, **facts
        )

    def one_of_each(self) -> dict:
        """One entry held by each unit, one in another contest, and one in every state in which nobody decides."""
        for state in set(EntryState) - {EntryState.SUBMITTED}:
            self.entry(state=state)
        return {
            "other contest": factories.EntryFactory(state=EntryState.SUBMITTED, unit__region=self.zone.region),
            "county": self.entry(),
            "other county": self.entry(unit=self.other_county),
            "zone": self.entry(holder=self.zone),
            "other zone": self.entry(unit=self.other_county, holder=self.other_zone),
        }

    def with_queues(self) -> dict:
        """Officers whose daily work is a queue. The grant of one has ended, another's is for another contest."""
        ended = factories.clerk(self.county)
        Grant.objects.filter(user=ended).update(ends=NOW - timedelta(days=1))
        elsewhere = factories.UserFactory()
        contest = factories.ContestFactory()
        factories.grant(elsewhere, Role.UNIT, organisation=self.county.organisation, contest=contest)
        names = ("clerk", "second_clerk", "other_clerk", "city", "other_city")
        return {name: getattr(self, name) for name in names} | {"ended": ended, "elsewhere": elsewhere}
