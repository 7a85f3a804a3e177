"""Reads of the matching room: who may find which project, and how deals stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.states import Role
from contests.queries import grants_of, is_administrator
from contests.states import HeatState
from core.tasks import Task
from matching.models import Consent, Deal, DealStep, Institution, InstitutionMember, Interest
from matching.states import AmountKind, ConsentPurpose, DealStage, InstitutionState, InterestState
from projects.models import Entry, Participation
from projects.states import Outcome


def member_of(user) -> InstitutionMember | None:
    """The institution an account acts for, read once for each user object."""
    if not user.is_authenticated:
        return None
    if not hasattr(user, "_institution_member"):
        found = InstitutionMember.objects.select_related("institution__organisation").filter(user=user)
        user._institution_member = found.first()
    return user._institution_member


def live_consents(today: date, purpose: ConsentPurpose = ConsentPurpose.TEASER):
    return Consent.objects.filter(purpose=purpose, withdrawn_at=None, expires_on__gte=today)


def teasers(user, today: date):
    """Briefs an admitted institution (or an admitting officer) may read: one live consent each, newest first."""
    found = live_consents(today)
    member = member_of(user)
    if member is not None and member.institution.is_admitted(today):
        found = found.filter(Q(institution=None) | Q(institution_id=member.institution_id))
    elif not user.has_perm("matching.admit_institution"):
        return found.none()
    return found.select_related("entry__season__contest", "entry__track", "entry__region", "project__landing_region")


def document_consent(user, entry: Entry, today: date) -> Consent | None:
    """The consent under which this user's institution may read the entry's documents, if there is one."""
    member = member_of(user)
    if member is None or not member.institution.is_admitted(today):
        return None
    return live_consents(today, ConsentPurpose.DOCUMENTS).filter(entry=entry, institution=member.institution).first()


def public_awards():
    """Participations whose award the public has seen; before that nobody learns of it, not even by a task."""
    return Participation.objects.filter(outcome=Outcome.AWARDED, heat__state=HeatState.PUBLISHED)


def awarded_entries(user):
    """Entries of this owner that earned a place in the project library: an award that is public."""
    won = public_awards().filter(entry=OuterRef("pk"))
    return Entry.objects.owned_by(user).filter(Exists(won)).select_related("season__contest", "track", "project")


def deals_visible_to(user):
    """Deals of the own institution, of own projects, and of the projects in an officer's scope."""
    if not user.is_authenticated:
        return Deal.objects.none()
    member = member_of(user)
    seen = Q(project__owner=user)
    if member is not None:
        seen |= Q(institution_id=member.institution_id)
    return Deal.objects.filter(seen | Q(pk__in=deals_followed_by(user).values("pk")))


def deals_followed_by(user):
    """Deals an officer follows: of projects with an entry in the scope of one of the officer's grants."""
    if is_administrator(user):
        return Deal.objects.all()
    roles = {grant.role for grant in grants_of(user)} & {Role.PROVINCE, Role.CITY, Role.SUPERVISOR}
    if not roles:
        return Deal.objects.none()
    entries = Entry.objects.visible_to(user).exclude(project__owner=user).filter(project=OuterRef("project"))
    return Deal.objects.filter(Exists(entries))


@dataclass(frozen=True)
class Amount:
    """A sum of one kind: never added to another kind."""

    kind: str
    label: str
    wan: Decimal
    deals: int


def amounts(deals) -> list[Amount]:
    """Intention, signed and received apart; received counts only what the project confirmed (invariant 9).

    Of several steps of one kind in one deal the last one holds, so an amount that was corrected counts once.
    """
    rows = (
        DealStep.objects.filter(deal__in=deals)
        .exclude(amount_kind="")
        .exclude(amount_kind=AmountKind.RECEIVED, confirmed_at=None)
        .filter(~Exists(_later_steps()))
        .values("amount_kind")
        .annotate(wan=Sum("amount_wan"), deals=Count("deal", distinct=True))
    )
    found = {row["amount_kind"]: row for row in rows}
    none = {"wan": Decimal(0), "deals": 0}
    return [
        Amount(kind, kind.label, found.get(kind, none)["wan"] or Decimal(0), found.get(kind, none)["deals"])
        for kind in AmountKind
    ]


