"""Before the release nobody but watchers learns a mark, a rank, a count or an order: from no page, header or length.

Every address of the product is read as judge, contestant and unit while a heat is locked and not published: once
to look for marks that occur nowhere else, and again with the ranking turned upside down, when every byte has to be the
same. So have to be the statements that each answer took, a refusal's too: work that doesn't depend on what is hidden
takes no other time for it.
"""

import io
import re
import zipfile
from decimal import Decimal

import pypdfium2 as pdfium
import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contests.models import Quota
from judging import services
from judging.models import Mark
from projects.states import EntryState
from tests import factories
from tests.factories import NOW
from tests.house.test_access import TABLE
from tests.house.world import World

pytestmark = pytest.mark.django_db

ROLES = ("contestant", "clerk", "judge", "anonymous")
STRONG, WEAK = (Decimal("37.31"), Decimal("29.43")), (Decimal("17.39"), Decimal("11.57"))
SECRETS = ("37.31", "29.43", "66.74", "17.39", "11.57", "28.96", "53.57", "44.98")
OF_EACH_ANSWER = ("Content-Security-Policy", "Set-Cookie", "Date")  # They hold nonces and moments.
CHANGING = re.compile(rb'csrfmiddlewaretoken" value="\w+|nonce-?="?[\w+/=-]+|X-CSRFToken[^}]*|\d\d:\d\d(:\d\d)?')


@pytest.fixture
def world():
    """Two entries of the contestant in one heat: the judge who looks gave both the same, two others did not."""
    world = World()
    world.stage.scoring_rule.data = {"min_valid_marks": 1}
    world.stage.scoring_rule.save()
    world.stage.rubric.criteria.update(step=Decimal("0.01"))
    Quota.objects.create(stage=world.stage, places=1, reserves=0)
    other = factories.ParticipationFactory(heat=world.heat, entry=world.entry_in(EntryState.QUALIFIED))
    world.sheet.state = "submitted"
    world.sheet.save()
    judges = [factories.JudgeFactory() for _ in range(2)]
    for seat, judge in enumerate(judges, start=2):
        factories.InvitationFactory(heat=world.heat, judge=judge, seat=seat)
    world.rivals = (world.participation, other)
    world.secret = {one.pk: [factories.sheet(one, judge, 1, 1) for judge in judges] for one in world.rivals}
    for sheet in (world.sheet, factories.sheet(other, world.judge, 30, 20)):
        Mark.objects.filter(sheet=sheet).delete()
        for criterion in world.stage.rubric.criteria.all():
            Mark.objects.create(sheet=sheet, criterion=criterion, value=20)
    return world


def lock(world, best):
    """Lock the heat with `best` ahead, and let the addresses of rankings lead to this one."""
    for pk, sheets in world.secret.items():
        values = STRONG if pk == best.pk else WEAK
        for sheet in sheets:
            for mark, value in zip(sheet.marks.order_by("pk"), values, strict=True):
                Mark.objects.filter(pk=mark.pk).update(value=value)
    (ranking,) = services.lock_heat(world.heat, by=world.users["province"], at=NOW)
    services.form_opinion(ranking, by=world.users["province"], at=NOW)
    world.finished.ranking, world.finished.participation = ranking, world.participation


LITERALS = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b|SAVEPOINT .*|_django_curs_\w+")


def read(client, world, addresses: dict[str, list[str]]) -> tuple[dict, dict]:
    """(role, address) → headers and content of what is no refusal, and the statements that every answer took."""
    found, work = {}, {}
    caches["default"].clear()
    for role in ROLES:
        client.logout()
        if role != "anonymous":
            client.force_login(world.users[role], backend="django.contrib.auth.backends.ModelBackend")
        for path in addresses[role]:
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(path)
            statements = [LITERALS.sub("?", one["sql"]) for one in asked.captured_queries]
            work[role, path] = answer.status_code, answer.get("Location"), statements
            if answer.status_code == 200:
                content = b"".join(answer.streaming_content) if answer.streaming else answer.content
                headers = {name: value for name, value in answer.items() if name not in OF_EACH_ANSWER}
                if content.startswith((b"PK", b"%PDF")):
                    headers.pop("Content-Length", None)  # Such a file holds the second it was made in.
                    headers.pop("ETag", None)
                if path == reverse("home"):
                    headers.pop("ETag", None)  # It holds the minute.
                found[role, path] = headers, CHANGING.sub(b"", unpacked(content))
    return found, work


def unpacked(content: bytes) -> bytes:
    """What can be read in a file: texts of a packed one and of the pages of a PDF, without when it was made."""
    if content.startswith(b"%PDF"):
        return "".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(content)).encode()
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return b"".join(packed.read(name) for name in packed.namelist() if not name.startswith("docProps"))


def test_no_page_tells_a_mark_or_an_order_before_the_release(client, world):
    paths = [reverse(name, args=row.arguments(world)) for name, row in sorted(TABLE.items()) if not row.posts]
    paths += [f"{reverse('projects:entries')}?q=9&sort=-total", f"{reverse('messaging:inbox')}?q=9"]
    orders = ("?sort=-total", "?sort=rank", "?state=promoted", "?q=9", f"?q={world.entry.number}")
    lists = (
        "projects:list",
        "projects:export",
        "projects:desk",
        "judging:queue",
        "contests:notices",
        "certificates:mine",
    )
    paths += [reverse(name) + order for name in lists for order in orders]
    client.raise_request_exception = False  # Pages that fail for a reason of their own are found by the table of roles.
    readings = []
    for best in world.rivals:
        with transaction.atomic():
            lock(world, best)
            ranking = world.finished.ranking.pk
            own = [reverse(f"judging:{name}", args=[ranking]) for name in ("ranking", "ranking_xlsx", "opinion")]
            own += [reverse("judging:result", args=[one.pk]) for one in world.rivals]
            every = {role: [*paths, *own] for role in ROLES}
            if readings:
                every = {role: [path for who, path in readings[0][1] if who == role] for role in ROLES}
            readings.append(read(client, world, every))
            transaction.set_rollback(True)
    (first, work), (second, work_again) = readings
    told = [
        (role, path, secret)
        for (role, path), (headers, content) in first.items()
        for secret in SECRETS
        if secret.encode() in content or secret in str(headers)
    ]
    assert told == []
    assert len(first) > 60
    assert [key for key in first if first[key] != second.get(key)] == []
    assert len(work) > 300
    assert [(key, work[key], work_again[key]) for key in work if work[key] != work_again[key]] == []
