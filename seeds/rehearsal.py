"""A whole season in one go, from the call to the certificates, by the services that the pages call.

It rehearses a contest on its own rules before anybody depends on them: a further edition of the contest is made from
the season file, dated so that it ends today, and runs with a few projects of the story. Nothing is skipped.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone, translation

from certificates.models import Award
from certificates.printing import batch_pdf
from contests.exports import notice_pdf
from contests.models import Heat, Season
from contests.services import start_season
from core import audit
from core.problems import Refused
from core.secret import rehearsal
from judging.exports import heat_workbook
from judging.models import Judge, Ranking
from matching.exports import pipeline_workbook
from matching.models import Deal
from messaging.services import inside_only
from projects.models import Entry, Project
from projects.states import EntryState
from seeds import seasonfile
from seeds.demo import after, cast, entering
from seeds.demo import judging as scoring
from seeds.demo.cast import Cast
from seeds.demo.fill import desk_of, screen_all, zones_of
from seeds.reference import load_rehearsal
from seeds.story.projects import LIMIT
from seeds.story.projects import project as tell

Say = Callable[[str], None]
JUDGES = 60


@dataclass
class Left:
    """The files a season leaves."""

    ranking: Path
    notice: Path
    certificates: Path
    pipeline: Path


def run(slug: str, out: Path, *, entries: int, say: Say, now: datetime | None = None) -> Left:
    """Run a season of this contest and leave its papers in a folder."""
    now = now or timezone.now()
    out.mkdir(parents=True, exist_ok=True)
    with translation.override("zh-hans"), rehearsal(f"season:{slug}:{entries}"), inside_only():
        season, people, row = _prepare(slug, now)
        say(f"1/8 {season}: {season.tracks.count()} tracks, {season.units.count()} units")
        pool = _judges(people)
        _enter(season, row, people, entries, now)
        qualified = Entry.objects.filter(season=season, state=EntryState.QUALIFIED).count()
        say(f"2/8 {entries} entries submitted, {qualified} qualified")
        final = _judge(season, people, pool, say)
        after.publish(season, final.stage, by=people.province, now=now)
        say(f"5/8 results of {final} published")
        after.finish(season, final, people, now=now)
        say(f"6/8 {Award.objects.filter(entry__season=season).count()} awards given, certificates issued")
        with audit.batched():
            after.matched(season, people, now=now)
        deals = Deal.objects.filter(project__entries__season=season).distinct()
        say(f"7/8 {deals.count()} deals with winners")
        left = _papers(season, final, deals, out)
        say(f"8/8 papers in {out}")
    audit.seal()
    return left


def _prepare(slug: str, now: datetime) -> tuple[Season, Cast, dict]:
    files = [data for data in seasonfile.contest_files() if data["contest"]["slug"] == slug]
    if not files:
        known = ", ".join(data["contest"]["slug"] for data in seasonfile.contest_files())
        raise Refused(f"There is no contest “{slug}”. Choose one of: {known}.")
    row = files[0]["seasons"][-1]
    with audit.batched():
        system = cast.system_account()
        season = load_rehearsal(files[0]["contest"], row, by=system, now=now)
        people = cast.role_accounts(at=season.entry_opens - timedelta(days=60))
        certificate = row["certificate"] | {"number_prefix": f"{row['certificate']['number_prefix']}-YL{season.year}"}
        after.designs({row["key"]: season}, {row["key"]: {"certificate": certificate}}, by=people.administrator)
        start_season(season, by=people.administrator, at=season.entry_opens - timedelta(days=20))
    season.refresh_from_db()
    return season, people, row


def _judges(people: Cast) -> list[Judge]:
    with audit.batched():
        return cast.judges(JUDGES, by=people.administrator)


def _enter(season: Season, row: dict, people: Cast, entries: int, now: datetime) -> None:
    """Projects from the end of the story, so that they are nobody of the demo."""
    desk = desk_of(season)
    first = LIMIT - 1 - Project.objects.count() - entries
    indexes = sorted(range(first, first + entries), key=lambda index: entering.instant(season, index, until=now))
    with audit.batched():
        for index in indexes:
            told = tell(index, season=row["key"])
            at = entering.instant(season, index, until=now)
            screen_all(entering.enter(desk, told, by=people.administrator, at=at), people, now)


def _judge(season: Season, people: Cast, pool: list[Judge], say: Say) -> Heat:
    stages = [stage for stage in season.stages.select_related("season__contest", "rubric") if stage.is_judged]
    heats = []
    for stage in stages:
        with audit.batched():
            heats = scoring.run_stage(stage, pool, by=people.province, zones=zones_of(stage), final=stage == stages[-1])
        say(f"3–4/8 {stage}: {len(heats)} heats drawn, scored and locked")
    return heats[-1]


def _papers(season: Season, final: Heat, deals, out: Path) -> Left:
    left = Left(*(out / name for name in ("ranking.xlsx", "notice.pdf", "certificates.pdf", "pipeline.xlsx")))
    rankings = Ranking.objects.filter(heat=final).select_related("track", "heat__stage__season")
    left.ranking.write_bytes(heat_workbook(rankings.order_by("track__order")))
    final.refresh_from_db()
    left.notice.write_bytes(notice_pdf(final.notice))
    batch_pdf(season, left.certificates)
    projects = Project.objects.filter(entries__season=season)
    left.pipeline.write_bytes(pipeline_workbook(deals, projects=projects))
    return left
