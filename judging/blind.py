"""Names that a blind round withholds from judges: which ones an entry has, and texts without them. No database here.

1. Withheld are the people of the team, their schools and employers, the company with its trade name, the places of
   project, company and landing, and the offices that recommend it, as frozen with the entry.
2. Phone numbers, mail addresses and web addresses are withheld whosever they are.
3. Spaces and line breaks inside a name don't hide it: a page's text is often cut anywhere.
4. A page with next to no text may be one picture: it counts as not searched, and a person has to look at it.
5. A trade name is what the title and the company's name have in common at the name's beginning, without its place.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from core.templatetags.luyan import listed

PERSON, SCHOOL, COMPANY, PLACE, OFFICE, CONTACT = "person", "school", "company", "place", "office", "contact"
CONTACTS = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)[\w./?=&%-]+|(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"
    r"|(?<!\d)0\d{2,3}[ -]\d{7,8}(?!\d)",
    re.ASCII,
)
LEGAL_FORM = re.compile(r"(?:[（(][^）)]*[）)])|(?:集团)?(?:股份|有限责任|有限)*公司$|合伙企业$|合作社$")
PROVINCE = "山东省"
AROUND = 16
NO_TEXT, UNREADABLE = "no-text", "unreadable"
FEWEST_SIGNS = 8  # A page number or a date alone is no text of a page.
MOST_FOUND = 500


@dataclass(frozen=True)
class Name:
    kind: str
    text: str


@dataclass(frozen=True)
class Found:
    """One place in a document that names the team: page from 1, and the words around it."""

    page: int
    kind: str
    text: str
    before: str
    after: str


def names_of(snapshot: Mapping | None) -> tuple[Name, ...]:
    """Every name to withhold, the longest first, so that a name inside another leaves no rest."""
    found = {name.text: name for name in _names(snapshot or {}) if len(name.text) > 1}
    return tuple(sorted(found.values(), key=lambda name: (-len(name.text), name.text)))


def _names(snapshot: Mapping) -> Iterator[Name]:
    project, leader = snapshot.get("project") or {}, snapshot.get("leader") or {}
    for person in [leader, *(snapshot.get("team") or [])]:
        yield Name(PERSON, (person.get("name") or "").strip())
        yield Name(SCHOOL, (person.get("school") or "").strip())
    yield Name(PERSON, (project.get("legal_representative") or "").strip())
    companies = [project.get("company_name") or "", leader.get("employer") or ""]
    places = [project.get(name) for name in ("region", "company_region", "landing_region")]
    places = [one for one in [*places, leader.get("employer_region")] if one]
    short = set(_short_places(places))
    yield from (Name(PLACE, text) for text in short)
    for company in companies:
        yield from _company(company.strip(), snapshot.get("title") or "", short)
    yield Name(COMPANY, project.get("credit_code") or "")
    for office in ("unit", "zone"):
        yield Name(OFFICE, (snapshot.get(office) or {}).get("name") or "")


def _short_places(places: Iterable[Mapping | str]) -> Iterator[str]:
    """A place in full, and each of its steps with and without 市, 区 or 县; never the province, which tells nothing."""
    for place in places:
        whole = place if isinstance(place, str) else place.get("name") or ""
        if isinstance(place, Mapping) and place.get("name_en"):
            yield place["name_en"]
        for step in re.findall(r".+?[市区县]", whole.removeprefix(PROVINCE)) or [whole]:
            if step not in (PROVINCE, PROVINCE[:-1]):
                yield step
                yield step[:-1] if len(step) > 2 else ""


def _company(company: str, title: str, places: set[str]) -> Iterator[Name]:
    yield Name(COMPANY, company)
    core = LEGAL_FORM.sub("", company)
    yield Name(COMPANY, core)
    for place in sorted({PROVINCE, PROVINCE[:-1], *places} - {""}, key=len, reverse=True):
        core = core.removeprefix(place)
    yield Name(COMPANY, core)
    shared = next((core[:size] for size in range(len(core), 1, -1) if core[:size] in title), "")
    yield Name(COMPANY, shared)


@lru_cache(maxsize=512)
def _pattern(names: tuple[Name, ...]) -> re.Pattern | None:
    texts = [r"\s*".join(re.escape(sign) for sign in re.sub(r"\s+", "", name.text)) for name in names]
    return re.compile("|".join(f"(?:{text})" for text in texts), re.IGNORECASE) if texts else None


def masked(text: str, names: tuple[Name, ...], *, instead: str = "■■") -> str:
    """The text with every name and contact replaced; who reads it sees that something is withheld."""
    pattern = _pattern(names)
    text = CONTACTS.sub(instead, text)
    return pattern.sub(instead, text) if pattern else text


def find(pages: Iterable[str], names: tuple[Name, ...]) -> list[Found]:
    """Every place in the text of a document's pages where a name or a contact stands."""
    pattern, kinds = _pattern(names), {_flat(name.text): name.kind for name in names}
    found = []
    for number, text in enumerate(pages, 1):
        hits = [(hit, CONTACT) for hit in CONTACTS.finditer(text)]
        hits += [(hit, kinds[_flat(hit.group())]) for hit in pattern.finditer(text)] if pattern else []
        for hit, kind in sorted(hits, key=lambda one: one[0].start()):
            before, after = text[max(0, hit.start() - AROUND) : hit.start()], text[hit.end() : hit.end() + AROUND]
            found.append(Found(number, kind, _line(hit.group()), _line(before), _line(after)))
    return found


def unsearched(pages: Iterable[str]) -> list[Found]:
    """The pages of a document that hold too little text to search."""
    blank = [number for number, text in enumerate(pages, 1) if len(_flat(text)) < FEWEST_SIGNS]
    return [Found(number, NO_TEXT, "", "", "") for number in blank]


def pages_to_look_at(found: list[Mapping] | None, pages: int) -> list[int]:
    """Pages that a person has to see before judges do: those with findings; all of a document that nobody searched.

    Where more was found than is kept, the pages after the last finding count as not searched.
    """
    if found is None or any(one["kind"] == UNREADABLE for one in found):
        return list(range(1, pages + 1))
    wanted = {one["page"] for one in found}
    if len(found) >= MOST_FOUND:
        wanted.update(range(max(wanted), pages + 1))
    return sorted(wanted & set(range(1, pages + 1)))


def spans(numbers: Iterable[int]) -> str:
    """Numbers of pages as a reader writes them: 2, 4–6, in Chinese 2、4–6."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return listed(str(first) if first == last else f"{first}–{last}" for first, last in runs)


def _flat(text: str) -> str:
    return re.sub(r"\s+", "", text).lower()


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
