#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each check of tidy.py finds what it is for, and leaves alone what is right."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tidy  # noqa: E402

HEAD = "// SPDX-License-Identifier: Apache-2.0\n"
PRAGMA = HEAD + "#pragma once\n"
OPEN = "TO" + "DO"  # written so that this very file is tidy

# (name, path, text, words of the one complaint; None: nothing is wrong)
ROWS = [
    ("engine and engine", "engine/a.cpp", HEAD + '#include "engine/b.hpp"\n', None),
    ("engine and std", "engine/a.cpp", HEAD + "#include <vector>\n", None),
    ("engine and describe", "engine/a.cpp", HEAD + "#include <boost/describe/enum.hpp>\n", None),
    ("engine and asio", "engine/a.cpp", HEAD + "#include <boost/asio/awaitable.hpp>\n", "may not include"),
    ("engine and an adapter", "engine/a.cpp", HEAD + '#include "adapters/redis/client.hpp"\n', "may not include"),
    ("engine and config", "engine/a.cpp", HEAD + '#include "config/toml.hpp"\n', "may not include"),
    ("routing and engine", "routing/a.cpp", HEAD + '#include "engine/b.hpp"\n', None),
    ("routing and config", "routing/a.cpp", HEAD + '#include "config/toml.hpp"\n', "may not include"),
    ("config and routing", "config/a.cpp", HEAD + '#include "routing/plan.hpp"\n', None),
    ("config and an adapter", "config/a.cpp", HEAD + '#include "adapters/asio/signal.hpp"\n', "may not include"),
    ("an adapter and the floor", "adapters/redis/a.cpp", HEAD + '#include "adapters/asio/signal.hpp"\n', None),
    ("an adapter and itself", "adapters/redis/a.cpp", HEAD + '#include "adapters/redis/b.hpp"\n', None),
    ("an adapter and another", "adapters/redis/a.cpp", HEAD + '#include "adapters/http/router.hpp"\n', "may not include"),
    ("an adapter and the tests", "adapters/redis/a.cpp", HEAD + '#include "tests/support/x.hpp"\n', "may not include"),
    ("the floor and config", "adapters/codec/a.cpp", HEAD + '#include "config/toml.hpp"\n', "the floor"),
    ("runtime and all", "adapters/runtime/a.cpp", HEAD + '#include "adapters/http/router.hpp"\n', None),
    ("runtime's parts and all", "adapters/runtime/api/a.cpp", HEAD + '#include "adapters/ws/x.hpp"\n', None),
    ("the engine asks the time", "engine/a.cpp", HEAD + "auto t = std::chrono::system_clock::now();\n", "is pure"),
    ("the engine throws dice", "engine/a.cpp", HEAD + "int n = rand();\n", "is pure"),
    ("the engine asks around", "engine/a.cpp", HEAD + 'auto* x = std::getenv("X");\n', "is pure"),
    ("the engine has a thread", "engine/a.cpp", HEAD + "std::thread t;\n", "is pure"),
    ("the engine logs", "engine/a.cpp", HEAD + 'spdlog::info("x");\n', "is pure"),
    ("the engine speaks of a clock", "engine/a.cpp", HEAD + "// no system_clock::now here\n", None),
    ("an adapter asks the time", "adapters/redis/a.cpp", HEAD + "auto t = system_clock::now();\n", None),
    ("no pragma", "engine/a.hpp", HEAD, "#pragma once"),
    ("a pragma", "engine/a.hpp", PRAGMA, None),
    ("no licence", "engine/a.cpp", "int a;\n", "SPDX"),
    ("no licence in SQL", "adapters/postgres/migrations/1.sql", "select 1;\n", "SPDX"),
    ("long", "engine/a.cpp", HEAD + "\n" * 600, "lines"),
    ("long test", "tests/unit/a_test.cpp", HEAD + "\n" * 600, None),
    ("wide", "engine/a.cpp", HEAD + "//" + "x" * 120 + "\n", "columns"),
    ("a wide row", "engine/a.cpp", HEAD + "// clang-format off\n//" + "x" * 130 + "\n", None),
    ("a row too wide", "engine/a.cpp", HEAD + "// clang-format off\n//" + "x" * 160 + "\n", "columns"),
    ("wide after the rows", "engine/a.cpp",
     HEAD + "// clang-format off\n// clang-format on\n//" + "x" * 130 + "\n", "columns"),
    ("wide in a raw string", "engine/a.cpp", HEAD + 'auto s = R"(\n' + "x" * 130 + '\n)";\n', None),
    ("wide after a raw string", "engine/a.cpp", HEAD + 'auto s = R"(\n)";\n//' + "x" * 130 + "\n", "columns"),
    ("left to do", "engine/a.cpp", HEAD + f"// {OPEN}: more\n", "left to do"),
    ("swallows", "adapters/redis/a.cpp", HEAD + "try { f(); } catch (...) { n = 0; }\n", "swallows"),
    ("swallows and says throw", "adapters/redis/a.cpp", HEAD + "try { f(); } catch (...) { /* throw */ }\n", "swallows"),
    ("hands on", "adapters/redis/a.cpp", HEAD + "try { f(); } catch (...) { if (a) { b(); } throw; }\n", None),
    ("keeps it for later", "adapters/redis/a.cpp",
     HEAD + "try { f(); } catch (...) { e = std::current_exception(); }\n", None),
    ("names a machine", "ops/run.md", "see /work/" + "main\n", "not everybody's"),
    ("names a registry", "adapters/console/.npmrc", "registry=https://registry.npm" + "js.org\n", "not everybody's"),
]


def main():
    wrong = 0
    for name, path, text, expected in ROWS:
        found = tidy.check(path, text)
        right = not found if expected is None else len(found) == 1 and expected in found[0]
        if not right:
            print(f"{name}: expected {expected!r}, found {found}")
            wrong += 1
    print(f"{len(ROWS)} rows, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
