"""The pipeline as Excel: three kinds of money side by side, only confirmed money as received, text as text."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from matching.exports import pipeline_workbook
from matching.models import Deal, DealStep
from projects.models import Project
from tests.factories import NOW, ConsentFactory, DealFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_pipeline_keeps_the_kinds_of_money_apart(django_assert_max_num_queries):
    deal, other, by = DealFactory(outcome="=1+1"), DealFactory(), UserFactory()
    for kind, amount, confirmed in [("intention", 500, None), ("signed", 300, NOW), ("received", 200, NOW)]:
        DealStep.objects.create(
            deal=deal, stage=kind, amount_kind=kind, amount_wan=amount, confirmed_at=confirmed, by=by, at=NOW
        )
    DealStep.objects.create(deal=other, stage="received", amount_kind="received", amount_wan=900, by=by, at=NOW)
    ConsentFactory(project=deal.project, entry__project=deal.project)
    ConsentFactory()

    with django_assert_max_num_queries(4):
        made = pipeline_workbook(Deal.objects.all(), projects=Project.objects.filter(pk=deal.project_id))
    deals, steps, interests, consents = load_workbook(BytesIO(made))

    rows = {row[0].value: row for row in deals.iter_rows(min_row=2)}
    assert [cell.value for cell in rows[deal.project.name][3:6]] == [500, 300, 200]
    assert [cell.value for cell in rows[other.project.name][3:6]] == [None, None, None]
    assert (rows[deal.project.name][8].value, rows[deal.project.name][8].data_type) == ("=1+1", "s")
    assert [sheet.max_row - 1 for sheet in (steps, interests, consents)] == [4, 1, 1]
