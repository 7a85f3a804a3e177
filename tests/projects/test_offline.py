"""A workbook of entries: tried, told by row and column, entered whole or not at all, taken over by its leader."""

import pytest
from openpyxl.styles import Alignment  # noqa: F401

from core.models import AuditEntry
from projects.models import DocumentVersion, Entry
from projects.states import EntryState
from tests import factories
from tests.factories import NOW
from tests.projects.drafts import open_season
from tests.projects.filled import decks, facts, filled, places, run


@pytest.fixture
def season(db):
    factories.RegionFactory()
    return open_season()


@pytest.fixture
def clerk(season):
    return factories.clerk(season.units.get())


def test_first(season, clerk):
    rows = [facts(season, 1), facts(season, 2)]
    people = [{"row": "1", "kind": "成员", "name": "王员", "id_number": factories.resident_id(9)}]
    book = filled(season, clerk, rows, people)
    report = run(season, clerk, book, decks(season, 2))
    assert places(report) == [], [one.message for one in report.faults]
    assert not Entry.objects.exists()
    report = run(season, clerk, book, decks(season, 2), dry=False)
    assert places(report) == []
    assert Entry.objects.filter(state=EntryState.SUBMITTED).count() == 2