def _later_steps():
    later = DealStep.objects.filter(deal=OuterRef("deal"), amount_kind=OuterRef("amount_kind"), pk__gt=OuterRef("pk"))
    return later.exclude(amount_kind=AmountKind.RECEIVED, confirmed_at=None)


@dataclass
class Column:
    """One stage of the deal board with its deals."""

    stage: DealStage
    deals: list[Deal]
    count: int


BOARD = (DealStage.TALKS, DealStage.INTENTION, DealStage.DILIGENCE, DealStage.SIGNED, DealStage.RECEIVED)


def board(deals, *, per_column: int = 20) -> list[Column]:
    """The deal board: the newest deals of each stage and how many there are."""
    counts = dict(deals.order_by().values_list("stage").annotate(n=Count("pk")))
    shown = deals.select_related("institution__organisation", "project__region").prefetch_related(
        Prefetch("steps", DealStep.objects.order_by("-pk"))
    )
    return [
        Column(stage, list(shown.filter(stage=stage).order_by("-moved_at")[:per_column]), counts.get(stage, 0))
        for stage in BOARD
    ]


def tasks_for(user, at: datetime) -> list[Task]:
    """Answers a project owes, steps to confirm, wins to consent for; admissions that wait for an officer."""
    found = [*_owner_tasks(user), *_investor_tasks(user, at)]
    if user.has_perm("matching.admit_institution"):
        waiting = Institution.objects.filter(state=InstitutionState.APPLIED).count()
        if waiting:
            found.append(
                Task(
                    title=_("Decide on institutions that ask for admission"),
                    why=_("%(count)s waiting; they see no project before.") % {"count": waiting},
                    url=reverse("matching:admissions"),
                    action=_("See applications"),
                    weight=2,
                )
            )
    return found


def _owner_tasks(user) -> Iterator[Task]:
    asked = Interest.objects.filter(project__owner=user, state=InterestState.OPEN)
    for interest in asked.select_related("institution__organisation", "project")[:5]:
        yield Task(
            title=_("Answer the request of %(institution)s") % {"institution": interest.institution},
            why=_("They would like to talk about “%(project)s”. You decide what they may see.")
            % {"project": interest.project},
            url=reverse("matching:requests"),
            action=_("See and decide"),
            weight=5,
        )
    steps = DealStep.objects.filter(deal__project__owner=user, confirmed_at=None).exclude(amount_kind="")
    for step in steps.select_related("deal__institution__organisation", "deal__project")[:5]:
        yield Task(
            title=_("Confirm an amount reported by %(institution)s") % {"institution": step.deal.institution},
            why=_("%(kind)s for “%(project)s”. Only amounts you confirm count as received.")
            % {"kind": step.get_amount_kind_display(), "project": step.deal.project},
            url=reverse("matching:deal", args=[step.deal_id]),
            action=_("Check and confirm"),
            weight=5,
            tone="due",
        )
    consented = Consent.objects.filter(entry=OuterRef("pk"), purpose=ConsentPurpose.TEASER)
    for entry in awarded_entries(user).filter(~Exists(consented))[:3]:
        yield Task(
            title=_("Let investors find “%(entry)s”") % {"entry": entry.title},
            why=_("Your project won an award. With your consent, admitted institutions see its brief."),
            url=reverse("matching:consent", args=[entry.pk]),
            action=_("Read and decide"),
            weight=3,
            tone="done",
        )


def _investor_tasks(user, at: datetime) -> Iterator[Task]:
    member = member_of(user)
    if member is None or not member.institution.is_admitted(timezone.localdate(at)):
        return
    fresh = teasers(user, timezone.localdate(at)).count()
    yield Task(
        title=_("See projects that agreed to be found"),
        why=_("%(count)s briefs are open to your institution.") % {"count": fresh},
        url=reverse("matching:library"),
        action=_("Open the project library"),
    )
    for deal in member.institution.deals.filter(stage__in=BOARD[:4]).select_related("project").order_by("moved_at")[:3]:
        yield Task(
            title=_("Report how “%(project)s” stands") % {"project": deal.project},
            why=_("It stands at “%(stage)s” since %(date)s.")
            % {"stage": deal.get_stage_display(), "date": f"{timezone.localtime(deal.moved_at):%Y-%m-%d}"},
            url=reverse("matching:deal", args=[deal.pk]),
            action=_("Record progress"),
            weight=1,
        )
