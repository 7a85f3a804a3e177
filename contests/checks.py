"""What a season still lacks before it can open. Each problem says what to do; `field` names the section to mend it in.

1. Blocking: without a track, a unit that takes entries, a closing time ahead, a judged stage with rubric, rule and
   judges, a consent, stages in order after the window of entry, or with sections that contradict each other, nobody
   could be entered or ranked rightly.
2. Everything else is for a person to look at and doesn't stop the season. Texts without English are so, unless the
   season takes entrants from abroad by its own data: a zone abroad, or a rule that names foreign nationals.
3. What a copied season lists for review has to be ticked off by a person first.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.states import PersonStatus
from contests import consistency, exports, parts
from contests.models import Season
from contests.queries import units_without_officer
from contests.states import DocumentKind, RuleKind, StageKind, UnitKind
from core.problems import Problem
from core.templatetags.luyan import moment

NAMED = 5
# Sections of the file that the pages call otherwise.
PAGES = {"scoring_rules": "scoring", "award_levels": "awards"}
SAMPLED = ("eligibility", "questions", "documents", "rubrics", "scoring_rules", "award_levels")


def readiness(season: Season, at: datetime | None = None) -> list[Problem]:
    """Problems of the set-up as it stands at `at`, blocking ones first."""
    at = at or timezone.now()
    data = exports.season_data(season)
    found = [
        *_basics(data, at),
        *_contradictions(data),
        *_judging(data),
        *_order(data),
        *_quotas(data),
        *_units(season, data, at),
        *_english(data),
        *_samples(data),
        *_to_review(season),
    ]
    for part in parts.registered():
        found += part.readiness(season)
    return sorted(found, key=lambda problem: not problem.blocks)


def section_title(key: str) -> str:
    """A section of the set-up in words."""
    return {
        "season": _("Title and dates"),
        "tracks": _("Tracks and groups"),
        "eligibility": _("Who may enter"),
        "questions": _("Questions"),
        "documents": _("Papers to bring"),
        "declarations": _("Declarations and consents"),
        "units": _("Recommending units"),
        "rubrics": _("Rubrics"),
        "scoring": _("Scoring rules"),
        "stages": _("Stages"),
        "quotas": _("Quotas"),
        "awards": _("Award levels"),
        "certificate": _("Certificates"),
    }.get(PAGES.get(key, key), "")


def _basics(data: dict, at: datetime) -> Iterator[Problem]:
    if not data["tracks"]:
        yield Problem("no-track", _("There is no track. Add one at least."), field="tracks")
    closes = data["season"]["entry_closes"]
    if closes <= at:
        text = _("Entry closed on %(closes)s. Set the window of entry ahead of today.")
        yield Problem("closed", text % {"closes": moment(closes)}, field="season")
    if not data["eligibility"]:
        text = _("There is no condition of entry: everybody may enter. Add those of the notice.")
        yield Problem("no-rule", text, blocks=False, field="eligibility")
    papers = data["documents"]
    if not any(one["kind"] == DocumentKind.DECK and one["required"] for one in papers):
        text = _("No pitch deck is required. Add it, unless judges need none.")
        yield Problem("no-deck", text, blocks=False, field="documents")
    if not any(one["judged"] for one in papers):
        text = _("No paper is shown to judges: they would mark by the form alone.")
        yield Problem("nothing-judged", text, blocks=False, field="documents")
    if not any(one["required"] for one in data["declarations"]):
        text = _("No declaration has to be agreed to. Add the consent to the use of personal data at least.")
        yield Problem("no-consent", text, field="declarations")
    if not data["season"]["notice_text"]:
        text = _("No text for the call for entries yet. Write it; it is published once the season is public.")
        yield Problem("no-notice", text, blocks=False, field="season")
    if not data["award_levels"]:
        yield Problem("no-award", _("There are no award levels yet."), blocks=False, field="awards")


def _contradictions(data: dict) -> Iterator[Problem]:
    for path, message in consistency.problems(data):
        row: Any = data[path[0]][path[1]] if len(path) > 1 and isinstance(path[1], int) else {}
        name = next((row[key] for key in ("name", "label", "title", "phrase") if row.get(key)), "")
        yield Problem(
            "contradiction", f"{name}：{message}" if name else message, field=PAGES.get(str(path[0]), str(path[0]))
        )


def _judging(data: dict) -> Iterator[Problem]:
    judged = [row for row in data["stages"] if row["kind"] in StageKind.judged()]
    if not judged:
        yield Problem("no-judged-stage", _("There is no judged stage. Add one with its rubric."), field="stages")
    for row in judged:
        told = {"stage": row["name"]}
        if not row["rubric"]:
            yield Problem("no-rubric", _("“%(stage)s” has no rubric. Choose one.") % told, field="stages")
        if not row["scoring_rule"]:
            yield Problem("no-scoring", _("“%(stage)s” has no scoring rule. Choose one.") % told, field="stages")
        if not row["judges_per_entry"]:
            text = _("“%(stage)s” has no number of judges per entry. Set it.")
            yield Problem("no-judges", text % told, field="stages")


def _order(data: dict) -> Iterator[Problem]:
    closes = data["season"]["entry_closes"]
    before = None
    for row in data["stages"]:
        if row["kind"] in StageKind.judged() and row["opens"] < closes:
            text = _("“%(stage)s” begins on %(opens)s, before entry closes. Move it behind the window of entry.")
            yield Problem("stage-early", text % {"stage": row["name"], "opens": moment(row["opens"])}, field="stages")
        if before and row["opens"] < before["opens"]:
            text = _("“%(stage)s” begins before “%(before)s”, which stands above it. Change the order or the dates.")
            yield Problem("stage-order", text % {"stage": row["name"], "before": before["name"]}, field="stages")
        before = row


def _quotas(data: dict) -> Iterator[Problem]:
    """Per track: no more may go on than came in, and no more awards than finalists."""
    judged = [row for row in data["stages"] if row["kind"] in StageKind.judged()]
    zones = sum(1 for _path, _unit, parent in consistency.units_of(data) if parent is None)
    for track in data["tracks"]:
        coming = None
        for stage in judged:
            told = {"stage": stage["name"], "track": track["name"]}
            places = _places(stage, track["code"], zones)
            if places is None and stage is not judged[-1]:
                text = _("“%(stage)s” has no quota for “%(track)s”: nothing says how many go on.")
                yield Problem("no-quota", text % told, blocks=False, field="quotas")
            if places is not None and coming is not None and places > coming:
                text = _("“%(stage)s” lets %(places)s of “%(track)s” go on, but only %(coming)s come in.")
                told |= {"places": places, "coming": coming}
                yield Problem("quota-large", text % told, blocks=False, field="quotas")
            coming = places if places is not None else coming
        awards = sum(
            row["places"] for row in data["award_levels"] if not row["tracks"] or track["code"] in row["tracks"]
        )
        if coming is not None and awards > coming:
            text = _("“%(track)s” has %(awards)s award places for %(coming)s finalists.")
            told = {"track": track["name"], "awards": awards, "coming": coming}
            yield Problem("awards-many", text % told, blocks=False, field="awards")


def _places(stage: dict, code: str, zones: int) -> int | None:
    """How many of a track go on from a stage: its own rows go before those for every track."""
    rows = [row for row in stage["quotas"] if code in row["tracks"]]
    rows = rows or [row for row in stage["quotas"] if not row["tracks"]]
    if not rows:
        return None
    named = [row for row in rows if row["zone"]]
    each = max((row["places"] for row in rows if not row["zone"]), default=0)
    times = max(zones - len(named), 0) if stage["by_zone"] else 1
    return sum(row["places"] for row in named) + each * times


def _units(season: Season, data: dict, at: datetime) -> Iterator[Problem]:
    if not any(unit["accepts_entries"] for _path, unit, _parent in consistency.units_of(data)):
        text = _("No recommending unit takes entries. Add the units of this season.")
        yield Problem("no-unit", text, field="units")
    idle = [unit for unit in units_without_officer(season, at) if unit.parent_id is None]
    if idle:
        names = "、".join(unit.name for unit in idle[:NAMED]) + ("…" if len(idle) > NAMED else "")
        text = _("%(count)s zones have nobody with a role: %(names)s. Their entries would wait.")
        yield Problem("no-officer", text % {"count": len(idle), "names": names}, blocks=False, field="units")


def _english(data: dict) -> Iterator[Problem]:
    found = {key: _untranslated(rows) for key, rows in data.items() if section_title(key)}
    missing = {key: count for key, count in found.items() if count}
    if not missing:
        return
    told = {"where": "、".join(f"{section_title(key)} {count}" for key, count in missing.items())}
    first = next(iter(missing))
    abroad = _from_abroad(data)
    if abroad:
        text = _("This season takes entrants from abroad, but texts have no English: %(where)s. Fill them in.")
    else:
        text = _("Texts without English, read in Chinese by entrants from abroad: %(where)s.")
    yield Problem("no-english", text % told, blocks=abroad, field=PAGES.get(first, first))


def _untranslated(part: Any) -> int:
    """How many Chinese texts in a section lack their English twin."""
    if isinstance(part, list):
        return sum(_untranslated(one) for one in part)
    if not isinstance(part, dict):
        return 0
    own = sum(part.get(f"{name}_en") == "" and bool(text) and not text.isascii() for name, text in part.items())
    return own + sum(_untranslated(one) for one in part.values())


def takes_from_abroad(season: Season) -> bool:
    """Whether the season takes entrants from abroad by its own data."""
    return _from_abroad(exports.season_data(season))


def _from_abroad(data: dict) -> bool:
    named = any(
        row["kind"] == RuleKind.STATUS and PersonStatus.OVERSEAS in row["values"] for row in data["eligibility"]
    )
    return named or any(unit["kind"] == UnitKind.OVERSEAS for _path, unit, _parent in consistency.units_of(data))


def _samples(data: dict) -> Iterator[Problem]:
    found = [section_title(key) for key in SAMPLED if any(row["sample"] for row in data[key])]
    if any(quota["sample"] for row in data["stages"] for quota in row["quotas"]):
        found.append(section_title("quotas"))
    if found or data["season"]["sample"]:
        text = _("Sample figures stand in: %(where)s. Replace them by those of the notice and take the mark off.")
        where = "、".join(found) or section_title("season")
        yield Problem("sample", text % {"where": where}, blocks=False, field="season")


def _to_review(season: Season) -> Iterator[Problem]:
    waiting = [one for one in season.to_review if not one.get("done_at")]
    if waiting:
        text = _("%(count)s points of the copied set-up are not ticked off yet. Look at each of them.")
        yield Problem("to-review", text % {"count": len(waiting)}, field="review")
