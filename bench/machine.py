"""What the figures were measured on."""

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "great-expectations")

_KIBIBYTE = 1024


def machine_facts() -> dict[str, Any]:
    """Return cores that this process may use, memory in bytes, and versions."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": _entry(Path("/proc/cpuinfo"), "model name"),
        "memory_bytes": int(_entry(Path("/proc/meminfo"), "MemTotal").split()[0]) * _KIBIBYTE,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": {package: version(package) for package in PACKAGES},
    }


def _entry(path: Path, name: str) -> str:
    """Return the first value of a name in a file of the kernel; ``0`` without one."""
    for line in path.read_text(encoding="utf-8").splitlines():
        found, _, value = line.partition(":")
        if found.strip() == name:
            return value.strip()
    return "0"
