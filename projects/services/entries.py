"""Writes on an entry by its contestant: start, fill in, agree, submit, withdraw, open again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from contests.models import Declaration, Season
from contests.states import SeasonState
from core import audit
from core.problems import Refused
from core.templatetags.luyan import moment
from messaging.services import send
from projects import checks, tasks
from projects.deadline import closes_for, has_passed, is_late, latest_start
from projects.dossier import Dossier
from projects.facts import identity_key
from projects.lateness import may_still_submit
from projects.models import Agreement, Entry, Participation, Project, TeamMember
from projects.services.answers import carry_over
from projects.services.moves import move
from projects.snapshot import snapshot_of, text_digest
from projects.states import EDITABLE, ENTRY_MOVES, EntryState, MemberKind, Outcome

SATURDAY = 5


@transaction.atomic
def start_entry(
    season: Season, *, by, at: datetime | None = None, project: Project | None = None, name: str = "", track=None,
    unit=None,
) -> Entry:  # fmt: skip
    """Begin an entry as a draft, with a new project or one that its owner brings from an earlier season."""
    at = at or timezone.now()
    closes = season.entry_closes
    _check_open(season, at, latest_start(season, track=track, unit=unit) if has_passed(closes, at) else closes)
    if project is None:
        project = audit.hold(Project.objects.create(owner=by, name=name.strip()))
        if by.person_id:
            TeamMember.objects.create(project=project, person_id=by.person_id, kind=MemberKind.LEADER)
        leader = by.person
    else:
        leader = project.leader
    try:
        with transaction.atomic():
            entry = Entry.objects.create(
                season=season,
                project=project,
                track=track,
                unit=unit,
                title=project.name,
                company_name=project.company_name,
                industry=project.industry,
                leader=leader,
                leader_name=leader.name if leader else "",
                created_at=at,
            )
    except IntegrityError:
        raise Refused(
            _("“%(project)s” is entered in this season already. Go on with that entry.") % {"project": project},
            code="twice",
        ) from None
    audit.hold(entry)
    audit.record(entry, "entry.start", by=by, after={"season": str(season), "project": project.pk}, at=at)
    return entry


def _check_open(season: Season, at: datetime, closes: datetime) -> None:
    if at < season.entry_opens:
        raise Refused(
            _("Entry opens on %(when)s. Come back then.") % {"when": moment(season.entry_opens)}, code="not-open"
        )
    if season.state != SeasonState.RUNNING or has_passed(closes, at):
        raise Refused(
            _("Entry closed on %(when)s. Ask the contest office about the next season.") % {"when": moment(closes)},
            code="closed",
        )


def refuse_unless_editable(entry: Entry) -> None:
    if entry.state not in EDITABLE:
        raise Refused(
            _("This entry is “%(state)s” and can't be changed now. To correct something, ask the unit that holds it.")
            % {"state": entry.get_state_display()},
            code="not-editable",
        )


def refuse_unless_open(entry: Entry, at: datetime) -> None:
    """Stop a write into an entry that is not its contestant's to change, or whose time is over."""
    refuse_unless_editable(entry)
    if is_late(entry, at):
        raise Refused(_too_late(entry), code="deadline")


def _too_late(entry: Entry) -> str:
    office = entry.unit or entry.season
    phone = getattr(office, "phone", "") or entry.season.contact
    return _(
        "The deadline was %(when)s. Your draft is kept. If there is a reason, ask %(office)s (%(phone)s) to extend "
        "it; then submit again."
    ) % {"when": moment(closes_for(entry)), "office": office, "phone": phone or "—"}


@transaction.atomic
def agree(entry: Entry, declaration: Declaration, *, by, at: datetime | None = None) -> None:
    """Agree to one declaration, those agreed to before kept."""
    kept = Declaration.objects.filter(agreements__entry=entry)
    agree_to(entry, declarations=[*kept, declaration], by=by, at=at)


@transaction.atomic
def agree_to(entry: Entry, *, declarations: Iterable[Declaration], by, at: datetime | None = None) -> None:
    """Agree to exactly these declarations, each kept with a digest of its text as it stood; others are taken back."""
    at = at or timezone.now()
    Entry.objects.lock(entry)
    refuse_unless_open(entry, at)
    held = {one.declaration_id: one for one in entry.agreements.select_related("declaration")}
    wanted = {one.pk: one for one in declarations}
    gone = [one for key, one in held.items() if key not in wanted and one.declaration.retired_at is None]
    new = [
        Agreement(entry=entry, declaration=one, text_digest=text_digest(one), by=by, at=at)
        for key, one in wanted.items()
        if key not in held
    ]
    if gone:
        entry.agreements.filter(pk__in=[one.pk for one in gone]).delete()
    Agreement.objects.bulk_create(new)
    if gone or new:
        audit.record(
            entry,
            "entry.agree",
            by=by,
            before={"taken back": [one.declaration.code for one in gone]} if gone else None,
            after={one.declaration.code: one.text_digest for one in new},
            at=at,
        )


