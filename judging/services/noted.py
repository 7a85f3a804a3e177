"""Holdings that the office knows of. They count at once: whom one keeps from an entry loses sight of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.problems import Refused
from judging.imports.holdings import COMPANY, HOLDER, HoldingRow
from judging.models import Holding
from judging.queries.holdings import Match, matched
from judging.services.holdings import bodies_of, names_of
from judging.services.late import look_at_holders
from judging.states import HoldingSource
from projects.queries.past import stretches

NAME_ONLY = "name"


@transaction.atomic
def note_holding(*, company_name: str, holder_name: str, note: str, by, share: Decimal | None = None) -> Holding:
    """Write down a holding that the office knows of; the same pair again brings it up to date."""
    company_name, holder_name = " ".join(company_name.split()), " ".join(holder_name.split())
    names = names_of(company_name, holder_name)
    if names["company_key"] == names["holder_key"]:
        raise Refused(_("A company does not hold itself. Name the shareholder."), field="holder_name")
    bodies = bodies_of({company_name, holder_name})
    known = Holding.objects.filter(company_key=names["company_key"], holder_key=names["holder_key"], entry=None).first()
    facts = {
        "company_id": bodies.get(names["company_key"]), "holder_id": bodies.get(names["holder_key"]), "share": share,
        "note": note.strip(), "source": HoldingSource.HAND,
    }  # fmt: skip
    made, new = Holding.objects.update_or_create(
        pk=known and known.pk, defaults=facts, create_defaults={**facts, **names, "entry": None}
    )
    audit.record(made, "holding.note" if new else "holding.change", by=by, reason=note, after={"share": share})
    transaction.on_commit(partial(look_at_holders, [made]), robust=True)
    return made


@transaction.atomic
def remove_holding(holding: Holding, *, reason: str, by) -> None:
    """A holding that the office noted and that is over. Those stated in entries are mended in the entry."""
    if holding.source == HoldingSource.ENTRY:
        raise Refused(_("A team stated this in its entry; it changes with the entry."))
    if not reason.strip():
        raise Refused(_("Say why the holding is taken out."), field="reason")
    audit.record(holding, "holding.remove", by=by, reason=reason.strip()[:200], before={"share": holding.share})
    holding.delete()


# ---------------------------------------------------------------- a list from Excel


@dataclass
class HoldingsReport:
    """What a list did, or would do; of `doubtful` names somebody decides whom they mean."""

    new: int = 0
    changed: int = 0
    same: int = 0
    doubtful: list[Match] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.same


def check_holdings(rows: Sequence[HoldingRow]) -> HoldingsReport:
    """The dry run: match every name, write nothing. A doubtful name counts as the name alone."""
    matches = matched(rows)
    report = HoldingsReport(doubtful=[one for one in matches if one.candidates])
    known, bodies = _known(rows), {one.key: one.body for one in matches}
    for row in rows:
        holding = known.get(row.keys)
        change = "new" if holding is None else "changed" if _differences(holding, row, bodies) else "same"
        setattr(report, change, getattr(report, change) + 1)
    return report


@transaction.atomic
def import_holdings(
    rows: Sequence[HoldingRow], *, decided: Mapping[str, str], by, at: datetime | None = None,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> HoldingsReport:  # fmt: skip
    """Bring a checked list in; again it changes nothing. An empty cell leaves what is known.

    `decided` says of each doubtful name which organisation it means, or NAME_ONLY; one missing is refused.
    """
    at, report, written = at or timezone.now(), HoldingsReport(), []
    bodies = {one.key: _decided(one, decided) if one.candidates else one.body for one in matched(rows)}
    known = _known(rows)
    with audit.batched():
        for done, row in enumerate(rows, 1):
            holding, told_as = known.get(row.keys), "changed"
            if holding is None:
                holding, told_as = Holding(**names_of(row.company, row.holder), source=HoldingSource.HAND), "new"
            changes = _differences(holding, row, bodies)
            if changes or told_as == "new":
                for name, value in changes.items():
                    setattr(holding, name, value)
                holding.save()
                verb = "holding.note" if told_as == "new" else "holding.change"
                audit.record(holding, verb, by=by, reason=row.note, after={"share": holding.share}, at=at)
                written.append(holding)
            else:
                told_as = "same"
            setattr(report, told_as, getattr(report, told_as) + 1)
            told(done, len(rows))
    if written:
        transaction.on_commit(partial(look_at_holders, written), robust=True)
    return report


def _known(rows: Sequence[HoldingRow]) -> dict[tuple[str, str], Holding]:
    keys = sorted({one.keys[0] for one in rows})
    found = (one for part in stretches(keys) for one in Holding.objects.filter(entry=None, company_key__in=part))
    return {(one.company_key, one.holder_key): one for one in found}


def _differences(holding: Holding, row: HoldingRow, bodies: Mapping[str, int | None]) -> dict:
    stated = {
        "company_id": bodies[f"{row.row}-{COMPANY}"], "holder_id": bodies[f"{row.row}-{HOLDER}"], "share": row.share,
        "note": row.note,
    }  # fmt: skip
    return {name: value for name, value in stated.items() if value is not None and getattr(holding, name) != value}


def _decided(match: Match, decided: Mapping[str, str]) -> int | None:
    choice = decided.get(match.key, "")
    if choice == NAME_ONLY:
        return None
    for one in match.candidates:
        if str(one.pk) == choice:
            return one.pk
    raise Refused(_("Decide for row %(row)s whom “%(name)s” means.") % {"row": match.row.row, "name": match.name})
