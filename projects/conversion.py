"""Office files turned into PDF by LibreOffice, shut in: a profile and folder of its own, limits of time and size."""

import logging
import os
import resource
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from core import fonts

SECONDS = 180
LARGEST = 512 * 1024 * 1024
# Addresses, not bytes in use: 40 slides with a photograph each take 0.4 GB of memory and 0.7 GB of addresses.
MEMORY = 2048 * 1024 * 1024
SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
# Macros off at the highest level, no active content, no links from documents followed.
SETTINGS = {
    "MacroSecurityLevel": "3",
    "DisableMacrosExecution": "true",
    "DisableActiveContent": "true",
    "BlockUntrustedRefererLinks": "true",
}
# The product's own Chinese fonts stand in for those that people write with; without them a machine may take the
# Japanese forms of the characters, or draw boxes.
SANS = ("微软雅黑", "Microsoft YaHei", "Microsoft YaHei UI", "黑体", "SimHei", "等线", "DengXian", "PingFang SC")
SERIF = ("宋体", "SimSun", "新宋体", "NSimSun", "仿宋", "FangSong", "仿宋_GB2312", "楷体", "KaiTi", "STSong")
# Whatever still wants the network is sent to a door that nobody opens.
NOWHERE = "http://127.0.0.1:9"
log = logging.getLogger(__name__)


def converter() -> str | None:
    """LibreOffice, where the machine has it. Without it office files are downloaded, not shown."""
    return shutil.which("soffice")


def convert(program: str, source: Path) -> Path | None:
    """The PDF beside the source; None when it could not be made in time. Nothing that was started outlives this."""
    folder = source.parent
    made = source.with_suffix(".pdf")
    command = [
        program, "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo",
        f"-env:UserInstallation={_profile(folder).as_uri()}", "--convert-to", "pdf", "--outdir", str(folder),
        str(source),
    ]  # fmt: skip
    room = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}
    room["FONTCONFIG_FILE"] = str(_fonts(folder))
    room |= dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), NOWHERE)
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=folder, env=room, start_new_session=True, preexec_fn=_limit, **quiet)  # noqa: S603, PLW1509 - no shell, own paths; the task worker has one thread
    try:
        failed = process.wait(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        failed = True
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if failed or not made.exists():
        log.warning("%s was not converted", source.name)
        return None
    return made


def _profile(folder: Path) -> Path:
    """Settings that nobody changed before and nobody uses after."""
    items = "\n".join(
        f'<item oor:path="{SECURITY}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for name, value in SETTINGS.items()
    )
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user/registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">\n'
        f"{items}\n</oor:items>\n",
        encoding="utf-8",
    )
    return profile


def _fonts(folder: Path) -> Path:
    """Where fonts are, before those of the machine, and which stands in for which."""
    places = "".join(f"<dir>{(fonts.ROOT / file).parent}</dir>" for file in fonts.FILES.values())
    families = ((SANS, "Noto Sans SC"), (SERIF, "Noto Serif SC"))
    stand_ins = "".join(
        f'<alias binding="same"><family>{name}</family><accept><family>{ours}</family></accept></alias>'
        for names, ours in families
        for name in names
    )
    last = '<match><edit name="family" mode="append"><string>Noto Sans SC</string></edit></match>'
    made = folder / "fonts.conf"
    made.write_text(
        f'<?xml version="1.0"?>\n<fontconfig>{places}{stand_ins}{last}'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<cachedir>{folder / 'fonts'}</cachedir></fontconfig>\n",
        encoding="utf-8",
    )
    return made


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
