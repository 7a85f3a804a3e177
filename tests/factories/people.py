"""People, bodies and regions."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory
from stdnum.cn import ric, uscc

from accounts.models import Organisation, Person, User
from accounts.states import OrganisationKind
from core.models import Region

NOW = datetime(2026, 6, 18, 9, 0, tzinfo=UTC)
PASSWORD = "plain-long-password"
STEMS = str.maketrans("0123456789", "甲乙丙丁戊己庚辛壬癸")


def resident_id(number: int, born: date = date(1995, 3, 2), region: str = "370102") -> str:
    """A resident ID number with a right check digit; `number` keeps them apart: after a thousand in another county."""
    body = f"{int(region) + number // 1000}{born:%Y%m%d}{number % 1000:03d}"
    return body + ric.calc_check_digit(f"{body}0")


def credit_code(number: int) -> str:
    body = f"91370100MA3C{number:05d}"
    return body + uscc.calc_check_digit(body)


def stems(number: int) -> str:
    """A number in four letters of equal width: a name with it holds no digit and is the beginning of no other,
    so that a text can be searched for a mark or for a name."""
    return f"{number % 10000:04d}".translate(STEMS)


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Region
        django_get_or_create = ["code"]

    code = "370100"
    name = "济南市"
    short_name = "济南"
    name_en = "Jinan"
    level = Region.Level.CITY


def qingdao() -> Region:
    return RegionFactory(code="370200", name="青岛市", short_name="青岛", name_en="Qingdao")


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    kind = OrganisationKind.COMPANY
    name = factory.Sequence(lambda n: f"山东示例{stems(n)}科技有限公司")
    credit_code = factory.Sequence(credit_code)


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"李示{stems(n)}")
    birth_date = date(1995, 3, 2)

    @factory.sequence
    def id_number(n):
        return resident_id(n, region="370202")  # Of another county than the numbers that tests give.

    @classmethod
    def _create(cls, model_class, *args, id_number="", phone="", **kwargs):
        person = model_class(*args, **kwargs)
        if id_number:
            person.set_document(kwargs.get("id_kind", "resident"), id_number)
        if phone:
            person.set_phone(phone)
        person.save()
        return person


class UserFactory(DjangoModelFactory):
    """An account; `roles` are given with `grant`. Its password is PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    display_name = factory.Sequence(lambda n: f"用户{stems(n)}")
    password = factory.django.Password(PASSWORD)
