from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contests.models.season import SeasonPart
from contests.states import QuestionKind
from core.language import local


class Question(SeasonPart):
    """附加问题 · what a season or one track asks beside the form: text, number, choice, date, table or file.

    The file that answers a question arrives at its slot, a required document of its own (`contests.slots`), with the
    checks, versions and lists that every document has.

    `choices` holds [{value, label, label_en}], `columns` of a table [{code, label, label_en, kind, unit, unit_en}],
    `condition` {question: code, is: [values]} or {fact: key, is: [values]}: the question is asked only where another
    answer, or a fact of the entry (`contests.conditions`), is one of these.
    """

    code = models.SlugField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=8, choices=QuestionKind)
    label = models.CharField(_("question"), max_length=120)
    label_en = models.CharField(_("English question"), max_length=200, blank=True)
    help_text = models.CharField(_("help"), max_length=300, blank=True)
    help_text_en = models.CharField(_("English help"), max_length=400, blank=True)
    required = models.BooleanField(_("required"), default=True)
    judged = models.BooleanField(_("shown to judges"), default=False)
    max_length = models.PositiveSmallIntegerField(_("most characters"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    unit_en = models.CharField(_("English unit"), max_length=40, blank=True)
    minimum = models.DecimalField(_("least"), max_digits=14, decimal_places=2, null=True, blank=True)
    maximum = models.DecimalField(_("most"), max_digits=14, decimal_places=2, null=True, blank=True)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    several = models.BooleanField(_("several choices"), default=False)
    columns = models.JSONField(_("columns"), default=list, blank=True)
    max_rows = models.PositiveSmallIntegerField(_("most rows"), default=10)
    formats = models.JSONField(_("formats"), default=list, blank=True)
    max_mb = models.PositiveSmallIntegerField(_("largest size in MB"), default=20)
    condition = models.JSONField(_("asked only if"), default=dict, blank=True)

    class Meta(SeasonPart.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["season", "code"], condition=Q(retired_at=None), name="question_code_current"
            )
        ]
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self):
        return self.local_label

    @property
    def local_label(self):
        return local(self, "label")

    @property
    def local_help(self):
        return local(self, "help_text")

    @property
    def local_unit(self):
        return local(self, "unit")
