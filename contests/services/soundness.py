"""What the set-up of a season refuses: parts that don't fit each other, and changes of what others are built on.

Whether parts fit is asked of `contests.consistency`, as for a season file: the season is laid out as plain data with
the changed row in its place, and only problems that the change brings in are refused.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from contests import consistency, schema
from contests.conditions import TRACK
from contests.models import Heat, Quota, RecommendingUnit, Rubric, ScoringRule, Season, Stage
from contests.sections import BY_KEY, Keeps, Section
from contests.states import StageKind
from core.problems import Refused

IN_FILE = {
    "tracks": "tracks", "eligibility": "eligibility", "questions": "questions", "documents": "documents",
    "declarations": "declarations", "rubrics": "rubrics", "scoring": "scoring_rules", "stages": "stages",
    "awards": "award_levels",
}  # fmt: skip


def season(found: Season, facts: Mapping[str, Any]) -> None:
    if facts["entry_closes"] <= facts["entry_opens"]:
        raise Refused(_("Entry closes before it opens. Check both times."), field="entry_closes")
    taken = Season.objects.filter(contest=found.contest_id, ordinal=facts["ordinal"]).exclude(pk=found.pk).first()
    if taken:
        raise Refused(_("“%(season)s” has this edition number already.") % {"season": taken}, field="ordinal")


def completed(section: Section, found: Season, row: Model | None, facts: dict[str, Any]) -> dict[str, Any]:
    """The facts with a code of their own where the organiser gave none: q3, t2, and for criteria c1, c2."""
    if section.code and not facts.get(section.code):
        taken = set(section.model._default_manager.filter(season=found).values_list(section.code, flat=True))
        facts[section.code] = _free(section.key[0], taken)
    inner = section.children
    if inner and inner.key:
        taken = {child[inner.key] for child in facts[inner.name] if child.get(inner.key)}
        for child in facts[inner.name]:
            if not child.get(inner.key):
                child[inner.key] = _free(inner.name[0], taken)
                taken.add(child[inner.key])
    return facts


def _free(letter: str, taken: set[str]) -> str:
    number = 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"


def check(section: Section, found: Season, row: Model | None, facts: Mapping[str, Any], *, leaned_on: bool) -> None:
    """Refuse at the field what doesn't fit the season, or what nobody may change any more."""
    _fixed(section, row, facts, leaned_on)
    _same_season(section, found, facts)
    _named_once(section, found, row, facts)
    _OWN.get(section.key, _nothing)(found, row, facts)
    if section.key in IN_FILE:
        _fits(section, found, row, facts)


def _fixed(section: Section, row: Model | None, facts: Mapping[str, Any], leaned_on: bool) -> None:
    earlier = section.keeps == Keeps.NUMBER and row is not None and row.version > 1
    if row is None or not (leaned_on or earlier):
        return
    for name in section.fixed:
        if facts[name] != getattr(row, name):
            raise Refused(_("This can't change any more: entries or heats stand on it."), field=name)


def _same_season(section: Section, found: Season, facts: Mapping[str, Any]) -> None:
    for name in section.fields:
        value = facts.get(name)
        if isinstance(value, Model) and getattr(value, "season_id", found.pk) != found.pk:
            raise Refused(_("Choose one of this season."), field=name)


def _named_once(section: Section, found: Season, row: Model | None, facts: Mapping[str, Any]) -> None:
    name = section.code or ("name" if section.keeps == Keeps.NUMBER else "")
    if not name:
        return
    others = section.model._default_manager.filter(season=found, **{name: facts[name]})
    if section.keeps == Keeps.NUMBER and row is not None:
        others = others.exclude(name=row.name)
    elif row is not None:
        others = others.exclude(pk=row.pk)
    if section.keeps == Keeps.SUCCESSOR:
        others = others.filter(retired_at=None)
    if others.exists():
        raise Refused(
            _("“%(value)s” stands in this season already. Choose another.") % {"value": facts[name]}, field=name
        )


