#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The house rules as a test: who may include whom, what the engine may not say, and how files look.

Reads the files of the tree (those under version control where git is there), prints one line for
each rule broken, and ends with 1 if there is any. Warnings do not fail.
"""
import os
import re
import subprocess
import sys

SOURCE = (".cpp", ".hpp", ".ts", ".tsx", ".py", ".sh", ".lua", ".sql", ".cmake", ".toml", ".mjs")
CODE = (".cpp", ".hpp")
SKIPPED = ("build/", "var/", "node_modules/", "tests/fixtures/", "third_party/")
LINES_WARN, LINES_MAX = 400, 600
COLUMNS_MAX, COLUMNS_OF_TABLES_MAX = 120, 160

FLOOR = ("asio", "codec", "metrics")
# What the headers of a folder may include: a prefix of the tree, or of a library.
MAY_INCLUDE = {
    "engine": ("engine/", "boost/describe", "boost/mp11", "boost/system"),
    "routing": ("engine/", "routing/"),
    "config": ("engine/", "routing/", "config/"),
}
OUR_FOLDERS = ("engine/", "routing/", "config/", "adapters/", "tests/", "ops/")
# The engine has no clock, chance, environment, threads or log; nor has the routing.
NOT_IN_THE_HEART = (
    r"system_clock::now", r"steady_clock::now", r"\bs?rand\s*\(", r"random_device", r"\bgetenv\b",
    r"std::thread", r"std::jthread", r"std::mutex", r"spdlog", r"boost::asio", r"\bstd::cout\b",
    r"\bprintf\s*\(", r"co_await", r"pqxx", r"hiredis",
)
# Names of the machine this was written on, and of registries: a build asks nobody by name.
STRANGERS = (
    r"/work/", r"/home/\w+/", r"/root/", r"registry\.npm", r"npmmirror", r"pypi\.org",
    r"pythonhosted", r"artifactory", r"crates\.io",
)
HISTORY_WORDS = re.compile(r"\b(" + "TO" + "DO|FIX" + "ME|X" + "XX)\\b")


def listed(root):
    """Paths of the tree, relative, in order."""
    try:
        out = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"],
                             capture_output=True, text=True, check=True).stdout
        paths = [p for p in out.splitlines() if os.path.isfile(os.path.join(root, p))]
    except (OSError, subprocess.CalledProcessError):
        paths = [os.path.relpath(os.path.join(at, name), root)
                 for at, _, names in os.walk(root) for name in names]
    return sorted(p for p in paths if not any(p.startswith(s) or "/" + s in p for s in SKIPPED))


def without_comments(text):
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), text, flags=re.S)
    return re.sub(r"//[^\n]*", "", text)


def includes(text):
    return [(text.count("\n", 0, m.start()) + 1, m.group(1), m.group(2))
            for m in re.finditer(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', text, re.M)]


def check_includes(path, text):
    """The table of ARCHITECTURE.md, by what is included."""
    top, _, rest = path.partition("/")
    for line, kind, name in includes(text):
        where = f"{path}:{line}"
        is_ours = name.startswith(OUR_FOLDERS)
        if top in MAY_INCLUDE:
            library = "/" in name or (kind == '"')
            if (is_ours or (library and top == "engine")) and not name.startswith(MAY_INCLUDE[top]):
                yield f"{where}: {top}/ may not include {name}"
        elif top == "adapters":
            mine = rest.partition("/")[0]
            if name.startswith(("tests/", "ops/")):
                yield f"{where}: the product may not include {name}"
            other = name.split("/")[1] if name.startswith("adapters/") else mine
            if other != mine and other not in FLOOR and mine != "runtime":
                yield f"{where}: adapters/{mine} may not include adapters/{other}"
            on_floor = name.startswith("engine/") or (name.startswith("adapters/") and other in FLOOR)
            if mine in FLOOR and is_ours and other in FLOOR and not on_floor:
                yield f"{where}: the floor may include only the floor and engine/, not {name}"


def check_heart(path, text):
    if not path.startswith(("engine/", "routing/")):
        return
    for number, line in enumerate(without_comments(text).splitlines(), 1):
        for word in NOT_IN_THE_HEART:
            if re.search(word, line):
                yield f"{path}:{number}: {path.split('/')[0]}/ is pure and may not say {word}"


def check_catch(path, text):
    """catch (...) must hand on what it caught."""
    for match in re.finditer(r"catch\s*\(\s*\.\.\.\s*\)\s*\{", text):
        depth, at = 1, match.end()
        while depth and at < len(text):
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        body = without_comments(text[match.end():at])
        if not re.search(r"\bthrow\b|current_exception|\bterminate\b|\babort\b|_exit\b", body):
            line = text.count("\n", 0, match.start()) + 1
            yield f"{path}:{line}: catch (...) swallows what it caught"


def in_tables(lines):
    """Which lines stand in a raw string or where clang-format is off: rows that must not be broken."""
    raw, off, found = False, False, []
    for line in lines:
        off = ("clang-format off" in line) or (off and "clang-format on" not in line)
        opens, closes = line.rfind('R"'), line.rfind(')"')
        found.append(raw or off)
        raw = opens > closes or (raw and closes < 0)
    return found


def check_looks(path, lines):
    if path.endswith(CODE + (".sql", ".py", ".sh", ".lua", ".cmake")) or path.endswith("CMakeLists.txt"):
        if not any("SPDX-License-Identifier: Apache-2.0" in line for line in lines[:3]):
            yield f"{path}:1: has no SPDX line"
    if path.endswith(".hpp") and not any(line.strip() == "#pragma once" for line in lines):
        yield f"{path}:1: has no #pragma once"
    if path.endswith(CODE) and len(lines) > LINES_MAX and "_test." not in path:
        yield f"{path}: has {len(lines)} lines; {LINES_MAX} is the limit"
    for number, (line, table) in enumerate(zip(lines, in_tables(lines)), 1):
        most = COLUMNS_OF_TABLES_MAX if table else COLUMNS_MAX
        if path.endswith(CODE) and len(line) > most:
            yield f"{path}:{number}: has {len(line)} columns; {most} is the limit"
        if HISTORY_WORDS.search(line):
            yield f"{path}:{number}: says what is left to do; that belongs into an issue"


def check_strangers(path, lines):
    for number, line in enumerate(lines, 1):
        for word in STRANGERS:
            if re.search(word, line):
                yield f"{path}:{number}: names a place that is not everybody's: {word}"


def check(path, text):
    """All that is wrong with one file."""
    lines = text.splitlines()
    found = []
    if path.endswith(SOURCE) or path.endswith("CMakeLists.txt"):
        found += check_looks(path, lines)
    if path.endswith(CODE):
        found += check_includes(path, text)
        found += check_heart(path, text)
        found += check_catch(path, text)
    if not path.startswith("tests/tidy/"):
        found += check_strangers(path, lines)
    return found


def warnings(path, text):
    lines = len(text.splitlines())
    if path.endswith(CODE) and lines > LINES_WARN and "_test." not in path:
        yield f"{path}: {lines} lines want to be two files"


def main(root):
    broken, files = 0, 0
    for path in listed(root):
        try:
            with open(os.path.join(root, path), encoding="utf-8") as file:
                text = file.read()
        except (UnicodeDecodeError, OSError):
            continue
        files += 1
        for line in check(path, text):
            print(line)
            broken += 1
        for line in warnings(path, text):
            print("warning:", line)
    if files < 50:
        print(f"only {files} files found under {root}: this checks nothing")
        broken += 1
    print(f"{files} files, {broken} rules broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))