@transaction.atomic
def submit(entry: Entry, *, by, at: datetime | None = None, tell: bool = True) -> Entry:
    """Hand the entry in: by the server's clock, the closing second included (domain §8.10).

    It must be complete and eligible or set right by a waiver. From then on a frozen snapshot, in the language of the
    site, speaks for it, the recommending unit holds it, and it has a number for good. Season and entry are locked, so
    that two submissions never share a number and one track per leader stays one. Whoever enters many at once tells of
    them in one go (`tell=False`).
    """
    at = at or timezone.now()
    Entry.objects.lock(entry)
    if EntryState.SUBMITTED not in ENTRY_MOVES[entry.state]:
        raise Refused(
            _("This entry is “%(state)s”, it has been submitted already.") % {"state": entry.get_state_display()},
            code="state",
        )
    season = Season.objects.select_for_update().get(pk=entry.season_id)
    _check_deadline(entry, at)
    if not audit.is_held(entry.project):
        entry.project.refresh_from_db()
    dossier = Dossier(entry)
    with override(settings.LANGUAGE_CODE):
        findings = checks.eligibility_findings(entry, dossier)
    _refuse_unless_ready(entry, dossier, findings)
    carry_over(entry, dossier, by=by, at=at)
    number = entry.number or _next_number(season, entry)
    _freeze(entry, dossier, number=number, at=at)
    with override(settings.LANGUAGE_CODE):
        entry.snapshot = snapshot_of(entry, dossier, findings=findings, at=at)
    move(entry, to=EntryState.SUBMITTED, by=by, at=at, after={"number": number, "unit": entry.unit.name})
    if tell:
        _tell_submitted(entry, by=by)
    _compare_later(entry)
    return entry


def _compare_later(entry: Entry) -> None:
    """Compare it with all other entries once the submission holds; a bulk run asks once for all of its entries."""
    if not audit.is_batched():
        transaction.on_commit(lambda: tasks.compare_entry.enqueue(entry.pk))
    elif audit.is_first_in_batch("compare"):
        transaction.on_commit(tasks.compare_missing.enqueue)


def _check_deadline(entry: Entry, at: datetime) -> None:
    if entry.state == EntryState.DRAFT and at < entry.season.entry_opens:
        _check_open(entry.season, at, entry.season.entry_closes)
    if is_late(entry, at) and not may_still_submit(entry, at):
        raise Refused(_too_late(entry), code="deadline")


def _refuse_unless_ready(entry: Entry, dossier: Dossier, findings: list[checks.Finding]) -> None:
    """`findings` are in the language of the site; whoever is refused reads them in the own."""
    problems = checks.completeness(entry, dossier)
    if any(found.problem and found.problem.blocks for found in findings):
        problems += [problem for problem in checks.eligibility(entry, dossier) if problem.blocks]
    if problems:
        raise Refused(
            _("The entry can't be submitted yet. Set these points right first; everything you filled in is kept."),
            code="incomplete",
            problems=problems,
        )


def _next_number(season: Season, entry: Entry) -> str:
    """`CY26-370212-0413`: contest and year, place of the unit, running number of the season. The season is locked."""
    running = season.next_number
    Season.objects.filter(pk=season.pk).update(next_number=running + 1)
    place = entry.unit.region_id or "370000"
    return f"{entry.season.contest.number_prefix}{season.year % 100:02d}-{place}-{running:04d}"


def _freeze(entry: Entry, dossier: Dossier, *, number: str, at: datetime) -> None:
    """Fill the columns that lists, scopes and statistics read without touching the project."""
    project, leader = dossier.project, dossier.leader.person
    entry.number = number
    entry.title = project.name
    entry.company_name = project.company_name if project.has_company else ""
    entry.industry = project.industry
    entry.leader, entry.leader_name = leader, leader.name
    entry.region_id = (project.has_company and project.company_region_id) or project.region_id
    entry.identity_key = identity_key(project, leader)
    entry.zone = entry.unit.zone
    if entry.state != EntryState.RETURNED:
        entry.holder = entry.unit
    entry.submitted_at = at
    entry.due_at = after_workdays(at, entry.season.review_days)


def after_workdays(at: datetime, days: int) -> datetime:
    """The end of the working day so many working days on; Saturdays and Sundays do not count."""
    local = timezone.localtime(at)
    while days:
        local += timedelta(days=1)
        days -= local.weekday() < SATURDAY
    return local.replace(hour=18, minute=0, second=0, microsecond=0)


def _tell_submitted(entry: Entry, *, by) -> None:
    send(
        entry.project.owner,
        kind="entry.submitted",
        subject=_("Submitted: %(title)s") % {"title": entry.title},
        body=_("Entry number %(number)s. %(unit)s checks it by %(due)s. The receipt is on the page of the entry.")
        % {"number": entry.number, "unit": entry.unit, "due": moment(entry.due_at)},
        link=reverse("projects:entry", args=[entry.pk]),
        by=by,
    )


@transaction.atomic
def withdraw(entry: Entry, *, reason: str, by, at: datetime | None = None) -> Entry:
    """Take an entry out. One that is being judged leaves its open heats; what was scored stays on record."""
    at = at or timezone.now()
    Entry.objects.lock(entry)
    if entry.state != EntryState.DRAFT and not reason.strip():
        raise Refused(_("Say in a sentence why the entry is withdrawn."), field="reason", code="reason")
    entry.holder = None
    entry.due_at = None
    move(entry, to=EntryState.WITHDRAWN, by=by, at=at, reason=reason)
    Participation.objects.filter(entry=entry, outcome=Outcome.PENDING).update(
        outcome=Outcome.WITHDRAWN, reason=reason[:200]
    )
    return entry


@transaction.atomic
def reopen(entry: Entry, *, by, at: datetime | None = None) -> Entry:
    """Turn a withdrawn entry into a draft again while entry is open. Its number stays its own."""
    at = at or timezone.now()
    Entry.objects.lock(entry)
    _check_open(entry.season, at, closes_for(entry))
    if entry.participations.exists():
        raise Refused(_("This entry was withdrawn from judging; it can't be opened again."), code="judged")
    twin = Entry.objects.live().filter(project_id=entry.project_id, season_id=entry.season_id).exclude(pk=entry.pk)
    if twin.exists():
        raise Refused(_("This project has another entry in this season. Go on with that one."), code="twice")
    entry.submitted_at = None
    return move(entry, to=EntryState.DRAFT, by=by, at=at)
