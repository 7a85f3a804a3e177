"""Sending files from a browser: paused, reloaded, begun again where it stopped, two at once, refused in words."""

import re
import secrets

from django.utils import timezone
from playwright.sync_api import expect

from projects.models import Upload
from seeds.demo.papers import paper
from tests.core.media import pdf
from tests.e2e.story import drafted
from tests.projects.pieces import LIST
from tests.waiting import until

MEGABYTE = 1024 * 1024
SLOW = 300 * 1024


def large(size: int) -> bytes:
    return pdf(2) + b"\n%" + secrets.token_bytes(size)


def slowed(page, speed: int) -> None:
    """The line of a phone, by the browser's own means."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": speed},
    )


def chosen(row, path) -> None:
    row.locator("input[type=file]").first.set_input_files(path)


def is_row(answer) -> bool:
    """The answer at the end of an upload: its row anew."""
    return LIST in answer.url and answer.request.method == "GET"


def arrived() -> int:
    """Bytes of the upload begun last that the server has settled; it learns of a broken line after the browser."""
    return Upload.objects.order_by("-begun_at").first().offset


def test_an_upload_is_paused_survives_a_reload_and_goes_on_where_it_stopped(page, demo, become, look, press, tmp_path):
    entry = drafted(14, at=timezone.now())
    become(entry.project.owner)
    page.goto(f"{demo}/entries/{entry.pk}/form/documents/")
    look("documents-rule")
    deck = entry.season.documentrequirements.get(kind="deck")
    row = page.locator(f"#document-{deck.pk}")
    file = tmp_path / "路演文稿.pdf"
    file.write_bytes(large(3 * MEGABYTE))

    slowed(page, SLOW)
    chosen(row, file)
    expect(row.locator("[data-facts]")).to_have_text(re.compile(r"^[1-9]\d?%"))
    look("upload-moving")
    press("Pause")
    expect(row.locator("[data-facts]")).to_contain_text("已暂停")
    until(arrived)
    kept = arrived()
    assert kept < file.stat().st_size
    page.reload()
    expect(row.locator("[data-begun]")).to_contain_text("再选同一个文件")
    look("upload-begun")

    slowed(page, -1)
    with page.expect_response(is_row), page.expect_request(lambda request: request.method == "PATCH") as again:
        chosen(row, file)
    assert int(again.value.headers["upload-offset"]) == kept
    expect(row.locator(".sending")).to_be_hidden()
    expect(row.locator(".ly-hash")).to_contain_text("SHA-256")
    assert Upload.objects.filter(entry=entry).count() == 1
    assert entry.documents.get(requirement=deck).current.size == file.stat().st_size
    look("upload-done")


def test_two_files_at_once_one_of_them_refused_in_words(page, demo, become, tmp_path):
    entry = drafted(15, at=timezone.now())
    become(entry.project.owner)
    page.goto(f"{demo}/entries/{entry.pk}/form/documents/")
    first, second = page.locator(".ly-up[id^=document-]").all()[:2]
    good, bad = tmp_path / "营业执照.pdf", tmp_path / "网页.pdf"
    good.write_bytes(paper("licence"))
    bad.write_bytes(b"<html><script>alert(1)</script>" + b"x" * 1000)
    numbers = [one.get_attribute("id") for one in (first, second)]
    before = Upload.objects.count()
    for number, path in zip(numbers, (good, bad), strict=True):
        chosen(page.locator(f"[id='{number}']"), path)

    refusal = page.locator(f"[id='{numbers[1]}'] .ly-note.no")
    expect(refusal).to_contain_text("网页.pdf")
    expect(page.locator(f"[id='{numbers[0]}'] .sending")).to_be_hidden()
    assert Upload.objects.count() == before + 2
    assert Upload.objects.filter(entry=entry, version__isnull=False, name="营业执照.pdf").count() == 1


def test_the_line_is_cut_and_comes_back(page, demo, become, tmp_path):
    entry = drafted(16, at=timezone.now())
    become(entry.project.owner)
    page.goto(f"{demo}/entries/{entry.pk}/form/documents/")
    row = page.locator(f"#document-{entry.season.documentrequirements.get(kind='deck').pk}")
    file = tmp_path / "路演文稿.pdf"
    file.write_bytes(large(2 * MEGABYTE))
    cut = {"now": True}
    page.route(f"**{LIST}*/", lambda route: route.abort() if cut["now"] else route.continue_())
    chosen(row, file)
    page.wait_for_event("requestfailed")

    with page.expect_response(is_row, timeout=15_000):
        cut["now"] = False
    assert Upload.objects.get(entry=entry).version.size == file.stat().st_size
