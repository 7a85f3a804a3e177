"""Documents as readers get them: pictures of their pages, or the file as a download that no browser runs."""

from django.http import FileResponse, Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from projects import pages
from projects.models import DocumentVersion

SANDBOX = "default-src 'none'; sandbox"
PRIVATE = "private, max-age=86400, immutable"


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
    response.headers["ETag"] = f'"{version.sha256}"'
    return response


@require_safe
def file(request, pk):
    version = readable_version(request, pk)
    response = FileResponse(version.file.open("rb"), as_attachment=True, filename=download_name(version))
    response.headers["Content-Type"] = "application/octet-stream"
    return sealed(response, version)


def download_name(version: DocumentVersion) -> str:
    """Named after entry and document, not after what the sender's disk called it."""
    entry = version.document.entry
    return f"{entry.number or entry.pk}-{version.document.requirement.label}.{version.extension}"


@require_safe
def page(request, pk, number):
    """One page as a picture; `?size=small` for a thumbnail."""
    version = readable_version(request, pk)
    if request.headers.get("If-None-Match") == f'"{version.sha256}"':
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
    context = {"version": version, "document": version.document, "entry": entry, "shown": shown, "others": others}
    return render(request, "projects/viewer.html", context)
