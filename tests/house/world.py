"""A small world with one of everything and one account in each role, for the table of roles and addresses."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from io import BytesIO

import pikepdf
from django.core.files.base import ContentFile
from django.utils import timezone

from certificates import services as certificates
from certificates.patterns import project_certificate
from contests.models import EligibilityRule, Notice
from contests.states import HeatState
from core.models import Job
from judging import services as judging
from judging.models import Calibration, Draw, JudgeList, Sample, SampleSheet
from matching.models import DealStep
from messaging.models import Message
from projects.models import (
    Document,
    DocumentVersion,
    Extension,
    Likeness,
    PastEntry,
    TeamInvitation,
    TeamMember,
    Upload,
)
from projects.states import EntryState
from tests import factories
from tests.factories import NOW


def blank_pdf() -> bytes:
    made, written = pikepdf.new(), BytesIO()
    made.add_blank_page()
    made.save(written)
    return written.getvalue()


@dataclass
class World:
    """Jinan's entry of a running season; the other city and the other province belong elsewhere."""

    def __post_init__(self):
        self.season = factories.SeasonFactory()
        host = factories.OrganisationFactory(kind="department", credit_code=None)
        self.season.contest.parts.create(organisation=host, part="host")
        self.track = factories.TrackFactory(season=self.season)
        self.requirement = factories.DocumentRequirementFactory(season=self.season)
        self.level = factories.AwardLevelFactory(season=self.season, track=self.track)
        self.zone = factories.RecommendingUnitFactory(season=self.season)
        self.unit = factories.RecommendingUnitFactory(season=self.season, parent=self.zone, kind="county")
        self.other_zone = factories.RecommendingUnitFactory(season=self.season, region=factories.qingdao())
        self.other_season = factories.SeasonFactory()
        self.contestant = factories.UserFactory()
        self.entry = self.entry_in(EntryState.SUBMITTED)
        self.judged_entry = self.entry_in(EntryState.QUALIFIED)
        self.stage = factories.StageFactory(season=self.season)
        self.heat = factories.HeatFactory(stage=self.stage, state=HeatState.OPEN)
        self.participation = factories.ParticipationFactory(heat=self.heat, entry=self.judged_entry)
        self.judge = factories.JudgeFactory()
        self.invitation = factories.InvitationFactory(heat=self.heat, judge=self.judge)
        self.sheet = factories.sheet(self.participation, self.judge, state="draft")
        self.institution = factories.InstitutionFactory()

    def entry_in(self, state):
        project = factories.ProjectFactory(owner=self.contestant)
        return factories.EntryFactory(
            season=self.season, project=project, track=self.track, unit=self.unit, zone=self.zone, state=state
        )

    @cached_property
    def draft(self):
        return self.entry_in(EntryState.DRAFT)

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
    def member(self):
        person = factories.PersonFactory()
        return TeamMember.objects.create(project=self.draft.project, person=person, kind="member", order=1)

    @cached_property
    def team_invitation(self):
        return TeamInvitation.objects.create(
            project=self.draft.project, name="李示例", token="0" * 32, by=self.contestant, at=NOW,
            expires_at=timezone.now() + timedelta(days=1),
        )  # fmt: skip

    @cached_property
    def judge_in_team(self):
        return TeamMember.objects.create(
            project=self.draft.project, person=self.judge.person, kind="member", order=2, confirmed_at=NOW
        )

    @cached_property
    def extension(self):
        return Extension.objects.create(
            season=self.season, track=self.track, until=NOW + timedelta(days=40), reason="停电",
            by=self.users["province"], at=NOW,
        )  # fmt: skip

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
        return self.version_in(self.judged_entry)

    @cached_property
    def calibration_sheet(self):
        """A sample of another season in the stage's calibration, with a sheet of the judge."""
        entry = factories.EntryFactory(season=self.other_season, state=EntryState.QUALIFIED)
        found = Calibration.objects.create(stage=self.stage, rubric=self.stage.rubric, opened_at=NOW)
        sample = Sample.objects.create(calibration=found, entry=entry, number=1)
        return SampleSheet.objects.create(sample=sample, judge=self.judge)

    @cached_property
    def sample_version(self):
        """A deck of the sample, frozen with its entry."""
        entry = self.calibration_sheet.sample.entry
        made = self.version_in(entry)
        kept = {
            "version": made.pk,
            "label": "路演",
            "judged": True,
            "extension": "pdf",
            "sha256": made.sha256,
            "pages": 1,
        }
        entry.snapshot = {**entry.snapshot, "documents": [kept]}
        entry.save(update_fields=["snapshot"])
        return made

    @cached_property
    def draft_version(self):
        return self.version_in(self.draft)

    def version_in(self, entry):
        """A deck of one empty page."""
        document = Document.objects.create(entry=entry, requirement=self.requirement)
        document.current = DocumentVersion.objects.create(
            document=document, file=ContentFile(blank_pdf(), "deck.pdf"), name="路演.pdf", extension="pdf", pages=1,
            content_type="application/pdf", size=1, sha256=f"{entry.pk:064d}", by=self.contestant, at=NOW,
        )  # fmt: skip
        document.save()
        return document.current

    @cached_property
    def video_version(self):
        """The deck's version again, said to be a film."""
        DocumentVersion.objects.filter(pk=self.version.pk).update(extension="mp4")
        return self.version

    @cached_property
    def upload(self):
        return Upload.objects.create(
            entry=self.draft, requirement=self.requirement, by=self.contestant, name="路演.pdf", size=10, begun_at=NOW,
            touched_at=NOW, expires_at=NOW + timedelta(days=365),
        )  # fmt: skip

    @cached_property
    def batch(self):
        params = {"season": self.season.pk, "key": "0" * 32}
        return Job.objects.create(
            kind="projects.offline_check", title="试算", by=self.users["clerk"], state="done", params=params
        )

    @cached_property
    def past(self):
        return PastEntry.objects.create(
            contest=self.season.contest, year=2020, title="往届项目", row_key="0" * 64, match="doubtful", at=NOW,
            by=self.users["province"],
        )  # fmt: skip

    @cached_property
    def likeness(self):
        return Likeness.objects.create(
            newer=self.judged_entry, older=self.entry, reasons=[{"kind": "name"}], score="0.5", found_at=NOW
        )

    @cached_property
    def rule(self):
        return EligibilityRule.objects.create(season=self.season, kind="stated", phrase="示例")

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
    def draw(self):
        return Draw.objects.create(
            heat=self.heat, purpose="judges", secret="0" * 32, commitment="0" * 64, committed_at=NOW,
            by=self.users["province"],
        )  # fmt: skip

    @cached_property
    def judges_shown(self):
        """The participation of the judged entry, once the judges of its heat are shown to the teams."""
        lines = [{"judge": self.judge.pk, "name": "李示例", "employer": "", "title": ""}]
        JudgeList.objects.create(
            heat=self.heat, lines=lines, published_at=NOW, closes_at=NOW, by=self.users["province"]
        )
        return self.participation

    @cached_property
    def finished(self):
        return Finished(self)

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


