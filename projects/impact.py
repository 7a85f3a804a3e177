"""How many entries a change of a season's set-up touches (`contests.impact`)."""

from django.db.models import Count, Q

from contests.impact import Impact, Reach, register
from contests.models import Declaration, DocumentRequirement, Question, RecommendingUnit, Track
from contests.models.season import SeasonPart
from projects.models import Agreement, Answer, Document, Entry
from projects.states import EntryState

DRAFTS = frozenset({EntryState.DRAFT})
ACCEPTED = frozenset({EntryState.QUALIFIED})
ENDED = frozenset({EntryState.WITHDRAWN, EntryState.REJECTED, EntryState.DISQUALIFIED})
LINKS = {
    Declaration: (Agreement, "declaration"),
    DocumentRequirement: (Document, "requirement"),
    Question: (Answer, "question"),
}


@register
def entries(reach: Reach) -> Impact:
    """Entries by state that a row concerns, and what they have answered, agreed to or uploaded for it."""
    found = _concerned(reach)
    if found is None:
        return Impact()
    states = dict(found.order_by().values_list("state").annotate(Count("pk")))

    def counted(of: frozenset) -> int:
        return sum(count for state, count in states.items() if state in of)

    drafts, accepted, ended = counted(DRAFTS), counted(ACCEPTED), counted(ENDED)
    submitted = sum(states.values()) - drafts - accepted - ended
    return Impact(drafts=drafts, submitted=submitted, accepted=accepted, ended=ended, bound=_bound(reach))


def _concerned(reach: Reach):
    """The season's entries that a row concerns; None for rows that entries know nothing of."""
    entries = Entry.objects.filter(season=reach.season)
    row = reach.row
    if isinstance(row, Track):
        return entries.filter(track=row)
    if isinstance(row, RecommendingUnit):
        return entries.filter(Q(unit=row) | Q(zone=row) | Q(holder=row))
    if row is None or row == reach.season or isinstance(row, SeasonPart):
        return entries if reach.tracks is None else entries.filter(Q(track__in=reach.tracks) | Q(track=None))
    return None


def _bound(reach: Reach) -> int:
    if type(reach.row) not in LINKS:
        return 0
    model, column = LINKS[type(reach.row)]
    bound = model.objects.filter(**{column: reach.row}).count()
    if isinstance(reach.row, Question):
        bound += Document.objects.filter(requirement__question=reach.row).count()
    return bound
