"""The certificate design as a section of the season file: written, read and copied with the season.

The file holds the design without what is everybody's default; pictures stand in it as base64 text.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates import services
from certificates.designs import Design, check_design
from certificates.models import CertificateDesign
from certificates.queries import free_prefix
from contests.models import Season
from contests.parts import Part, Point, register
from contests.shapes import Anything, Flag, Key, Path, Record, Text
from core.problems import Problem, Refused

KEY = "certificate"
SHAPE = Record(
    {"number_prefix": Key(Text(20, needed=True)), "sample": Key(Flag(), True), "design": Key(Anything())},
)


def _heading() -> str:
    return _("Certificates: prefix of their numbers, texts in boxes (millimetres, points), seals, QR code.")


def _design_of(season: Season) -> CertificateDesign | None:
    return CertificateDesign.objects.current().filter(season=season).first()


def _write(season: Season) -> dict[str, Any] | None:
    kept = _design_of(season)
    if kept is None:
        return None
    design = Design.from_data(kept.data)
    return {"number_prefix": kept.number_prefix, "sample": kept.sample, "design": _short(design)}


def _short(value: Any) -> Any:
    """The data of a design without the values that every design starts from."""
    if is_dataclass(value):
        return {
            one.name: _short(getattr(value, one.name))
            for one in fields(value)
            if one.default is MISSING or getattr(value, one.name) != one.default
        }
    if isinstance(value, tuple):
        return [_short(one) for one in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _problems(data: dict) -> Iterator[tuple[Path, str]]:
    if not isinstance(data.get("design"), dict):
        if data.get("design") is not None:
            yield ("design",), _("A design is a group of names: blocks, qr, seals, accents, frame, paper.")
        return
    try:
        design = Design.from_data(data["design"])
    except Refused as refusal:
        yield ("design",), refusal.message
        return
    for problem in check_design(design):
        yield ("design",), problem.message


def _conflicts(season: Season | None, data: dict) -> Iterator[tuple[Path, str]]:
    others = CertificateDesign.objects.filter(number_prefix__iexact=data["number_prefix"])
    if season is not None:
        others = others.exclude(season=season)
    if others.exists():
        text = _("The numbers of another season begin with “%(prefix)s”. Choose a prefix that no season has used.")
        yield ("number_prefix",), text % {"prefix": data["number_prefix"]}


def _read(season: Season, data: dict, *, by) -> None:
    services.set_design(
        season,
        design=Design.from_data(data["design"]),
        number_prefix=data["number_prefix"],
        sample=data["sample"],
        by=by,
    )


@transaction.atomic
def _copy(source: Season, season: Season, *, by) -> list[Point]:
    """The same design under a prefix of its own: the year in it moves on, otherwise the year is put behind it."""
    kept = _design_of(source)
    if kept is None:
        return []
    prefix = free_prefix(_moved(kept.number_prefix, source.year, season.year))
    services.set_design(season, design=Design.from_data(kept.data), number_prefix=prefix, sample=kept.sample, by=by)
    text = _("Certificate numbers begin with “%(prefix)s”; look at the texts and the seal of the design.")
    return [Point("certificate", text % {"prefix": prefix}, KEY)]


def _moved(prefix: str, before: int, after: int) -> str:
    if str(before) in prefix:
        return prefix.replace(str(before), str(after))
    return f"{re.sub(r'-?[0-9]{4}$', '', prefix)[:15]}-{after}"


def _readiness(season: Season) -> list[Problem]:
    kept = _design_of(season)
    if kept is None:
        sentence = _("There is no certificate design yet. It is needed only when awards are printed.")
    elif kept.sample:
        sentence = _("The certificate design carries a sample seal. Replace it before certificates are issued.")
    else:
        return []
    return [Problem("certificate", sentence, blocks=False, field=KEY)]


register(
    Part(
        key=KEY,
        title=gettext_lazy("Certificate design"),
        icon="certificate",
        page="certificates:design",
        heading=_heading,
        shape=SHAPE,
        write=_write,
        problems=_problems,
        conflicts=_conflicts,
        read=_read,
        copy=_copy,
        readiness=_readiness,
    )
)
