"""What the frame around every page needs: who is here, in which part, and where they can go.

A signed-in page pays at most two queries for its frame: the grants, and one row with the rest. A visitor's pays none.
"""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.states import Role
from contests.queries import grants_of
from judging.models import Judge
from matching.models import InstitutionMember
from messaging.models import Message


@dataclass(frozen=True)
class Place:
    """One entry of the navigation: where it leads, how it is called, and in short on a phone."""

    view: str
    icon: str
    name: str
    short: str = ""


@dataclass(frozen=True)
class Workspace:
    """The part in which a person acts; those with several choose one in the top bar."""

    key: str
    name: str
    icon: str
    places: tuple[Place, ...] = field(default=(), compare=False)


HOME = Place("home", "home", _("Home"))
CONTESTS = Place("contests:list", "trophy", _("Contests"))
NOTICES = Place("contests:notices", "speakerphone", _("Notices"))
ENTRIES = Place("projects:list", "list-details", _("Projects"))
DESK = Place("projects:desk", "clipboard-check", _("Screening"))
OFFLINE = Place("projects:offline", "file-spreadsheet", _("Enter on behalf"), pgettext_lazy("navigation", "On behalf"))
YEAR = Place("insights:year", "chart-bar", _("Year"))
AUDIT = Place("core:audit", "history", _("Audit trail"), _("Audit"))
BOARD = Place("matching:board", "heart-handshake", _("Matching"))
HEATS = Place("judging:heats", "gavel", _("Judging"))
JUDGES = Place("judging:library", "users", _("Judge library"), pgettext_lazy("navigation", "Judges"))

WORKSPACES = {
    one.key: one
    for one in (
        Workspace(
            "contestant",
            _("Contestant"),
            "user",
            (
                HOME,
                Place("projects:entries", "clipboard-list", _("My entries"), pgettext_lazy("navigation", "Entries")),
                CONTESTS,
                Place("matching:requests", "heart-handshake", _("Investors"), _("Investors")),
                Place("certificates:mine", "certificate", _("Certificates")),
                NOTICES,
            ),
        ),
        Workspace("unit", _("Recommending unit"), "building", (HOME, DESK, ENTRIES, OFFLINE, NOTICES, CONTESTS)),
        Workspace(
            "city",
            _("City organiser"),
            "building-community",
            (HOME, DESK, ENTRIES, HEATS, OFFLINE, NOTICES, CONTESTS),
        ),
        Workspace(
            "province",
            _("Provincial organiser"),
            "building-bank",
            (
                HOME,
                ENTRIES,
                DESK,
                HEATS,
                JUDGES,
                Place("certificates:seasons", "certificate", _("Certificates")),
                BOARD,
                Place("matching:admissions", "building-skyscraper", _("Institutions")),
                YEAR,
                Place("contests:seasons", "settings", _("Seasons")),
                NOTICES,
            ),
        ),
        Workspace(
            "supervisor",
            _("Supervisor"),
            "shield-check",
            (HOME, Place("judging:records", "report-analytics", _("Records")), NOTICES, CONTESTS),
        ),
        Workspace(
            "judge",
            pgettext_lazy("role", "Judge"),
            "gavel",
            (
                HOME,
                Place("judging:queue", "list-check", _("To score"), _("Score")),
                Place("judging:profile", "id-badge-2", _("My expertise"), _("Expertise")),
                NOTICES,
                CONTESTS,
            ),
        ),
        Workspace(
            "investor",
            pgettext_lazy("role", "Investor"),
            "building-skyscraper",
            (
                HOME,
                Place("matching:library", "folder-open", _("Project library"), _("Library")),
                Place("matching:deals", "layout-kanban", _("Deals")),
                Place("matching:institution", "building-skyscraper", _("Our institution"), _("Institution")),
                NOTICES,
            ),
        ),
        Workspace(
            "administrator",
            _("Administrator"),
            "settings",
            (
                HOME,
                ENTRIES,
                HEATS,
                JUDGES,
                BOARD,
                YEAR,
                Place("contests:seasons", "settings", _("Seasons")),
                AUDIT,
                Place("admin:index", "database", _("Data")),
                NOTICES,
            ),
        ),
    )
}
OFFICES = (Role.PROVINCE, Role.CITY, Role.UNIT, Role.SUPERVISOR, Role.ADMINISTRATOR)
PUBLIC_PLACES = (CONTESTS, NOTICES)
PERSON_PLACES = (
    Place("accounts:profile", "user", _("My profile")),
    Place("core:jobs", "loader", _("My background tasks")),
    Place("demo", "swipe", _("Change the role (demo)")),
)
BOTTOM_PLACES = 5
STANDING_SECONDS = 60


@lru_cache(maxsize=256)
def address(view: str) -> str:
    """The address of a page without parameters; empty while its room does not offer it."""
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""


