"""One new entry compared with many: python benchmarks/similarity.py [--size 60000] [--checks 50]

Makes a database of its own beside the one that DATABASE_URL names (`test_…`, removed at the end) and fills it straight
in the tables: told projects with their own texts, leaders and names. Decks of 120 of them are really drawn; those of
the others are made of these pages with 12 % of the bits turned, as pages of one layout with other words differ.

Half of the new entries are copies: four fifths of the text, and a deck of which two bits in a hundred turned and one
page in four is another. The time is that of `compare_by`, search and writes together, drawing the deck aside. Recall is
measured against brute force over every signature and every deck.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DEMO", "1")

import django

django.setup()

import pypdfium2
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from accounts.models import Organisation, Person, User
from contests.models import Contest, RecommendingUnit, Season, Track
from projects.fingerprints import Taken
from projects.models import Entry, Fingerprint, FingerprintBand, PageMark, Project, TeamMember
from projects.names import short_company, short_name
from projects.queries.alike import Search
from projects.services.comparing import compare_by
from projects.similarity import (
    ALIKE_TEXT,
    MOST_SHARED,
    SIDE,
    Page,
    is_copied,
    likenesses,
    matching_pages,
    picture_hash,
    signature,
    words_mark,
)
from seeds.story.decks import deck
from seeds.story.projects import project as tell

STRETCH = 2000
DRAWN = 120
NOW = timezone.now()


def pages_of(index: int) -> list[Page]:
    document, found = pypdfium2.PdfDocument(deck(tell(index))), []
    for number, page in enumerate(document, 1):
        picture = page.render(scale=640 / page.get_width()).to_pil().convert("L")
        grey = picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS).tobytes()
        found.append(Page(number, picture_hash(grey), words_mark(page.get_textpage().get_text_range())))
    return found


def turned(page: Page, number: int, chance: random.Random, part: float, words: int | None) -> Page:
    bits = int.from_bytes(page.picture)
    for place in chance.sample(range(1023), int(1023 * part)):
        bits ^= 1 << place
    return Page(number, bits.to_bytes(128), words)


def text_of(told) -> str:
    one = told.texts
    return f"{one.one_line} {one.summary} {one.innovation} {one.business_model} {one.market} {one.rights}"


class World:
    """A season with `size` submitted entries and their fingerprints."""

    def __init__(self, size: int):
        self.drawn = [pages_of(index) for index in range(DRAWN)]
        self.borne, self.taken = Counter(), []
        contest = Contest.objects.create(slug="b", name="示例", short_name="示例", number_prefix="B")
        window = {"entry_opens": NOW - timedelta(days=9), "entry_closes": NOW + timedelta(days=9)}
        self.season = Season.objects.create(contest=contest, year=2026, ordinal=1, title="示例", **window)
        self.track = Track.objects.create(season=self.season, code="t", name="示例")
        body = Organisation.objects.create(kind="department", name="示例")
        self.unit = RecommendingUnit.objects.create(season=self.season, organisation=body, kind="city", name="示例")
        self.owner = User.objects.create(username="benchmark")
        for first in range(0, size, STRETCH):
            self.fill(range(first, min(first + STRETCH, size)))
            print(f"\r{min(first + STRETCH, size)} of {size}", end="", file=sys.stderr)
        print(file=sys.stderr)

    def facts(self, index: int) -> tuple[str, str, Taken]:
        told, chance = tell(index), random.Random(index)
        base = self.drawn[index % DRAWN]
        pages = [turned(page, page.number, chance, 0.12, chance.getrandbits(62)) for page in base]
        company = told.company.company_name if told.company else ""
        taken = Taken(short_name(told.name), signature(text_of(told)), tuple(pages), short_company(company))
        return told.name, company, taken

    def fill(self, indexes: range) -> None:
        rows = [self.facts(index) for index in indexes]
        entries = self.entries([(name, company) for name, company, _taken in rows])
        kept = Fingerprint.objects.bulk_create(
            Fingerprint(entry=entry, name=taken.name, signature=taken.signature, made_at=NOW)
            for entry, (_name, _company, taken) in zip(entries, rows, strict=True)
        )
        bands, marks = [], []
        for one, (_name, _company, taken) in zip(kept, rows, strict=True):
            for mark in taken.marks():
                if self.borne[mark] < MOST_SHARED:
                    self.borne[mark] += 1
                    bands.append(FingerprintBand(fingerprint=one, band=mark[0], value=mark[1]))
            marks += [PageMark(fingerprint=one, page=p.number, picture=p.picture, words=p.words) for p in taken.pages]
            self.taken.append((one.entry_id, taken))
        FingerprintBand.objects.bulk_create(bands, batch_size=5000)
        PageMark.objects.bulk_create(marks, batch_size=5000)

    def entries(self, names: list[tuple[str, str]]) -> list[Entry]:
        people = Person.objects.bulk_create(Person(name="示例") for _ in names)
        projects = Project.objects.bulk_create(Project(owner=self.owner, name=name) for name, _company in names)
        TeamMember.objects.bulk_create(
            TeamMember(project=one, person=person, kind="leader") for one, person in zip(projects, people, strict=True)
        )
        return Entry.objects.bulk_create(
            Entry(
                project=one, season=self.season, track=self.track, unit=self.unit, leader=person, state="submitted",
                number=f"B{one.pk}", title=one.name, company_name=company, snapshot={}, submitted_at=NOW,
                identity_key=f"key{one.pk}",
            )
            for one, person, (_name, company) in zip(projects, people, names, strict=True)
        )  # fmt: skip

    def copy(self, index: int) -> tuple[str, Taken]:
        """A new entry with most of the text and the deck of an old one."""
        old, other, chance = tell(index), tell(index + 7), random.Random(-index)
        text = text_of(old)
        mixed = text[: int(len(text) * 0.8)] + text_of(other)[-int(len(text) * 0.2) :]
        pages = []
        for page in self.taken[index][1].pages:
            new = page.number % 4 == 0
            pages.append(turned(page, page.number, chance, 0.4 if new else 0.02, chance.getrandbits(62)))
        return f"新{old.name}", Taken(f"新{index}", signature(mixed), tuple(pages))

    def brute(self, taken: Taken) -> set[tuple[int, str]]:
        alike = likenesses(taken.signature, [one.signature for _key, one in self.taken])
        found = {(key, "text") for (key, _one), value in zip(self.taken, alike, strict=True) if value >= ALIKE_TEXT}
        for key, one in self.taken:
            pairs = matching_pages([Page(p.number, p.picture) for p in taken.pages], one.pages)
            if is_copied(len(pairs), len(taken.pages), len(one.pages)):
                found.add((key, "pages"))
        return found


def measure(world: World, checks: int, sample: int) -> None:
    size = len(world.taken)
    times, used, statements, expected, met = [], [], set(), set(), set()
    for number in range(checks):
        is_copy = number % 2
        place = (number * 7919) % size
        name, taken = world.copy(place) if is_copy else (world.facts(size + number)[0], world.facts(size + number)[2])
        (entry,) = world.entries([(name, "")])
        with transaction.atomic(), CaptureQueriesContext(connection) as asked:
            start, begun = time.perf_counter(), time.process_time()
            compare_by(entry, taken)
            times.append((time.perf_counter() - start) * 1000)
            used.append((time.process_time() - begun) * 1000)
            transaction.set_rollback(True)
        statements.add(len(asked))
        if is_copy and number // 2 < sample:
            found = Search(entry, taken).found()
            met |= {(entry.pk, one.entry.pk, sign["kind"]) for one in found for sign in one.signs}
            expected |= {(entry.pk, key, kind) for key, kind in world.brute(taken)}
    times.sort()
    print(f"{connection.vendor}, {size} entries, {FingerprintBand.objects.count()} marks, {checks} checks")
    print(f"ms: median {statistics.median(times):.1f}, p95 {times[int(0.95 * checks)]:.1f}, most {times[-1]:.1f}")
    print(f"CPU ms of this process: median {statistics.median(used):.1f}, p95 {sorted(used)[int(0.95 * checks)]:.1f}")
    print(f"statements, savepoints included: {sorted(statements)}")
    for kind in ("text", "pages"):
        wanted = {one for one in expected if one[2] == kind}
        print(f"{kind}: {len(wanted & met)} of {len(wanted)} pairs of brute force found")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", type=int, default=60_000)
    parser.add_argument("--checks", type=int, default=50)
    parser.add_argument("--sample", type=int, default=10, help="how many copies are held against brute force")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / "similarity.sqlite3")
        connection.creation.create_test_db(verbosity=0, serialize=False)
        try:
            measure(World(options.size), options.checks, options.sample)
        finally:
            connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main()
