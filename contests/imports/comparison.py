"""What a season file changes against the season that stands: row by row, in words. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from contests import consistency
from contests.schema import UNIT_FIELDS
from contests.shapes import CHINA, figure_text

NAMED_BY = {
    "tracks": ("code",),
    "eligibility": ("phrase", "tracks"),
    "questions": ("code",),
    "documents": ("label", "tracks"),
    "declarations": ("code",),
    "rubrics": ("name", "version"),
    "scoring_rules": ("name", "version"),
    "stages": ("name", "kind"),
    "award_levels": ("name", "tracks"),
}
TITLES = ("name", "label", "title", "phrase", "code")
SHORT = 80


@dataclass(frozen=True)
class Change:
    """One value of a row, before and after."""

    name: str
    before: str
    after: str


@dataclass
class Row:
    """A row that is added, taken away or changed."""

    title: str
    changes: list[Change] = field(default_factory=list)


@dataclass
class Difference:
    """One section of the file: what it adds, takes away and changes; `moved` when only the order differs."""

    section: str
    added: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    moved: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.moved)


def differences(before: dict[str, Any] | None, after: dict[str, Any]) -> list[Difference]:
    """Section by section; against nothing, everything is added."""
    old, new = _comparable(before or {}), _comparable(after)
    found = []
    for section, value in new.items():
        if section in ("form", "contest"):
            continue
        if isinstance(value, list):
            made = _rows(section, old.get(section) or [], value)
        else:
            made = _group(section, old.get(section), value)
        if made:
            found.append(made)
    return found


def _comparable(data: dict[str, Any]) -> dict[str, Any]:
    """Keys that only join sections of one file are replaced by names, units stand in one list."""
    if not data:
        return {}
    names = {row["key"]: _name(row) for section in ("rubrics", "scoring_rules") for row in data[section]}
    zones = {unit["key"]: unit["name"] for _path, unit, _parent in consistency.units_of(data) if unit["key"]}
    at = {path: unit for path, unit, _parent in consistency.units_of(data)}
    units = [
        {**{name: unit[name] for name in (*UNIT_FIELDS, "region", "accepts_entries", "phone")},
         "organisation": unit["organisation"]["credit_code"] or unit["organisation"]["name"],
         "place": unit["organisation"]["region"],
         "parent": at[parent]["name"] if parent else ""}
        for path, unit, parent in consistency.units_of(data)
    ]  # fmt: skip
    stages = [
        {
            **row,
            "rubric": names.get(row["rubric"], ""),
            "scoring_rule": names.get(row["scoring_rule"], ""),
            "quotas": [{**one, "zone": zones.get(one["zone"], one["zone"])} for one in row["quotas"]],
        }
        for row in data["stages"]
    ]
    keyless = {
        section: [{name: value for name, value in row.items() if name != "key"} for row in data[section]]
        for section in ("rubrics", "scoring_rules")
    }
    return {**data, "units": units, "stages": stages, **keyless}


def _name(row: dict) -> str:
    return row["name"] if row["version"] == 1 else f"{row['name']} v{row['version']}"


def _identity(section: str, row: dict) -> tuple:
    return tuple(str(row[name]) for name in NAMED_BY.get(section, ("organisation", "place")))


def _rows(section: str, old: list[dict], new: list[dict]) -> Difference:
    before, after = _numbered(section, old), _numbered(section, new)
    made = Difference(section)
    made.added = [Row(_title(row)) for key, row in after.items() if key not in before]
    made.removed = [Row(_title(row)) for key, row in before.items() if key not in after]
    for key, row in after.items():
        changes = _changes(before.get(key, row), row)
        if changes:
            made.changed.append(Row(_title(row), changes))
    kept = [key for key in before if key in after]
    made.moved = section != "units" and kept != [key for key in after if key in before]
    return made


def _numbered(section: str, rows: list[dict]) -> dict[tuple, dict]:
    """Rows by what names them; rows of one name are told apart by their place among them."""
    found: dict[tuple, dict] = {}
    for row in rows:
        key, place = _identity(section, row), 0
        while (*key, place) in found:
            place += 1
        found[(*key, place)] = row
    return found


def _group(section: str, old: Any, new: Any) -> Difference:
    """A section that another room keeps stays as it is where the file leaves it out."""
    made = Difference(section)
    if old is None and new is not None:
        made.added = [Row(_title(new))]
    elif new is not None and old != new:
        made.changed = [Row(_title(new), _changes(old, new))]
    return made


def _changes(old: dict, new: dict) -> list[Change]:
    before, after = dict(_leaves(old)), dict(_leaves(new))
    names = [*after, *(name for name in before if name not in after)]
    return [
        Change(name, in_words(before.get(name)), in_words(after.get(name)))
        for name in names
        if before.get(name) != after.get(name)
    ]


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every single value with its name; rows of an inner list go by their key, code or name."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(one, f"{name}.{key}" if name else key)
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for place, one in enumerate(value, 1):
            known = next((one[key] for key in ("key", "code", "name", "value") if one.get(key)), place)
            yield from _leaves(one, f"{name}[{known}]")
    elif value not in (None, "", [], {}):
        yield name, value


def _title(row: dict) -> str:
    return next((str(row[name]) for name in TITLES if row.get(name)), "")


def in_words(value: Any) -> str:
    """A value short enough for a line of a comparison."""
    if value in (None, "", [], {}):
        return "—"
    if isinstance(value, datetime):
        return value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return figure_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "、".join(in_words(one) for one in value) if isinstance(value, list) else str(value)
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"
