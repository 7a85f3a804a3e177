"""Whether the sections of a season file fit each other. Pure: plain data in, (path, message) out.

Values that could not be read are None here; they were complained about already and are passed over.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.states import PersonStatus
from contests import conditions
from contests.shapes import Path
from contests.states import AssignedBy, QuestionKind, RuleKind, StageKind

DATED = frozenset(
    {
        RuleKind.BORN_ON_OR_AFTER, RuleKind.BORN_ON_OR_BEFORE, RuleKind.REGISTERED_ON_OR_AFTER,
        RuleKind.REGISTERED_BEFORE, RuleKind.REPRESENTATIVE_UNCHANGED, RuleKind.MEAN_AGE_MAX,
        RuleKind.YOUNG_SHARE_MIN,
    }
)  # fmt: skip
NUMBERED = frozenset(
    {
        RuleKind.SHARE_AT_LEAST, RuleKind.TEAM_SHARE_AT_LEAST, RuleKind.TEAM_MIN, RuleKind.TEAM_MAX,
        RuleKind.ADVISERS_MAX, RuleKind.MEAN_AGE_MAX, RuleKind.YOUNG_SHARE_MIN, RuleKind.REVENUE_MAX,
    }
)  # fmt: skip
WHOLE_POINTS = Decimal(100)
Found = Iterator[tuple[Path, str]]


def problems(data: dict[str, Any]) -> Found:
    yield from _dates(data)
    yield from _tracks(data)
    yield from _eligibility(data)
    yield from _questions(data)
    yield from _declarations(data)
    yield from _units(data)
    yield from _rubrics(data)
    yield from _scoring_rules(data)
    yield from _stages(data)


def rows(data: dict, section: str) -> list[tuple[Path, dict]]:
    """The rows of a section that could be read, each with its path."""
    return [((section, place), row) for place, row in enumerate(data.get(section) or ()) if row]


def twice(found: Iterable[tuple[Path, Any]], sentence: str) -> Found:
    """Complains about every value that stood before; `sentence` names it as %(value)s."""
    seen = set()
    for path, value in found:
        if value in seen:
            yield path, sentence % {"value": value}
        elif value:
            seen.add(value)


def _dates(data) -> Found:
    season = data.get("season") or {}
    opens, closes = season.get("entry_opens"), season.get("entry_closes")
    if opens and closes and closes <= opens:
        yield ("season", "entry_closes"), _("Entry closes before it opens. Check both times.")


def _tracks(data) -> Found:
    codes = [((*path, "code"), row["code"]) for path, row in rows(data, "tracks")]
    yield from twice(codes, _("The code “%(value)s” stands here twice. Give each track its own."))
    known = [code for _path, code in codes if code]
    for section in ("eligibility", "questions", "documents", "declarations", "award_levels"):
        for path, row in rows(data, section):
            yield from _named_tracks(path, row, known)
            if section in ("questions", "declarations") and len(row["tracks"] or ()) > 1:
                yield (
                    (*path, "tracks"),
                    _("Its code stands once in a season: name one track here, or none for all of them."),
                )
    for path, row in rows(data, "stages"):
        for place, quota in enumerate(row["quotas"] or ()):
            if quota:
                yield from _named_tracks((*path, "quotas", place), quota, known)


def _named_tracks(path: Path, row: dict, known: list[str]) -> Found:
    named = [((*path, "tracks", place), code) for place, code in enumerate(row["tracks"] or ()) if code]
    for where, code in named:
        if code not in known:
            yield (
                where,
                _("There is no track “%(code)s”. Known are: %(known)s.") % {"code": code, "known": "、".join(known)},
            )
    yield from twice(named, _("The track “%(value)s” is named twice in one row."))


def _eligibility(data) -> Found:
    for path, row in rows(data, "eligibility"):
        kind = row["kind"]
        if kind in DATED and row["date"] is None:
            yield path, _("A rule of the kind “%(kind)s” needs its explicit date.") % {"kind": kind}
        if kind in NUMBERED and row["number"] is None:
            yield path, _("A rule of the kind “%(kind)s” needs its number.") % {"kind": kind}
        if kind == RuleKind.STATUS:
            yield from _statuses(path, row)


def _statuses(path: Path, row: dict) -> Found:
    if not row["values"]:
        yield path, _("A rule of the kind “%(kind)s” needs its values.") % {"kind": row["kind"]}
    for place, value in enumerate(row["values"] or ()):
        if value not in PersonStatus.values:
            told = "、".join(f"{one.value}（{one.label}）" for one in PersonStatus)
            yield (
                (*path, "values", place),
                _("“%(value)s” is no known group. Known are: %(known)s.")
                % {
                    "value": value,
                    "known": told,
                },
            )


def _questions(data) -> Found:
    asked = {row["code"]: row for _path, row in rows(data, "questions") if row["code"]}
    codes = [((*path, "code"), row["code"]) for path, row in rows(data, "questions")]
    yield from twice(codes, _("The code “%(value)s” stands here twice. Give each question its own."))
    tracks = {row["code"]: row["name"] for _path, row in rows(data, "tracks") if row["code"]}
    for path, row in rows(data, "questions"):
        yield from _own_limits(path, row)
        yield from _conditions(path, row, asked, tracks)
        if _goes_round(row["code"], asked):
            yield (*path, "condition"), _("This condition leads back to its own question. Ask one of them always.")
    for path, row in rows(data, "documents"):
        yield from _files(path, row)
        yield from _conditions(path, row, asked, tracks)


def _own_limits(path: Path, row: dict) -> Found:
    if row["kind"] == QuestionKind.CHOICE and len(row["choices"] or ()) < 2:
        yield path, _("A choice needs at least two answers under “choices”.")
    if row["kind"] == QuestionKind.TABLE and not row["columns"]:
        yield path, _("A table needs at least one column under “columns”.")
    if row["kind"] == QuestionKind.FILE:
        yield from _files(path, row)
    if row["minimum"] is not None and row["maximum"] is not None and row["minimum"] > row["maximum"]:
        yield (*path, "maximum"), _("The most is smaller than the least. Check both numbers.")
    for name, code in (("choices", "value"), ("columns", "code")):
        named = [((*path, name, place), one[code]) for place, one in enumerate(row[name] or ()) if one]
        yield from twice(named, _("“%(value)s” stands here twice. Give each its own."))


def _files(path: Path, row: dict) -> Found:
    if row["formats"] is not None and not any(row["formats"]):
        yield (*path, "formats"), _("Choose at least one format.")
    if row["max_mb"] is not None and row["max_mb"] < 1:
        yield (*path, "max_mb"), _("The largest size is at least 1 MB.")


def _conditions(path: Path, row: dict, asked: dict[str, dict], tracks: dict[str, str]) -> Found:
    condition = row["condition"] or {}
    if not condition:
        return
    if condition.get("fact"):
        yield from _on_a_fact(path, condition, tracks)
        return
    question = asked.get(condition["question"])
    if question is None:
        told = {"code": condition["question"], "known": "、".join(asked)}
        yield (*path, "condition", "question"), _("There is no question “%(code)s”. Known are: %(known)s.") % told
        return
    if question["kind"] != QuestionKind.CHOICE:
        yield (*path, "condition", "question"), _("A condition asks for the answer of a choice, not of another kind.")
        return
    known = [one["value"] for one in question["choices"] or () if one]
    yield from _values(path, condition, known)


def _values(path: Path, condition: dict, known: list[str]) -> Found:
    if not condition["is"]:
        yield (*path, "condition"), _("Say under “is” after which answers it is asked.")
    for place, value in enumerate(condition["is"] or ()):
        if value not in known:
            told = {"value": value, "known": "、".join(filter(None, known))}
            yield (*path, "condition", "is", place), _("“%(value)s” is no answer of it. Known are: %(known)s.") % told


def _on_a_fact(path: Path, condition: dict, tracks: dict[str, str]) -> Found:
    facts = conditions.known()
    fact = facts.get(condition["fact"])
    if condition.get("question"):
        yield (*path, "condition"), _("A condition looks at a question or at a fact, not at both.")
    elif fact is None:
        told = {"key": condition["fact"], "known": "、".join(f"{one.key}（{one.title}）" for one in facts.values())}
        yield (*path, "condition", "fact"), _("There is no fact “%(key)s”. Known are: %(known)s.") % told
    else:
        yield from _values(path, condition, list(conditions.values_of(fact, tracks)))


def _goes_round(code: str | None, asked: dict[str, dict]) -> bool:
    seen, here = set(), code
    while here in asked and here not in seen:
        seen.add(here)
        here = (asked[here]["condition"] or {}).get("question")
    return here is not None and here == code


def _declarations(data) -> Found:
    codes = [((*path, "code"), row["code"]) for path, row in rows(data, "declarations")]
    yield from twice(codes, _("The code “%(value)s” stands here twice. Give each declaration its own."))


def units_of(data: dict) -> list[tuple[Path, dict, Path | None]]:
    """Every unit with its path and that of the unit it recommends to, zones first."""
    found: list[tuple[Path, dict, Path | None]] = []

    def walk(units, path: Path, parent: Path | None) -> None:
        for place, unit in enumerate(units or ()):
            if unit:
                here = (*path, place)
                found.append((here, unit, parent))
                walk(unit["units"], (*here, "units"), here)

    walk(data.get("units"), ("units",), None)
    return found


def _units(data) -> Found:
    listed = units_of(data)
    bodies = [
        ((*path, "organisation"), (one["credit_code"] or one["name"], one["region"]))
        for path, unit, _parent in listed
        if (one := unit["organisation"])
    ]
    seen = set()
    for path, body in bodies:
        if body in seen:
            yield path, _("“%(name)s” has a place in this season already. Keep one of the two.") % {"name": body[0]}
        seen.add(body)
    keys = [((*path, "key"), unit["key"]) for path, unit, _parent in listed]
    yield from twice(keys, _("The key “%(value)s” stands here twice. Give each unit its own."))


def _rubrics(data) -> Found:
    keys = [((*path, "key"), row["key"]) for path, row in rows(data, "rubrics")]
    yield from twice(keys, _("The key “%(value)s” stands here twice. Give each rubric its own."))
    names = [((*path, "name"), (row["name"], row["version"])) for path, row in rows(data, "rubrics")]
    yield from twice(names, _("Two rubrics have this name and version. Rename one."))
    for path, row in rows(data, "rubrics"):
        criteria = [((*path, "criteria", place), one) for place, one in enumerate(row["criteria"] or ()) if one]
        named = [((*where, "key"), one["key"]) for where, one in criteria]
        yield from twice(named, _("The key “%(value)s” stands here twice. Give each criterion its own."))
        for where, one in criteria:
            yield from _criterion(where, one)
        if all(one["maximum"] is not None and one["weight"] is not None for _where, one in criteria):
            points = sum((one["maximum"] * one["weight"] for _where, one in criteria), Decimal(0))
            if criteria and points != WHOLE_POINTS:
                told = {"points": f"{points.normalize():f}"}
                yield (*path, "criteria"), _("Maxima times weights make %(points)s, not 100. Check them.") % told


def _criterion(path: Path, row: dict) -> Found:
    for name in ("maximum", "step", "weight"):
        if row[name] is not None and row[name] <= 0:
            yield (*path, name), _("This must be above 0.")
    for place, anchor in enumerate(row["anchors"] or ()):
        if not anchor or anchor["from"] is None or anchor["to"] is None or row["maximum"] is None:
            continue
        low, high = Decimal(anchor["from"]), Decimal(anchor["to"])
        if not 0 <= low <= high <= row["maximum"]:
            told = {"most": f"{row['maximum'].normalize():f}"}
            yield (*path, "anchors", place), _("This band must lie between 0 and %(most)s, from low to high.") % told


def _scoring_rules(data) -> Found:
    keys = [((*path, "key"), row["key"]) for path, row in rows(data, "scoring_rules")]
    yield from twice(keys, _("The key “%(value)s” stands here twice. Give each scoring rule its own."))
    names = [((*path, "name"), (row["name"], row["version"])) for path, row in rows(data, "scoring_rules")]
    yield from twice(names, _("Two scoring rules have this name and version. Rename one."))
    for path, row in rows(data, "scoring_rules"):
        if row["data"]:
            yield from _scoring((*path, "data"), row["data"])


def _scoring(path: Path, rule: dict) -> Found:
    high, low = rule["trim_high"] or 0, rule["trim_low"] or 0
    if rule["trim_scope"] == "none" and high + low:
        yield (*path, "trim_scope"), _("Nothing is trimmed, yet marks are to be dropped. Set one of the two.")
    if high + low and (rule["min_marks_to_trim"] or 0) <= high + low:
        told = {"dropped": high + low}
        yield (*path, "min_marks_to_trim"), _("Must be above %(dropped)s, so that a mark is left.") % told
    weight = rule["earlier_weight"]
    if weight is not None and not 0 < Decimal(weight) < 1:
        yield (*path, "earlier_weight"), _("The share of the earlier round lies between 0 and 1, both excluded.")
    further = [Decimal(one) for one in rule["further_weights"] or () if one is not None]
    if further and weight is None:
        yield (*path, "further_weights"), _("Rounds before the earlier one count only where the earlier one does.")
    elif further and (min(further) <= 0 or Decimal(weight) + sum(further) >= 1):
        yield (*path, "further_weights"), _("Each share is above 0, and all earlier rounds together stay below 1.")
    chain = [((*path, "tie_chain", place), one) for place, one in enumerate(rule["tie_chain"] or ()) if one]
    yield from twice(
        [(where, (one["kind"], one["criterion"])) for where, one in chain], _("This step stands in the chain twice.")
    )
    for where, one in chain:
        if (one["kind"] == "criterion") != bool(one["criterion"]):
            yield where, _("A step names a criterion exactly when it compares one.")
        if one["kind"] == "all_advance" and where != chain[-1][0]:
            yield where, _("“all_advance” ends the chain. Put it last.")


def _stages(data) -> Found:
    rubrics = {row["key"]: row for _path, row in rows(data, "rubrics")}
    rules = {row["key"]: row for _path, row in rows(data, "scoring_rules")}
    zones = {name for _path, unit, _parent in units_of(data) for name in (unit["key"], unit["name"]) if name}
    for path, row in rows(data, "stages"):
        if row["opens"] and row["closes"] and row["closes"] < row["opens"]:
            yield (*path, "closes"), _("The stage closes before it opens. Check both times.")
        for name, known in (("rubric", rubrics), ("scoring_rule", rules)):
            if row[name] and row[name] not in known:
                told = {"key": row[name], "known": "、".join(filter(None, known))}
                yield (*path, name), _("There is no key “%(key)s” above. Known are: %(known)s.") % told
        if row["kind"] in StageKind.judged():
            yield from _chain_fits(path, rubrics.get(row["rubric"]), rules.get(row["scoring_rule"]))
        yield from _assignment((*path, "assignment"), row)
        yield from _quotas(path, row, zones)


def _assignment(path: Path, stage: dict) -> Found:
    """Minimum and maximum fit each other, and no entry is asked to have more judges than it gets."""
    rule = stage.get("assignment") or {}
    if not rule or stage["judges_per_entry"] is None:
        return
    if stage["kind"] == StageKind.LIVE and rule["by"] == AssignedBy.FIT:
        yield (*path, "by"), _("A live heat has one panel for all its entries; it is drawn by lot.")
    if rule["load_max"] is not None and (rule["load_min"] or 0) > rule["load_max"]:
        yield (
            (*path, "load_min"),
            _("The fewest entries of a judge are more than the most. Lower one or raise the other."),
        )
    types = [one for one in rule["types"] or () if one and one["least"]]
    yield from twice(
        [((*path, "types", place), one["type"]) for place, one in enumerate(types)], _("This type stands here twice.")
    )
    told = {"judges": stage["judges_per_entry"]}
    if sum(one["least"] for one in types) > stage["judges_per_entry"]:
        yield (*path, "types"), _("Types ask for more judges than the %(judges)s of each entry.") % told
    if (rule["outside"] or 0) > stage["judges_per_entry"]:
        yield (*path, "outside"), _("More judges from outside than the %(judges)s of each entry.") % told


def _chain_fits(path: Path, rubric: dict | None, rule: dict | None) -> Found:
    if not rubric or not rule or not rule["data"]:
        return
    keys = {one["key"] for one in rubric["criteria"] or () if one}
    for one in rule["data"]["tie_chain"] or ():
        if one and one["criterion"] and one["criterion"] not in keys:
            told = {"rule": rule["name"], "criterion": one["criterion"]}
            yield (
                (*path, "scoring_rule"),
                _("“%(rule)s” compares the criterion “%(criterion)s”, which this stage's rubric doesn't have.") % told,
            )


def _quotas(path: Path, row: dict, zones: set[str]) -> Found:
    named = []
    for place, quota in enumerate(row["quotas"] or ()):
        where = (*path, "quotas", place)
        if not quota:
            continue
        if quota["zone"] and quota["zone"] not in zones:
            yield (*where, "zone"), _("There is no unit “%(name)s” above.") % {"name": quota["zone"]}
        named += [(where, (code, quota["zone"])) for code in quota["tracks"] or [""]]
    yield from twice(named, _("This track and zone have a quota already. Keep one."))
