"""Uploads in pieces by the tus 1.0.0 protocol: core, creation (with upload), expiration, termination, checksum.

Bodies are read from the line block by block and never held whole. What a service refuses becomes the status that the
protocol names, with the service's sentence as the body. Writes carry the CSRF token in the `X-CSRFToken` header, as
everywhere. GET is ours: it answers the row of the document for the page.
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from functools import wraps

from django.db import OperationalError, connection
from django.http import HttpResponse, UnreadablePostError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contests.models import DocumentRequirement
from core.problems import Refused, authorize
from projects.models import Entry, Upload
from projects.services import Checksum, Piece, uploads
from projects.services.documents import disk_full
from projects.views.filling import RELATED, show_row

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination,checksum"
ALGORITHMS = ("sha1", "sha256", "md5")
PIECE_TYPE = "application/offset+octet-stream"
BLOCK = 64 * 1024
MOST_DRAINED = 32 * 1024 * 1024
MOST_DIGITS = 15
STATUSES = {
    "bad": 400,
    "deadline": 403,
    "not-editable": 403,
    "requirement": 403,
    "offset": 409,
    "expired": 410,
    "version": 412,
    "quota": 413,
    "too-large": 413,
    "media": 415,
    "busy": 423,
    "checksum": 460,
    "disk-full": 507,
}
REFUSED_FILE = 422


def tus(view: Callable) -> Callable:
    """The protocol around a view: version, method override, refusals as statuses, its headers on every answer."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        if request.method == "POST" and (wanted := request.headers.get("X-HTTP-Method-Override")):
            request.method = wanted.upper()
        try:
            if request.method not in ("OPTIONS", "GET"):
                _refuse_version(request)
            response = view(request, *args, **kwargs)
        except Refused as refusal:
            _drain(request)
            response = _refusal(refusal)
        except OperationalError as error:
            if "full" not in str(error):
                raise
            _drain(request)
            response = _refusal(disk_full())
        response.headers["Tus-Resumable"] = VERSION
        response.headers["Cache-Control"] = "no-store"
        return response

    return wrapped


@require_http_methods(["OPTIONS", "POST"])
@tus
def upload_list(request):
    """What this server can do, and the beginning of an upload."""
    if request.method == "OPTIONS":
        return _abilities()
    size = _number(request, "Upload-Length")
    told = _metadata(request.headers.get("Upload-Metadata", ""))
    entry = get_object_or_404(Entry.objects.owned_by(request.user).select_related(*RELATED), pk=_key(told, "entry"))
    authorize(request.user, "projects.own_entry", entry)
    requirement = get_object_or_404(DocumentRequirement, pk=_key(told, "requirement"), season=entry.season_id)
    upload = uploads.begin_upload(entry, requirement, name=told.get("filename", ""), size=size, by=request.user)
    if request.content_type == PIECE_TYPE:
        upload = uploads.append(upload, _piece(request, offset=0), by=request.user)
    response = _standing(HttpResponse(status=201), upload)
    response.headers["Location"] = reverse("projects:upload_part", args=[upload.pk])
    return response


@require_http_methods(["OPTIONS", "GET", "HEAD", "PATCH", "POST", "DELETE"])
@tus
def upload_part(request, key):
    """One upload: where it stands, its next piece, its end."""
    if request.method == "OPTIONS":
        return _abilities()
    own = Upload.objects.filter(by=request.user).select_related(*(f"entry__{name}" for name in RELATED), "requirement")
    upload = get_object_or_404(own, pk=key)
    authorize(request.user, "projects.own_entry", upload.entry)
    return METHODS[request.method](request, upload)


def _head(request, upload: Upload) -> HttpResponse:
    if upload.finished_at is None:
        uploads.refuse_unless_alive(upload, timezone.now())
    response = _standing(HttpResponse(), upload)
    response.headers["Upload-Length"] = upload.size
    return response


def _patch(request, upload: Upload) -> HttpResponse:
    if request.content_type != PIECE_TYPE:
        raise Refused(_("A piece is sent as %(type)s.") % {"type": PIECE_TYPE}, code="media")
    piece = _piece(request, offset=_number(request, "Upload-Offset"))
    return _standing(HttpResponse(status=204), uploads.append(upload, piece, by=request.user))


def _delete(request, upload: Upload) -> HttpResponse:
    uploads.cancel_upload(upload, by=request.user)
    return HttpResponse(status=204)


def _get(request, upload: Upload) -> HttpResponse:
    refusal = Refused(upload.refusal) if upload.refusal else None
    request.htmx = True
    return show_row(request, upload.entry, upload.requirement, refusal)


def _post(request, upload: Upload) -> HttpResponse:
    raise Refused(_("A piece is sent with PATCH."), code="bad")


METHODS = {"GET": _get, "HEAD": _head, "PATCH": _patch, "POST": _post, "DELETE": _delete}


# ---------------------------------------------------------------- the protocol's headers


def _abilities() -> HttpResponse:
    response = HttpResponse(status=204)
    response.headers["Tus-Version"] = VERSION
    response.headers["Tus-Extension"] = EXTENSIONS
    response.headers["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    return response


def _standing(response: HttpResponse, upload: Upload) -> HttpResponse:
    response.headers["Upload-Offset"] = upload.offset
    if upload.finished_at is None:
        response.headers["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return response


def _refusal(refusal: Refused) -> HttpResponse:
    status = STATUSES.get(refusal.code, REFUSED_FILE)
    response = HttpResponse(refusal.message, status=status, content_type="text/plain; charset=utf-8")
    if refusal.code == "version":
        response.headers["Tus-Version"] = VERSION
    if refusal.code == "checksum":
        response.reason_phrase = "Checksum Mismatch"
    return response


def _refuse_version(request) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise Refused(_("This address speaks tus %(version)s.") % {"version": VERSION}, code="version")


def _number(request, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise Refused(_("The header %(name)s has to be a whole number.") % {"name": header}, code="bad")
    return int(text)


def _metadata(header: str) -> dict[str, str]:
    """`key base64,key base64`: what the client says about the file."""
    told = {}
    for pair in filter(None, header.split(",")):
        key, _space, value = pair.strip().partition(" ")
        try:
            told[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Refused(_("The header %(name)s can't be read.") % {"name": "Upload-Metadata"}, code="bad") from None
    return told


def _key(told: dict[str, str], name: str) -> int:
    text = told.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise Refused(_("The header %(name)s can't be read.") % {"name": "Upload-Metadata"}, code="bad")
    return int(text)


def _checksum(request) -> Checksum | None:
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _space, value = header.partition(" ")
    try:
        expected = base64.b64decode(value, validate=True)
    except binascii.Error:
        expected = b""
    if algorithm not in ALGORITHMS or not expected:
        raise Refused(_("The header %(name)s can't be read.") % {"name": "Upload-Checksum"}, code="bad")
    return Checksum(algorithm, expected)


def _piece(request, *, offset: int) -> Piece:
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    return Piece(offset, length, _blocks(request), _checksum(request))


def _drain(request) -> None:
    """Read on past a refusal: a client that is still sending hears no answer, only that its line broke."""
    left = MOST_DRAINED
    for block in _blocks(request):
        left -= len(block)
        if left < 0:
            return


def _blocks(request) -> Iterator[bytes]:
    """The body as it comes. A line that breaks ends it; who waits for a slow one keeps no database connection."""
    if not connection.in_atomic_block:
        connection.close()
    while True:
        try:
            block = request.read(BLOCK)
        except UnreadablePostError:
            return
        if not block:
            return
        yield block