def standing_of(user) -> tuple[bool, bool]:
    """Whether the account judges, and whether it invests; it may take a minute until a new standing shows.

    What is kept spares most pages the larger query; without it one query answers this and counts the messages.
    """
    if not hasattr(user, "_standing"):
        key = f"standing:{user.pk}"
        user._standing = cache.get(key)
        if user._standing is None:
            judges, invests, user._unread = _read_standing(user)
            user._standing = (judges, invests)
            cache.set(key, user._standing, STANDING_SECONDS)
    return user._standing


def _read_standing(user) -> tuple[bool, bool, int]:
    unread = Message.objects.unread().filter(to=OuterRef("pk")).order_by().values("to").annotate(n=Count("pk"))
    columns = {
        "judges": Exists(Judge.objects.filter(person__user=OuterRef("pk"), active=True)),
        "invests": Exists(InstitutionMember.objects.filter(user=OuterRef("pk"))),
        "unread": Coalesce(Subquery(unread.values("n")), 0),
    }
    return User.objects.filter(pk=user.pk).annotate(**columns).values_list(*columns).get()


def unread_of(user) -> int:
    """Messages not read yet, counted once per request."""
    if not hasattr(user, "_unread"):
        user._unread = Message.objects.visible_to(user).unread().count()
    return user._unread


def workspaces_of(user) -> list[Workspace]:
    """Every part this account may act in: offices first, the contestant's part last, which everyone has."""
    if not user.is_authenticated:
        return []
    roles = {grant.role for grant in grants_of(user)} | ({Role.ADMINISTRATOR} if user.is_superuser else set())
    judges, invests = standing_of(user)
    keys: list[str] = [role.value for role in OFFICES if role in roles]
    keys += ["judge"] if judges else []
    keys += ["investor"] if invests else []
    return [WORKSPACES[key] for key in [*keys, "contestant"]]


def workspace_of(request) -> Workspace | None:
    """The part chosen in this session, as long as the account still has it; the first one otherwise."""
    spaces = workspaces_of(request.user)
    chosen = request.session.get("workspace") if spaces else None
    return next((one for one in spaces if one.key == chosen), spaces[0] if spaces else None)


class Shell:
    """Everything the base template shows around a page, worked out only when it is asked for."""

    def __init__(self, request):
        self.request = request

    def __getitem__(self, name):
        """Templates look a name up as an item first; answering there spares them an error at every place."""
        return getattr(self, name)

    @property
    def demo(self) -> bool:
        return settings.DEMO

    @cached_property
    def site_name(self) -> str:
        return settings.SITE_NAME or str(_("Luyan"))

    @cached_property
    def user(self):
        # A visitor without a session cookie is known to be one without asking the database.
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def workspaces(self) -> list[Workspace]:
        return workspaces_of(self.user) if self.user else []

    @cached_property
    def workspace(self) -> Workspace | None:
        return workspace_of(self.request) if self.user else None

    @cached_property
    def nav(self) -> list[dict]:
        return self._items(self.workspace.places) if self.workspace else []

    @cached_property
    def bottom(self) -> list[dict]:
        return self.nav if len(self.nav) <= BOTTOM_PLACES else self.nav[: BOTTOM_PLACES - 1]

    @cached_property
    def more(self) -> list[dict]:
        return [] if len(self.nav) <= BOTTOM_PLACES else self.nav[BOTTOM_PLACES - 1 :]

    @cached_property
    def public_nav(self) -> list[dict]:
        return [] if self.user else self._items(PUBLIC_PLACES)

    @property
    def person_menu(self) -> list[dict]:
        return self._items(PERSON_PLACES)

    @cached_property
    def unread(self) -> int:
        return unread_of(self.user) if self.user else 0

    @property
    def inbox_url(self) -> str:
        return address("messaging:inbox")

    @property
    def initial(self) -> str:
        return str(self.user)[:1].upper() if self.user else ""

    @property
    def language(self) -> str:
        return "en" if get_language() == "en" else "zh-Hans"

    @cached_property
    def other_language(self) -> tuple[str, str]:
        return ("zh-hans", "中文") if get_language() == "en" else ("en", "English")

    def _items(self, places: tuple[Place, ...]) -> list[dict]:
        found = [(place, address(place.view)) for place in places]
        path = self.request.path
        here = max((url for _, url in found if url and (path == url or _is_under(path, url))), key=len, default="")
        return [
            {
                "url": url,
                "icon": place.icon,
                "name": str(place.name),
                "short": str(place.short or place.name),
                "current": url == here,
            }
            for place, url in found
            if url
        ]


def _is_under(path: str, url: str) -> bool:
    return url != "/" and path.startswith(url)


def shell(request) -> dict:
    return {"shell": Shell(request)}
