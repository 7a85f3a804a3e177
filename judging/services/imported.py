"""A file of marks becomes a season of its own: tracks, rubrics, judges, sheets, marks, lock and ranking.

How the file maps to the product (docs/marks-format.md): the file is a contest with one season that stays in
preparation, so that the public sees nothing of it; a competition is a stage; a program is a track, and within a
competition a heat, because each program has a rubric and a panel of its own. An entry's name may come back in other
programs; there it is another entry. Imported entries have neither a date of submission nor one of qualification: they
are history, and no list or count of collected projects includes them.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.services import new_person
from accounts.states import Role
from contests.imports import load_contest, load_season
from contests.models import Heat, Season, Stage
from contests.queries import runs_season
from contests.services import grant_role
from contests.states import StageKind
from core import audit
from core.templatetags.luyan import plain
from judging.imports import Panel, Table, identity_of
from judging.models import Assignment, Invitation, Judge, ScoreSheet
from judging.queries.imported import entry_number, slug_of
from judging.services.heats import open_heat
from judging.services.paper import enter_sheets
from judging.services.rankings import lock_heat
from judging.states import AssignmentSource, InvitationState, JudgeKind
from projects.models import Entry, Participation, Project
from projects.states import EntryState

TRIM_FROM = 3


@dataclass(frozen=True)
class Imported:
    """What an import left: the season, and whether it was made now or found as it stood."""

    season: Season
    new: bool


@transaction.atomic
def import_marks(
    table: Table,
    *,
    by,
    at: datetime | None = None,
    trim_from: int = TRIM_FROM,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> Imported:
    """Bring a checked file in, whole or not at all, and lock and rank every heat of it.

    From `trim_from` marks on, the highest and the lowest mark of a criterion are dropped; the mean of the rest is
    rounded to two decimals, times the weight rounded to two decimals, and summed. The same marks under the same rule
    are recognised: their season comes back unchanged. Whoever brings a file in becomes organiser of what it made.
    `told` hears how many heats of how many are done.
    """
    at = at or timezone.now()
    with audit.batched():
        contest = load_contest(_contest(table, trim_from), by=by)
        found = contest.seasons.first()
        if found:
            return Imported(found, new=False)
        season = load_season(contest, _season(table, at, trim_from), by=by)
        _Import(table, season, by, at).run(told)
        if not runs_season(by, season):
            grant_role(by, role=Role.PROVINCE, by=by, contest=contest, at=at)
        audit.record(season, "season.import", by=by, at=at, after={"digest": table.digest, "rows": table.rows})
    return Imported(season, new=True)


def _contest(table: Table, trim_from: int) -> dict:
    identity = identity_of(table, trim_from)
    return {
        "slug": slug_of(table, trim_from),
        "name": f"导入的成绩：{table.name}"[:80],
        "name_en": f"Imported marks: {table.name}"[:120],
        "short_name": "导入的成绩",
        "number_prefix": f"X{identity[:5]}".upper(),
        "order": 999,
    }


def _season(table: Table, at: datetime, trim_from: int) -> dict:
    """The season in the form of a season file."""
    years = Counter(re.findall(r"(?:19|20)[0-9]{2}", " ".join([table.name, *table.competitions])))
    rubrics = {_rubric_key(panel): panel for panel in table.panels.values()}
    programs = dict.fromkeys(panel.program for panel in table.panels.values())
    return {
        "year": int(years.most_common(1)[0][0]) if years else timezone.localtime(at).year,
        "ordinal": 1,
        "title": f"导入的成绩：{table.name}"[:120],
        "title_en": f"Imported marks: {table.name}"[:160],
        "entry_opens": at,
        "entry_closes": at + timedelta(seconds=1),
        "tracks": [{"code": f"p{place}", "name": name} for place, name in enumerate(programs, 1)],
        "units": [],
        "rubrics": [
            {"key": key, "name": f"{place}", "criteria": _criteria(panel)}
            for place, (key, panel) in enumerate(rubrics.items(), 1)
        ],
        "scoring_rules": [{"key": "rule", "name": "去掉一个最高分和一个最低分", "data": _rule(trim_from)}],
        "stages": [
            {
                "kind": StageKind.PAPER, "name": _short(name, 40), "opens": at, "closes": at, "avoid_same_city": False,
                "judges_per_entry": len(table.judges), "scoring_rule": "rule",
            }
            for name in table.competitions
        ],
    }  # fmt: skip


def _rule(trim_from: int) -> dict:
    return {
        "trim_scope": "criterion", "trim_high": 1, "trim_low": 1, "min_marks_to_trim": trim_from, "min_valid_marks": 1,
        "criterion_digits": 2, "product_digits": 2, "total_digits": 2,
    }  # fmt: skip


def _criteria(panel: Panel) -> list[dict]:
    return [
        {
            "key": f"c{place}", "name": criterion.name, "maximum": criterion.maximum, "weight": criterion.weight,
            "step": criterion.step,
        }
        for place, criterion in enumerate(panel.criteria.values(), 1)
    ]  # fmt: skip


def _rubric_key(panel: Panel) -> tuple:
    """Panels with the same criteria, weights and scales share one rubric."""
    return tuple(
        (criterion.name, plain(criterion.weight), plain(criterion.maximum), plain(criterion.step))
        for criterion in panel.criteria.values()
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def heat_name(panel: Panel) -> str:
    """A heat's name: the competition, shortened where the column asks for it, and the program in full."""
    return f"{_short(panel.competition, 79 - len(panel.program))}·{panel.program}"


