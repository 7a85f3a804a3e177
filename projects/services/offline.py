"""Entries that an office enters on behalf of their leaders, a workbook at a time, and how a leader takes one over.

A dry run is the real run taken back: every entry goes through the services of the online form inside one transaction,
and whatever they refuse is told by row. A real run keeps its transaction only when nothing was refused.

1. A row is recognised by leader document, project name and season. A draft that an office entered is brought up to
   date; anything further stays as it is and is told as already there. A leader's own entry is never touched.
2. The project belongs to the account of the officer who entered it, and the entry says so (`entered_by`), until the
   leader takes it over: signed in with the mobile number of the form, and by typing the document number.
3. The officer declares that consent forms signed by each applicant are on file. That fact is recorded with the entry.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.checks import checked_document
from accounts.models import User
from accounts.services import link_person
from accounts.states import IdKind
from contests.models import DocumentRequirement, Season
from core import audit
from core.crypto import blind_index
from core.problems import Problem, Refused
from messaging.services import send
from projects.imports.entries import ENTRIES, PEOPLE, Batch, EntryRow, MemberRow
from projects.imports.fault import Fault
from projects.imports.papers import Papers
from projects.imports.values import folded
from projects.models import DocumentVersion, Entry, Project, TeamMember
from projects.models.document import stored_name
from projects.queries.offline import SeasonForm, to_take_over
from projects.services import documents, entries, filling, team
from projects.sheet import PROJECT_FIELDS
from projects.states import EntryState, MemberKind, Step

NEW, CHANGED, KEPT = "new", "changed", "kept"


@dataclass
class Done:
    """What became of one row."""

    row: EntryRow
    state: str
    entry: Entry


@dataclass
class OfflineReport:
    """A run of a workbook: rows by what became of them, or everything that stops it."""

    done: list[Done] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    papers: int = 0

    def count(self, state: str) -> int:
        return sum(one.state == state for one in self.done)


Told = Callable[[int, int], None]
Inspected = dict[tuple[str, str], DocumentVersion]


def enter_offline(
    season: Season, batch: Batch, papers: Papers, *, by, submit: bool, dry: bool, at: datetime | None = None,
    told: Told = lambda done, total: None,
) -> OfflineReport:  # fmt: skip
    """Enter every row of a checked workbook, or none. `dry` takes everything back at the end.

    Papers are opened before anything is locked, and stored (in a real run) before they are recorded.
    """
    at = at or timezone.now()
    report = OfflineReport(faults=list(batch.faults), papers=papers.count)
    form = SeasonForm(season, by)
    run = _Run(form, batch, report, by, at)
    total = papers.count + 2 * len(batch.rows)
    inspected = run.inspect(papers, store=not dry and not batch.faults, told=lambda done: told(done, total))
    # Rows that could not be read can't be entered; the others still tell what the services would refuse.
    run.rows = [one for one in batch.rows if not _has_fault(batch, one)]
    with transaction.atomic():
        with audit.batched():
            run.fill(inspected, told=lambda done: told(papers.count + done, total))
            if submit:
                run.submit(told=lambda done: told(papers.count + len(batch.rows) + done, total))
        if dry or report.faults:
            transaction.set_rollback(True)
    report.faults.sort(key=lambda one: (one.sheet != ENTRIES, one.sheet, one.row, one.column))
    return report


def _has_fault(batch: Batch, row: EntryRow) -> bool:
    """Whether a row, one of its people, or a heading that every row needs could not be read."""
    numbers = {(ENTRIES, 1), (ENTRIES, row.row)} | {(PEOPLE, one.row) for one in row.members}
    return any((one.sheet, one.row) in numbers for one in batch.faults)


class _Run:
    """One run over the rows. A refusal is noted at its row and the run goes on, so that all are told at once."""

    def __init__(self, form: SeasonForm, batch: Batch, report: OfflineReport, by, at: datetime):
        self.form, self.batch, self.report, self.by, self.at = form, batch, report, by, at
        self.season = form.season
        self.rows = batch.rows
        self.headings = {one.key: one.heading for one in form.columns}

    # ------------------------------------------------------------ papers

    def inspect(self, papers: Papers, *, store: bool, told) -> Inspected:
        for sentence in papers.wrong:
            self.report.faults.append(Fault("paper", sentence, sheet="zip"))
        rows, found, done = {one.key: one for one in self.batch.rows}, {}, 0
        for key, sent in papers.by_key.items():
            for paper in sent:
                requirement = self._requirement(rows[key], paper.label)
                try:
                    if requirement is None:
                        raise Refused(_("“%(name)s”: this track asks for no such document.") % {"name": paper.name})
                    with papers.opened(paper) as file:
                        version = documents.inspect_paper(requirement, file, name=paper.name, by=self.by, at=self.at)
                        if store:
                            documents.store_paper(version, file)
                        else:
                            version.file.name = stored_name(version, version.name)
                    found[key, paper.label] = version
                except Refused as refusal:
                    self.note(rows[key], refusal.message, heading=_("Documents"))
                done += 1
                told(done)
        return found

    def _requirement(self, row: EntryRow, label: str) -> DocumentRequirement | None:
        track = row.values.get("track")
        return next(
            (
                one
                for one in self.form.requirements
                if folded(one.label) == label and (track is None or one.track_id in (None, track.pk))
            ),
            None,
        )

    # ------------------------------------------------------------ entries

    def fill(self, inspected: Inspected, *, told) -> None:
        known = _known(self.season, self.rows)
        for number, row in enumerate(self.rows, 1):
            found = known.get(_identity(row))
            if found is None or not self._stays(row, found):
                entry = found or self._start(row)
                if entry is not None:
                    self._fill(row, entry, inspected)
                    self.report.done.append(Done(row, CHANGED if found else NEW, entry))
            told(number)

    def _stays(self, row: EntryRow, entry: Entry) -> bool:
        """Whether an entry that exists already is left as it is, with what is said about that."""
        if entry.entered_by_id is None:
            self.note(
                row,
                _(
                    "This leader has begun or submitted an entry of this name themselves. Leave the row out; they go "
                    "on with their own entry."
                ),
                key="name",
            )
            return True
        if entry.state == EntryState.DRAFT and entry.project.owner_id == entry.entered_by_id:
            return False
        self.report.done.append(Done(row, KEPT, entry))
        return True

    def _start(self, row: EntryRow) -> Entry | None:
        project = audit.hold(Project.objects.create(owner=self.by, name=row.values["name"]))
        unit = self._unit(row)
        try:
            entry = entries.start_entry(
                self.season, by=self.by, at=self.at, project=project, track=row.values["track"], unit=unit
            )
        except Refused as refusal:
            self.note(row, refusal.message, key="track")
            return None
        entry.entered_by = self.by
        entry.save(update_fields=["entered_by"])
        after = {"unit": str(unit or ""), "consent forms on file": True, "row": row.key}
        audit.record(entry, "entry.on_behalf", by=self.by, at=self.at, after=after)
        return entry

    def _unit(self, row: EntryRow):
        """The unit of the row; who enters for one unit alone needn't name it."""
        chosen = row.values.get("unit")
        return chosen or (self.form.units[0] if len(self.form.units) == 1 else None)

    def _fill(self, row: EntryRow, entry: Entry, inspected: Inspected) -> None:
        for step, data in self._steps(row):
            self.attempt(row, step, lambda step=step, data=data: self._save(entry, step, data))
        people = [one for one in row.members if one.values]
        if people:
            self.attempt(row, Step.TEAM, lambda: self._team(row, entry, people))
        self.attempt(row, Step.DOCUMENTS, lambda: self._papers(row, entry, inspected))
        self.attempt(row, Step.DECLARATIONS, lambda: self._agree(row, entry))

    def _save(self, entry: Entry, step: Step, data: dict) -> None:
        filling.save_step(entry, step, data, by=self.by, at=self.at)

    def _steps(self, row: EntryRow):
        values = row.values
        leader = {key.partition(".")[2]: value for key, value in values.items() if key.startswith("leader.")}
        leader.setdefault("id_kind", IdKind.RESIDENT)
        yield Step.LEADER, leader
        own = {key: values[key] for key in ("track",) if key in values} | {"unit": self._unit(row)}
        for step, names in PROJECT_FIELDS.items():
            data = {name: values[name] for name in names if name in values}
            if step == Step.PROJECT:
                data |= own
            if data:
                yield step, data
        answers = {key.partition(".")[2]: value for key, value in values.items() if key.startswith("answer.")}
        asked = {one.code for one in self.form.questions if one.track_id in (None, values["track"].pk)}
        for code in answers.keys() - asked:
            self.note(row, _("This is not asked in this track. Empty the cell."), key=f"answer.{code}")
        if kept := {code: value for code, value in answers.items() if code in asked}:
            yield Step.QUESTIONS, kept

    def _team(self, row: EntryRow, entry: Entry, people: list[MemberRow]) -> None:
        """The team as the workbook has it. One that is the same already is left alone."""
        held = TeamMember.objects.filter(project=entry.project).exclude(kind=MemberKind.LEADER)
        held = list(held.select_related("person"))
        now = [(one.kind, one.person.id_kind, one.person.id_number, one.work, one.share) for one in held]
        newcomers = [_newcomer(one.values) for one in people]
        wanted = [self._as_held(one, newcomer) for one, newcomer in zip(people, newcomers, strict=True)]
        if None in wanted:
            return
        if now == wanted:
            return
        for one in held:
            team.remove_member(entry, member=one, by=self.by, at=self.at)
        for one, newcomer in zip(people, newcomers, strict=True):
            try:
                team.add_members(entry, newcomers=[newcomer], by=self.by, at=self.at)
            except Refused as refusal:
                self._note_person(one, refusal)

    def _as_held(self, one: MemberRow, newcomer: team.Newcomer) -> tuple | None:
        kind, number = newcomer.person["id_kind"], newcomer.person["id_number"]
        try:
            return newcomer.kind, kind, checked_document(kind, number), newcomer.work, newcomer.share
        except Refused as refusal:
            self._note_person(one, refusal)
            return None

    def _note_person(self, one: MemberRow, refusal: Refused) -> None:
        headings = {column.key: column.heading for column in self.form.member_columns}
        key = refusal.field or "name"
        self.report.faults.append(
            self.batch.fault(one.row, key, refusal.message, sheet=PEOPLE, heading=headings.get(key, ""))
        )

    def _papers(self, row: EntryRow, entry: Entry, inspected: Inspected) -> None:
        held = {one.requirement_id: one.current for one in entry.documents.select_related("current")}
        new = []
        for (key, label), version in inspected.items():
            requirement = self._requirement(row, label) if key == row.key else None
            before = requirement and held.get(requirement.pk)
            if requirement and not (before and before.sha256 == version.sha256):
                new.append((requirement, version))
        if new:
            documents.record_papers(entry, papers=new, by=self.by, at=self.at)

    def _agree(self, row: EntryRow, entry: Entry) -> None:
        mine = [one for one in self.form.declarations if one.track_id in (None, entry.track_id)]
        agreed = [one for one in mine if one.required or row.values.get(f"declaration.{one.code}")]
        entries.agree_to(entry, declarations=agreed, by=self.by, at=self.at)

    def submit(self, *, told) -> None:
        """After all are filled in, so that the season's numbers are locked as shortly as can be."""
        faulty = {one.row for one in self.report.faults if one.sheet == ENTRIES}
        for number, one in enumerate(self.report.done, 1):
            if one.state != KEPT and one.row.row not in faulty:
                self.attempt(
                    one.row, None, lambda one=one: entries.submit(one.entry, by=self.by, at=self.at, tell=False)
                )
            told(number)

    # ------------------------------------------------------------ refusals

    def attempt(self, row: EntryRow, step: Step | None, act: Callable[[], Any]) -> None:
        """Do one thing for a row; what is refused is noted at its cell."""
        try:
            with transaction.atomic():
                act()
        except Refused as refusal:
            for problem in refusal.problems or [Problem(refusal.code, refusal.message, field=refusal.field)]:
                self.note(row, problem.message, key=_key(step, problem.field))

    def note(self, row: EntryRow, message: str, *, key: str = "", heading: str = "") -> None:
        heading = heading or self.headings.get(key, "")
        self.report.faults.append(self.batch.fault(row.row, key, message, heading=heading))


