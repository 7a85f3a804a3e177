"""Certificates as they were issued, on paper: one, or all of a season."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import pikepdf
from django.conf import settings
from django.utils import timezone

from certificates.designs import Design
from certificates.fields import Fields
from certificates.models import Certificate, CertificateDesign
from certificates.rendering import Printed, Progress, Way, render_batch, render_single
from certificates.states import CertificateState
from contests.models import Season
from contests.states import HostPart
from core.files import reader


def single_pdf(certificate: Certificate) -> bytes:
    return render_single(Design.from_data(certificate.design.data), Fields.from_data(certificate.fields))


def batch_pdf(season: Season, out: Path | BinaryIO, progress: Progress | None = None) -> Printed:
    """Every valid certificate of the season in one file, each by the design it was issued by. All or nothing."""
    valid = Certificate.objects.filter(award__entry__season=season, state=CertificateState.VALID).order_by("number")
    used = CertificateDesign.objects.filter(pk__in=valid.order_by().values("design")).order_by("pk")
    designs = list(used) or [season.certificate_designs.current().get()]
    if len(designs) == 1:
        return render_batch(Design.from_data(designs[0].data), _Sized(valid), out=out, progress=progress)
    with TemporaryDirectory() as folder:
        paths, count, way = [], 0, Way.STAMPED
        for one in designs:
            paths.append(Path(folder) / f"{one.pk}.pdf")
            printed = render_batch(Design.from_data(one.data), _Sized(valid.filter(design=one)), out=paths[-1])
            count, way = count + printed.count, Way.FLOWED if printed.way is Way.FLOWED else way
        _joined(paths, out)
    if progress:
        progress(count, count)
    return Printed(count, way)


def _joined(paths: list[Path], out: Path | BinaryIO) -> None:
    with pikepdf.new() as whole:
        for path in paths:
            with pikepdf.open(path) as part:
                whole.pages.extend(part.pages)
        whole.save(out)


def specimen_pdf(season: Season, design: Design) -> bytes:
    """A certificate of the season that nobody has won, to look at a design: with its longest track and its hosts."""
    return render_single(design, specimen(season))


def specimen_picture(season: Season, design: Design, *, width: int = 1400) -> bytes:
    """The specimen as a WebP picture, drawn by the reader of files."""
    with TemporaryDirectory() as folder:
        paper, picture = Path(folder) / "specimen.pdf", Path(folder) / "specimen.webp"
        paper.write_bytes(specimen_pdf(season, design))
        reader.ask(do="pdf_page", path=str(paper), number=1, width=width, target=str(picture))
        return picture.read_bytes()


def specimen(season: Season) -> Fields:
    hosts = season.contest.parts.filter(part=HostPart.HOST).select_related("organisation")[:2]
    tracks, levels = season.tracks.values_list("name", flat=True), season.awardlevels.current()
    return Fields(
        number="SAMPLE-00000",
        verify_url=settings.SITE_URL,
        contest=season.title,
        award=next((one.name for one in levels), "一等奖"),
        issuers=tuple(one.organisation.name for one in hosts),
        issued_on=timezone.localdate(season.entry_closes),
        track=max(tracks, key=len, default=""),
        project="海藻基全降解农用地膜",
        unit="青岛示例新材料有限公司",
        leader="李示例",
        members=("郭示例", "赵示例", "于示例"),
        advisers=("周示例",),
    )


class _Sized:
    """Fields row by row, with a length for the progress bar."""

    def __init__(self, certificates):
        self.certificates = certificates

    def __len__(self) -> int:
        return self.certificates.count()

    def __iter__(self) -> Iterator[Fields]:
        rows = self.certificates.values_list("fields", flat=True)
        return (Fields.from_data(data) for data in rows.iterator(chunk_size=500))
