"""Which Chinese fonts are installed: a bulletin is printed with them or not at all."""

from functools import cache

import typst

from grid_assessment.errors import GridError

SANS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "SimHei",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
)
"""Fonts of headings, tables and charts (黑体), the first installed one is used."""

SERIF = (
    "FZXiaoBiaoSong-B05S",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Noto Serif SC",
    "SimSun",
    "Songti SC",
    "AR PL UMing CN",
)
"""Fonts of the title and page numbers (宋体)."""

FANGSONG = ("FangSong_GB2312", "FangSong", "STFangsong", "FZFangSong-Z02S")
"""Fonts of running text (仿宋); without any, 宋体 is printed."""

KAITI = ("KaiTi_GB2312", "KaiTi", "STKaiti", "FZKai-Z03S", "AR PL UKai CN", "LXGW WenKai")
"""Fonts of headings of the second level (楷体); without any, 宋体 is printed."""


def require_cjk_font() -> str:
    """Name the installed font of charts and tables.

    Returns:
        The family name of the first installed font of SANS.

    Raises:
        GridError: no Chinese font is installed; the message says which package to install.
    """
    return _installed(SANS)[0]


def page_fonts() -> dict[str, list[str]]:
    """Name the installed fonts of the printed page, each role with its fallbacks.

    Returns:
        Family names by role: ``title`` (宋体), ``body`` (仿宋), ``heading`` (黑体) and
        ``subheading`` (楷体), the preferred one first.

    Raises:
        GridError: no Chinese font is installed.
    """
    sans = _installed(SANS)
    return {
        "title": _installed(SERIF + SANS),
        "body": _installed(FANGSONG + SERIF + SANS),
        "heading": sans,
        "subheading": _installed(KAITI + SERIF + SANS),
    }


def _installed(families: tuple[str, ...]) -> list[str]:
    found = [family for family in families if family in _system_families()]
    if not found:
        raise GridError(
            "No Chinese font is installed, so the bulletin would be printed as boxes: expected one "
            f"of {', '.join(families)}. Install the package fonts-noto-cjk (Debian, Ubuntu: "
            "apt-get install fonts-noto-cjk) or google-noto-sans-cjk-fonts (Fedora, RHEL)."
        )
    return found


@cache
def _system_families() -> frozenset[str]:
    return frozenset(typst.Fonts(include_embedded_fonts=False).families())
