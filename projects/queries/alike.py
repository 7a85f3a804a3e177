"""Which entries one entry is like: candidates by shared marks, names and people, each verified. Eight statements.

1. All years and contests are searched; drafts and withdrawn entries are not.
2. The same credit code, leader or member, the same short name of project or company, a text alike by 0.6, or enough
   matching pages of the decks are signs; each pair keeps its signs and a score that only orders the list.
3. One project in several contests is allowed and no sign (domain §4); in one season it is (domain §8.4).
4. A mark borne by `MOST_SHARED` entries is boiler-plate: it finds nobody, and a page that has no other is left out.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from math import prod

from django.db.models import Q

from projects.fingerprints import Taken
from projects.models import Entry, Fingerprint, FingerprintBand, PageMark, TeamMember
from projects.similarity import (
    ALIKE_TEXT,
    MOST_SHARED,
    Band,
    Page,
    is_copied,
    likenesses,
    matching_pages,
    number_of,
    picture_marks,
)
from projects.states import EntryState, MemberKind

MOST_CHECKED = 80
MOST_DECKS = 40
MOST_NAMESAKES = 100
WEIGHTS = {"code": 0.95, "leader": 0.8, "project": 0.95, "company": 0.6, "name": 0.5, "member": 0.45}
TEAM = (MemberKind.LEADER, MemberKind.MEMBER)
LOOKED_AT = (
    "project_id", "season_id", "identity_key", "leader_id", "company_name", "submitted_at", "state", "title", "number",
)  # fmt: skip


@dataclass
class Found:
    """One entry that looks alike, with every sign of it."""

    entry: Entry
    signs: list[dict] = field(default_factory=list)

    @property
    def score(self) -> float:
        """From 0 to 1, more with each sign: only the order of the list follows from it."""
        return min(0.999, 1 - prod(1 - _weight(sign) for sign in self.signs))


def _weight(sign: dict) -> float:
    if sign["kind"] == "text":
        return sign["value"]
    if sign["kind"] == "pages":
        return 0.5 + 0.45 * min(1.0, len(sign["pages"]) / sign["of"])
    return WEIGHTS[sign["kind"]]


class Search:
    """What is known about the marks of one entry, and whom they lead to."""

    def __init__(self, entry: Entry, taken: Taken):
        self.entry, self.taken = entry, taken
        self.marks = taken.marks()
        self.bearers: dict[tuple[int, int], list[int]] = defaultdict(list)
        rows = FingerprintBand.objects.exclude(fingerprint__entry=entry).filter(
            band__in={band for band, _value in self.marks}, value__in=[value for _band, value in self.marks]
        )
        for band, value, bearer in rows.values_list("band", "value", "fingerprint_id"):
            self.bearers[band, value].append(bearer)

    def is_common(self, band: Band, value: int) -> bool:
        return len(self.bearers.get((band, value), ())) >= MOST_SHARED

    def fresh_marks(self) -> list[tuple[Band, int]]:
        """Marks worth keeping: those that not too many entries bear already."""
        return [mark for mark in self.marks if not self.is_common(*mark)]

    def own_pages(self) -> list[Page]:
        """The pages of the deck that are its own, without what very many decks share."""
        kept = []
        for page in self.taken.pages:
            seen = all(self.is_common(Band.PICTURE, value) for value in picture_marks(page.picture))
            said = page.words is None or self.is_common(Band.WORDS, page.words)
            page = Page(page.number, b"" if seen else page.picture, None if said else page.words)
            if page.picture or page.words is not None:
                kept.append(page)
        return kept

    def hits(self, *bands: Band) -> Counter:
        """How many marks each other fingerprint shares."""
        found = Counter()
        for (band, value), bearers in self.bearers.items():
            if band in bands and not self.is_common(band, value):
                found.update(bearers)
        return found

    def found(self) -> list[Found]:
        """Entries that are like this one, with their signs."""
        signs: dict[int, list[dict]] = defaultdict(list)
        self._by_content(signs)
        people = self._people()
        same = Q(pk__in=list(signs)) | Q(project__in=list(people)) | Q(project=self.entry.project_id)
        if self.entry.identity_key:
            same |= Q(identity_key=self.entry.identity_key)
        others = Entry.objects.filter(same, submitted_at__isnull=False).exclude(pk=self.entry.pk)
        others = others.exclude(state__in=[EntryState.DRAFT, EntryState.WITHDRAWN])
        found = []
        for other in others.only(*LOOKED_AT).order_by():
            if other.project_id == self.entry.project_id:
                one = [{"kind": "project"}] if other.season_id == self.entry.season_id else []
            else:
                one = self._by_identity(other, people)
                has_code = any(sign["kind"] == "code" for sign in one)
                one += [sign for sign in signs[other.pk] if not (has_code and sign["kind"] == "company")]
            if one:
                found.append(Found(other, one))
        return sorted(found, key=lambda one: (-one.score, one.entry.pk))

    def _by_content(self, signs: dict[int, list[dict]]) -> None:
        """Signs by name, text and deck, under the key of the other entry."""
        by_text = [key for key, _n in self.hits(Band.TEXT).most_common(MOST_CHECKED)]
        by_deck = [key for key, _n in self.hits(Band.PICTURE, Band.WORDS).most_common(MOST_DECKS)]
        by_company = set(self.bearers.get((Band.COMPANY, number_of(self.taken.company.encode())), ()))
        wanted = Q(pk__in={*by_text, *by_deck, *by_company})
        rows = list(
            Fingerprint.objects.filter(wanted).values_list("pk", "entry_id", "name", "signature")
        ) + list(self._namesakes())  # fmt: skip
        rows = list({row[0]: row for row in rows}.values())
        decks = self._decks(by_deck)
        alike = likenesses(self.taken.signature, [bytes(row[3]) for row in rows])
        for (key, entry, name, _signature), text in zip(rows, alike, strict=True):
            if name and name == self.taken.name:
                signs[entry].append({"kind": "name"})
            if key in by_company:
                signs[entry].append({"kind": "company"})
            if text >= ALIKE_TEXT:
                signs[entry].append({"kind": "text", "value": round(float(text), 2)})
            if key in decks:
                signs[entry].append(decks[key])

    def _namesakes(self):
        if not self.taken.name:
            return Fingerprint.objects.none().values_list("pk", "entry_id", "name", "signature")
        found = Fingerprint.objects.filter(name=self.taken.name).exclude(entry=self.entry)
        return found.values_list("pk", "entry_id", "name", "signature")[:MOST_NAMESAKES]

    def _decks(self, candidates: list[int]) -> dict[int, dict]:
        """The sign of a copied deck for each candidate whose pages match."""
        own, decks = self.own_pages(), defaultdict(list)
        marks = PageMark.objects.filter(fingerprint__in=candidates).order_by("page")
        for key, number, picture, words in marks.values_list("fingerprint_id", "page", "picture", "words"):
            decks[key].append(Page(number, bytes(picture), words))
        found = {}
        for key, pages in decks.items():
            pairs = matching_pages(own, pages)
            shorter = min(len(self.taken.pages), len(pages))
            if is_copied(len(pairs), len(self.taken.pages), len(pages)):
                found[key] = {"kind": "pages", "pages": [list(pair) for pair in pairs], "of": shorter}
        return found

    def _people(self) -> dict[int, set[int]]:
        """Projects of other teams with the people that are in this team too, advisers aside: they advise many."""
        own = TeamMember.objects.filter(project=self.entry.project_id, kind__in=TEAM).values_list("person", flat=True)
        rows = TeamMember.objects.filter(person__in=list(own), kind__in=TEAM).exclude(project=self.entry.project_id)
        found: dict[int, set[int]] = defaultdict(set)
        for project, person in rows.values_list("project_id", "person_id"):
            found[project].add(person)
        return found

    def _by_identity(self, other: Entry, people: dict[int, set[int]]) -> list[dict]:
        found, shared = [], set(people.get(other.project_id, ()))
        if self.entry.identity_key and other.identity_key == self.entry.identity_key and other.company_name:
            found.append({"kind": "code"})
        if other.leader_id and other.leader_id == self.entry.leader_id:
            found.append({"kind": "leader"})
            shared.discard(other.leader_id)
        if shared:
            found.append({"kind": "member", "people": sorted(shared)})
        return found
