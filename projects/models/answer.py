from django.db import models
from django.utils.translation import gettext_lazy as _

from contests.models import Question
from projects.models.entry import Entry


class Answer(models.Model):
    """答复 · an entry's answer to one question: text, a number as text, a date in ISO form, chosen values, or rows."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    value = models.JSONField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["question__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["entry", "question"], name="answer_once")]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")

    def __str__(self):
        return f"{self.question}"
