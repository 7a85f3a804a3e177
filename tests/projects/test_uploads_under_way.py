"""The last step says which file is not whole yet, and hands in without it only on a word."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects.models import Upload
from tests import factories
from tests.projects import drafts
from tests.projects.pieces import Tus

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(client):
    entry = drafts.ready()
    video = factories.DocumentRequirementFactory(
        season=entry.season, kind="video", label="视频", formats=["mp4"], max_mb=200, required=False
    )
    tus = Tus(client, entry, video)
    tus.begun(1000, name="三分钟.mp4")
    return tus


def post(tus, **form):
    return tus.client.post(f"/entries/{tus.entry.pk}/submit/", form)


def test_it_is_said_before(waiting):
    page = waiting.client.get(f"/entries/{waiting.entry.pk}/form/check/").content.decode()

    assert "三分钟.mp4" in page
    assert 'name="without"' in page


def test_without_a_word_nothing_is_handed_in(waiting):
    answer = post(waiting)

    waiting.entry.refresh_from_db()
    assert (answer.status_code, waiting.entry.state) == (422, "draft")
    assert "视频" in answer.content.decode()


def test_with_a_word_it_is_handed_in_without(waiting):
    post(waiting, without="1")

    waiting.entry.refresh_from_db()
    assert waiting.entry.state == "submitted"


def test_what_waited_too_long_is_not_waited_for(waiting):
    Upload.objects.update(expires_at=timezone.now() - timedelta(days=1))
    post(waiting)

    waiting.entry.refresh_from_db()
    assert waiting.entry.state == "submitted"
