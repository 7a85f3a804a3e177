"""Files made in the test: sound ones of every kind, and what attackers and broken programs send."""

import struct
import zipfile
import zlib
from io import BytesIO

import pikepdf
from PIL import Image


def pdf(pages: int = 1, **save) -> bytes:
    made, written = pikepdf.new(), BytesIO()
    for _ in range(pages):
        made.add_blank_page()
    made.save(written, **save)
    return written.getvalue()


def office(*parts: str, body: bytes = b"<xml/>") -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in ("[Content_Types].xml", *parts):
            archive.writestr(part, body)
    return written.getvalue()


def deck(slides: int = 2, *more: str) -> bytes:
    return office("ppt/presentation.xml", *[f"ppt/slides/slide{n}.xml" for n in range(1, slides + 1)], *more)


def picture(kind: str, size=(20, 10)) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "white").save(written, kind)
    return written.getvalue()


def compound(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000 + stream.encode("utf-16-le") + b"\0" * 100


def box(name: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", len(body) + 8) + name + body


def film(*, handler: bytes = b"vide", data: bytes = b"\0" * 1000, brand: bytes = b"isom") -> bytes:
    """The frame of an MP4: what a player needs before it looks at pictures."""
    track = box(b"trak", box(b"mdia", box(b"hdlr", b"\0" * 8, handler, b"\0" * 13)))
    return box(b"ftyp", brand, b"\0" * 4, b"isom") + box(b"moov", box(b"mvhd", b"\0" * 100), track) + box(b"mdat", data)


def picture_bomb(side: int = 30_000) -> bytes:
    """A PNG of a few kilobytes whose pixels would fill the memory."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"\0" * 100_000)
    chunks = [(b"IHDR", head), (b"IDAT", packed), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def lying_archive() -> bytes:
    """A deck whose list says that a part is small; unpacked it is not."""
    whole = bytearray(office("ppt/presentation.xml", body=b"0" * 5_000_000))
    honest, said = struct.pack("<I", 5_000_000), struct.pack("<I", 10)
    return bytes(whole.replace(honest, said))


def active_pdf() -> bytes:
    """A PDF that runs a script when opened, starts a program on a click and carries a file."""
    made, written = pikepdf.new(), BytesIO()
    made.add_blank_page()
    name, words = pikepdf.Name, pikepdf.String
    script = pikepdf.Dictionary(S=name.JavaScript, JS=words("app.alert('hello')"))
    launch = pikepdf.Dictionary(S=name.Launch, F=words("calc.exe"))
    link = pikepdf.Dictionary(Type=name.Annot, Subtype=name.Link, Rect=[0, 0, 100, 100], A=launch)
    harmless = pikepdf.Dictionary(
        Type=name.Annot,
        Subtype=name.Link,
        Rect=[0, 0, 9, 9],
        A=pikepdf.Dictionary(S=name.URI, URI=words("https://a.cn")),
    )
    made.Root.OpenAction = made.make_indirect(script)
    made.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=[words("a"), script]))
    made.pages[0].Annots = made.make_indirect(pikepdf.Array([link, harmless]))
    made.pages[0].AA = pikepdf.Dictionary(O=script)
    made.attachments["virus.exe"] = b"MZ"
    made.save(written)
    return written.getvalue()
