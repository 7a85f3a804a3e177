"""A season in one go: the papers it leaves, and when it is refused."""

from io import BytesIO, StringIO

import pikepdf
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from openpyxl import load_workbook

from certificates.models import Award, Certificate
from contests.models import Season
from judging.models import Ranking
from projects.models import Entry

pytestmark = pytest.mark.django_db


def run(out, contest: str = "veteran", entries: int = 12) -> str:
    said = StringIO()
    call_command("run_season", contest=contest, out=out, entries=entries, stdout=said)
    return said.getvalue()


def test_twelve_entries_leave_four_papers(tmp_path):
    said = run(tmp_path / "papers")
    season = Season.objects.get()
    papers = {path.name: path.read_bytes() for path in (tmp_path / "papers").iterdir()}

    assert set(papers) == {"ranking.xlsx", "notice.pdf", "certificates.pdf", "pipeline.xlsx"}
    assert all(name in said for name in papers)
    assert Entry.objects.filter(season=season).count() == 12
    certificates = Certificate.objects.count()
    assert certificates == Award.objects.count() > 0
    assert len(pikepdf.open(BytesIO(papers["certificates.pdf"])).pages) == certificates
    assert pikepdf.open(BytesIO(papers["notice.pdf"])).pages
    assert load_workbook(BytesIO(papers["ranking.xlsx"])).active.max_row > 1
    assert len(load_workbook(BytesIO(papers["pipeline.xlsx"])).sheetnames) == 4
    assert Ranking.objects.exists()


def test_production_has_no_rehearsal(tmp_path, settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="production"):
        run(tmp_path)
    assert not Season.objects.exists()


def test_an_unknown_contest_is_named_beside_the_known_ones(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere.*startup, talent, student, veteran, youth"):
        run(tmp_path, contest="nowhere")


@pytest.mark.parametrize("entries", [0, 9, 2001])
def test_the_number_of_entries_has_bounds(tmp_path, entries):
    with pytest.raises(CommandError, match="between 10 and 2,000"):
        run(tmp_path, entries=entries)
