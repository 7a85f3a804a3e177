"""A file made for whoever asked: named, typed by its ending, and kept by no cache on the way."""

from pathlib import PurePath

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from core.files import CONTENT_TYPES

KINDS = {**CONTENT_TYPES, "json": "application/json", "yaml": "application/yaml; charset=utf-8"}


def download(content: bytes | str, name: str, *, inline: bool = False) -> HttpResponse:
    """The answer with the file; `inline` shows it in the browser where that can."""
    answer = HttpResponse(content, content_type=KINDS[PurePath(name).suffix[1:]])
    answer["Content-Disposition"] = content_disposition_header(not inline, name)
    answer["Cache-Control"] = "private, no-store"
    return answer