class Finished:
    """A heat that went all the way: locked, published, awarded, its certificate issued."""

    def __init__(self, world: World):
        by = world.users["province"]
        rule = factories.ScoringRuleFactory(season=world.season, data={"min_valid_marks": 1})
        stage = factories.StageFactory(season=world.season, kind="live", name="决赛", scoring_rule=rule)
        self.entry = world.entry_in(EntryState.QUALIFIED)
        self.entry.snapshot = {"team": []}
        self.entry.save()
        self.heat = factories.HeatFactory(stage=stage, state=HeatState.OPEN)
        self.participation = factories.ParticipationFactory(heat=self.heat, entry=self.entry)
        factories.InvitationFactory(heat=self.heat, judge=world.judge)
        factories.sheet(self.participation, world.judge, 50, 30)
        (self.ranking,) = judging.lock_heat(self.heat, by=by, at=NOW, leave_incomplete=True)
        self.notice = judging.publish_results(self.heat, closes_at=NOW + timedelta(days=7), by=by, at=NOW)
        certificates.give_awards(self.heat, by=by, at=NOW)
        certificates.set_design(world.season, design=project_certificate(), number_prefix="T", by=by, at=NOW)
        (self.certificate,) = certificates.issue_certificates(world.season, by=by, at=NOW)