def _key(step: Step | None, name: str) -> str:
    """The key of a fact from the field that a service of one step names."""
    prefixes = {Step.LEADER: "leader.", Step.QUESTIONS: "answer."}
    prefix = prefixes.get(step, "")
    return f"{prefix}{name}" if name and not name.startswith(prefix or "\0") else name


def _newcomer(values: Mapping[str, Any]) -> team.Newcomer:
    own = ("row", "order", "kind", "work", "share")
    person = {key: value for key, value in values.items() if key not in own}
    kind = values["kind"]
    share = values.get("share") if kind == MemberKind.MEMBER else None
    return team.Newcomer(kind, person, values.get("work", ""), share)


def _identity(row: EntryRow) -> tuple[str, str, str]:
    kind = row.values.get("leader.id_kind") or IdKind.RESIDENT
    number = "".join(str(row.values.get("leader.id_number", "")).split()).upper()
    return kind, blind_index(f"id:{kind}", number) or "", folded(row.values.get("name", ""))


def _known(season: Season, rows: list[EntryRow]) -> dict[tuple[str, str, str], Entry]:
    """Live entries of the season by leader document and project name, as far as the rows name them."""
    indexes = {index for _kind, index, _name in map(_identity, rows) if index}
    found = Entry.objects.live().filter(season=season, leader__id_index__in=indexes)
    found = found.select_related("season__contest", "project__owner", "leader", "track", "unit").order_by("-pk")
    return {(one.leader.id_kind, one.leader.id_index, folded(one.title)): one for one in found}


