"""Words that describe people and bodies."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sex(TextChoices):
    MALE = "m", _("Male")
    FEMALE = "f", _("Female")


class IdKind(TextChoices):
    RESIDENT = "resident", _("Resident ID card")
    PASSPORT = "passport", _("Passport")
    OTHER = "other", _("Other document")


class PersonStatus(TextChoices):
    """身份类别 · groups that eligibility rules and employment figures ask about (domain §3.1)."""

    STUDENT = "student", _("Enrolled student")
    GRADUATE = "graduate", _("Graduated within five years")
    VETERAN = "veteran", _("Veteran")
    RETURNEE = "returnee", _("Returned from studies abroad")
    HOMECOMER = "homecomer", _("Returned to the home county")
    DISABLED = "disabled", _("Person with a disability")
    DOCTORATE = "doctorate", _("Holds a doctorate")
    SENIOR_TITLE = "senior_title", _("Associate senior title or above")
    OVERSEAS = "overseas", _("Foreign national")


class OrganisationKind(TextChoices):
    DEPARTMENT = "department", _("Government department")
    UNIVERSITY = "university", _("University or school")
    PARK = "park", _("Park or incubator")
    COMPANY = "company", _("Company")
    FUND = "fund", _("Fund or investor")
    BANK = "bank", _("Bank")
    INSTITUTE = "institute", _("Research institute")
    ASSOCIATION = "association", _("Association or service centre")
    OTHER = "other", _("Other body")


class Role(TextChoices):
    """角色 · what a person may do, always within the scope of a grant. Contestants need no grant."""

    UNIT = "unit", _("Recommending unit")
    CITY = "city", _("City organiser")
    PROVINCE = "province", _("Provincial organiser")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")
