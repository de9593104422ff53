"""Make sure of what the tests need from the system: a Chromium, a Chinese font, LibreOffice.

Runs on the standard library alone, before anything is installed. Quick and silent where
everything is present. What is missing is installed with apt-get where that may be done without a
password; elsewhere the script names it, with the command to run, and exits with 1, so that no
test is ever skipped for want of it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

# The first is the same engine without the windows around its pages: a fifth less work.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


@dataclass(frozen=True)
class Tool:
    name: str
    package: str
    present: Callable[[], bool]
    hint: str = ""
    other_package: str = ""  # for systems that do not have the first


def find_chromium() -> str | None:
    """Path of the browser that the tests drive: HALL_CHROMIUM first, then the PATH."""
    named = os.environ.get("HALL_CHROMIUM")
    if named:
        return shutil.which(named)
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def find_soffice() -> str | None:
    """Path of the program that turns Word files into pages: HALL_SOFFICE first, then the PATH."""
    return shutil.which(os.environ.get("HALL_SOFFICE") or "soffice")


def has_chinese_font() -> bool:
    """Whether fontconfig knows a font for Simplified Chinese."""
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(
        ["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False
    )
    return bool(listed.stdout.strip())


TOOLS = (
    Tool(
        name="a Chromium browser",
        package="chromium-headless-shell",
        other_package="chromium",
        present=lambda: find_chromium() is not None,
        hint=" (or point HALL_CHROMIUM at one)",
    ),
    Tool(
        name="fontconfig's fc-list",
        package="fontconfig",
        present=lambda: shutil.which("fc-list") is not None,
    ),
    Tool(
        name="a Simplified Chinese font",
        package="fonts-noto-cjk",
        present=has_chinese_font,
    ),
    Tool(
        name="LibreOffice's soffice",
        package="libreoffice-writer-nogui",
        present=lambda: find_soffice() is not None,
        hint=" (or point HALL_SOFFICE at one)",
    ),
)


def missing_tools() -> list[Tool]:
    return [tool for tool in TOOLS if not tool.present()]


def root_prefix() -> list[str] | None:
    """What to put before a command to run it as root; None where that needs a password."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        if asked.returncode == 0:
            return ["sudo", "-n"]
    return None


def install(tools: list[Tool]) -> bool:
    """Install Debian packages; False where this machine does not let us, or where apt fails."""
    prefix = root_prefix()
    if prefix is None or shutil.which("apt-get") is None:
        return False
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    if not succeeds([*apt, "update"]):
        return False
    packages = [offered_package(tool) for tool in tools]
    print(f"installing with apt-get: {' '.join(packages)}", flush=True)
    return succeeds([*apt, "install", "--yes", "--no-install-recommends", *packages])


def offered_package(tool: Tool) -> str:
    """The tool's package, or the other one where this system has never heard of it."""
    shown = subprocess.run(["apt-cache", "show", tool.package], capture_output=True, check=False)
    return tool.package if shown.returncode == 0 else tool.other_package or tool.package


def succeeds(command: list[str]) -> bool:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(done.stdout[-2000:] + done.stderr[-2000:], file=sys.stderr)
    return done.returncode == 0


def main() -> int:
    named = os.environ.get("HALL_CHROMIUM")
    if named and find_chromium() is None:
        print(f"HALL_CHROMIUM names {named}, which is not a program.", file=sys.stderr)
        return 1
    missing = missing_tools()
    if missing and install(missing):
        missing = missing_tools()
    for tool in missing:
        print(
            f"The tests need {tool.name}: sudo apt-get install {tool.package}{tool.hint}.",
            file=sys.stderr,
        )
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
