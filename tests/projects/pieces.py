"""A client of the tus protocol on Django's test client, bare enough to send what a sound one would not."""

import base64
from datetime import timedelta

from django.utils import timezone

from contests.models import Season
from projects.models import Upload
from tests import factories
from tests.projects import drafts

LIST = "/entries/uploads/"
PIECE = "application/offset+octet-stream"


def b64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


class Tus:
    """Speaks for the owner of an entry."""

    def __init__(self, client, entry, requirement=None):
        self.client, self.entry = client, entry
        self.requirement = requirement or entry.season.documentrequirements.get()
        client.force_login(entry.project.owner, backend="django.contrib.auth.backends.ModelBackend")

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = PIECE, **headers):
        headers = {"Tus-Resumable": "1.0.0", **{name.replace("_", "-"): str(it) for name, it in headers.items()}}
        return self.client.generic(method, path, body, content_type=kind, headers=headers)

    def create(self, size: int, *, name: str = "路演.pdf", body: bytes | None = None, **metadata):
        told = {"entry": self.entry.pk, "requirement": self.requirement.pk, "filename": name, **metadata}
        header = ",".join(f"{key} {b64(str(value))}" for key, value in told.items())
        kind = PIECE if body is not None else ""
        return self.ask("POST", LIST, body or b"", kind, Upload_Length=size, Upload_Metadata=header)

    def begun(self, size: int, **facts) -> str:
        answer = self.create(size, **facts)
        assert answer.status_code == 201, answer.content.decode()
        return answer["Location"].removeprefix("http://testserver")

    def patch(self, path: str, body: bytes, offset: int, **headers):
        return self.ask("PATCH", path, body, Upload_Offset=offset, **headers)

    def head(self, path: str):
        return self.ask("HEAD", path, kind="")

    def upload(self, path: str) -> Upload:
        return Upload.objects.get(pk=path.rstrip("/").rpartition("/")[2])


def entry_of(formats=("pdf",), **facts):
    season = drafts.open_season()
    season.documentrequirements.all().delete()
    factories.DocumentRequirementFactory(season=season, formats=list(formats), **facts)
    return drafts.draft(season)


def close(entry, *, ago: timedelta) -> None:
    """Lets the entry's time end so long ago."""
    closes = timezone.now() - ago
    Season.objects.filter(pk=entry.season_id).update(entry_closes=closes, entry_opens=closes - timedelta(days=30))
    entry.season.refresh_from_db()
