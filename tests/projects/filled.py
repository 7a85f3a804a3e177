"""The template of a season, filled in as a clerk does it, and a zip of papers beside it."""

import zipfile
from datetime import date
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from accounts.models import User
from projects.batches import offline_upload  # noqa: F401 - registers the runners, as the room does when it is ready
from projects.imports.entries import ENTRIES, PEOPLE, read_entries
from projects.imports.papers import no_papers, read_papers
from projects.queries.offline import SeasonForm
from projects.services.offline import enter_offline
from projects.workbooks.entries import mark_of, template
from tests.factories import NOW, resident_id
from tests.projects.drafts import pdf_bytes
from tests.projects.sheets import saved

FIRST = 3


def facts(season, number: int, **more) -> dict:
    """What one row says, by the key of the fact; a team without a company."""
    return {
        "track": season.tracks.first().name,
        "unit": season.units.filter(accepts_entries=True).first().name,
        "name": f"海藻地膜{number}号", "stage": "初创", "industry": "现代农业", "region": "济南市",
        "one_line": "用海藻做地膜", "summary": "简介" * 30, "innovation": "创新点", "business_model": "商业模式",
        "market": "市场", "leader.name": f"李示{number}", "leader.id_number": resident_id(number, date(1995, 3, 2)),
        "leader.phone": "13800138000", "has_company": "否", "expected_jobs": 5, "financed_round": "尚未融资", **more,
    }  # fmt: skip


def filled(season, user: User, rows: list[dict], people: list[dict] = (), *, change=None, form=None):
    """The template with these rows; `change` gets the book before it is saved."""
    form = form or SeasonForm(season, user)
    book = load_workbook(BytesIO(template(form)))
    _put(book[ENTRIES], form.columns, rows)
    _put(book[PEOPLE], form.member_columns, people)
    if change:
        change(book)
    return saved(book, "entries.xlsx")


def _put(sheet, columns, rows) -> None:
    places = {str(cell.value).rstrip("*"): cell.column for cell in sheet[1] if cell.value}
    at = {column.key: places[column.heading] for column in columns}
    for number, row in enumerate(rows):
        for key, value in row.items():
            sheet.cell(FIRST + number, at[key], value)


def zipped(files: dict[str, bytes]) -> SimpleUploadedFile:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return SimpleUploadedFile("papers.zip", out.getvalue())


def decks(season, count: int) -> SimpleUploadedFile:
    label = season.documentrequirements.first().label
    return zipped({f"{number}_{label}.pdf": pdf_bytes() for number in range(1, count + 1)})


def run(season, user, book, papers=None, *, submit=True, dry=True, at=NOW):
    """What the job does, without the job."""
    form = SeasonForm(season, user)
    batch = read_entries(
        book, name="entries.xlsx", mark=mark_of(season), columns=form.columns, member_columns=form.member_columns
    )
    labels = {one.label: one.max_mb for one in form.requirements}
    found = read_papers(papers, name="p.zip", keys=[one.key for one in batch.rows], labels=labels) if papers else None
    return enter_offline(season, batch, found or no_papers(), by=user, submit=submit, dry=dry, at=at)


def places(report) -> list[tuple]:
    return [(one.sheet, one.row, one.heading) for one in report.faults]


def entered(season, clerk, rows, people=(), **more):
    report = run(season, clerk, filled(season, clerk, rows, people), decks(season, len(rows)), dry=False, **more)
    assert [one.message for one in report.faults] == []
    return report
