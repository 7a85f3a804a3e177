"""Writes of the matching room: admission, consent, interest and deals (domain §6).

Only information is matched here: no custody of money, no public offer of shares, no promised return.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.problems import Refused
from matching.models import Access, Consent, Deal, DealStep, Institution, InstitutionMember, Interest
from matching.queries import public_awards
from matching.states import (
    DEAL_MOVES,
    INSTITUTION_MOVES,
    INTEREST_MOVES,
    AmountKind,
    ConsentPurpose,
    DealStage,
    InstitutionState,
    InterestState,
)
from matching.texts import VERSION, consent_text
from messaging.services import send

CONSENT_DAYS = 365

AMOUNT_OF_STAGE = {
    DealStage.INTENTION: AmountKind.INTENTION,
    DealStage.SIGNED: AmountKind.SIGNED,
    DealStage.RECEIVED: AmountKind.RECEIVED,
}


def _move(obj, to, *, moves, field: str, by, at: datetime, reason: str = ""):
    before = getattr(obj, field)
    if to not in moves[before]:
        raise Refused(
            _("This stands at “%(before)s” and can't go to “%(to)s”. Reload the page to see what is possible now.")
            % {"before": type(to)(before).label, "to": to.label}
        )
    setattr(obj, field, to)
    audit.record(
        obj, f"{obj._meta.model_name}.{to}", by=by, reason=reason, before={field: before}, after={field: to}, at=at
    )


@transaction.atomic
def apply(organisation, *, kind: str, by, at: datetime | None = None, regions=(), **thesis) -> Institution:
    """Ask for admission of an organisation; the applying account acts for it from then on."""
    at = at or timezone.now()
    if Institution.objects.filter(organisation=organisation).exists():
        raise Refused(
            _("This organisation has applied already. Ask a colleague there to add you."), field="credit_code"
        )
    institution = Institution.objects.create(organisation=organisation, kind=kind, **thesis)
    institution.regions.set(regions)
    InstitutionMember.objects.create(institution=institution, user=by)
    audit.record(institution, "institution.apply", by=by, after={"kind": kind}, at=at)
    return institution


@transaction.atomic
def admit(institution: Institution, *, expires_on: date, by, at: datetime | None = None) -> Institution:
    """Admit after an officer has checked the registration; admission ends by itself on its last day."""
    at = at or timezone.now()
    if expires_on < timezone.localdate(at):
        raise Refused(_("Choose an end of admission that lies ahead."), field="expires_on")
    institution = Institution.objects.select_for_update().get(pk=institution.pk)
    _move(institution, InstitutionState.ADMITTED, moves=INSTITUTION_MOVES, field="state", by=by, at=at)
    institution.admitted_at, institution.admitted_by, institution.expires_on = at, by, expires_on
    institution.save()
    _tell_members(
        institution,
        subject=_("Your institution is admitted"),
        body=_("You can now open the project library and express interest."),
        link=reverse("matching:library"),
    )
    return institution


@transaction.atomic
def refuse(institution: Institution, *, reason: str, by, at: datetime | None = None) -> Institution:
    return _close(institution, InstitutionState.REFUSED, reason=reason, by=by, at=at)


@transaction.atomic
def suspend(institution: Institution, *, reason: str, by, at: datetime | None = None) -> Institution:
    return _close(institution, InstitutionState.SUSPENDED, reason=reason, by=by, at=at)


def _close(institution, to, *, reason, by, at) -> Institution:
    if not reason.strip():
        raise Refused(_("Give the reason: the institution will read it."), field="reason")
    institution = Institution.objects.select_for_update().get(pk=institution.pk)
    _move(institution, to, moves=INSTITUTION_MOVES, field="state", by=by, at=at or timezone.now(), reason=reason)
    institution.reason = reason.strip()
    institution.save(update_fields=["state", "reason"])
    _tell_members(institution, subject=_("About the admission of your institution"), body=institution.reason)
    return institution


def _tell_members(institution, *, subject: str, body: str, link: str = "") -> None:
    for member in institution.members.select_related("user"):
        send(member.user, kind="institution", subject=subject, body=body, link=link)


@transaction.atomic
def give_consent(
    entry,
    *,
    purpose: str,
    by,
    at: datetime | None = None,
    institution: Institution | None = None,
    expires_on: date | None = None,
) -> Consent:
    """Record the project's agreement with the text as shown. The same live consent twice is one consent.

    Only winners enter the library; documents open to one named institution at a time (PIPL Art. 23).
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    expires_on = expires_on or today + timedelta(days=CONSENT_DAYS)
    if expires_on < today:
        raise Refused(_("Choose an end of the consent that lies ahead."), field="expires_on")
    if purpose == ConsentPurpose.DOCUMENTS and institution is None:
        raise Refused(_("Choose the one institution that may read the documents."), field="institution")
    if not public_awards().filter(entry=entry).exists():
        raise Refused(_("The project library takes winners. It opens to this entry once its award is published."))
    held = Consent.objects.select_for_update().filter(
        entry=entry, purpose=purpose, institution=institution, withdrawn_at=None, expires_on__gte=today
    )
    if found := held.first():
        return found
    consent = Consent.objects.create(
        project=entry.project,
        entry=entry,
        purpose=purpose,
        institution=institution,
        text=consent_text(purpose, project=entry.title, institution=str(institution or ""), until=f"{expires_on:%F}"),
        text_version=VERSION,
        by=by,
        given_at=at,
        expires_on=expires_on,
    )
    audit.record(
        consent, "consent.give", by=by, after={"purpose": purpose, "institution": str(institution or "")}, at=at
    )
    return consent


