"""The texts that judges sign: versions with their digest, and signatures over text, name and time."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contests.models import Season, Stage
from core import audit
from core.problems import Refused
from judging.models import Invitation, PromiseText, Signature
from judging.promises import TEXTS
from judging.queries.promises import texts_of
from judging.states import PromiseKind
from projects.imports.values import folded

MOST = 5000


@transaction.atomic
def write_text(
    season: Season, *, kind: str, text: str, by, stage: Stage | None = None, at: datetime | None = None
) -> PromiseText:
    """A new version of what judges sign from now on. What was signed before stays as it was signed."""
    text = text.replace("\r\n", "\n").strip()
    if not text or len(text) > MOST:
        raise Refused(_("Write the text, at most %(most)s characters.") % {"most": MOST}, field="text")
    Season.objects.select_for_update().get(pk=season.pk)
    before = PromiseText.objects.filter(season=season, kind=kind)
    newest = before.filter(stage=stage).first()
    if newest is not None and newest.text == text:
        raise Refused(_("This is the text in force already; nothing was changed."), field="text")
    return _written(season.pk, stage and stage.pk, kind, text, before.count() + 1, by=by, at=at or timezone.now())


def _written(season: int, stage: int | None, kind: str, text: str, version: int, *, by, at: datetime) -> PromiseText:
    made = PromiseText.objects.create(
        season_id=season, stage_id=stage, kind=kind, version=version, text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(), by=by, at=at,
    )  # fmt: skip
    audit.record(made, "promise.write", by=by, after={"version": version, "digest": made.digest}, at=at)
    return made


def texts_in_force(stage: Stage, *, by, at: datetime | None = None) -> dict[str, PromiseText]:
    """The texts of a stage; where the season has none of a kind, the product's own becomes its first version."""
    found = texts_of(stage.season_id, stage.pk)
    missing = [kind for kind in PromiseKind.values if kind not in found]
    if missing:
        with transaction.atomic():
            Season.objects.select_for_update().get(pk=stage.season_id)
            found = texts_of(stage.season_id, stage.pk)
            for kind in PromiseKind.values:
                if kind not in found:
                    text = TEXTS[PromiseKind(kind)].strip()
                    found[kind] = _written(stage.season_id, None, kind, text, 1, by=by, at=at or timezone.now())
    return found


@transaction.atomic
def sign_texts(
    invitation: Invitation, *, typed_name: str, by, at: datetime, kinds: Iterable[str] = tuple(PromiseKind.values)
) -> list[Signature]:
    """Put the typed name under every text of these kinds that is not signed yet. The name has to be the judge's."""
    person, name = invitation.judge.person, typed_name.strip()
    if folded(name) not in {folded(person.name), folded(person.name_en)} - {""}:
        raise Refused(_("Type your name as registered: %(name)s.") % {"name": person.name}, field="typed_name")
    texts = texts_in_force(invitation.heat.stage, by=by, at=at)
    signed = set(invitation.signatures.values_list("text_id", flat=True))
    return Signature.objects.bulk_create(
        Signature(invitation=invitation, text=texts[kind], name=name, at=at, digest=digest_of(texts[kind], name, at))
        for kind in kinds
        if texts[kind].pk not in signed
    )


def digest_of(text: PromiseText, name: str, at: datetime) -> str:
    """Text, name and second of a signature, so that none of them can be changed unnoticed."""
    return hashlib.sha256(f"{text.digest}\n{name}\n{int(at.timestamp())}".encode()).hexdigest()
