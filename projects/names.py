"""Names and words in one short form, so that what only differs in dress is seen to be equal."""

import re
import unicodedata

from projects.imports.values import folded

LEAST_KEPT = 4
COMPANY_FORM = re.compile(
    r"(股份有限责任公司|股份有限公司|有限责任公司|有限公司|集团公司|集团|分公司|公司|专业合作社|合作社|个体工商户|工作室"
    r"|companylimited|coltd|ltd|inc|llc|limited|company|corporation|corp)$"
)
PROJECT_FORM = re.compile(
    r"的?(创业项目|创新项目|项目|研发及产业化|研发与产业化|产业化|研发与应用|研究与应用|开发与应用|应用与推广|及应用|与应用"
    r"|的应用|startupproject|project)$"
)
PROVINCE = re.compile(r"^山东省?")


def plain(text: str) -> str:
    """Letters and digits alone: full width made half, capitals small, spaces and punctuation gone."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def plain_company(name: str) -> str:
    """A company's whole name for comparing: plain signs, no spaces, one word for both forms of a limited company."""
    return folded(name).replace("有限责任公司", "有限公司")


def short_name(name: str) -> str:
    """A project's name without what many names end in, as long as enough of it is left."""
    return _without(PROJECT_FORM, _without(COMPANY_FORM, plain(name)))[:80]


def short_company(name: str) -> str:
    """A company's name without province and legal form."""
    text = _without(COMPANY_FORM, plain(name))
    rest = PROVINCE.sub("", text)
    return rest if len(rest) >= LEAST_KEPT else text


def _without(ending: re.Pattern, text: str) -> str:
    while (rest := ending.sub("", text)) != text and len(rest) >= LEAST_KEPT:
        text = rest
    return text