class _Import:
    """One run of an import, after the season stands."""

    def __init__(self, table: Table, season: Season, by, at: datetime):
        self.table, self.season, self.by, self.at = table, season, by, at
        self.tracks = {track.name: track for track in season.tracks.all()}
        keys = dict.fromkeys(_rubric_key(panel) for panel in table.panels.values())
        by_name = {rubric.name: rubric for rubric in season.rubrics.all()}
        self.rubrics = {key: by_name[str(place)] for place, key in enumerate(keys, 1)}
        self.stages = dict(zip(table.competitions, season.stages.order_by("order"), strict=True))
        self.judges = {name: self._judges(name) for name in table.competitions}
        self.numbers = 0

    def run(self, told: Callable[[int, int], None]) -> None:
        total = len(self.table.panels)
        for done, panel in enumerate(self.table.panels.values()):
            told(done, total)
            self._heat(panel, self.stages[panel.competition])
        told(total, total)

    def _judges(self, competition: str) -> list[Judge]:
        """The panel of a competition. Their names are unknown, so they are never invited to another heat."""
        panels = [panel for panel in self.table.panels.values() if panel.competition == competition]
        sat = sorted({place for panel in panels for place in panel.judges()})
        people = {
            place: new_person(name=_short(f"{self.table.judges[place]}·{competition}", 80), by=self.by) for place in sat
        }
        made = Judge.objects.bulk_create(
            Judge(person=person, kind=JudgeKind.TECHNICAL, active=False) for person in people.values()
        )
        for judge in made:
            audit.record(judge, "judge.import", by=self.by, at=self.at)
        return dict(zip(people, made, strict=True))

    def _heat(self, panel: Panel, stage: Stage) -> None:
        heat = Heat.objects.create(
            stage=stage, name=heat_name(panel), rubric=self.rubrics[_rubric_key(panel)],
            scoring_rule_id=stage.scoring_rule_id,
        )  # fmt: skip
        participations = self._participations(panel, heat)
        places = panel.judges()
        judges = [self.judges[panel.competition][place] for place in places]
        Invitation.objects.bulk_create(
            Invitation(
                heat=heat, judge=judge, seat=self.table.seats[place], state=InvitationState.ACCEPTED,
                sent_at=self.at, answered_at=self.at, pledged_at=self.at,
            )
            for place, judge in zip(places, judges, strict=True)
        )  # fmt: skip
        assignments = Assignment.objects.bulk_create(
            [
                Assignment(judge=judge, participation=one, source=AssignmentSource.IMPORT)
                for one in participations
                for judge in judges
            ],
            batch_size=1000,
        )
        sheets = ScoreSheet.objects.bulk_create([ScoreSheet(assignment=one) for one in assignments], batch_size=1000)
        open_heat(heat, by=self.by, at=self.at)
        enter_sheets(heat, marks=_marks(panel, places, sheets), by=self.by, at=self.at, gaps=True)
        lock_heat(heat, by=self.by, at=self.at, leave_incomplete=True)

    def _participations(self, panel: Panel, heat: Heat) -> list[Participation]:
        track, given = self.tracks[panel.program], list(panel.entries.values())
        projects = Project.objects.bulk_create([Project(owner=self.by, name=one.name) for one in given])
        entries = Entry.objects.bulk_create(
            Entry(
                project=project, season=self.season, track=track, state=EntryState.QUALIFIED, title=one.name,
                number=self._number(),
                snapshot={
                    "project": {"name": one.name}, "track": {"name": panel.program}, "unit": {"name": one.nation},
                    "competition": panel.competition,
                },
            )
            for one, project in zip(given, projects, strict=True)
        )  # fmt: skip
        audit.record(heat, "heat.import", by=self.by, at=self.at, after={"entries": len(entries)})
        return Participation.objects.bulk_create(
            Participation(entry=entry, heat=heat, track=track, order=order) for order, entry in enumerate(entries, 1)
        )

    def _number(self) -> str:
        self.numbers += 1
        return entry_number(self.season, self.numbers)


def _marks(panel: Panel, places: list[int], sheets: list[ScoreSheet]) -> dict[int, dict[str, Decimal | None]]:
    """Sheet → criterion key → mark; the sheets stand entry by entry, judge by judge."""
    given = iter(sheets)
    return {
        next(given).pk: {f"c{number}": entry.marks[name][place] for number, name in enumerate(panel.criteria, 1)}
        for entry in panel.entries.values()
        for place in places
    }
