"""WeasyPrint with our own fonts, pictures and style sheets: what `core.pdf` prints with."""

import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from core import fonts
from core.pdf import ForeignFileError, ForeignFontError

STATIC = Path(settings.BASE_DIR) / "static"
TYPES = {
    ".css": "text/css",
    ".ttf": "font/ttf",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
}
SIGNATURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
SILENT = {"head", "script", "style", "title", "template"}

# The layout engine and its font map are not safe to use from two threads at once.
_printing = threading.RLock()


class OwnFiles(URLFetcher):
    """Hands out our own fonts, pictures and style sheets and the assets given, and nothing else."""

    def __init__(self, assets: Mapping[str, bytes] | None = None):
        super().__init__(allowed_protocols=("file",), allow_redirects=False, fail_on_errors=True)
        self.assets = assets or {}

    def fetch(self, url, headers=None):
        if url.startswith("asset:"):
            body = self._asset(url)
            return URLFetcherResponse(url, body, {"Content-Type": _content_type(body)})
        path = _own_path(url)
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": TYPES[path.suffix.lower()]})

    def _asset(self, url: str) -> bytes:
        name = url.removeprefix("asset:")
        if name not in self.assets:
            raise ForeignFileError(url)
        return self.assets[name]


def _own_path(url: str) -> Path:
    """The file behind a file: address, if it is one of ours after every link and `..` is resolved."""
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc:
        raise ForeignFileError(url)
    path = Path(unquote(parts.path)).resolve()
    roots = (STATIC.resolve(), fonts.ROOT.resolve())
    if path.suffix.lower() not in TYPES or not any(path.is_relative_to(root) for root in roots):
        raise ForeignFileError(url)
    return path


def _content_type(body: bytes) -> str:
    return next((kind for start, kind in SIGNATURES.items() if body.startswith(start)), "image/svg+xml")


def write(
    html: str,
    *,
    sheets: tuple[str, ...],
    css: str,
    assets: Mapping[str, bytes] | None,
    substitute: bool,
) -> bytes:
    """See `core.pdf.write`."""
    html = fonts.readable(html)
    if substitute:
        html = html.translate({ord(char): fonts.SUBSTITUTE for char in fonts.missing(html)})
    fetcher = OwnFiles(assets)
    with _printing:
        try:
            document = HTML(string=html, base_url=f"{STATIC.as_uri()}/", url_fetcher=fetcher)
            fonts.refuse_missing(fonts.missing(_drawn(document.etree_element)))
            pages = _laid_out(document, sheets, css, fetcher)
            printed = pages.write_pdf()
        except FatalURLFetchingError as error:
            raise error.__cause__ from None
    foreign = {font.family for font in pages.fonts.values()} - {family for family, _weight in fonts.FILES}
    if foreign:
        raise ForeignFontError(", ".join(sorted(foreign)))
    return printed


def _laid_out(document, sheets, css, fetcher):
    configuration, faces = _own_fonts()
    styles = [faces, *(_sheet(name, (STATIC / name).stat().st_mtime_ns) for name in sheets)]
    if css:
        styles.append(CSS(string=css, font_config=configuration, url_fetcher=fetcher, base_url=f"{STATIC.as_uri()}/"))
    return document.render(stylesheets=styles, font_config=configuration)


@lru_cache(maxsize=1)
def _own_fonts() -> tuple[FontConfiguration, CSS]:
    """The font map with our faces in it, built once: registering them costs more than laying out a page."""
    configuration = FontConfiguration()
    rules = "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};src:url("{(fonts.ROOT / path).as_uri()}")}}'
        for (family, weight), path in fonts.FILES.items()
    )
    return configuration, CSS(string=rules, font_config=configuration, url_fetcher=OwnFiles())


@lru_cache(maxsize=8)
def _sheet(name: str, changed: int) -> CSS:
    return CSS(filename=STATIC / name, font_config=_own_fonts()[0], url_fetcher=OwnFiles())


def _drawn(root) -> str:
    """Every character that the document draws as text, each once."""
    drawn = {}
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag not in SILENT:
            drawn.update(dict.fromkeys(element.text or ""))
        drawn.update(dict.fromkeys(element.tail or ""))
    return "".join(drawn)