def _fits(section: Section, found: Season, row: Model | None, facts: Mapping[str, Any]) -> None:
    before, after = _laid_out(found), _laid_out(found, section, row, facts)
    known = set(consistency.problems(before))
    names = IN_FILE[section.key]
    own = _place_of(section, found, row)
    for path, message in consistency.problems(after):
        is_own = path[:2] == (names, own)
        if (path, message) in known and not is_own:
            continue
        if not is_own:
            raise Refused(_elsewhere(after, path, message))
        raise Refused(message, field=_field_of(section, path))


def _elsewhere(data: Mapping[str, Any], path: tuple, message: str) -> str:
    row = data[path[0]][path[1]]
    return _("This would leave “%(row)s” without what it needs: %(problem)s") % {"row": row["told"], "problem": message}


def _field_of(section: Section, path: tuple) -> str:
    """The form field a path concerns; what concerns the whole row stands at the field that row turns on."""
    if section.key == "scoring":
        return str(path[3]) if len(path) > 3 else ""
    if section.key == "stages" and len(path) > 3 and path[2] == "assignment":
        return {"by": "assigned_by", "types": "assigned_by"}.get(str(path[3]), str(path[3]))
    if len(path) > 2 and path[2] != "tracks":
        return str(path[2])
    return {"eligibility": "kind", "questions": "kind"}.get(section.key, "")


def _place_of(section: Section, found: Season, row: Model | None) -> int:
    keys = list(section.rows(found).values_list("pk", flat=True))
    return len(keys) if row is None else keys.index(row.pk)


