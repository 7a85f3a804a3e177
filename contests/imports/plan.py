"""A season file looked at before anything is written: its mistakes by line, what it would change, then the load.

Two steps on purpose: `plan_of` only reads, `load_file` plans again inside its transaction and writes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.services import known_organisation
from contests import consistency, exports, parts, queries, schema
from contests.imports.comparison import Difference, differences
from contests.imports.rows import load_season, refusal_of, replace_season
from contests.models import Contest, Season
from contests.shapes import Mistake, Notes, Path
from contests.states import SeasonState
from core.identity import is_credit_code
from core.models import Region
from core.problems import Problem, Refused


@dataclass
class Plan:
    """What a file would do. It can be carried out when there is neither a mistake nor a refusal."""

    data: dict[str, Any]
    mistakes: list[Mistake]
    contest: Contest | None = None
    season: Season | None = None
    refusal: str = ""
    made: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    @property
    def is_possible(self) -> bool:
        return not self.mistakes and not self.refusal

    @property
    def changes_nothing(self) -> bool:
        return self.season is not None and not self.differences


def plan_of(content: bytes | str, *, by=None) -> Plan:
    """Reads a file and compares it with what stands. With `by`, only contests that this user runs are answered."""
    return _Reading(content, by).plan()


@transaction.atomic
def load_file(content: bytes | str, *, by) -> Season:
    """Make or rewrite the season that a file describes; all or nothing. The same file again changes nothing."""
    reading = _Reading(content, by)
    plan = reading.plan()
    if plan.mistakes:
        listed = [Problem("season-file", f"{one.line}:{one.column} {one.message}") for one in plan.mistakes]
        raise Refused(
            _("The file has %(count)s mistakes; nothing was changed. Mend them and read it in again.")
            % {"count": len(listed)},
            field="file",
            problems=listed,
        )
    if plan.refusal:
        raise Refused(plan.refusal, field="file")
    if plan.changes_nothing:
        return plan.season
    data = reading.resolved(by=by)
    return replace_season(plan.season, data, by=by) if plan.season else load_season(plan.contest, data, by=by)


class _Reading:
    """One file against the tables; each table is asked once."""

    def __init__(self, content: bytes | str, by):
        checked = schema.read(content, parts.registered())
        self.by, self.data, self.checked = by, checked.data, checked
        self.notes: Notes = checked.notes
        self.bodies: dict[Path, Organisation | None] = {}
        self.regions: dict[str, Region] = {}

    def plan(self) -> Plan:
        contest = self._contest()
        season = self._season(contest)
        if self.data:
            self._look_up_regions()
            self._look_up_bodies()
            self._look_up_zones()
            for part in parts.registered():
                if self.data.get(part.key) is not None and not self.notes.mistakes:
                    self._note(((part.key, *path), text) for path, text in part.conflicts(season, self.data[part.key]))
        plan = Plan(self.data, self.checked.mistakes, contest, season)
        if plan.mistakes:
            return plan
        if season and season.state != SeasonState.SETUP:
            plan.refusal = refusal_of(season)
        plan.made = [self._body(path)["name"] for path, known in self.bodies.items() if known is None]
        plan.differences = differences(exports.season_data(season) if season else None, self.data)
        return plan

    def _note(self, found: Iterable[tuple[Path, str]]) -> None:
        for path, message in found:
            self.notes.add(path, message)

    def _contest(self) -> Contest | None:
        slug = self.data.get("contest")
        if not slug:
            return None
        held = list(Contest.objects.held())
        mine = [one for one in held if self.by is None or queries.runs_contest(self.by, one)]
        contest = next((one for one in mine if one.slug == slug), None) or self._of_own_season(held, slug)
        if contest is None:
            told = {"slug": slug, "known": "、".join(f"{one.slug}（{one.name}）" for one in mine) or "—"}
            self.notes.add(("contest",), _("You run no contest “%(slug)s”. Yours are: %(known)s.") % told)
        return contest

    def _of_own_season(self, held: list[Contest], slug: str) -> Contest | None:
        """Whoever organises one edition only may write that one; another edition is not theirs to begin."""
        contest = next((one for one in held if one.slug == slug), None)
        season = self._season(contest)
        return contest if season is not None and queries.runs_season(self.by, season) else None

    def _season(self, contest: Contest | None) -> Season | None:
        told = self.data.get("season") or {}
        if contest is None or told.get("year") is None:
            return None
        others = list(contest.seasons.select_related("contest"))
        taken = next((one for one in others if one.ordinal == told["ordinal"] and one.year != told["year"]), None)
        if taken:
            self.notes.add(
                ("season", "ordinal"),
                _("Edition %(ordinal)s is that of %(year)s already. Give this season another number.")
                % {"ordinal": taken.ordinal, "year": taken.year},
            )
        return next((one for one in others if one.year == told["year"]), None)

    def _look_up_regions(self) -> None:
        named: list[tuple[Path, str]] = []
        for path, unit, _parent in consistency.units_of(self.data):
            named.append(((*path, "region"), unit["region"]))
            if unit["organisation"]:
                named.append(((*path, "organisation", "region"), unit["organisation"]["region"]))
        self.regions = Region.objects.in_bulk({code for _path, code in named if code})
        self._note(
            (path, _("There is no place with the code “%(code)s” (GB/T 2260).") % {"code": code})
            for path, code in named
            if code and code not in self.regions
        )

    def _look_up_bodies(self) -> None:
        told = [
            ((*path, "organisation"), unit["organisation"])
            for path, unit, _parent in consistency.units_of(self.data)
            if unit["organisation"] and unit["organisation"]["name"] and unit["organisation"]["kind"]
        ]
        codes = {one["credit_code"] for _path, one in told if one["credit_code"]}
        by_code = {one.credit_code: one for one in Organisation.objects.filter(credit_code__in=codes)}
        by_name: dict[tuple[str, str], list[Organisation]] = {}
        names = {one["name"] for _path, one in told if not one["credit_code"]}
        for body in Organisation.objects.filter(name__in=names).order_by("pk"):
            by_name.setdefault((body.name, body.kind), []).append(body)
        for path, one in told:
            if one["credit_code"]:
                self.bodies[path] = self._by_code(path, one, by_code.get(one["credit_code"]))
            else:
                self.bodies[path] = self._by_name(path, one, by_name.get((one["name"], one["kind"]), []))
        self._note_doubles()

    def _note_doubles(self) -> None:
        """The same body named in two ways, by its code and by its name."""
        seen: dict[int, dict] = {}
        for path, body in self.bodies.items():
            if body is None:
                continue
            told = self._body(path)
            if seen.setdefault(body.pk, told) != told:
                text = _("“%(name)s” has a place in this season already. Keep one of the two.")
                self.notes.add(path, text % {"name": told["name"]})

    def _by_code(self, path: Path, told: dict, found: Organisation | None) -> Organisation | None:
        if found is None and not is_credit_code(told["credit_code"]):
            text = _("“%(code)s” is no unified social credit code: 18 signs with a check digit. Correct it.")
            self.notes.add((*path, "credit_code"), text % {"code": told["credit_code"]})
        elif found is not None and found.name != told["name"]:
            names = {"code": told["credit_code"], "name": found.name}
            self.notes.add(
                (*path, "name"), _("The code %(code)s belongs to “%(name)s”. Correct one of the two.") % names
            )
        return found

    def _by_name(self, path: Path, told: dict, found: list[Organisation]) -> Organisation | None:
        here = [one for one in found if (one.region_id or "") == told["region"]] or (
            [] if told["region"] else [one for one in found if not one.credit_code]
        )
        plain = [one for one in here if not one.credit_code] or here
        if len(plain) > 1:
            text = _("%(count)s bodies are called “%(name)s”. Write the credit code or the region of the one you mean.")
            self.notes.add(path, text % {"count": len(plain), "name": told["name"]})
        return plain[0] if plain else None

    def _body(self, path: Path) -> dict:
        value: Any = self.data
        for part in path:
            value = value[part]
        return value

    def _look_up_zones(self) -> None:
        """Quotas name a unit by its key or its name; a name that two units share says nothing."""
        self.zones: dict[str, list[Path]] = {}
        for path, unit, _parent in consistency.units_of(self.data):
            for name in {unit["key"], unit["name"]} - {"", None}:
                self.zones.setdefault(name, []).append(path)
        for path, stage in consistency.rows(self.data, "stages"):
            for place, quota in enumerate(stage["quotas"] or ()):
                if quota and len(self.zones.get(quota["zone"], ())) > 1:
                    text = _("Several units are called “%(name)s”. Give the one you mean a key and name that.")
                    self.notes.add((*path, "quotas", place, "zone"), text % {"name": quota["zone"]})

    def resolved(self, *, by) -> dict[str, Any]:
        """The data with rows for organisations and regions, as `load_season` takes it; missing bodies are made."""
        units = [
            {
                **unit,
                "key": str(path),
                "parent": str(parent) if parent else None,
                "organisation": self._made((*path, "organisation"), by),
                "region": self.regions.get(unit["region"]),
            }
            for path, unit, parent in consistency.units_of(self.data)
        ]
        return {
            **self.data["season"],
            **{name: self.data[name] for name in schema.SECTIONS if name not in ("form", "contest", "season")},
            "units": units,
            "stages": [self._stage(row) for row in self.data["stages"]],
            "parts": {part.key: self.data[part.key] for part in parts.registered()},
        }

    def _made(self, path: Path, by) -> Organisation:
        if self.bodies[path] is None:
            told = self._body(path)
            self.bodies[path] = known_organisation(
                name=told["name"], kind=told["kind"], credit_code=told["credit_code"] or None,
                region=self.regions.get(told["region"]), by=by,
            )  # fmt: skip
        return self.bodies[path]

    def _stage(self, row: dict) -> dict:
        quotas = [
            {**quota, "zone": str(self.zones[quota["zone"]][0]) if quota["zone"] else ""} for quota in row["quotas"]
        ]
        return {**row, "quotas": quotas}
