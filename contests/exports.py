"""What leaves this room: a notice on paper, and a season's whole set-up as plain data and as a file."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from contests import parts, schema, seasonfile
from contests.models import Notice, RecommendingUnit, Season, Stage
from contests.shapes import Record, figure_text
from contests.states import HostPart
from core import pdf


def notice_pdf(notice: Notice) -> bytes:
    """The published text with its whole list; the same lines as on the public page."""
    hosts = notice.season.contest.parts.filter(part=HostPart.HOST).select_related("organisation")
    context = {
        "notice": notice,
        "lines": notice.lines.all(),
        "hosts": [part.organisation.name for part in hosts[:2]],
    }
    return pdf.render("contests/notice_pdf.html", context)


def season_file(season: Season) -> str:
    """The season file of this season; read in again it gives the same file, byte for byte."""
    return seasonfile.text_of(season_data(season), parts.registered())


def season_data(season: Season) -> dict[str, Any]:
    """The set-up as a season file holds it, whole: what is in force, not the versions before it."""
    rubrics = _newest(season.rubrics.prefetch_related("criteria"), season, "rubric_id")
    rules = _newest(season.scoring_rules.all(), season, "scoring_rule_id")
    rubric_keys = {one.pk: f"rubric-{place}" for place, one in enumerate(rubrics, 1)}
    rule_keys = {one.pk: f"rule-{place}" for place, one in enumerate(rules, 1)}
    zones, units = _units(season)
    return {
        "form": schema.FORM,
        "contest": season.contest.slug,
        "season": _row(season, schema.SEASON_FIELDS),
        "tracks": [_row(track, schema.TRACK_FIELDS) for track in season.tracks.all()],
        "eligibility": _parts(season.eligibilityrules, schema.RULE_FIELDS),
        "questions": [_with_lists(row) for row in _parts(season.questions, schema.QUESTION_FIELDS)],
        "documents": [
            _with_lists(row)
            for row in _parts(season.documentrequirements.filter(question=None), schema.DOCUMENT_FIELDS)
        ],
        "declarations": _parts(season.declarations, schema.DECLARATION_FIELDS),
        "units": units,
        "rubrics": [_rubric(one, rubric_keys[one.pk]) for one in rubrics],
        "scoring_rules": [_scoring_rule(one, rule_keys[one.pk]) for one in rules],
        "stages": _stages(season, rubric_keys, rule_keys, zones),
        "award_levels": _parts(season.awardlevels, schema.AWARD_FIELDS),
        **{part.key: part.write(season) for part in parts.registered()},
    }


def _row(one, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}


def _newest(found, season: Season, pointer: str) -> list:
    """The versions that a stage points at, and the last of each name that no stage uses yet."""
    used = set(season.stages.values_list(pointer, flat=True))
    listed = list(found.order_by("pk"))
    served = {one.name for one in listed if one.pk in used}
    last = {one.name: one.pk for one in sorted(listed, key=lambda one: one.version)}
    return [one for one in listed if one.pk in used or (one.name not in served and last[one.name] == one.pk)]


def _parts(manager, names: Iterable[str]) -> list[dict]:
    """Rows in force; the same row for several tracks, side by side in the tables, is one row that names them."""
    found: list[dict] = []
    last = None
    for one in manager.current().select_related("track").order_by("order", "pk"):
        row = _row(one, names)
        code = one.track.code if one.track else ""
        if code and last == (one.order, row) and found[-1]["tracks"] and code not in found[-1]["tracks"]:
            found[-1]["tracks"].append(code)
        else:
            found.append({"tracks": [code] if code else [], **row})
        last = (one.order, row)
    return found


def _with_lists(row: dict) -> dict:
    """JSON columns with every name of their shape, however the row was made."""
    kept = {"condition": _condition(row["condition"])}
    for name, shape in (("choices", schema.CHOICES.item), ("columns", schema.TABLE_COLUMNS.item)):
        if name in row:
            kept[name] = [_filled(one, shape) for one in row[name]]
    return {**row, **kept}


def _condition(kept: dict) -> dict:
    """A condition that names neither question nor fact asks always."""
    named = {name: kept[name] for name in ("question", "fact") if (kept or {}).get(name)}
    return {**named, "is": [str(value) for value in kept.get("is", ())]} if named else {}


def _filled(kept: dict, shape: Record) -> dict:
    return {name: kept.get(name, "" if key.is_needed else key.start()) for name, key in shape.keys.items()}


def _rubric(rubric, key: str) -> dict:
    criteria = [_row(one, schema.CRITERION_FIELDS) for one in rubric.criteria.all()]
    for one in criteria:
        one["anchors"] = [_anchor(anchor) for anchor in one["anchors"]]
    return {"key": key, **_row(rubric, ("name", "version", "sample")), "criteria": criteria}


def _anchor(kept: dict) -> dict:
    filled = _filled(kept, schema.ANCHORS.item)
    return {**filled, **{name: figure_text(Decimal(str(filled[name]))) for name in ("from", "to")}}


def _scoring_rule(rule, key: str) -> dict:
    data = {**schema.blank(schema.SCORING), **rule.data}
    data["tie_chain"] = [
        {"kind": step, "criterion": ""} if isinstance(step, str) else {"criterion": "", **step}
        for step in data["tie_chain"]
    ]
    return {"key": key, **_row(rule, ("name", "version", "sample")), "data": data}


def _stages(season: Season, rubric_keys: dict, rule_keys: dict, zones: dict[int, str]) -> list[dict]:
    stages = season.stages.prefetch_related("segments", "quotas__track")
    return [
        {
            **_row(stage, schema.STAGE_FIELDS),
            "rubric": rubric_keys.get(stage.rubric_id, ""),
            "scoring_rule": rule_keys.get(stage.scoring_rule_id, ""),
            "segments": [_row(one, schema.SEGMENT_FIELDS) for one in stage.segments.all()],
            "quotas": _quotas(stage, zones),
        }
        for stage in stages
    ]


def _quotas(stage: Stage, zones: dict[int, str]) -> list[dict]:
    found: list[dict] = []
    for one in sorted(stage.quotas.all(), key=lambda one: one.pk):
        row = {"zone": zones.get(one.zone_id, ""), **_row(one, ("places", "reserves", "sample"))}
        code = one.track.code if one.track else ""
        before = found[-1] if found else {"tracks": []}
        same = {name: value for name, value in before.items() if name != "tracks"} == row
        if code and same and before["tracks"] and code not in before["tracks"]:
            before["tracks"].append(code)
        else:
            found.append({"tracks": [code] if code else [], **row})
    return found


def unit_names(units: list[RecommendingUnit], used: set[int]) -> dict[int, str]:
    """How quotas name each unit: by its name, or by a key where two that are spoken of share one."""
    names = Counter(unit.name for unit in units)
    shared = [unit for unit in units if unit.pk in used and names[unit.name] > 1]
    return {unit.pk: unit.name for unit in units} | {one.pk: f"unit-{place}" for place, one in enumerate(shared, 1)}


def units_in_order(season: Season) -> list[RecommendingUnit]:
    """By place, the same on every database; those without one first."""
    units = season.units.select_related("organisation", "region")
    return sorted(units, key=lambda unit: (unit.region_id or "", unit.pk))


def units_in_quotas(season: Season) -> set[int]:
    return set(season.stages.exclude(quotas__zone=None).values_list("quotas__zone", flat=True))


def _units(season: Season) -> tuple[dict[int, str], list[dict]]:
    """How quotas name each unit, and the tree of units: zones with those that recommend to them below."""
    listed = units_in_order(season)
    names = unit_names(listed, units_in_quotas(season))
    below: dict[int | None, list] = {}
    for unit in listed:
        below.setdefault(unit.parent_id, []).append(unit)

    def rows(parent: int | None) -> list[dict]:
        return [
            {
                "key": "" if names[unit.pk] == unit.name else names[unit.pk],
                "organisation": _organisation(unit.organisation),
                **_row(unit, schema.UNIT_FIELDS),
                "region": unit.region_id or "",
                **_row(unit, ("accepts_entries", "phone")),
                "units": rows(unit.pk),
            }
            for unit in below.get(parent, ())
        ]

    return names, rows(None)


def _organisation(body) -> dict:
    return {
        "credit_code": body.credit_code or None,
        "name": body.name,
        "kind": body.kind,
        "region": body.region_id or "",
    }
