"""Certificates as they were issued, on paper: one, or all of a season."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from certificates.designs import Design
from certificates.fields import Fields
from certificates.models import Certificate
from certificates.rendering import Printed, Progress, render_batch, render_single
from certificates.states import CertificateState
from contests.models import Season


def single_pdf(certificate: Certificate) -> bytes:
    return render_single(Design.from_data(certificate.design.data), Fields.from_data(certificate.fields))


def batch_pdf(season: Season, out: Path | BinaryIO, progress: Progress | None = None) -> Printed:
    """Every valid certificate of the season in one file, by number. All or nothing."""
    valid = Certificate.objects.filter(award__entry__season=season, state=CertificateState.VALID).order_by("number")
    design = Design.from_data(season.certificate_design.data)
    return render_batch(design, _Sized(valid), out=out, progress=progress)


class _Sized:
    """Fields row by row, with a length for the progress bar."""

    def __init__(self, certificates):
        self.certificates = certificates

    def __len__(self) -> int:
        return self.certificates.count()

    def __iter__(self) -> Iterator[Fields]:
        rows = self.certificates.values_list("fields", flat=True)
        return (Fields.from_data(data) for data in rows.iterator(chunk_size=500))