@transaction.atomic
def withdraw_consent(consent: Consent, *, by, at: datetime | None = None) -> Consent:
    """End a consent at once and tell whoever read documents under it (domain §8.8: no erasure pretence)."""
    consent = Consent.objects.select_for_update().get(pk=consent.pk)
    if consent.withdrawn_at:
        return consent
    consent.withdrawn_at = at or timezone.now()
    consent.save(update_fields=["withdrawn_at"])
    audit.record(consent, "consent.withdraw", by=by, at=consent.withdrawn_at)
    readers = {access.by for access in consent.accesses.select_related("by")}
    for reader in readers:
        send(
            reader,
            kind="consent",
            subject=_("“%(project)s” has withdrawn its consent") % {"project": consent.project},
            body=_("Please delete the documents you received and stop using them."),
        )
    return consent


@transaction.atomic
def express_interest(institution: Institution, project, *, note: str, by, at: datetime | None = None) -> Interest:
    """Ask a project to talk. Asking again after withdrawing opens the same row, so that history stays one."""
    at = at or timezone.now()
    today = timezone.localdate(at)
    if not institution.is_admitted(today):
        raise Refused(_("Your institution is not admitted at present. Ask the organisers to renew its admission."))
    seen = Consent.objects.filter(
        project=project, purpose=ConsentPurpose.TEASER, withdrawn_at=None, expires_on__gte=today
    )
    if not seen.exists():
        raise Refused(_("This project is no longer open to institutions. Look for others in the project library."))
    interest = Interest.objects.select_for_update().filter(institution=institution, project=project).first()
    if interest is None:
        interest = Interest.objects.create(institution=institution, project=project, note=note.strip(), by=by, at=at)
        audit.record(interest, "interest.express", by=by, at=at)
    elif interest.state == InterestState.WITHDRAWN:
        _move(interest, InterestState.OPEN, moves=INTEREST_MOVES, field="state", by=by, at=at)
        interest.note, interest.by, interest.at = note.strip(), by, at
        interest.save()
    else:
        return interest
    send(
        project.owner,
        kind="interest",
        subject=_("%(institution)s is interested in “%(project)s”") % {"institution": institution, "project": project},
        body=note.strip() or _("They would like to talk with you."),
        link=reverse("matching:requests"),
    )
    return interest


@transaction.atomic
def answer_interest(
    interest: Interest, *, accepted: bool, by, at: datetime | None = None, answer: str = ""
) -> Interest:
    """The project accepts (talks begin as a deal) or declines with a word of why."""
    at = at or timezone.now()
    interest = (
        Interest.objects.select_for_update().select_related("project", "institution__organisation").get(pk=interest.pk)
    )
    to = InterestState.ACCEPTED if accepted else InterestState.DECLINED
    _move(interest, to, moves=INTEREST_MOVES, field="state", by=by, at=at, reason=answer)
    interest.answered_at, interest.answer = at, answer.strip()
    interest.save()
    if accepted:
        deal = Deal.objects.create(
            interest=interest, institution=interest.institution, project=interest.project, opened_at=at, moved_at=at
        )
        DealStep.objects.create(deal=deal, stage=DealStage.TALKS, by=by, at=at)
        audit.record(deal, "deal.open", by=by, at=at)
    send(
        interest.by,
        kind="interest",
        subject=_("“%(project)s” has answered") % {"project": interest.project},
        body=answer.strip() or (_("They would like to talk.") if accepted else _("They decline at present.")),
        link=reverse("matching:deals"),
    )
    return interest


