"""What the score sheet's script says, ready for its form: worked out once for each language."""

from functools import lru_cache

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

WORDS = {
    "saved": _("Saved {at}"),
    "saving": _("Saving…"),
    "kept": _("Not sent yet. Everything is kept on this device and sent as soon as the network is back."),
    "held": _("Not sent yet, kept on this device"),
    "choose": _("Waits for your choice"),
    "number": _("“{text}” is not a number. Please type digits."),
    "range": _("“{name}” takes {range}; you wrote {text}. Please change it."),
    "missing": _("Still without a mark: {names}"),
    "missing-many": _("{count} criteria still without a mark"),
    "complete": _("Every criterion has a mark"),
    "both": _("Another window saved {stored}, here stands {mine}. Which one holds?"),
    "use": _("Take {value}"),
    "none": _("no mark"),
    "changed": _("Taken over from your other window: {value}"),
    "stale": _("This sheet was saved in another window meanwhile. Choose which marks hold."),
    "signed-out": _("You have been signed out. Your marks are kept on this device; sign in again and they are sent."),
    "sign-in": _("Sign in"),
    "restored": _("Marks that were not sent yet have been put back from this device."),
    "gone": _(
        "This sheet is no longer open to you, so nothing more was saved. Your marks stay on this "
        "device; please call the organiser."
    ),
    "wait": _(
        "Not everything is saved yet, so nothing was submitted. Your marks are kept on this "
        "device; please try again in a moment."
    ),
}


KINDS = {
    "person": _("Name of a person"),
    "school": _("School"),
    "company": _("Company or its trade name"),
    "place": _("Place"),
    "office": _("Recommending office"),
    "contact": _("Phone, mail or web address"),
    "no-text": _("Could not be searched (picture, or next to no text): please look at it"),
    "unreadable": _("Could not be read: please look at it"),
}


def words() -> SafeString:
    """One data attribute for each sentence; names in braces are filled in by the script."""
    return _in(get_language())


@lru_cache(maxsize=8)
def _in(_language: str | None) -> SafeString:
    return format_html_join(" ", 'data-say-{}="{}"', WORDS.items())
