"""The entry form as data: which facts stand in which step, what they are called, how they are shown.

A fact has one key everywhere: in the form, in a clerk's mark, in the frozen snapshot and on paper.
Keys are `track` and `unit`, the name of a Project column (`insured`), `leader.school`, `member.12`,
`adviser.12` (person), `answer.export` (code of the question), `document.7` (requirement) and `declaration.truth`
(code).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils import formats
from django.utils.dateparse import parse_date
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Person
from accounts.states import IdKind, PersonStatus
from contests.states import QuestionKind
from core.language import local
from core.models import Region
from core.templatetags.luyan import listed, plain, wan
from projects import questions
from projects.models import Project
from projects.states import MemberKind, Step

PROJECT_FIELDS: dict[Step, tuple[str, ...]] = {
    Step.PROJECT: (
        "name", "stage", "industry", "region", "one_line", "summary", "innovation", "business_model", "market",
        "rights", "honours",
    ),
    Step.COMPANY: (
        "has_company", "company_name", "credit_code", "company_kind", "registered_on", "company_region",
        "legal_representative", "representative_since", "registered_capital_wan", "leader_share",
    ),
    Step.FINANCE: (
        "employees", "insured", "key_group_employees", "expected_jobs", "revenue_wan", "tax_wan", "research_wan",
        "financed_round", "financed_wan", "wanted_round", "wanted_wan", "use_of_funds", "landing_region",
    ),
}  # fmt: skip
COMPANY_ONLY = frozenset(PROJECT_FIELDS[Step.COMPANY]) - {"has_company"} | {
    "employees", "insured", "key_group_employees", "revenue_wan", "tax_wan", "research_wan",
}  # fmt: skip
LEADER_FIELDS = (
    "name", "id_kind", "id_number", "birth_date", "sex", "nationality", "phone", "email", "school", "degree",
    "graduated_on", "employer", "employer_region", "title", "statuses",
)  # fmt: skip
FACTS_OF_A_PERSON = ("nationality", "email", "school", "degree", "graduated_on", "title", "statuses")
STEP_OF = {name: step for step, names in PROJECT_FIELDS.items() for name in names}
STEP_OF_PREFIX = {
    "leader": Step.LEADER,
    "member": Step.TEAM,
    "adviser": Step.TEAM,
    "answer": Step.QUESTIONS,
    "document": Step.DOCUMENTS,
    "declaration": Step.DECLARATIONS,
}
LONG = frozenset({"summary", "innovation", "business_model", "market", "rights", "honours", "use_of_funds"})
OWN_LABELS = {
    "track": gettext_lazy("Track"),
    "unit": gettext_lazy("Recommending unit"),
    "leader.employer": gettext_lazy("Employer"),
    "leader.employer_region": gettext_lazy("Place of the employer"),
}


@dataclass(frozen=True)
class Row:
    """One fact as it is shown: its key, what it is called and its value in words; of a table its head and rows too."""

    key: str
    label: str
    value: str
    long: bool = False
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass
class Section:
    step: Step
    title: str
    rows: list[Row] = field(default_factory=list)


def step_of(key: str) -> Step:
    """The step of the form in which a fact is filled in."""
    prefix, dot, _rest = key.partition(".")
    return STEP_OF_PREFIX.get(prefix, Step.PROJECT) if dot else STEP_OF.get(key, Step.PROJECT)


def label_of(key: str) -> str:
    """What a fact is called; members, documents and declarations carry their own names in the snapshot."""
    if key in OWN_LABELS:
        return str(OWN_LABELS[key])
    prefix, dot, name = key.partition(".")
    model = Person if dot and prefix == "leader" else Project
    return capfirst(model._meta.get_field(name if dot else key).verbose_name)


def region_name(region: Region | None) -> str:
    """A place with the city it lies in: 青岛市崂山区. Needs `parent` selected."""
    if region is None:
        return ""
    if region.level == Region.Level.COUNTY and region.parent:
        return f"{region.parent.name}{region.name}"
    return region.name


def plain_value(value: Any) -> Any:
    """A value as JSON keeps it: dates and decimals as text, a region as its code and full name."""
    if isinstance(value, Region):
        return {"code": value.code, "name": region_name(value), "name_en": value.name_en}
    if isinstance(value, date):
        return value.isoformat()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def shown(column: models.Field, value: Any) -> str:
    """A kept value in words of the reader's language."""
    if value in (None, "", []):
        return ""
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, dict):
        return local(value, "name")
    if isinstance(column, models.BooleanField):
        return _("Yes") if value else _("No")
    if isinstance(column, models.DateField):
        return day(parse_date(value) if isinstance(value, str) else value)
    if isinstance(column, models.DecimalField):
        return wan(value) if column.name.endswith("_wan") else f"{plain(value)}%"
    return str(value)


