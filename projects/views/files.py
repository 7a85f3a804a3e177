"""Documents as readers get them: pictures of their pages, or the file as a download that no browser runs."""

import re
from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from projects import pages
from projects.models import DocumentVersion
from projects.tasks import needs_conversion

SANDBOX = "default-src 'none'; sandbox"
PRIVATE = "private, max-age=86400, immutable"
REVALIDATED = "private, no-cache"
BLOCK = 256 * 1024
SPAN = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def readable_version(request, pk: int) -> DocumentVersion:
    """A version that this reader may see. Anything else answers as if it did not exist.

    Rooms above add their readers to the permission `projects.view_document`.
    """
    related = ("document__entry__season", "document__entry__project", "document__entry__unit", "document__entry__zone")
    found = get_object_or_404(DocumentVersion.objects.select_related(*related, "document__requirement"), pk=pk)
    if not request.user.has_perm("projects.view_document", found):
        raise Http404
    return found


def sealed(response, version: DocumentVersion):
    """Headers that keep a file from acting as a page of ours."""
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = PRIVATE
    response.headers["ETag"] = _tag(version)
    return response


@require_safe
def file(request, pk):
    """The file as a download. Its owner gets back what was sent; others a PDF without scripts and files inside."""
    version = readable_version(request, pk)
    own = request.user.has_perm("projects.own_entry", version.document.entry)
    body = version.file.open("rb") if own else default_storage.open(_quiet(version))
    response = FileResponse(body, as_attachment=True, filename=download_name(version))
    response.headers["Content-Type"] = "application/octet-stream"
    sealed(response, version)
    response.headers["Vary"] = "Cookie"
    return response


def _quiet(version: DocumentVersion) -> str:
    try:
        return pages.quiet_name(version)
    except pages.PageMissingError:
        raise Http404 from None


@require_safe
def video(request, pk):
    """A video for the player in the page: whole, or the stretch of it that the player asks for.

    Any worker answers any stretch, since each one names its version by its digest. The permission is asked for anew
    with every stretch, so that one taken away ends the film.
    """
    version = readable_version(request, pk)
    if version.extension != "mp4":
        raise Http404
    span = _wanted_span(request, version)
    if span is None:
        response, start, end = StreamingHttpResponse(status=200), 0, version.size
    elif span[0] >= span[1]:
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{version.size}"})
        return _playable(response, version)
    else:
        start, end = span
        response = StreamingHttpResponse(status=206)
        response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{version.size}"
    response.headers["Content-Length"] = str(end - start)
    if request.method == "GET":
        response.streaming_content = _stretch(version, start, end)
    return _playable(response, version)


def _wanted_span(request, version: DocumentVersion) -> tuple[int, int] | None:
    """First byte and the one behind the last; None for the whole file, an empty stretch for one that is not there.

    Of several stretches, or one of another version than `If-Range` names, the answer is the whole file (RFC 9110).
    """
    found = SPAN.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if not found or not any(found.groups()) or request.headers.get("If-Range", _tag(version)) != _tag(version):
        return None
    first, last = found.groups()
    if not first:
        return max(0, version.size - int(last)), version.size if int(last) else 0
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1 if last else version.size, version.size)


def _stretch(version: DocumentVersion, start: int, end: int) -> Iterator[bytes]:
    with version.file.open("rb") as body:
        body.seek(start)
        left = end - start
        while left and (block := body.read(min(BLOCK, left))):
            left -= len(block)
            yield block


def _playable(response, version: DocumentVersion):
    sealed(response, version)
    response.headers["Cache-Control"] = REVALIDATED
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Type"] = version.content_type
    return response


def _tag(version: DocumentVersion) -> str:
    return f'"{version.sha256}"'


def download_name(version: DocumentVersion) -> str:
    """Named after entry and document, not after what the sender's disk called it."""
    entry = version.document.entry
    return f"{entry.number or entry.pk}-{version.document.requirement.label}.{version.extension}"


@require_safe
def page(request, pk, number):
    """One page as a picture; `?size=small` for a thumbnail."""
    version = readable_version(request, pk)
    if request.headers.get("If-None-Match") == _tag(version):
        return sealed(HttpResponseNotModified(), version)
    width = pages.SMALL if request.GET.get("size") == "small" else pages.LARGE
    try:
        body = pages.page_image(version, number, width=width)
    except pages.PageMissingError:
        raise Http404 from None
    return sealed(HttpResponse(body, content_type="image/webp"), version)


@require_safe
def viewer(request, pk):
    """A document page by page, beside the way to download it."""
    version = readable_version(request, pk)
    shown = range(1, (version.pages or 1) + 1) if pages.is_shown(version) else []
    entry = version.document.entry
    others = entry.documents.filter(current__isnull=False).select_related("current", "requirement")
    context = {
        "version": version,
        "document": version.document,
        "entry": entry,
        "shown": shown,
        "others": others,
        "versions": _versions(request.user, version),
        "converts": needs_conversion(version),
    }
    return render(request, "projects/viewer.html", context)


def _versions(user, version: DocumentVersion) -> list[DocumentVersion]:
    """Every version of the document for whoever may see the entry itself; others see the one they were given."""
    return list(version.document.versions.all()) if user.has_perm("projects.view_entry", version.document.entry) else []
