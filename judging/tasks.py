"""Long work of the judging room."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_tasks import task

from contests.models import Heat
from contests.states import HeatState
from core import jobs
from core.models import Job
from core.periodic import every
from judging import exports
from judging.imports import read
from judging.imports.holdings import read_holdings
from judging.imports.judges import read_judges
from judging.models import Assignment, Calibration, Plan, Ranking
from judging.queries.imported import Comparison, compare
from judging.queries.instead import told_of_pair
from judging.queries.plan import Told
from judging.queries.roster import city_names
from judging.services.blind import search_documents
from judging.services.copies import make_copies
from judging.services.gaps import review_by_rule
from judging.services.imported import import_marks
from judging.services.late import look_through
from judging.services.noted import import_holdings
from judging.services.opinions import form_opinion
from judging.services.plans import JOB as PLAN
from judging.services.plans import PAIR, PRICES, best_with, price_rules, solve_plan
from judging.services.pool import remind_waiting
from judging.services.repairs import CARRY, FIND, carry_out, keep_found, propose
from judging.services.rooms import JOB as ROOMS
from judging.services.rooms import solve_division
from judging.services.roster import import_judges
from projects.models import Participation

IMPORT = "judging.import_marks"
BLIND = "judging.blind"
SUMMARY = "judging.summary"
ROSTER = "judging.roster"
HOLDINGS = "judging.holdings"
OPINION = "judging.opinion"
COPIES = 10


def upload_name(digest: str) -> str:
    """Where a file of marks waits between its check and its import; nothing of the sender's name reaches the disk."""
    return f"imports/{digest}.csv"


@jobs.runner(IMPORT)
def run_import(job: Job) -> jobs.Result:
    params = job.params
    with default_storage.open(upload_name(params["file"])) as file:
        table = read(file.read(), name=params["name"])
    imported = import_marks(
        table, by=job.by, trim_from=params["trim_from"], told=lambda done, total: jobs.progress(job, done, total)
    )
    found = compare(imported.season, table)
    sentence = (
        _("%(entries)s entries are entered, locked and ranked; see “Import marks” for the rankings.")
        if imported.new
        else _("The same marks were imported before; nothing was changed.")
    )
    return jobs.Result(f"{sentence % {'entries': table.entries}} {_compared(found)}")


@jobs.runner(SUMMARY)
def print_summary(job: Job) -> jobs.Result:
    """The score summary of a ranking that is too long to wait for."""
    ranking = Ranking.objects.select_related("heat__stage__season", "track").get(pk=job.params["ranking"])
    sentence = _("%(entries)s entries are printed.") % {"entries": ranking.summary["entries"]}
    return jobs.Result(sentence, ContentFile(exports.summary_pdf(ranking)), exports.file_name(ranking, "pdf"))


@jobs.runner(BLIND)
def search_names(job: Job) -> jobs.Result:
    calibration = Calibration.objects.filter(pk=job.params.get("calibration")).first()
    subject = calibration or Heat.objects.select_related("stage").get(pk=job.params["heat"])
    named = search_documents(subject, by=job.by, told=lambda done, total: jobs.progress(job, done, total))
    text = ngettext("%(count)s document names its team or has to be looked at.",
                    "%(count)s documents name their team or have to be looked at.", named)  # fmt: skip
    where = (
        _("They wait on the page of the calibration, at their samples.")
        if calibration
        else _("They wait on the page “Names in documents” of the heat.")
    )
    return jobs.Result(f"{text % {'count': named}} {where}")


@jobs.runner(PLAN)
def compute_plan(job: Job) -> jobs.Result:
    """Who judges what, for a heat too large to wait for."""
    plan = solve_plan(_plan(job), by=job.by)
    if not plan.answer.get("pairs"):
        return jobs.Result(_("No assignment keeps every rule. The plan's page says why, and what would help."))
    return jobs.Result(_("The plan is ready to be looked at and accepted."))


@jobs.runner(ROOMS)
def compute_division(job: Job) -> jobs.Result:
    """Who presents and who judges in which room, for a heat too large to wait for."""
    if not solve_division(_plan(job), by=job.by).answer.get("pairs"):
        return jobs.Result(_("No division keeps every rule. Its page says why, and what would help."))
    return jobs.Result(_("The division is ready to be looked at and accepted."))


@jobs.runner(FIND)
def find_change(job: Job) -> jobs.Result:
    """The least change of judges in a heat too large to wait for."""
    made = propose(_heat(job), kind=job.params["kind"], told=lambda done, total: jobs.progress(job, done, total))
    keep_found(job, made)
    if not made.changes:
        return jobs.Result(_("Nothing has to change: every entry has its judges."))
    return jobs.Result(_("The change is found. Look at it on the page of the heat, then carry it out."))


