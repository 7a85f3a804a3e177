"""Entries as contestants make them, through the services, so that tests start from what really exists."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO

import pikepdf
from django.core.files.base import ContentFile
from django.utils import timezone

from projects import services
from projects.models import Entry
from projects.states import Step
from tests import factories
from tests.factories import NOW, credit_code, resident_id


@cache
def pdf_bytes(pages: int = 2) -> bytes:
    made, written = pikepdf.new(), BytesIO()
    for _ in range(pages):
        made.add_blank_page()
    made.save(written)
    return written.getvalue()


def pdf(pages: int = 2) -> ContentFile:
    return ContentFile(pdf_bytes(pages), name="deck.pdf")


def open_season(**facts):
    """A season with one track, one unit, one required deck and one declaration; open at NOW and today alike."""
    today = timezone.now()
    facts.setdefault("entry_opens", min(NOW, today) - timedelta(days=30))
    facts.setdefault("entry_closes", max(NOW, today) + timedelta(days=30))
    season = factories.SeasonFactory(**facts)
    factories.TrackFactory(season=season)
    factories.RecommendingUnitFactory(season=season)
    factories.DocumentRequirementFactory(season=season)
    factories.DeclarationFactory(season=season)
    return season


def leader_facts(number: int = 1, **facts) -> dict:
    return {
        "name": "李示例",
        "id_kind": "resident",
        "id_number": resident_id(number, date(1995, 3, 2)),
        "phone": "13800138000",
        **facts,
    }


def project_facts(season, **facts) -> dict:
    return {
        "track": season.tracks.first(),
        "unit": season.units.filter(accepts_entries=True).first(),
        "name": "海藻基农用地膜",
        "stage": "start",
        "industry": "agriculture",
        "region": factories.RegionFactory(),
        "one_line": "用海藻做地膜",
        "summary": "简介" * 30,
        "innovation": "创新点",
        "business_model": "商业模式",
        "market": "市场",
        **facts,
    }


def company_facts(number: int = 1, **facts) -> dict:
    return {
        "has_company": True,
        "company_name": "山东示例科技有限公司",
        "credit_code": credit_code(90000 + number),
        "company_kind": "company",
        "registered_on": date(2023, 5, 1),
        "company_region": factories.RegionFactory(),
        "legal_representative": "李示例",
        "leader_share": Decimal(60),
        **facts,
    }


def finance_facts(**facts) -> dict:
    return {
        "employees": 12,
        "insured": 10,
        "expected_jobs": 5,
        "revenue_wan": Decimal("320.50"),
        "tax_wan": Decimal(12),
        "financed_round": "none",
        **facts,
    }


def draft(season=None, *, user=None, number: int = 1, company: bool = True) -> Entry:
    """A draft with its fields filled in; documents and declarations are still missing."""
    season = season or open_season()
    user = user or factories.UserFactory()
    entry = services.start_entry(season, by=user, at=NOW)
    services.save_step(entry, Step.LEADER, leader_facts(number), by=user)
    services.save_step(entry, Step.PROJECT, project_facts(season), by=user)
    told = company_facts(number) if company else {"has_company": False}
    services.save_step(entry, Step.COMPANY, told, by=user)
    finance = finance_facts() if company else {"expected_jobs": 5, "financed_round": "none"}
    services.save_step(entry, Step.FINANCE, finance, by=user)
    return entry


def ready(season=None, *, user=None, number: int = 1, company: bool = True) -> Entry:
    """A draft that can be submitted."""
    entry = draft(season, user=user, number=number, company=company)
    by = entry.project.owner
    for requirement in entry.season.documentrequirements.all():
        services.upload_document(entry, requirement, pdf(), name="路演.pdf", by=by)
    services.agree_to(entry, declarations=entry.season.declarations.all(), by=by)
    return entry


def submitted(season=None, **facts) -> Entry:
    entry = ready(season, **facts)
    return services.submit(entry, by=entry.project.owner, at=NOW)
