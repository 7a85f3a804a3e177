"""What a person must look at in a season that was copied: each point with its code, a sentence and where to mend it.

Whoever copies trusts last year's figures without looking; so everything that tends to change is named, one by one.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contests import checks, numerals
from contests.models import Season
from contests.parts import Point
from contests.queries import call_of, units_without_officer
from contests.states import RuleKind
from core.templatetags.luyan import moment

NAMED = 8


def points_of(source: Season, season: Season, data: dict[str, Any], *, weeks: int, at: datetime) -> list[Point]:
    """Points of a copied season, in the order of its sections. `data` is its set-up as the season file holds it."""
    return [
        *_title(season),
        *_call(source, at),
        *_dates(season, data, weeks),
        *_rules(data),
        *_texts(source, data),
        *_samples(data),
        *_units(season, at),
    ]


def _call(source: Season, at: datetime) -> Iterator[Point]:
    before = call_of(source, at)
    if before:
        text = _("“%(title)s” was published on %(at)s. The new call can be published once this season is public.")
        yield Point("call", text % {"title": before.title, "at": moment(before.published_at, "day")}, "call")


def _title(season: Season) -> Iterator[Point]:
    text = _("The title reads “%(title)s”, edition %(ordinal)s. Is that the edition of the notice?")
    yield Point("title", text % {"title": season.title, "ordinal": season.ordinal}, "season")
    if season.notice_text:
        text = _("The text of the call is last year's. Put the new one in its place.")
        yield Point("notice", text, "season")
    if season.contact:
        yield Point("contact", _("Contact: %(contact)s. Does it still hold?") % {"contact": season.contact}, "season")


def _dates(season: Season, data: dict, weeks: int) -> Iterator[Point]:
    text = ngettext(
        "Entry from %(opens)s to %(closes)s: moved by %(count)s week. Compare it with the notice and with holidays.",
        "Entry from %(opens)s to %(closes)s: moved by %(count)s weeks. Compare it with the notice and with holidays.",
        weeks,
    )
    told = {"opens": moment(season.entry_opens), "closes": moment(season.entry_closes), "count": weeks}
    yield Point("window", text % told, "season")
    for place, row in enumerate(data["stages"], 1):
        text = _("“%(stage)s” from %(opens)s to %(closes)s: moved along with entry. Check date and place.")
        told = {"stage": row["name"], "opens": moment(row["opens"]), "closes": moment(row["closes"])}
        yield Point(f"stage-{place}", text % told, "stages")


def _rules(data: dict) -> Iterator[Point]:
    for place, row in enumerate(data["eligibility"], 1):
        if row["date"]:
            text = _("Condition “%(phrase)s” means %(day)s, as last year. Set the date of the new notice.")
            yield Point(
                f"rule-{place}", text % {"phrase": row["phrase"], "day": moment(row["date"], "day")}, "eligibility"
            )
        elif row["kind"] == RuleKind.NO_EARLIER_AWARD:
            text = _("Condition “%(phrase)s” bars earlier awards. Does the new notice still name these levels?")
            yield Point(f"rule-{place}", text % {"phrase": row["phrase"]}, "eligibility")


def _texts(source: Season, data: dict) -> Iterator[Point]:
    """Sentences that speak of last year's edition or year."""
    for section in ("tracks", "eligibility", "questions", "documents", "declarations", "rubrics", "stages"):
        for place, row in enumerate(data[section], 1):
            texts = " ".join(str(value) for value in _strings(row))
            if section == "eligibility" and row["date"]:
                continue
            if numerals.names(texts, ordinal=source.ordinal, year=source.year):
                name = next((row[key] for key in ("phrase", "label", "title", "name") if row.get(key)), "")
                text = _("“%(row)s” speaks of last year's edition or year. Read it once more.")
                yield Point(f"text-{section}-{place}", text % {"row": name}, checks.PAGES.get(section, section))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def _samples(data: dict) -> Iterator[Point]:
    counted = {key: sum(row["sample"] for row in data[key]) for key in checks.SAMPLED}
    counted["quotas"] = sum(quota["sample"] for row in data["stages"] for quota in row["quotas"])
    for key, count in counted.items():
        if count:
            text = ngettext(
                "%(section)s: %(count)s row carries a sample figure. Replace it by the official one.",
                "%(section)s: %(count)s rows carry sample figures. Replace them by the official ones.",
                count,
            )
            where = checks.PAGES.get(key, key)
            yield Point(f"sample-{where}", text % {"section": checks.section_title(key), "count": count}, where)


def _units(season: Season, at: datetime) -> Iterator[Point]:
    idle = units_without_officer(season, at)
    if idle:
        text = ngettext(
            "%(count)s unit has nobody with a role now: %(names)s. Give somebody the role or take it out.",
            "%(count)s units have nobody with a role now: %(names)s. Give somebody the role or take them out.",
            len(idle),
        )
        names = "、".join(unit.name for unit in idle[:NAMED]) + ("…" if len(idle) > NAMED else "")
        yield Point("units", text % {"count": len(idle), "names": names}, "units")
