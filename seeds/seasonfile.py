"""Season files: YAML with shared pieces, made whole (docs/season-file.md).

Pure: file and shared pieces in, plain data out, as `contests.imports` takes it; organisations stay keys here.
"""

from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from contests.schema import ASSIGNMENT, blank
from seeds.story.bodies import Body, bureaus, organisation, organisations
from seeds.story.places import DATA, regions

CHINA = ZoneInfo("Asia/Shanghai")
FOLDER = DATA / "contests"
OWN_FILES = ("common.yaml",)
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _read(path: Path) -> dict:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - the safe loader, in C


@cache
def common() -> dict:
    """Pieces that the season files share: bands, declarations, documents, scoring rules, the day of the demo."""
    return _read(FOLDER / "common.yaml")


@cache
def contest_files() -> list[dict]:
    """Every contest file, in the contests' own order; seasons are not yet resolved."""
    paths = [path for path in sorted(FOLDER.glob("*.yaml")) if path.name not in OWN_FILES]
    files = [_read(path) for path in paths]
    return sorted(files, key=lambda data: data["contest"]["order"])


def weeks_since_demo_day(today: date) -> timedelta:
    """How far the schedules are shifted: whole weeks, so that weekdays stay."""
    return timedelta(weeks=(today - common()["demo_today"]).days // 7)


def resolved(season: dict, *, shift: timedelta = timedelta(0)) -> dict:
    """A season with every shared piece filled in and every instant aware and shifted."""
    return {
        **season,
        "entry_opens": _instant(season["entry_opens"], shift),
        "entry_closes": _instant(season["entry_closes"], shift),
        "documents": [_used(row, common()["documents"]) for row in season["documents"]],
        "declarations": [_declaration(row) for row in season["declarations"]],
        "units": [unit for row in season["units"] for unit in _units(row)],
        "rubrics": [_rubric(row) for row in season["rubrics"]],
        "scoring_rules": [_scoring_rule(row) for row in season["scoring_rules"]],
        "stages": [_stage(row, shift) for row in season["stages"]],
    }


def _instant(value: datetime, shift: timedelta) -> datetime:
    return value.replace(tzinfo=CHINA) + shift


def _used(row: dict, pieces: dict) -> dict:
    return (
        {**pieces[row["use"]], **{name: value for name, value in row.items() if name != "use"}} if "use" in row else row
    )


def _declaration(row) -> dict:
    if isinstance(row, str):
        return {"code": row, **common()["declarations"][row]}
    return {"code": row.get("code", row.get("use")), **_used(row, common()["declarations"])}


def _scoring_rule(row: dict) -> dict:
    if "use" not in row:
        return row
    piece = common()["scoring_rules"][row["use"]]
    data = {**piece["data"], **row.get("data", {})}
    return {"name": piece["name"], **{name: value for name, value in row.items() if name != "use"}, "data": data}


def _stage(row: dict, shift: timedelta) -> dict:
    stage = {**row, "opens": _instant(row["opens"], shift), "closes": _instant(row["closes"], shift)}
    if "assignment" in row:
        stage["assignment"] = {**blank(ASSIGNMENT), **row["assignment"]}
    return stage


def _rubric(row: dict) -> dict:
    return {**row, "criteria": [_criterion(one) for one in row["criteria"]]}


def _criterion(row: dict) -> dict:
    """Bands of the guidance, in per cent, become marks of this criterion on its step."""
    maximum, step = Decimal(str(row["maximum"])), Decimal(str(row.get("step", "0.5")))
    texts, anchors, top = row.get("anchors", {}), [], maximum
    for band in common()["bands"]:
        low = (maximum * band["from"] / 100 / step).to_integral_value(ROUND_CEILING) * step
        anchors.append({"name": band["name"], "from": str(low), "to": str(top), "text": texts.get(band["key"], "")})
        top = low - step
    return {**row, "maximum": maximum, "step": step, "weight": Decimal(str(row.get("weight", 1))), "anchors": anchors}


def _units(row: dict) -> list[dict]:
    """One row of a season file as units: a named body, or an expansion over bureaus, parks or universities."""
    how = row.get("expand")
    if how is None:
        body = organisation(row["organisation"])
        return [{"key": body.key, **_unit(body, row.get("kind", body.kind)), **_named(row)}]
    if how == "bureaus":
        return _bureau_units(row)
    kind = {"parks": "park", "universities": "university"}[how]
    bodies = [body for body in organisations() if body.kind == kind]
    found = []
    for body in bodies:
        parent = row.get("parent") or (f"{row['branch']}-{_city_of(body)}" if "branch" in row else None)
        found.append({"key": body.key, **_unit(body, kind), "parent": parent})
    return found


def _bureau_units(row: dict) -> list[dict]:
    found = []
    for body in bureaus(row["branch"], counties=row.get("counties", True)):
        place = regions()[body.region]
        is_city = place.level == "city"
        unit = {"key": body.key, **_unit(body, "city" if is_city else "county")}
        unit["parent"] = None if is_city else f"{row['branch']}-{place.parent}"
        found.append(unit)
    return found


def _unit(body: Body, kind: str) -> dict:
    return {"organisation": body.key, "kind": kind, "name": body.short_name, "name_en": body.name_en,
            "region": body.region, "parent": None}  # fmt: skip


def _named(row: dict) -> dict:
    names = ("name", "name_en", "kind", "parent", "region", "accepts_entries", "phone")
    return {name: row[name] for name in names if name in row}


def _city_of(body: Body) -> str:
    return body.region[:4] + "00"
