"""The pipeline after the prize as Excel: consents, interests, deals and every step of them."""

from django.utils.translation import gettext as _

from core.xlsx import workbook
from matching.models import Consent, Deal, DealStep, Interest


def pipeline_workbook(deals, *, projects=None) -> bytes:
    """Deals with their three kinds of money in columns of their own, never added; the steps; what led to them."""
    deals = list(deals.select_related("project", "institution__organisation").order_by("opened_at", "pk"))
    steps = list(
        DealStep.objects.filter(deal__in=deals).select_related("deal__project", "deal__institution__organisation", "by")
    )
    return workbook(
        [
            (_("Deals"), _deal_heads(), _deal_rows(deals, steps)),
            (_("Steps"), _step_heads(), _step_rows(steps)),
            (_("Interests"), _interest_heads(), _interest_rows(projects)),
            (_("Consents"), _consent_heads(), _consent_rows(projects)),
        ]
    )


def _deal_heads() -> list[str]:
    return [
        _("Project"), _("Institution"), _("Stage"), _("Intention (10,000 yuan)"), _("Signed (10,000 yuan)"),
        _("Received and confirmed (10,000 yuan)"), _("Opened"), _("Last moved"), _("What came of it"),
    ]  # fmt: skip


def _deal_rows(deals: list[Deal], steps: list[DealStep]):
    held: dict[tuple[int, str], DealStep] = {}
    for step in steps:
        if step.amount_kind and (step.amount_kind != "received" or step.confirmed_at):
            held[step.deal_id, step.amount_kind] = step
    for deal in deals:
        money = [held.get((deal.pk, kind)) for kind in ("intention", "signed", "received")]
        yield [
            deal.project.name, str(deal.institution), deal.get_stage_display(),
            *(step.amount_wan if step else None for step in money), deal.opened_at, deal.moved_at, deal.outcome,
        ]  # fmt: skip


def _step_heads() -> list[str]:
    return [
        _("Project"), _("Institution"), _("Stage"), _("Kind of amount"), _("Amount (10,000 yuan)"), _("Evidence"),
        _("Note"), _("Recorded by"), _("Recorded"), _("Confirmed by the project"),
    ]  # fmt: skip


def _step_rows(steps: list[DealStep]):
    for step in steps:
        yield [
            step.deal.project.name, str(step.deal.institution), step.get_stage_display(),
            step.get_amount_kind_display() if step.amount_kind else "", step.amount_wan, step.evidence, step.note,
            str(step.by), step.at, step.confirmed_at,
        ]  # fmt: skip


def _interest_heads() -> list[str]:
    return [_("Project"), _("Institution"), _("State"), _("Message to the project"), _("Sent in"), _("Answered")]


def _interest_rows(projects):
    found = Interest.objects.select_related("project", "institution__organisation").order_by("at", "pk")
    for one in found if projects is None else found.filter(project__in=projects):
        yield [
            one.project.name, str(one.institution), one.get_state_display(), one.note, one.at, one.answered_at,
        ]  # fmt: skip


def _consent_heads() -> list[str]:
    return [_("Project"), _("Purpose"), _("Institution"), _("Given"), _("Valid until"), _("Withdrawn")]


def _consent_rows(projects):
    found = Consent.objects.select_related("project", "institution__organisation").order_by("given_at", "pk")
    for one in found if projects is None else found.filter(project__in=projects):
        yield [
            one.project.name, one.get_purpose_display(), str(one.institution or ""), one.given_at, one.expires_on,
            one.withdrawn_at,
        ]  # fmt: skip
