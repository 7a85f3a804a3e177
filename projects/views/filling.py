"""The contestant's form, step by step: every step saves what fits and keeps what does not in its fields."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh, reselect, reswap, retarget

from contests.states import RuleKind
from core.forms import show_refusal
from core.problems import Refused, authorize
from core.templatetags.luyan import listed
from projects import services
from projects.deadline import closes_for
from projects.dossier import Dossier
from projects.forms import STEP_FORMS, AnswerField, LeaderForm, MemberForm, StepForm
from projects.forms.invitations import InviteForm
from projects.models import Entry
from projects.queries.form import FormPage
from projects.queries.teams import followed
from projects.queries.uploads import under_way, uploads_of
from projects.services import Conflict
from projects.sheet import sections_of
from projects.snapshot import snapshot_of
from projects.states import MemberKind, Step

UNPROCESSABLE = 422
OF_THE_SEASON = (
    "season__eligibilityrules", "season__questions", "season__documentrequirements", "season__declarations",
)  # fmt: skip
RELATED = ("season__contest", "track", "unit__parent", "project__owner")


def own_entry(request, pk: int, permission: str = "projects.own_entry") -> Entry:
    own = Entry.objects.owned_by(request.user).select_related(*RELATED).prefetch_related(*OF_THE_SEASON)
    entry = get_object_or_404(own, pk=pk)
    authorize(request.user, permission, entry)
    return entry


@require_safe
def form_start(request, pk):
    """Where the contestant left off."""
    entry = own_entry(request, pk)
    if not entry.is_editable:
        return redirect("projects:entry", pk)
    steps = Dossier(entry).steps
    return redirect("projects:form", pk, entry.form_step if entry.form_step in steps else steps[0])


@require_safe
def documents(request, pk):
    return redirect("projects:form", pk, Step.DOCUMENTS)


@require_http_methods(["GET", "HEAD", "POST"])
def form(request, pk, step):
    entry = own_entry(request, pk)
    if not entry.is_editable:
        messages.info(request, _("This entry can't be changed now. Here you see where it stands."))
        return redirect("projects:entry", pk)
    if step not in Dossier(entry).steps:
        return redirect("projects:form", pk, Step.PROJECT)
    step = Step(step)
    if step in STEP_FORMS:
        return _save_fields(request, entry, step) if request.method == "POST" else show_step(request, entry, step)
    if request.method == "POST" and step == Step.DECLARATIONS:
        return _save_declarations(request, entry)
    return show_step(request, entry, step)


def _bound(request, entry: Entry, page: FormPage, data=None) -> StepForm | None:
    kind = STEP_FORMS.get(page.step)
    if kind is None:
        return None
    by = {"by": request.user} if kind is LeaderForm else {}
    return kind(entry, page.dossier, data, **by)


def show_step(request, entry: Entry, step: Step, *, status: int = 200, **more) -> HttpResponse:
    page = FormPage(entry, step)
    context = {"entry": entry, "page": page, "at": timezone.now(), **more}
    context.setdefault("form", _bound(request, entry, page))
    context.setdefault("fresh", context["form"])
    if step in (Step.DOCUMENTS, Step.QUESTIONS):
        context |= uploads_of(entry, request.user, context["at"])
    if step == Step.CHECK:
        context |= {
            "sections": sections_of(snapshot_of(entry, page.dossier)),
            "deadline": closes_for(entry),
            "under_way": under_way(entry, context["at"]),
        }
    if step == Step.TEAM:
        context |= _team_forms(page, more.get("adding") or {}, more.get("changing") or {})
        context |= {"followed": followed(entry), "site_url": settings.SITE_URL}
        context.setdefault("inviting", InviteForm(prefix="invite"))
    return render(request, f"projects/form/{_template(step)}.html", context, status=status)


def _template(step: Step) -> str:
    return "fields" if step in STEP_FORMS else str(step)


def _team_forms(page: FormPage, adding: dict, changing: dict) -> dict:
    """Rows of the team with their forms, and the two forms for newcomers; those that were refused stay open."""
    kinds = (
        (MemberKind.MEMBER, page.members, page.dossier.limit(RuleKind.TEAM_MAX), 1),
        (MemberKind.ADVISER, page.advisers, page.dossier.limit(RuleKind.ADVISERS_MAX), 0),
    )
    parts = []
    for kind, people, most, with_leader in kinds:
        is_adviser = kind == MemberKind.ADVISER
        rows = [
            (one, changing.get(one.pk) or MemberForm(member=one, adviser=is_adviser, prefix=f"member-{one.pk}"))
            for one in people
        ]
        form = adding.get(kind) or MemberForm(adviser=is_adviser, prefix=str(kind))
        held = len(people) + with_leader
        parts.append(
            {"kind": kind, "rows": rows, "form": form, "most": most, "held": held, "full": most and held >= most}
        )
    return {"parts": parts}


# ---------------------------------------------------------------- steps made of fields


def _save_fields(request, entry: Entry, step: Step) -> HttpResponse:
    before = FormPage(entry, step)
    steps, asked = before.steps, before.dossier.asked
    form = _bound(request, entry, before, request.POST)
    form.is_valid()
    conflict, undecided = None, set(form.undecided)
    try:
        _keep(request, entry, step, form)
    except Conflict as found:
        conflict = found
        undecided |= set(found.theirs)
    after = FormPage(entry, step)
    fresh = _bound(request, entry, after)
    theirs = {name: _shown(fresh, name) for name in undecided}
    more = {"form": _taken_over(form, fresh), "fresh": fresh, "theirs": theirs, "conflict": conflict}
    if request.htmx and not conflict and not form.given_up:
        if after.steps != steps:
            return HttpResponseClientRefresh()
        return _saved(request, entry, step, more)
    if request.htmx:
        return reswap(retarget(reselect(show_step(request, entry, step, **more), "#step"), "#step"), "outerHTML")
    if form.errors or theirs:
        return show_step(request, entry, step, status=409 if theirs else UNPROCESSABLE, **more)
    if request.POST.get("do"):
        return show_step(request, entry, step, **more)
    if set(after.dossier.asked) - set(asked) and request.POST.get("go") == "next":
        messages.info(request, _("Your answers raise further questions. They stand below."))
        return redirect(request.path)
    return redirect(_next(request, entry, step))


def _taken_over(form: StepForm, fresh: StepForm) -> StepForm:
    """The typed form with the other values where the reader chose those."""
    if form.given_up:
        form.data = form.data.copy()
        for name in form.given_up:
            form.put(name, fresh.kept.get(name))
    return form


def _keep(request, entry: Entry, step: Step, form: StepForm) -> None:
    """Save every field that is in order. One that the service refuses is shown at its place, the others are kept."""
    values, base = form.changed_values(), form.posted_base()
    try:
        services.save_step(entry, step, values, by=request.user, base=base)
    except Conflict:
        raise
    except Refused as refusal:
        show_refusal(form, refusal)
        rest = {key: value for key, value in values.items() if key not in (refusal.field, "id_kind")}
        if refusal.field in values:
            services.save_step(entry, step, rest, by=request.user, base=base)


def _saved(request, entry: Entry, step: Step, more: dict) -> HttpResponse:
    """The answer to an autosave: what was saved when, the rail, the rules, and a word at each refused field. Where a
    row was added to a table or taken out, the table as well."""
    context = {"entry": entry, "page": FormPage(entry, step), "at": timezone.now(), **more}
    table = request.POST.get("do", "").partition(":")[2].partition(":")[0]
    if table in more["form"].fields:
        context["table"] = more["form"][table]
    return render(request, "projects/form/saved.html", context)


def _shown(form: StepForm, name: str) -> str:
    """A kept value as the form's own control would show it."""
    value, field = form.kept.get(name), form.fields[name]
    if value in (None, "", []):
        return _("empty")
    if isinstance(field, AnswerField):
        return field.in_words(value)
    choices = dict(_flat(getattr(field, "choices", ())))
    values = value if isinstance(value, list) else [value]
    return listed(str(choices.get(one, choices.get(str(one), one))) for one in values)


