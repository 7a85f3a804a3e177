"""A row of the set-up in one title and a few words, and a value as a change shows it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.states import PersonStatus
from contests import conditions
from contests.impact import Impact
from contests.models import (
    AwardLevel,
    Declaration,
    DocumentRequirement,
    EligibilityRule,
    Question,
    Quota,
    RecommendingUnit,
    Rubric,
    ScoringRule,
    Stage,
    Track,
)
from contests.schema import SCORING, TIE_KINDS, blank
from contests.sections import LINKS, Section
from contests.states import AssignedBy, QuestionKind, RuleKind, StageKind, TrackKind
from core.templatetags.luyan import moment, plain, wan

PERCENT = frozenset({RuleKind.SHARE_AT_LEAST, RuleKind.TEAM_SHARE_AT_LEAST, RuleKind.YOUNG_SHARE_MIN})
MOST_SHOWN = 60


def limit(rule: EligibilityRule) -> str:
    """What a rule means explicitly: its date with the direction, its number with the unit, its groups."""
    day = moment(rule.date, "day") if rule.date else ""
    number = plain(rule.number) if rule.number is not None else ""
    match rule.kind:
        case RuleKind.BORN_ON_OR_AFTER | RuleKind.REGISTERED_ON_OR_AFTER:
            return _("%(day)s or later") % {"day": day}
        case RuleKind.BORN_ON_OR_BEFORE | RuleKind.REGISTERED:
            return _("%(day)s or earlier") % {"day": day} if day else ""
        case RuleKind.REGISTERED_BEFORE | RuleKind.UNREGISTERED:
            return _("before %(day)s") % {"day": day} if day else ""
        case RuleKind.REPRESENTATIVE_UNCHANGED | RuleKind.NO_EARLIER_AWARD:
            since = [_("since %(day)s") % {"day": day}] if day else []
            return "；".join([*since, *rule.values])
        case RuleKind.REVENUE_MAX:
            return wan(rule.number)
        case RuleKind.MEAN_AGE_MAX:
            return _("%(age)s on %(day)s") % {"age": number, "day": day}
        case RuleKind.YOUNG_SHARE_MIN:
            return _("%(share)s%% born %(day)s or later") % {"share": number, "day": day}
        case RuleKind.STATUS:
            return "、".join(str(PersonStatus(one).label) for one in rule.values if one in PersonStatus.values)
    return f"{number}%" if number and rule.kind in PERCENT else number


def condition(found: dict, tracks: Mapping[str, str] | None = None) -> str:
    if not found:
        return ""
    fact = conditions.known().get(found.get("fact", ""))
    if fact:
        words = conditions.values_of(fact, tracks or {})
        values = "、".join(words.get(one, one) for one in found.get("is", []))
        return _("only if %(question)s is %(answers)s") % {"question": fact.title, "answers": values}
    return _("only if %(question)s is %(answers)s") % {
        "question": found.get("question", ""),
        "answers": "、".join(found.get("is", [])),
    }


def scoring(data: dict) -> list[str]:
    """A scoring rule in short: what is dropped, from how many marks, how the total is rounded, what separates ties."""
    rule = {**blank(SCORING), **data}
    dropped = _("nothing is dropped")
    if rule["trim_scope"] != "none":
        dropped = _("drops %(high)s highest and %(low)s lowest from %(from)s marks on") % {
            "high": rule["trim_high"],
            "low": rule["trim_low"],
            "from": rule["min_marks_to_trim"],
        }
    digits = ngettext("total with %(count)d decimal", "total with %(count)d decimals", rule["total_digits"])
    least = ngettext("at least %(count)d valid mark", "at least %(count)d valid marks", rule["min_valid_marks"])
    told = [dropped, least % {"count": rule["min_valid_marks"]}, digits % {"count": rule["total_digits"]}]
    if rule["earlier_weight"]:
        shares = [rule["earlier_weight"], *rule["further_weights"]]
        named = "、".join(f"{plain(Decimal(str(one)) * 100)}%" for one in shares)
        told.append(ngettext("earlier round %(share)s", "earlier rounds %(share)s", len(shares)) % {"share": named})
    if rule["room_correction"] != "off":
        told.append(_("corrected between rooms"))
    if rule["tie_chain"]:
        words = dict(TIE_KINDS)
        steps = [one if isinstance(one, str) else one["kind"] for one in rule["tie_chain"]]
        told.append(_("ties: %(steps)s") % {"steps": " → ".join(str(words.get(one, one)) for one in steps)})
    return told


def title(row: models.Model) -> str:
    match row:
        case Quota():
            return str(row.stage)
        case RecommendingUnit() | Rubric() | ScoringRule():
            return row.name
    return str(row)


def facts(row: models.Model) -> list[str]:
    """A few words about a row, empty ones left out."""
    return [str(one) for one in _facts(row) if one]


def _facts(row: models.Model) -> Iterable[Any]:
    match row:
        case Track():
            return [row.get_kind_display() if row.kind == TrackKind.PERSON else "", row.note, row.code]
        case EligibilityRule():
            return [row.get_kind_display(), row.source]
        case DocumentRequirement():
            judged = _("shown to judges") if row.judged else ""
            return [_files(row), judged, condition(row.condition), row.note]
        case Question():
            return _question(row)
        case Declaration():
            return [row.text if len(row.text) <= MOST_SHOWN else f"{row.text[:MOST_SHOWN]}…"]
        case RecommendingUnit():
            body = str(row.organisation) if row.organisation.name != row.name else ""
            above = _("recommends to %(unit)s") % {"unit": row.parent.name} if row.parent else _("zone")
            return [row.get_kind_display(), above, body, row.phone]
        case Stage():
            return _stage(row)
        case Rubric():
            told = [f"{one.local_name} {plain(one.maximum * one.weight)}" for one in row.criteria.all()]
            return ["、".join(told), _used_by(row)]
        case ScoringRule():
            return ["；".join(scoring(row.data)), _used_by(row)]
        case Quota():
            zone = row.zone.name if row.zone else _("each zone") if row.stage.by_zone else ""
            return [row.track or _("each track"), zone]
        case AwardLevel():
            return [row.get_metal_display() if row.metal != "none" else "", wan(row.prize_wan) if row.prize_wan else ""]
    return []


def _files(row: DocumentRequirement | Question) -> str:
    return f"{'、'.join(row.formats).upper()} · ≤ {row.max_mb} MB"


def _question(row: Question) -> list[str]:
    details = {
        QuestionKind.TEXT: _("at most %(count)s characters") % {"count": row.max_length} if row.max_length else "",
        QuestionKind.NUMBER: row.unit,
        QuestionKind.CHOICE: "、".join(one["label"] for one in row.choices),
        QuestionKind.TABLE: "、".join(one["label"] for one in row.columns),
        QuestionKind.FILE: _files(row),
    }
    judged = _("shown to judges") if row.judged else ""
    return [row.get_kind_display(), details.get(row.kind, ""), condition(row.condition), judged, row.code]


def _stage(row: Stage) -> list[str]:
    told = [row.get_kind_display(), f"{moment(row.opens, 'short')} — {moment(row.closes, 'short')}", row.place]
    if row.kind in StageKind.judged():
        judges = ngettext("%(count)d judge per entry", "%(count)d judges per entry", row.judges_per_entry)
        told.append(judges % {"count": row.judges_per_entry})
        told.append(AssignedBy.FIT.label if row.assignment.get("by") == AssignedBy.FIT else "")
        told.append(_("run by each zone") if row.by_zone else "")
        told.append(minutes(one.seconds for one in row.segments.all()))
        told += [row.rubric.name if row.rubric else "", row.scoring_rule.name if row.scoring_rule else ""]
    return told


def minutes(seconds: Iterable[int]) -> str:
    """6+5+1 min, as notices write it."""
    told = "+".join(plain(Decimal(one) / 60) for one in seconds)
    return _("%(parts)s min") % {"parts": told} if told else ""


def _used_by(row: Rubric | ScoringRule) -> str:
    stages = "、".join(one.local_name for one in row.stages.all())
    return _("used by %(stages)s") % {"stages": stages} if stages else _("not used by a stage yet")


def amount(row: models.Model) -> str:
    """The figure a row turns on, at its right end."""
    match row:
        case EligibilityRule():
            return limit(row)
        case Rubric():
            points = sum((one.maximum * one.weight for one in row.criteria.all()), Decimal(0))
            return _("%(points)s points") % {"points": plain(points)}
        case Quota():
            return _("%(places)s go on, %(reserves)s in reserve") % {"places": row.places, "reserves": row.reserves}
        case AwardLevel():
            return ngettext("%(places)s place", "%(places)s places", row.places) % {"places": row.places}
    return ""


def shown(section: Section | None, model: type[models.Model], name: str, value: Any) -> str:
    """A value as the page of a change shows it, in the reader's language."""
    if value in (None, "", [], {}):
        return "—"
    if name == "formats":
        return "、".join(value).upper()
    if name == "data":
        return "；".join(scoring(value))
    if name == "condition":
        return condition(value)
    if section and section.children and name == section.children.name:
        return "、".join(_child(one) for one in value)
    if isinstance(value, list):
        return "、".join(str(one.get("label", one)) if isinstance(one, dict) else str(one) for one in value)
    column = model._meta.get_field(name)
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    return _scalar(value)


