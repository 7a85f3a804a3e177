"""Who holds shares in whom, as teams state it in their entries; `services.noted` has what the office knows."""

from decimal import Decimal, InvalidOperation

from django.db import transaction

from contests.models import Heat
from contests.states import QuestionKind
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
    bodies = bodies_of({holder for *_rest, holder, _share in stated})
    Holding.objects.filter(entry__participations__heat=heat).delete()
    made = Holding.objects.bulk_create(
        (
            Holding(
                entry_id=entry, company_id=company, share=_share(share), holder_id=bodies.get(plain_company(holder)),
                source=HoldingSource.ENTRY, **names_of(name, holder),
            )
            for entry, company, name, holder, share in stated
        ),
        batch_size=1000,
    )  # fmt: skip
    return len(made)


def bodies_of(names: set[str]) -> dict[str, int]:
    """The organisation of each of these names, as they are compared, that leads to exactly one."""
    return {key: found[0] for key, found in bodies_named(names).items() if len(found) == 1}


def names_of(company: str, holder: str) -> dict[str, str]:
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
