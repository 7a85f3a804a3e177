"""Who acts in the demo: one account for each role, officers of every unit that needs one, judges, institutions."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from django.contrib.auth.hashers import make_password

from accounts.models import Organisation, User
from accounts.services import create_account, known_organisation, known_person
from accounts.states import OrganisationKind, Role
from contests.models import Contest, RecommendingUnit
from contests.services import grant_role
from core.models import Region
from judging.models import Judge
from judging.services import library
from matching import services as matching
from matching.models import Institution
from seeds.story import bodies
from seeds.story.institutions import institutions as told_institutions
from seeds.story.judges import judges as told_judges

HOME_CITY = "370200"
HOME_COUNTY = "370212"
PASSWORD = "luyan-demo-2026"  # noqa: S105 - printed in the README, and demo accounts exist only with DEMO=1

ROLES = (
    ("administrator", "赵明远"),
    ("province", "周建国"),
    ("city", "孙丽"),
    ("unit", "王敏"),
    ("supervisor", "郑守义"),
    ("contestant", ""),
    ("judge", ""),
    ("investor", ""),
)


@dataclass
class Cast:
    """The accounts that the demo acts as; officers of units are made when first needed."""

    administrator: User
    province: User
    city: User
    unit: User
    supervisor: User
    at: datetime
    officers: dict[int, User] = field(default_factory=dict)

    def officer_of(self, unit: RecommendingUnit) -> User:
        """Somebody who acts for this unit."""
        found = self.officers.get(unit.organisation_id)
        if found is None:
            name = f"{unit.name}经办人"
            found = create_account(
                username=f"officer-{unit.organisation_id:05d}", display_name=name[:80], by=self.administrator
            )
            grant_role(found, role=Role.UNIT, organisation=unit.organisation, by=self.administrator, at=self.at)
            self.officers[unit.organisation_id] = found
        return found


def system_account() -> User:
    """Whoever sets the reference data up before there is an administrator."""
    found = User.objects.filter(username="system").first()
    return found or create_account(username="system", display_name="系统", by=None)


def role_accounts(*, at: datetime) -> Cast:
    """The accounts of the demo page that belong to offices; the others are found among the people of the story."""
    names = dict(ROLES)
    admin = _account("administrator", names["administrator"], by=None)
    made = {role: _account(role, names[role], by=admin) for role in ("province", "city", "unit", "supervisor")}
    grant_role(admin, role=Role.ADMINISTRATOR, by=None, at=at)
    for contest in Contest.objects.filter(seasons__isnull=False).distinct():
        grant_role(made["province"], role=Role.PROVINCE, contest=contest, by=admin, at=at)
        grant_role(made["supervisor"], role=Role.SUPERVISOR, contest=contest, by=admin, at=at)
    grant_role(made["city"], role=Role.CITY, region=Region.objects.get(pk=HOME_CITY), by=admin, at=at)
    cast = Cast(administrator=admin, at=at, **made)
    for branch in ("youth", "vet", "hrss"):
        body = bodies.organisation(f"{branch}-{HOME_COUNTY}")
        home = Organisation.objects.filter(name=body.name).first()
        if home:
            grant_role(made["unit"], role=Role.UNIT, organisation=home, by=admin, at=at)
            cast.officers[home.pk] = made["unit"]
    return cast


@cache
def _password() -> str:
    """The one password of the demo page's accounts, hashed once: hashing is slow on purpose."""
    return make_password(PASSWORD)


def _account(role: str, name: str, *, by) -> User:
    return name_role(create_account(username=f"demo-{role}", display_name=name, by=by), role, by=by)


def name_role(user: User, role: str, *, by) -> User:
    """Put somebody on the demo page under a role, with the password the README tells."""
    user.demo_role = role
    user.password = _password()
    user.save(update_fields=["demo_role", "password"])
    return user


def judges(count: int, *, by) -> list[Judge]:
    """The judge library: experts with employers, fields and logins."""
    made = []
    for told in told_judges(count):
        employer = known_organisation(
            name=told.employer, kind=told.employer_kind, region=_region(told.employer_region), by=by
        )
        one = told.person
        person = known_person(
            name=one.name, id_kind=one.id_kind, id_number=one.id_number, phone=one.phone, email=one.email,
            employer=employer, title=told.title, school=one.school, degree=one.degree, by=by,
        )  # fmt: skip
        create_account(username=f"judge-{told.number:04d}", display_name=one.name, person=person, by=by)
        made.append(
            library.enrol(
                person, kind=told.kind, fields=told.fields, employer=employer, region=employer.region,
                title=told.title, languages=told.languages, profile=told.profile, by=by,
            )
        )  # fmt: skip
    return made


def institutions(*, by, at: datetime, until: date) -> list[Institution]:
    """Investors, banks and parks; all but the last three admitted."""
    told = told_institutions()
    found = []
    for place, one in enumerate(told):
        user = create_account(username=f"investor-{place:03d}", display_name=one.contact, by=by)
        body = known_organisation(
            name=one.name, kind=_BODY[one.kind], credit_code=one.credit_code, region=_region(one.region), by=by
        )
        made = matching.apply(
            body, kind=one.kind, by=user, at=at, regions=Region.objects.filter(pk__in=one.cities),
            manager_number=one.manager_number, industries=list(one.industries), rounds=list(one.rounds),
            ticket_from_wan=one.ticket_from_wan, ticket_to_wan=one.ticket_to_wan, introduction=one.introduction,
        )  # fmt: skip
        if place < len(told) - 3:
            made = matching.admit(made, expires_on=until, by=by, at=at)
        found.append(made)
    return found


_BODY = {"investor": OrganisationKind.FUND, "bank": OrganisationKind.BANK, "park": OrganisationKind.PARK}


def _region(code: str) -> Region | None:
    return Region.objects.filter(pk=code).first() if code else None
