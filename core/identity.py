"""Identity numbers: check digits, what they tell, and how they are shown.

GB 11643 for resident ID numbers (ISO 7064 MOD 11-2), GB 32100 for unified social credit codes (MOD 31).
"""

from datetime import date

import phonenumbers
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError


def is_resident_id(number: str) -> bool:
    """Length, birth date and check digit of a resident ID number; the region prefix may be a merged one."""
    try:
        number = ric.compact(number)
        return (
            len(number) == 18
            and number[:17].isdigit()
            and ric.calc_check_digit(number) == number[-1]
            and bool(birth_date_of(number))
        )
    except ValidationError:
        return False


def birth_date_of(resident_id: str) -> date | None:
    try:
        return date(int(resident_id[6:10]), int(resident_id[10:12]), int(resident_id[12:14]))
    except ValueError:
        return None


def sex_of(resident_id: str) -> str:
    """`m` or `f`, from the seventeenth digit."""
    return "m" if int(resident_id[16]) % 2 else "f"


def is_credit_code(code: str) -> bool:
    return uscc.is_valid(code)


def normal_phone(text: str, region: str = "CN") -> str:
    """E.164 form of a phone number (+8613…), or an empty string when it is none."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    return (
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if phonenumbers.is_possible_number(number)
        else ""
    )


def masked_id(number: str) -> str:
    """First six and last two signs of an ID number: enough to recognise, not enough to use."""
    return f"{number[:6]}{'*' * max(len(number) - 8, 3)}{number[-2:]}" if len(number) > 8 else "*" * len(number)


def masked_phone(number: str) -> str:
    local = number.removeprefix("+86")
    return f"{local[:3]}****{local[-4:]}" if len(local) > 7 else "*" * len(local)


def masked_name(name: str) -> str:
    """All but the first sign hidden: 王某某 is written 王**."""
    return name[:1] + "*" * (len(name) - 1)
