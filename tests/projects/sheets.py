"""Workbooks for tests, made by code."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook


def workbook(rows, *, title="往届项目", name="list.xlsx") -> SimpleUploadedFile:
    """One sheet with these rows, as somebody's browser sends it."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return saved(book, name)


def saved(book: Workbook, name="list.xlsx") -> SimpleUploadedFile:
    out = BytesIO()
    book.save(out)
    return SimpleUploadedFile(name, out.getvalue())