def _flat(choices):
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label


def _next(request, entry: Entry, step: Step):
    """The step the pressed button leads to; the same one by default."""
    page = FormPage(entry, step)
    stop = {"next": page.after, "back": page.before}.get(request.POST.get("go", ""))
    return stop.url if stop else request.path


# ---------------------------------------------------------------- declarations, documents, submission


def _save_declarations(request, entry: Entry) -> HttpResponse:
    page = FormPage(entry, Step.DECLARATIONS)
    ticked = set(request.POST.getlist("agree"))
    wanted = [one for one in page.dossier.declarations if str(one.pk) in ticked]
    refusal = None
    try:
        services.agree_to(entry, declarations=wanted, by=request.user)
    except Refused as refused:
        refusal = refused
    if refusal and not request.htmx:
        return show_step(request, entry, Step.DECLARATIONS, status=UNPROCESSABLE, refusal=refusal)
    if request.htmx:
        fresh = FormPage(entry, Step.DECLARATIONS)
        return render(
            request, "projects/form/saved.html", {"entry": entry, "page": fresh, "form": None, "at": timezone.now()}
        )
    return redirect(_next(request, entry, Step.DECLARATIONS))


@require_POST
def upload(request, pk, requirement):
    """One file for one row. The page's script shows the progress; without it this is a plain form."""
    entry = own_entry(request, pk)
    page = FormPage(entry, Step.DOCUMENTS)
    wanted = next((one for one in page.dossier.requirements if one.pk == requirement), None)
    sent = next((one for one in request.FILES.getlist("file") if one), None)
    refusal = None
    try:
        if wanted is None:
            raise Refused(_("This document is not asked for in your track. Reload the page."))
        if sent is None:
            raise Refused(_("Choose a file first."))
        services.upload_document(entry, wanted, sent, name=sent.name, by=request.user)
    except Refused as refused:
        refusal = refused
    return show_row(request, entry, wanted, refusal)