def day(value: date | None) -> str:
    return formats.date_format(value, "DATE_FORMAT") if value else ""


def sections_of(snapshot: dict) -> list[Section]:
    """Every filled fact of a frozen entry by step, for the desk, the entry page and paper."""
    found = [
        Section(Step.PROJECT, str(Step.PROJECT.label), list(_project_rows(snapshot))),
        Section(Step.LEADER, str(Step.LEADER.label), list(_leader_rows(snapshot.get("leader") or {}))),
        Section(Step.COMPANY, str(Step.COMPANY.label), list(_column_rows(Step.COMPANY, snapshot))),
        Section(Step.TEAM, str(Step.TEAM.label), list(_team_rows(snapshot.get("team") or []))),
        Section(Step.FINANCE, str(Step.FINANCE.label), list(_column_rows(Step.FINANCE, snapshot))),
        Section(Step.QUESTIONS, str(Step.QUESTIONS.label), list(answer_rows(snapshot.get("answers") or []))),
        Section(Step.DOCUMENTS, str(Step.DOCUMENTS.label), list(_document_rows(snapshot))),
        Section(Step.DECLARATIONS, str(Step.DECLARATIONS.label), list(_declaration_rows(snapshot))),
    ]
    return [section for section in found if section.rows]


def _project_rows(snapshot: dict) -> Iterator[Row]:
    for key in ("track", "unit"):
        if snapshot.get(key):
            yield Row(key, label_of(key), local(snapshot[key], "name"))
    yield from _column_rows(Step.PROJECT, snapshot)


def _column_rows(step: Step, snapshot: dict) -> Iterator[Row]:
    kept = snapshot.get("project") or {}
    for name in PROJECT_FIELDS[step]:
        column = Project._meta.get_field(name)
        value = shown(column, kept.get(name))
        if value:
            yield Row(name, label_of(name), value, name in LONG)


def _leader_rows(leader: dict) -> Iterator[Row]:
    for name in LEADER_FIELDS:
        value, key = leader.get(name), f"leader.{name}"
        if not value:
            continue
        if name == "statuses":
            text = listed(str(PersonStatus(one).label) for one in value)
        elif name in ("employer", "employer_region"):
            text = value if isinstance(value, str) else local(value, "name")
        else:
            text = shown(Person._meta.get_field(name), value)
        yield Row(key, label_of(key), text)


def _team_rows(team: list[dict]) -> Iterator[Row]:
    for one in team:
        if one["kind"] == MemberKind.LEADER:
            continue
        facts = [one["name"], IdKind(one["id_kind"]).label, one["id_number"], one.get("school"), one.get("work")]
        facts += [f"{plain(one['share'])}%"] if one.get("share") else []
        yield Row(
            f"{one['kind']}.{one['person']}",
            str(MemberKind(one["kind"]).label),
            "·".join(str(part) for part in facts if part),
        )


def answer_rows(answers: list[dict]) -> Iterator[Row]:
    """Frozen answers; a table in words for paper and as head and rows for the screen."""
    for one in answers:
        label = local(one, "label")
        head, rows = questions.grid(one) if one["kind"] == QuestionKind.TABLE else ((), ())
        yield Row(
            f"answer.{one['code']}",
            label,
            questions.in_words(one),
            one["kind"] in (QuestionKind.TEXT, QuestionKind.TABLE),
            tuple(head),
            tuple(tuple(row) for row in rows),
        )


def _document_rows(snapshot: dict) -> Iterator[Row]:
    for one in snapshot.get("documents") or []:
        if one.get("question"):
            continue
        facts = [one["name"], filesizeformat(one["size"])]
        if one.get("pages"):
            facts.append(ngettext("%(count)s page", "%(count)s pages", one["pages"]) % {"count": one["pages"]})
        yield Row(f"document.{one['requirement']}", local(one, "label"), "·".join(facts))


def _declaration_rows(snapshot: dict) -> Iterator[Row]:
    for one in snapshot.get("declarations") or []:
        yield Row(f"declaration.{one['code']}", local(one, "title"), _("Agreed"))
