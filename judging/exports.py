"""A ranking on paper and as a table: every mark to .xlsx, and the score summary that is signed (评分汇总表).

Both are made from what the ranking stored, so they agree with the page and with each other to the last digit.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import Criterion
from core import pdf, xlsx
from judging import planning, rooms, steps
from judging.models import Draw, Invitation, OpenRecord, Plan, Ranking
from judging.queries.changes import changes_since
from judging.queries.plan import JudgeName, Told
from judging.queries.rankings import outcome_word, spread_of
from judging.queries.versions import moved_places
from judging.scoring import Criterion as Line
from judging.scoring import Rule, describe
from judging.services.draws import drawn_orders, set_aside
from judging.services.plans import pairs_of
from judging.states import DrawPurpose, PlanState, SheetState

YES = "✓"


@dataclass(frozen=True)
class Printed:
    """One place with the names that stand beside it on paper and in tables."""

    rank: int | None
    tied: bool
    number: str
    title: str
    company: str
    city: str
    unit: str
    cells: list[steps.Cell]
    total: Decimal | None
    spread: Decimal | None
    word: str
    score: dict[str, Any]

    @property
    def total_text(self) -> str:
        return self.score.get("total", "")


def file_name(ranking: Ranking, extension: str) -> str:
    return f"{ranking.heat.name}-{ranking.track.local_name}-v{ranking.version}.{extension}"


def bundle(ranking: Ranking) -> dict[str, Any]:
    """What an insider recounts the ranking from (`static/verify/recount.py`): every version up to this one.

    The oldest version comes first. Entries go by number and judges by seat, so it names nobody.
    """
    versions = Ranking.objects.filter(heat=ranking.heat_id, track=ranking.track_id, version__lte=ranking.version)
    return _bundle(ranking, [
        (one.version, one.frozen_at, {"rule": one.rule, "marks": one.inputs, "result": one.result}, one.digest)
        for one in versions.order_by("version")
    ])  # fmt: skip


def open_bundle(ranking: Ranking) -> dict[str, Any]:
    """The same for everybody, from the records that were published."""
    records = OpenRecord.objects.filter(
        ranking__heat=ranking.heat_id, ranking__track=ranking.track_id, ranking__version__lte=ranking.version
    )
    return _bundle(ranking, [
        (one.ranking.version, one.published_at, one.content, one.digest)
        for one in records.select_related("ranking").defer("ranking__rule", "ranking__inputs", "ranking__result")
        .order_by("ranking__version")
    ])  # fmt: skip


def _bundle(ranking: Ranking, versions: list[tuple]) -> dict[str, Any]:
    before = ["", *(digest for *_rest, digest in versions)]
    return {
        "format": "luyan-bundle-2",
        "heat": str(ranking.heat),
        "track": str(ranking.track),
        "versions": [
            {"version": version, "at": at.isoformat(), **content, "before": last, "digest": digest}
            for (version, at, content, digest), last in zip(versions, before, strict=False)
        ],
    }


def rows_of(ranking: Ranking) -> list[Printed]:
    """Every place of a ranking in order, in one query."""
    entry = "participation__entry__"
    places = ranking.places.order_by("order").values_list(
        "rank", "tied", "total", "outcome", "steps", f"{entry}title", f"{entry}company_name",
        f"{entry}region__short_name", f"{entry}unit__name",
    )  # fmt: skip
    return [_printed(*values) for values in places.iterator(1000)]


def _printed(rank, tied, total, outcome, stored, title, company, city, unit) -> Printed:
    cells = steps.cells_of(stored["score"])
    return Printed(
        rank, tied, stored["number"], title, company or "", city or "", unit or "", cells, total, spread_of(cells),
        outcome_word(outcome, stored), stored["score"],
    )  # fmt: skip


# ---------------------------------------------------------------- .xlsx


def ranking_workbook(ranking: Ranking) -> bytes:
    """Places, every mark of every judge, the judges by seat, and the rule with the check code."""
    rows = rows_of(ranking)
    criteria = list(Criterion.objects.filter(rubric__heats=ranking.heat_id))
    return xlsx.workbook(
        [
            (_("Ranking"), *_places(rows)),
            (_("Every mark"), *_marks(rows, criteria)),
            (_("Judges"), [_("No."), _("Judge"), _("Employer"), _("Pledge signed")], _judges(ranking)),
            (_("Rule"), [_("Rule"), ""], _rule(ranking, criteria)),
            *([(_("Moved places"), *_moved(ranking, rows))] if ranking.version > 1 else []),
        ]
    )


def heat_workbook(rankings: Iterable[Ranking]) -> bytes:
    """Every track of a heat in one file: its places and every mark, then the judges and the rules."""
    sheets, last = [], []
    for one in rankings:
        rows, criteria = rows_of(one), list(Criterion.objects.filter(rubric__heats=one.heat_id))
        name = one.track.local_name
        sheets.append((name, *_places(rows)))
        sheets.append((f"{name}·{_('Marks')}", *_marks(rows, criteria)))
        last.append((f"{name}·{_('Rule')}", [_("Rule"), ""], _rule(one, criteria)))
    judges = (_("Judges"), [_("No."), _("Judge"), _("Employer"), _("Pledge signed")], _judges(one))
    return xlsx.workbook([*sheets, judges, *last])


def _places(rows: list[Printed]) -> tuple[list[str], Iterator[list]]:
    most = max((len(row.cells) for row in rows), default=0)
    heads = [_("Rank"), _("Tied"), _("Entry number"), _("Project"), _("Company"), _("City"), _("Unit")]
    heads += [_("Sheet %(place)s") % {"place": place} for place in range(1, most + 1)]
    heads += [_("Total"), _("Spread"), _("Outcome")]

    def lines():
        for row in rows:
            marks = [_figure(one) for one in row.cells] + [None] * (most - len(row.cells))
            yield [
                row.rank, YES if row.tied else "", row.number, row.title, row.company, row.city, row.unit,
                *marks, row.total, row.spread, row.word,
            ]  # fmt: skip

    return heads, lines()


def _figure(cell: steps.Cell) -> Decimal | str:
    return cell.text if cell.word or "/" in cell.text else Decimal(cell.text)


def _marks(rows: list[Printed], criteria: list[Criterion]) -> tuple[list[str], Iterator[list]]:
    """One line for each sheet: its state, each criterion's mark, the judge's total, whether it was dropped."""
    heads = [_("Rank"), _("Entry number"), _("Project"), _("Judge no."), _("State")]
    heads += [one.local_name for one in criteria] + [_("Total"), _("Dropped")]
    keys = [one.key for one in criteria]
    labels = {state.value: str(state.label) for state in SheetState}

    def lines():
        for row in rows:
            panel = row.score.get("panel", {})
            dropped = {*panel.get("dropped_high", ()), *panel.get("dropped_low", ())}
            for sheet in row.score["sheets"]:
                marks, total = sheet["marks"], sheet["total"]
                yield [
                    row.rank, row.number, row.title, int(sheet["sheet"]), labels[sheet["state"]],
                    *(Decimal(marks[key]) if key in marks else None for key in keys),
                    None if total is None else total if "/" in total else Decimal(total),
                    YES if sheet["sheet"] in dropped else _dropped_criteria(row.score, sheet["sheet"], criteria),
                ]  # fmt: skip

    return heads, lines()


def _dropped_criteria(score: dict[str, Any], seat: str, criteria: list[Criterion]) -> str:
    """Names of the criteria whose mark of this judge was dropped, where each criterion is trimmed by itself."""
    gone = {
        one["criterion"]
        for one in score.get("criteria", ())
        if seat in one["dropped_high"] or seat in one["dropped_low"]
    }
    return "、".join(one.local_name for one in criteria if one.key in gone)


def _moved(ranking: Ranking, rows: list[Printed]) -> tuple[list[str], Iterator[list]]:
    """Every place that this version moved, before and after."""
    heads = [_("Entry number"), _("Project"), _("Rank before"), _("Rank"), _("Total before"), _("Total")]
    heads += [_("Outcome before"), _("Outcome")]
    titles = {row.number: row.title for row in rows}

    def lines():
        for one in moved_places(ranking):
            pairs = zip(one.before or ("",) * 4, one.after or ("",) * 4, strict=True)
            rank, total, _codes, word = ((*pair,) for pair in pairs)
            yield [one.number, titles.get(one.number, ""), *rank, *map(_number, total), *word]

    return heads, lines()


def _number(text: str) -> Decimal | str:
    return Decimal(text) if text else ""


def _judges(ranking: Ranking) -> Iterator[list]:
    invited = Invitation.objects.filter(heat=ranking.heat_id).order_by("seat")
    rows = invited.values_list("seat", "judge__person__name", "judge__employer__name", "pledged_at")
    return (list(row) for row in rows)


def _rule(ranking: Ranking, criteria: list[Criterion]) -> Iterator[list]:
    for step in sentences(ranking, criteria):
        yield [step, ""]
    yield [_("Version"), str(ranking.version)]
    yield [_("Locked"), timezone.localtime(ranking.frozen_at).strftime("%Y-%m-%d %H:%M:%S")]
    yield [_("Check code"), ranking.digest]
    if ranking.reason:
        yield [_("Reason of this version"), ranking.reason]


def sentences(ranking: Ranking, criteria: list[Criterion]) -> list[str]:
    lines = [Line(one.key, one.maximum, one.weight, one.step, one.local_name) for one in criteria]
    return [step.text for step in describe(Rule.from_data(ranking.rule["scoring"]), lines)]


# ---------------------------------------------------------------- paper


def summary_pdf(ranking: Ranking) -> bytes:
    """The score summary with lines for the signatures of judges, scorer and supervisor. A4, across."""
    rows = rows_of(ranking)
    seats = sorted({one.seat for row in rows for one in row.cells}, key=int)
    most = max((len(row.cells) for row in rows), default=0)
    by_seat = len(seats) <= most + 2
    heads = [f"{seat}" for seat in (seats if by_seat else range(1, most + 1))]
    context = {
        "ranking": ranking,
        "heat": ranking.heat,
        "season": ranking.heat.stage.season,
        "rows": [(row, _across(row.cells, seats if by_seat else None, most)) for row in rows],
        "heads": heads,
        "by_seat": by_seat,
        "judges": [row for row in _judges(ranking) if str(row[0]) in seats],
        "rule": sentences(ranking, list(Criterion.objects.filter(rubric__heats=ranking.heat_id))),
        "code": ranking.code,
    }
    return pdf.render("judging/pdf/summary.html", context, substitute=True)


def _across(cells: list[steps.Cell], seats: list[str] | None, most: int) -> list[steps.Cell]:
    if seats is None:
        return cells + [steps.Cell("", "", word=True)] * (most - len(cells))
    by_seat = {one.seat: one for one in cells}
    return [by_seat.get(seat, steps.Cell(seat, "", word=True)) for seat in seats]


# ---------------------------------------------------------------- draws


def draw_bundle(draw: Draw) -> dict[str, Any]:
    """What an outsider repeats a draw from (`static/verify/redraw.py`). Nobody is named in it.

    Until scoring is locked it holds only what was public at the draw: the secret foretells who comes as replacement.
    """
    told = {
        "format": "luyan-record-1",
        "heat": str(draw.heat),
        "purpose": draw.purpose,
        "commitment": draw.commitment,
        "committed_at": draw.committed_at.isoformat(),
        "witness": draw.witness,
        "witness_name": draw.witness_name,
        "drawn_at": draw.drawn_at.isoformat() if draw.drawn_at else None,
        "digest": draw.digest,
    }
    if not draw.drawn_at or not draw.heat.is_settled:
        return told
    return {**told, "secret": draw.secret, "record": draw.record, "plans": [_plan(one) for one in draw.plans.all()]}


def _plan(plan: Plan) -> dict[str, Any]:
    """Reasons of changes by hand name people and stay inside."""
    return {
        "number": plan.number,
        "state": plan.state,
        "rules": plan.rules,
        "versions": plan.versions,
        "problem": _problem(plan) if plan.problem else None,
        "problem_digest": plan.problem_digest,
        "answer": plan.answer,
        "changes": [{"in": one["in"], "out": one["out"]} for one in plan.changes],
        "digest": plan.digest,
    }


def _problem(plan: Plan) -> dict[str, Any]:
    """As it was solved; of a division, earlier scores and homes stay inside."""
    held = planning.unpacked(plan.problem)
    return rooms.sealed(held, plan.draw.mask) if plan.draw.purpose == DrawPurpose.ROOMS else held


def draw_pdf(draw: Draw) -> bytes:
    """The record of a draw with lines for witness, chair and supervisor to sign on (抽签记录). A4."""
    told = Told(draw)
    plan = draw.plans.filter(state=PlanState.ACCEPTED).first()
    seats = {judge: (one.seat, one.name) for judge, one in told.judges.items()}
    halls = dict(draw.heat.rooms.values_list("number", "name"))
    titles = {one.number: one.title for one in told.entries.values()}
    panels = _panels(draw, plan)
    drawn = {(entry, judge) for entry, judges in panels.items() for judge in judges}
    changes = changes_since(told, drawn) if drawn else []
    sitting = {judge for _entry, judge in drawn} & told.judges.keys()
    came = {one.judge: one for change in changes for one in change.came}
    context = {
        "draw": draw,
        "plan": plan,
        "heat": draw.heat,
        "season": draw.heat.stage.season,
        "reserve": [seats[one] for one in set_aside(draw.heat, draw.record.get("standby")) if one in seats],
        "orders": [
            (halls.get(room, ""), [(number, titles.get(number, "")) for number in numbers])
            for room, numbers in drawn_orders(draw)
        ],
        "panels": sorted(
            (told.entries[entry].number, told.entries[entry].title, sorted(told.judges[one].seat for one in judges))
            for entry, judges in panels.items()
            if entry in told.entries
        ),
        "changes": changes,
        "roster": sorted({told.judges[one] for one in sitting} | set(came.values()), key=lambda one: one.seat),
        "halls": _halls(draw, plan, told),
        "codes": [one["inputs_digest"] for one in draw.record.get("orders") or filter(None, draw.record.values())],
        "judges": len(draw.record["standby"]["output"]) if draw.record.get("standby") else 0,
    }
    return pdf.render("judging/pdf/draw.html", context, substitute=True)


def _halls(draw: Draw, plan: Plan | None, told: Told) -> list[tuple[str, list[JudgeName]]]:
    """(name of the room, its judges as accepted, who presides first) of a division."""
    if plan is None or draw.purpose != DrawPurpose.ROOMS:
        return []
    members = rooms.members_of(planning.unpacked(plan.problem), dict(pairs_of(plan)), "judges")
    named = draw.heat.rooms.values_list("number", "name")
    return [(name, [told.judges[one] for one in members[str(number)]]) for number, name in named]


def _panels(draw: Draw, plan: Plan | None) -> dict[str, list[str]]:
    """Entry → judges as drawn or accepted, by names of the record."""
    if plan is None:
        return (draw.record.get("judges") or {"output": {"panels": {}}})["output"]["panels"]
    pairs, found = pairs_of(plan), {}
    if draw.purpose == DrawPurpose.ROOMS:
        pairs = rooms.sittings(planning.unpacked(plan.problem), dict(pairs))
    for entry, judge in pairs:
        found.setdefault(entry, []).append(judge)
    return found