@transaction.atomic
def advance(
    deal: Deal,
    *,
    stage: str,
    by,
    at: datetime | None = None,
    amount_wan: Decimal | None = None,
    evidence: str = "",
    note: str = "",
) -> DealStep:
    """Record that a deal has moved. Intention, signed and received need their amount (万元); signed and received
    name their evidence. The amount counts as received only after the project has confirmed it."""
    at, stage = at or timezone.now(), DealStage(stage)
    kind = AMOUNT_OF_STAGE.get(stage, "")
    if kind and (amount_wan is None or amount_wan <= 0):
        raise Refused(_("Enter the amount in 10,000 yuan, above zero."), field="amount_wan")
    if kind in (AmountKind.SIGNED, AmountKind.RECEIVED) and not evidence.strip():
        raise Refused(_("Name the evidence: contract number and date, or bank receipt."), field="evidence")
    if stage in (DealStage.PAUSED, DealStage.DECLINED) and not note.strip():
        raise Refused(_("Say why, in a word: the project learns from it."), field="note")
    deal = (
        Deal.objects.select_for_update().select_related("project__owner", "institution__organisation").get(pk=deal.pk)
    )
    _move(deal, stage, moves=DEAL_MOVES, field="stage", by=by, at=at, reason=note)
    deal.moved_at = at
    deal.save(update_fields=["stage", "moved_at"])
    step = DealStep.objects.create(
        deal=deal,
        stage=stage,
        amount_kind=kind,
        amount_wan=amount_wan if kind else None,
        evidence=evidence.strip(),
        note=note.strip(),
        by=by,
        at=at,
    )
    send(
        deal.project.owner,
        kind="deal",
        subject=_("%(institution)s has recorded progress: %(stage)s")
        % {"institution": deal.institution, "stage": stage.label},
        body=_("Please check the record and confirm the amount if it is right."),
        link=reverse("matching:deal", args=[deal.pk]),
    )
    return step


@transaction.atomic
def confirm(step: DealStep, *, by, at: datetime | None = None) -> DealStep:
    """The project confirms what the institution has recorded."""
    step = DealStep.objects.select_for_update().select_related("deal").get(pk=step.pk)
    if step.confirmed_at:
        return step
    step.confirmed_at, step.confirmed_by = at or timezone.now(), by
    step.save(update_fields=["confirmed_at", "confirmed_by"])
    audit.record(
        step.deal, "deal.confirm", by=by, at=step.confirmed_at, after={"kind": step.amount_kind, "wan": step.amount_wan}
    )
    return step


@transaction.atomic
def record_outcome(deal: Deal, *, outcome: str, by, at: datetime | None = None) -> Deal:
    """What came of it in words: where the project landed, what it changed. The audit trail keeps earlier words."""
    if not outcome.strip():
        raise Refused(_("Write a sentence on what came of it."), field="outcome")
    deal = Deal.objects.select_for_update().get(pk=deal.pk)
    before, deal.outcome = deal.outcome, outcome.strip()
    deal.save(update_fields=["outcome"])
    audit.record(deal, "deal.outcome", by=by, at=at, before={"outcome": before}, after={"outcome": deal.outcome})
    return deal


@transaction.atomic
def read_document(consent: Consent, version, *, by, at: datetime | None = None) -> Access:
    """Log one reading of a document before it is shown; refused without a live consent for this very institution."""
    at = at or timezone.now()
    consent = Consent.objects.select_for_update().get(pk=consent.pk)
    member = InstitutionMember.objects.select_related("institution").filter(user=by).first()
    alive = consent.withdrawn_at is None and consent.expires_on >= timezone.localdate(at)
    if not alive or consent.purpose != ConsentPurpose.DOCUMENTS:
        raise Refused(_("The project's consent has ended. Ask the project for a new one."))
    if member is None or member.institution_id != consent.institution_id:
        raise Refused(_("This consent was given to another institution."))
    if not member.institution.is_admitted(timezone.localdate(at)):
        raise Refused(_("Your institution is not admitted at present. Ask the organisers to renew its admission."))
    if version.document.entry_id != consent.entry_id:
        raise Refused(_("The consent does not cover this document."))
    access = Access.objects.create(consent=consent, version=version, by=by, at=at)
    audit.record(version, "document.read", by=by, at=at, after={"consent": consent.pk})
    return access
