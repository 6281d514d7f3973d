"""Looks for texts that must be nowhere: in the bytes of files, and in what DuckDB reads from them.

Compressed and encoded columns hide a text from a search of bytes; so every table and view of a
database and every column of a Parquet file is read back as text besides.
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import duckdb


def written_forms(secret: str) -> set[bytes]:
    """Return the bytes that a text can have in a file: its encodings, and escaped as in JSON."""
    forms = {secret, json.dumps(secret)[1:-1], secret.encode("unicode_escape").decode()}
    encodings = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
    return {form.encode(encoding) for form in forms for encoding in encodings}


def _in_bytes(path: Path, secrets: list[str]) -> Iterator[str]:
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b":
        content += gzip.decompress(content)
    # Views of DuckDB and JSON inside JSON escape what they hold once more.
    content += content.replace(b"\\\\", b"\\")
    for secret in secrets:
        if any(form in content for form in written_forms(secret)):
            yield f"{path}: bytes: {secret}"


def _in_relation(
    connection: duckdb.DuckDBPyConnection, relation: str, place: str, secrets: list[str]
) -> Iterator[str]:
    names = [row[0] for row in connection.execute(f"describe from {relation}").fetchall()]
    looked_for = [(name, secret) for name in names for secret in secrets]
    counts, parameters = [], []
    for name, secret in looked_for:
        cell = 'cast("{}" as varchar)'.format(name.replace('"', '""'))
        counts.append(f"count(*) filter (where contains({cell}, ?) or contains(?, ?))")
        parameters += [secret, name, secret]
    # At once: a view may be made of much.
    found = connection.execute(f"select {', '.join(counts)} from {relation}", parameters).fetchone()
    for (name, secret), row_count in zip(looked_for, found or (), strict=True):
        if row_count:
            yield f"{place}, column {name}, {row_count} rows: {secret}"


def _in_database(path: Path, secrets: list[str]) -> Iterator[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        relations = connection.execute(
            "select table_schema, table_name from information_schema.tables order by all"
        ).fetchall()
        for relation in relations:
            name = ".".join('"{}"'.format(part.replace('"', '""')) for part in relation)
            yield from _in_relation(connection, name, f"{path}: {name}", secrets)


def _in_parquet(path: Path, secrets: list[str]) -> Iterator[str]:
    with duckdb.connect() as connection:
        # A list of one file, and its wildcards standing for themselves.
        name = "".join(f"[{char}]" if char in "[*?" else char for char in str(path))
        quoted = "'" + name.replace("'", "''") + "'"
        relation = f"read_parquet([{quoted}], hive_partitioning = false)"
        yield from _in_relation(connection, relation, str(path), secrets)
        relation = f"parquet_kv_metadata([{quoted}])"
        yield from _in_relation(connection, relation, f"{path}: metadata", secrets)


def places_of(secrets: list[str], *folders: Path) -> list[str]:
    """Return every place below the folders that holds one of the secrets; empty when none does.

    Args:
        secrets: texts, at least four characters long, that nothing else contains by chance.
        folders: every file below them is read, whatever it is; their names are looked at too.
    """
    assert all(len(secret) > 3 for secret in secrets)
    found: list[str] = []
    for folder in folders:
        assert folder.is_dir(), folder
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            found += [f"{path}: name: {secret}" for secret in secrets if secret in name]
            if not path.is_file():
                continue
            found += _in_bytes(path, secrets)
            if path.suffix == ".duckdb":
                found += _in_database(path, secrets)
            elif path.suffix == ".parquet":
                found += _in_parquet(path, secrets)
    return found