def _child(one: dict) -> str:
    return (
        f"{one['name']} {plain(one['maximum'] * one['weight'])}"
        if "maximum" in one
        else (f"{one['name']} {minutes([one['seconds']])}")
    )


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return pgettext("a fact", "yes") if value else pgettext("a fact", "no")
    if isinstance(value, date | datetime):
        return moment(value) if isinstance(value, datetime) else moment(value, "day")
    if isinstance(value, Decimal):
        return plain(value)
    return str(value)


def touched(found: Impact) -> list[str]:
    """Whom a change touches, one sentence for each kind."""
    told = (
        (
            found.drafts,
            ngettext("%(count)d draft is being written", "%(count)d drafts are being written", found.drafts),
        ),
        (found.submitted, ngettext("%(count)d entry is submitted", "%(count)d entries are submitted", found.submitted)),
        (found.accepted, ngettext("%(count)d entry is accepted", "%(count)d entries are accepted", found.accepted)),
        (found.ended, ngettext("%(count)d entry has ended", "%(count)d entries have ended", found.ended)),
        (
            found.bound,
            ngettext(
                "%(count)d entry has answered it, agreed to it or uploaded it",
                "%(count)d entries have answered it, agreed to it or uploaded it",
                found.bound,
            ),
        ),
        (
            found.waiting,
            ngettext("%(count)d heat is in preparation", "%(count)d heats are in preparation", found.waiting),
        ),
        (
            found.judged,
            ngettext(
                "%(count)d heat is being judged or is locked",
                "%(count)d heats are being judged or are locked",
                found.judged,
            ),
        ),
        (found.awarded, ngettext("%(count)d award is given", "%(count)d awards are given", found.awarded)),
    )
    return [text % {"count": count} for count, text in told if count]


def changed(
    section: Section | None, model: type[models.Model], changes: dict[str, tuple]
) -> list[tuple[str, str, str]]:
    """(label, before, after) of every column that changes."""
    names = {
        "data": _("Rule"),
        "criteria": _("Criteria"),
        "segments": _("Timed parts"),
        "condition": _("Asked only if"),
    }
    return [
        (
            str(names.get(name) or LINKS.get(name) or model._meta.get_field(name).verbose_name),
            shown(section, model, name, before),
            shown(section, model, name, after),
        )
        for name, (before, after) in changes.items()
    ]
