"""What a step of the form shows around its fields: the rail of steps, what is missing, what the rules say."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.problems import Problem
from projects import checks
from projects.checks import Finding, Verdict
from projects.deadline import closes_for, has_passed
from projects.dossier import Dossier
from projects.models import Entry, FieldMark
from projects.pages import DECKS, is_shown
from projects.papers import Printed, last_printed
from projects.sheet import step_of
from projects.snapshot import snapshot_of
from projects.states import EntryState, MemberKind, Step

ANCHORS = {"member": "team", "adviser": "team"}


def field_url(entry: Entry, key: str) -> str:
    """The address of a fact in the form: its step, scrolled to its field."""
    prefix, dot, name = key.partition(".")
    step = step_of(key)
    if key in ANCHORS:
        step, anchor = Step.TEAM, ANCHORS[key]
    elif not dot or prefix in ("leader", "answer"):
        anchor = f"f-{name if dot else key}"
    else:
        anchor = ANCHORS.get(prefix, f"{prefix}-{name}")
    return f"{reverse('projects:form', args=[entry.pk, step])}#{anchor}" if key else ""


@dataclass(frozen=True)
class Stop:
    """One step on the rail. `left` counts what is still missing or wrong in it."""

    step: Step
    name: str
    url: str
    left: int
    marked: int
    current: bool

    @property
    def state(self) -> str:
        if self.marked:
            return "due"
        return "" if self.left else "done"


class FormPage:
    """One entry as its contestant fills it in, read once for a page."""

    def __init__(self, entry: Entry, step: Step):
        self.entry, self.step = entry, step
        self.dossier = Dossier(entry)

    @cached_property
    def steps(self) -> list[Step]:
        return self.dossier.steps

    @cached_property
    def at(self) -> datetime:
        """The server's time, from which the page counts down."""
        return timezone.now()

    @cached_property
    def closes(self) -> datetime:
        return closes_for(self.entry)

    @property
    def is_over(self) -> bool:
        return has_passed(self.closes, self.at)

    @cached_property
    def missing(self) -> list[Problem]:
        return checks.completeness(self.entry, self.dossier)

    @cached_property
    def findings(self) -> list[Finding]:
        return checks.eligibility_findings(self.entry, self.dossier)

    @cached_property
    def broken(self) -> list[Problem]:
        return [one.problem for one in self.findings if one.verdict == Verdict.BROKEN and one.problem.blocks]

    @cached_property
    def doubts(self) -> list[Problem]:
        return [one.problem for one in self.findings if one.problem and not one.problem.blocks]

    @cached_property
    def met(self) -> list[Finding]:
        return [one for one in self.findings if one.verdict in (Verdict.MET, Verdict.WAIVED)]

    @cached_property
    def open_rules(self) -> list[Finding]:
        return [one for one in self.findings if one.verdict == Verdict.UNKNOWN]

    @cached_property
    def marks(self) -> dict[str, FieldMark]:
        """What the office asked to correct, while the entry is returned: by key of the fact."""
        if self.entry.state != EntryState.RETURNED:
            return {}
        return {mark.field: mark for mark in sent_marks(self.entry)}

    @cached_property
    def rail(self) -> list[Stop]:
        return [self._stop(step) for step in self.steps]

    def _stop(self, step: Step) -> Stop:
        left = sum(step_of(one.field) == step for one in self.missing)
        left += sum(_belongs(one, step) for one in self.broken)
        if step == Step.CHECK:
            left = len(self.todo)
        return Stop(
            step=step,
            name=str(step.label),
            url=reverse("projects:form", args=[self.entry.pk, step]),
            left=left,
            marked=sum(step_of(key) == step for key in self.marks),
            current=step == self.step,
        )

    @property
    def parts(self) -> list[Stop]:
        """The steps that are filled in, without the last one that only checks."""
        return [stop for stop in self.rail if stop.step != Step.CHECK]

    @property
    def parts_done(self) -> int:
        return sum(stop.state == "done" for stop in self.parts)

    @property
    def before(self) -> Stop | None:
        place = self.steps.index(self.step)
        return self.rail[place - 1] if place else None

    @property
    def after(self) -> Stop | None:
        place = self.steps.index(self.step)
        return self.rail[place + 1] if place + 1 < len(self.rail) else None

    @property
    def fields_template(self) -> str:
        return f"projects/form/fields_{self.step}.html"

    @property
    def place(self) -> int:
        return self.steps.index(self.step) + 1

    @cached_property
    def todo(self) -> list[tuple[Problem, str]]:
        """Everything that keeps the entry from being submitted, with the way to each; declarations count as one."""
        unread = [one for one in self.missing if one.field.startswith("declaration.")]
        points = [one for one in [*self.broken, *self.missing] if one not in unread[1:]]
        if len(unread) > 1:
            text = _("Read and agree to %(count)s declarations") % {"count": len(unread)}
            points[points.index(unread[0])] = replace(unread[0], message=text)
        return [(one, field_url(self.entry, one.field)) for one in points]

    @cached_property
    def documents_owed(self) -> list:
        return [one for one in self.dossier.papers if self.dossier.owes(one)]

    @property
    def owed_ids(self) -> dict[int, bool]:
        return {one.pk: True for one in self.dossier.all_papers if self.dossier.owes(one)}

    @property
    def documents_done(self) -> int:
        return sum(one.pk in self.dossier.documents for one in self.documents_owed)

    @cached_property
    def marks_by_document(self) -> dict[int, FieldMark]:
        keys = {one.pk: self.dossier.key_of(one) for one in self.dossier.requirements}
        return {pk: self.marks[key] for pk, key in keys.items() if key in self.marks}

    @cached_property
    def viewable(self) -> dict[int, bool]:
        """Which of the uploaded documents can be looked at page by page."""
        return {key: is_shown(one.current) for key, one in self.dossier.documents.items()}

    @cached_property
    def stamped(self) -> Printed | None:
        """The printed form that the stamped scan was made from, held against the form as it stands now."""
        held = [self.dossier.documents.get(one.pk) for one in self.dossier.requirements if one.signed]
        scans = [one.current.at for one in held if one]
        if not scans:
            return None
        return last_printed(self.entry, snapshot_of(self.entry, self.dossier), before=max(scans))

    paged_types = frozenset({"pdf", "pptx"})
    office_types = frozenset(DECKS)

    @property
    def members(self):
        return [one for one in self.dossier.team if one.kind == MemberKind.MEMBER]

    @property
    def advisers(self):
        return [one for one in self.dossier.team if one.kind == MemberKind.ADVISER]


def _belongs(problem: Problem, step: Step) -> bool:
    if problem.field in ANCHORS:
        return step == Step.TEAM
    return bool(problem.field) and step_of(problem.field) == step


def sent_marks(entry: Entry) -> list[FieldMark]:
    """Marks of the latest return."""
    marks = [mark for mark in entry.marks.all() if mark.step_id]
    last = max((mark.step_id for mark in marks), default=None)
    return [mark for mark in marks if mark.step_id == last]
