"""A season that takes entries and the clerk of its unit, for the tests of the offline desk."""

import pytest

from tests import factories
from tests.projects.drafts import open_season


@pytest.fixture
def small_books(monkeypatch):
    """Fewer rows with check formulas: the template is made for nearly every test."""
    monkeypatch.setattr("projects.workbooks.entries.PEOPLE_ROWS", 10)
    monkeypatch.setattr("projects.imports.entries.MOST_ENTRIES", 20)


@pytest.fixture
def season(db):
    factories.RegionFactory()
    return open_season()


@pytest.fixture
def clerk(season):
    return factories.clerk(season.units.get())
