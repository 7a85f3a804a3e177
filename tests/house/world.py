"""A small world with one of everything and one account in each role, for the table of roles and addresses."""

from dataclasses import dataclass
from functools import cached_property

from django.core.files.base import ContentFile

from contests.models import Notice
from contests.states import HeatState
from core.models import Job
from matching.models import DealStep
from messaging.models import Message
from projects.models import Document, DocumentVersion
from projects.states import EntryState
from tests import factories
from tests.factories import NOW


@dataclass
class World:
    """Jinan's entry of a running season; the other city and the other province belong elsewhere."""

    def __post_init__(self):
        self.season = factories.SeasonFactory()
        self.track = factories.TrackFactory(season=self.season)
        self.requirement = factories.DocumentRequirementFactory(season=self.season)
        self.level = factories.AwardLevelFactory(season=self.season, track=self.track)
        self.zone = factories.RecommendingUnitFactory(season=self.season)
        self.unit = factories.RecommendingUnitFactory(season=self.season, parent=self.zone, kind="county")
        self.other_zone = factories.RecommendingUnitFactory(season=self.season, region=factories.qingdao())
        self.other_season = factories.SeasonFactory()
        self.contestant = factories.UserFactory()
        self.entry = self._entry(EntryState.SUBMITTED)
        self.judged_entry = self._entry(EntryState.QUALIFIED)
        self.stage = factories.StageFactory(season=self.season)
        self.heat = factories.HeatFactory(stage=self.stage, state=HeatState.OPEN)
        self.participation = factories.ParticipationFactory(heat=self.heat, entry=self.judged_entry)
        self.judge = factories.JudgeFactory()
        self.invitation = factories.InvitationFactory(heat=self.heat, judge=self.judge)
        self.sheet = factories.sheet(self.participation, self.judge, state="draft")
        self.institution = factories.InstitutionFactory()

    def _entry(self, state):
        project = factories.ProjectFactory(owner=self.contestant)
        return factories.EntryFactory(
            season=self.season, project=project, track=self.track, unit=self.unit, zone=self.zone, state=state
        )

    @cached_property
    def draft(self):
        return self._entry(EntryState.DRAFT)

    @cached_property
    def consent(self):
        return factories.ConsentFactory(entry=self.judged_entry)

    @cached_property
    def deal(self):
        interest = factories.InterestFactory(
            institution=self.institution, project=self.judged_entry.project, state="accepted"
        )
        return factories.DealFactory(interest=interest)

    @cached_property
    def interest(self):
        return self.deal.interest

    @cached_property
    def step(self):
        return DealStep.objects.create(
            deal=self.deal, stage="signed", amount_kind="signed", amount_wan=100, by=self.users["investor"], at=NOW
        )

    @cached_property
    def version(self):
        """A deck of the judged entry, without bytes behind it."""
        document = Document.objects.create(entry=self.judged_entry, requirement=self.requirement)
        document.current = DocumentVersion.objects.create(
            document=document, file="documents/00/none.pdf", name="路演.pdf", extension="pdf",
            content_type="application/pdf", size=1, sha256="0" * 64, by=self.contestant, at=NOW,
        )  # fmt: skip
        document.save()
        return document.current

    @cached_property
    def job(self):
        job = Job.objects.create(kind="export", title="导出", by=self.users["province"], state="done")
        job.result.save("result.txt", ContentFile(b"1"))
        return job

    @cached_property
    def message(self):
        return Message.objects.create(to=self.contestant, kind="note", subject="已提交", body="已提交")

    @cached_property
    def notice(self):
        return Notice.objects.create(
            season=self.season, kind="call", title="通知", body="通知", published_at=NOW, by=self.users["province"]
        )

    @cached_property
    def users(self):
        return {
            "contestant": self.contestant,
            "clerk": factories.clerk(self.unit),
            "city": factories.city(self.zone),
            "other_city": factories.city(self.other_zone),
            "province": factories.province(self.season),
            "other_province": factories.province(self.other_season),
            "supervisor": factories.supervisor(self.season),
            "judge": self.judge.person.user,
            "investor": self.institution.members.get().user,
            "administrator": factories.administrator(),
        }