def _laid_out(
    found: Season, section: Section | None = None, row: Model | None = None, facts: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The season as `consistency` reads it; with a section and facts, that row as it would be."""
    data: dict[str, Any] = {}
    for key, name in IN_FILE.items():
        one = BY_KEY[key]
        data[name] = []
        for held in _rows(one, found):
            changed = one is section and row is not None and held.pk == row.pk
            data[name].append(_plain(one, held.pk, dict(facts or {}) if changed else one.facts(held)))
        if one is section and row is None:
            data[name].append(_plain(one, None, dict(facts or {})))
    return data


def _rows(section: Section, found: Season):
    rows = section.rows(found)
    return rows.prefetch_related(section.children.name) if section.children else rows


def _plain(section: Section, key: int | None, facts: dict[str, Any]) -> dict[str, Any]:
    told = next((facts[name] for name in ("label", "title", "name", "phrase") if facts.get(name)), "")
    plain = {**facts, "tracks": [], "told": told}
    if section.keeps == Keeps.NUMBER:
        plain |= {"key": str(key), "version": 1}
    if section.key == "scoring":
        plain["data"] = scoring_data(facts["data"])
    if section.key == "stages":
        links = {name: str(facts[name].pk) if facts.get(name) else "" for name in ("rubric", "scoring_rule")}
        plain |= {**links, "quotas": []}
    return plain


def scoring_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """A scoring rule with every field written out, steps of the chain as groups."""
    chain = [{"kind": one} if isinstance(one, str) else one for one in data.get("tie_chain") or ()]
    chain = [{"kind": one["kind"], "criterion": one.get("criterion", "")} for one in chain]
    return {**schema.blank(schema.SCORING), **data, "tie_chain": chain}


def _nothing(found: Season, row: Model | None, facts: Mapping[str, Any]) -> None:
    pass


def _rubric(found: Season, row: Model | None, facts: Mapping[str, Any]) -> None:
    for one in facts["criteria"]:
        if one["step"] > 0 and one["maximum"] % one["step"]:
            raise Refused(
                _("The highest mark of “%(name)s” is no multiple of its step.") % {"name": one["name"]},
                field="criteria",
            )
    if not facts["criteria"]:
        raise Refused(_("A rubric needs at least one criterion."), field="criteria")


def _stage(found: Season, row: Model | None, facts: Mapping[str, Any]) -> None:
    judged = facts["kind"] in StageKind.judged()
    if row is not None and Heat.objects.filter(stage=row).exists():
        for name in ("kind", "by_zone"):
            if facts[name] != getattr(row, name):
                raise Refused(_("Heats of this stage exist; this can't change any more."), field=name)
    if not judged and (facts["rubric"] or facts["scoring_rule"]):
        raise Refused(_("Only a judged stage has a rubric and a scoring rule."), field="kind")
    rule = facts["scoring_rule"]
    least = scoring_data(rule.data)["min_valid_marks"] if rule else 0
    if judged and rule and facts["judges_per_entry"] < least:
        raise Refused(
            _("The scoring rule needs %(least)s valid marks for each entry. Set at least as many judges.")
            % {"least": least},
            field="judges_per_entry",
        )


def _unit(found: Season, row: Model | None, facts: Mapping[str, Any]) -> None:
    others = found.units.exclude(pk=row.pk) if row is not None else found.units.all()
    if others.filter(organisation=facts["organisation"]).exists():
        raise Refused(
            _("“%(name)s” has a place in this season already.") % {"name": facts["organisation"]}, field="organisation"
        )
    above = facts["parent"]
    while above is not None:
        if row is not None and above.pk == row.pk:
            raise Refused(_("A unit can't recommend to itself or to one below it."), field="parent")
        above = above.parent


def _quota(found: Season, row: Model | None, facts: Mapping[str, Any]) -> None:
    if facts["stage"].season_id != found.pk or facts["stage"].kind not in StageKind.judged():
        raise Refused(_("Choose a judged stage of this season."), field="stage")
    same = Quota.objects.filter(stage=facts["stage"], track=facts["track"], zone=facts["zone"])
    if same.exclude(pk=row.pk if row is not None else None).exists():
        raise Refused(_("This track and zone have a quota already. Change that one."), field="track")
    if facts["zone"] is not None and facts["zone"].parent_id is not None:
        raise Refused(_("A quota is given to a zone, which recommends to the province."), field="zone")


def _question(found: Season, row: Model | None, facts: Mapping[str, Any]) -> None:
    if row is not None and facts["code"] != row.code and _users_of(found, row):
        raise Refused(_("Other questions or papers ask for this answer; its code stays."), field="code")


def _users_of(found: Season, question: Model) -> list[Model]:
    """Questions and papers that are asked only after an answer of this one."""
    others = [one for one in _conditioned(found) if one.pk != question.pk]
    return [one for one in others if (one.condition or {}).get("question") == question.code]


def _conditioned(found: Season) -> list[Model]:
    return [*BY_KEY["questions"].rows(found), *BY_KEY["documents"].rows(found)]


def _looks_at(row: Model, track: Model) -> bool:
    """Whether a condition names this track, but hangs on another or on none."""
    asked = row.condition or {}
    return asked.get("fact") == TRACK and track.code in asked.get("is", ()) and row.track_id != track.pk


_OWN = {
    "rubrics": _rubric, "stages": _stage, "units": _unit, "quotas": _quota,
    "questions": _question,
}  # fmt: skip


def removable(section: Section, found: Season, row: Model) -> None:
    """Refuse to take out what other parts of the set-up name; the sentence names them."""
    users: list = []
    if isinstance(row, Rubric | ScoringRule):
        column = "rubric" if isinstance(row, Rubric) else "scoring_rule"
        users = list(Stage.objects.filter(**{column: row})) + list(Heat.objects.filter(**{column: row})[:3])
    elif isinstance(row, RecommendingUnit):
        users = list(row.children.all()[:3]) + list(row.heats.all()[:3])
    elif isinstance(row, Stage):
        users = list(row.heats.all()[:3])
    elif section.key == "questions":
        users = _users_of(found, row)
    elif section.key == "tracks":
        users = [one for one in _conditioned(found) if _looks_at(one, row)]
    if users:
        raise Refused(
            _("“%(row)s” is used by %(users)s. Change those first.")
            % {"row": row, "users": "、".join(f"“{one}”" for one in users)}
        )
