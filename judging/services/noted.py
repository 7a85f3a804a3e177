"""Holdings that the office knows of. They count at once: whom one keeps from an entry loses sight of it."""

from decimal import Decimal
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.problems import Refused
from judging.models import Holding
from judging.services.holdings import bodies_of, names_of
from judging.services.late import look_at_holders
from judging.states import HoldingSource


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
