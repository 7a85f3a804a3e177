"""Who holds shares in whom: taken from what teams state, or entered by the office."""

from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext as _

from contests.models import Heat
from contests.states import QuestionKind
from core import audit
from core.problems import Refused
from judging.models import Holding
from judging.queries.holdings import bodies_named
from judging.states import HoldingSource
from projects.models import Answer
from projects.names import plain_company

HOLDERS = "holders"  # The code of the question on shareholders in a season file (docs/season-file.md).
NAME, SHARE = "name", "share"


@transaction.atomic
def take_holdings(heat: Heat) -> int:
    """Take over the shareholders that the entries of a heat state, in place of what they stated before."""
    answers = Answer.objects.filter(
        entry__participations__heat=heat, question__code=HOLDERS, question__kind=QuestionKind.TABLE
    ).values_list("entry_id", "entry__project__company_id", "entry__company_name", "value")
    stated = [
        (entry, company, name, row[NAME].strip()[:120], row.get(SHARE))
        for entry, company, name, rows in answers
        for row in rows or ()
        if row.get(NAME, "").strip()
    ]
    bodies = _bodies({holder for *_rest, holder, _share in stated})
    Holding.objects.filter(entry__participations__heat=heat).delete()
    made = Holding.objects.bulk_create(
        (
            Holding(
                entry_id=entry, company_id=company, share=_share(share), holder_id=bodies.get(plain_company(holder)),
                source=HoldingSource.ENTRY, **_named(name, holder),
            )
            for entry, company, name, holder, share in stated
        ),
        batch_size=1000,
    )  # fmt: skip
    return len(made)


def _bodies(names: set[str]) -> dict[str, int]:
    """The organisation of each of these names, as they are compared, that leads to exactly one."""
    return {key: found[0] for key, found in bodies_named(names).items() if len(found) == 1}


def _named(company: str, holder: str) -> dict[str, str]:
    """Both names as written and as they are compared."""
    return {
        "company_name": company, "company_key": plain_company(company)[:120], "holder_name": holder,
        "holder_key": plain_company(holder)[:120],
    }  # fmt: skip


def _share(text) -> Decimal | None:
    try:
        share = Decimal(str(text))
    except InvalidOperation:
        return None
    return share if 0 <= share <= 100 else None


@transaction.atomic
def note_holding(*, company_name: str, holder_name: str, note: str, by, share: Decimal | None = None) -> Holding:
    """Write down a holding that the office knows of; the same pair again brings it up to date."""
    company_name, holder_name = " ".join(company_name.split()), " ".join(holder_name.split())
    names = _named(company_name, holder_name)
    if names["company_key"] == names["holder_key"]:
        raise Refused(_("A company does not hold itself. Name the shareholder."), field="holder_name")
    bodies = _bodies({company_name, holder_name})
    known = Holding.objects.filter(company_key=names["company_key"], holder_key=names["holder_key"], entry=None).first()
    facts = {
        "company_id": bodies.get(names["company_key"]), "holder_id": bodies.get(names["holder_key"]), "share": share,
        "note": note.strip(), "source": HoldingSource.HAND,
    }  # fmt: skip
    made, new = Holding.objects.update_or_create(
        pk=known and known.pk, defaults=facts, create_defaults={**facts, **names, "entry": None}
    )
    audit.record(made, "holding.note" if new else "holding.change", by=by, reason=note, after={"share": share})
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
