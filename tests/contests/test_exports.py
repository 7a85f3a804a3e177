"""A notice on paper says what its public page says."""

from datetime import timedelta

import pypdfium2
import pytest
from django.utils import timezone

from contests import services
from contests.exports import notice_pdf
from contests.services import Line
from contests.states import NoticeKind
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_notice_on_paper_holds_text_hosts_and_every_line():
    season, now = factories.SeasonFactory(), timezone.now()
    host = factories.OrganisationFactory(name="山东省示例厅", kind="department")
    season.contest.parts.create(organisation=host, part="host")
    lines = [Line("创业赛道", "一等奖", f"T-{place:05d}", f"海藻项目{place}", leader="林晓棠") for place in range(60)]
    notice = services.publish_notice(
        season, kind=NoticeKind.RESULTS, title="获奖名单公示", body="现予公示。", lines=lines,
        by=factories.UserFactory(), at=now - timedelta(hours=1), closes_at=now + timedelta(days=5),
    )  # fmt: skip

    paper = pypdfium2.PdfDocument(notice_pdf(notice))
    text = "".join(page.get_textpage().get_text_range() for page in paper)

    assert len(paper) > 1
    assert all(words in text for words in ("获奖名单公示", "现予公示。", "山东省示例厅"))
    assert all(line.number in text and line.title in text for line in lines)
    assert "林晓棠" not in text  # The season keeps leaders out of public notices.