@require_POST
def remove_document(request, pk, requirement):
    entry = own_entry(request, pk)
    dossier = Dossier(entry)
    document = dossier.documents.get(requirement)
    if document is None:
        raise Http404
    wanted = next((one for one in dossier.requirements if one.pk == requirement), document.requirement)
    refusal = None
    try:
        services.remove_document(entry, document=document, by=request.user)
    except Refused as refused:
        refusal = refused
    return show_row(request, entry, wanted, refusal)


def show_row(request, entry: Entry, requirement, refusal: Refused | None) -> HttpResponse:
    """The row of a document after it was sent or taken out, or its step: that of the questions where it answers one."""
    status = UNPROCESSABLE if refusal else 200
    step = Step.QUESTIONS if requirement and requirement.question_id else Step.DOCUMENTS
    more = {"refusal": refusal, "refused_row": requirement.pk if requirement else None}
    if not request.htmx:
        if refusal is None:
            return redirect(f"{reverse('projects:form', args=[entry.pk, step])}#document-{requirement.pk}")
        return show_step(request, entry, step, status=status, **more)
    page = FormPage(entry, step)
    context = {"entry": entry, "page": page, "requirement": requirement, "at": timezone.now(), **more}
    context |= uploads_of(entry, request.user, context["at"])
    return render(request, "projects/form/document_answer.html", context, status=status)


@require_POST
def submit(request, pk):
    entry = own_entry(request, pk)
    try:
        if "without" not in request.POST and entry.is_editable and under_way(entry, timezone.now()):
            raise Refused(_("A file is still on its way: wait for it, or say that you submit without it."))
        services.submit(entry, by=request.user)
    except Refused as refused:
        entry.refresh_from_db()
        if not entry.is_editable:
            messages.error(request, refused.message)
            return redirect("projects:entry", pk)
        return show_step(request, entry, Step.CHECK, status=UNPROCESSABLE, refusal=refused)
    messages.success(
        request,
        _("Submitted. Your entry number is %(number)s; %(unit)s checks it next.")
        % {"number": entry.number, "unit": entry.holder},
    )
    return redirect("projects:entry", pk)