@jobs.runner(CARRY)
def carry_change(job: Job) -> jobs.Result:
    made = carry_out(
        _heat(job), kind=job.params["kind"], code=job.params["code"], reason=job.params["reason"], by=job.by,
        told=lambda done, total: jobs.progress(job, done, total),
    )  # fmt: skip
    return jobs.Result(_("Done: %(count)s entries have changed judges.") % {"count": len(made.changes)})


def _heat(job: Job) -> Heat:
    return Heat.objects.select_related("stage__season", "zone").get(pk=job.params["heat"])


@jobs.runner(PRICES)
def compute_prices(job: Job) -> jobs.Result:
    """What the plan would gain without each of its rules."""
    price_rules(_plan(job), by=job.by, told=lambda done, total: jobs.progress(job, done, total))
    return jobs.Result(_("The price of each rule stands on the plan's page."))


@jobs.runner(PAIR)
def compute_pair(job: Job) -> jobs.Result:
    """What the best plan with one more pair would be, and against which rules it fails."""
    plan, entry, judge = _plan(job), job.params["entry"], job.params["judge"]
    told = Told(plan.draw)
    answer = told_of_pair(plan, told, judge=judge, answer=best_with(plan, entry=entry, judge=judge))
    return jobs.Result(f"{told.entries[entry]} {told.entries[entry].title}: {answer}")


def _plan(job: Job) -> Plan:
    return Plan.objects.select_related("draw__heat__stage__season", "by").get(pk=job.params["plan"])


@jobs.runner(OPINION)
def form_opinions(job: Job) -> jobs.Result:
    """The second opinion of each ranking of a heat, after its lock."""
    rankings = Ranking.objects.select_related("heat").filter(pk__in=job.params["rankings"])
    for done, ranking in enumerate(rankings, 1):
        form_opinion(ranking, by=job.by)
        jobs.progress(job, done, len(job.params["rankings"]))
    return jobs.Result(_("The second opinion and the figures of the judges stand beside the ranking."))


def _compared(found: Comparison) -> str:
    if not found.panels and not found.totals:
        return _("The file has no official figures to compare with.")
    facts = {"scores": found.panels, "same_scores": found.panels_equal}
    facts |= {"totals": found.totals, "same_totals": found.totals_equal}
    sentence = _(
        "Official panel scores: %(same_scores)s of %(scores)s equal; "
        "official totals: %(same_totals)s of %(totals)s equal."
    )
    return sentence % facts


def roster_upload(digest: str) -> str:
    """Where a list of experts waits between dry run and import."""
    return f"imports/{digest}.judges.xlsx"


@jobs.runner(ROSTER)
def run_roster(job: Job) -> jobs.Result:
    """Bring in a checked list; it holds personal data and is taken off the disk afterwards."""
    params, place = job.params, roster_upload(job.params["file"])
    with default_storage.open(place) as file:
        rows = read_judges(file, name=params["name"], regions=city_names())
    decided = {int(row): int(who) if who.isdecimal() else who for row, who in params["decided"].items()}
    report = import_judges(rows, decided=decided, by=job.by, told=lambda done, total: jobs.progress(job, done, total))
    default_storage.delete(place)
    sentence = _("%(new)s judges are new, %(changed)s were brought up to date, %(same)s are as before.")
    return jobs.Result(sentence % {"new": report.new, "changed": report.changed, "same": report.same})


def holdings_upload(digest: str) -> str:
    """Where a list of holdings waits between dry run and import."""
    return f"imports/{digest}.holdings.xlsx"


@jobs.runner(HOLDINGS)
def run_holdings(job: Job) -> jobs.Result:
    """Bring in a checked list of holdings."""
    params, place = job.params, holdings_upload(job.params["file"])
    with default_storage.open(place) as file:
        rows = read_holdings(file, name=params["name"])
    report = import_holdings(
        rows, decided=params["decided"], by=job.by, told=lambda done, total: jobs.progress(job, done, total)
    )
    default_storage.delete(place)
    sentence = _("%(new)s holdings are new, %(changed)s were brought up to date, %(same)s are as before.")
    return jobs.Result(sentence % {"new": report.new, "changed": report.changed, "same": report.same})


@task()
def review_gap(participation: int) -> None:
    """A further judge for an entry whose last sheet has just come in, where its totals lie too far apart."""
    review_by_rule(Participation.objects.select_related("heat").get(pk=participation), by=None)


@every(minutes=10)
@task(priority=-20)
def copy_documents() -> None:
    """Files for judges who may download; after a stretch of them other work comes first."""
    if make_copies(most=COPIES) == COPIES:
        copy_documents.enqueue()


@every(hours=24)
@task()
def remind_judges() -> None:
    """Judges who have left an invitation of a coming heat without an answer or signature."""
    remind_waiting()


@every(hours=6)
@task()
def look_for_late_conflicts() -> None:
    """What teams changed since the draw may tie them to their judges."""
    running = Heat.objects.filter(state__in=[HeatState.PREPARING, HeatState.OPEN])
    for heat in running.filter(Exists(Assignment.objects.filter(participation__heat=OuterRef("pk")))):
        look_through(heat)