def tell_leaders(report: OfflineReport, *, by) -> int:
    """Send those leaders who have an account already the way to take their entry over; how many there were."""
    told = 0
    for one in report.done:
        leader = one.entry.leader
        if one.state == KEPT or leader is None:
            continue
        found = User.objects.filter(person=leader).first()
        if found is None and leader.phone_index:
            found = User.objects.filter(phone_index=leader.phone_index, phone_verified=True).first()
        if found is None or found == by:
            continue
        send(
            found,
            kind="entry.on_behalf",
            subject=_("“%(title)s” was entered for you") % {"title": one.entry.title},
            body=_(
                "%(unit)s entered your project for %(season)s on your behalf. Check it and take it over with your "
                "document number; until then that office looks after it."
            )
            % {"unit": one.entry.unit, "season": one.entry.season},
            link=reverse("projects:take_over"),
            channels=("sms", "mail"),
            by=by,
        )
        told += 1
    return told


@transaction.atomic
def take_over(entry: Entry, *, id_number: str, by, at: datetime | None = None) -> Entry:
    """Make the entry its leader's own. The account has the leader's mobile number verified or is known as the leader,
    and the document number typed must be the leader's."""
    at = at or timezone.now()
    Entry.objects.lock(entry)
    entry = to_take_over(by).filter(pk=entry.pk).first()
    if entry is None:
        raise Refused(_("This entry is in its leader's hands already, or not yours."), code="taken")
    number = "".join(id_number.split()).upper()
    if not number or number != entry.leader.id_number:
        raise Refused(
            _(
                "This is not the document number of the leader on the form. Compare it with your document, or ask "
                "%(unit)s."
            )
            % {"unit": entry.unit},
            field="id_number",
            code="id-number",
        )
    link_person(by, person=entry.leader, by=by)
    project = Project.objects.select_for_update().get(pk=entry.project_id)
    before, project.owner = project.owner, by
    project.save(update_fields=["owner", "updated_at"])
    audit.record(entry, "entry.take_over", by=by, at=at, before={"owner": str(before)}, after={"owner": str(by)})
    entry.project = project
    return entry
