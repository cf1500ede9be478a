# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, a C++ file with the text of INPUT.
file(READ ${INPUT} text)
file(WRITE ${OUTPUT} "// Generated from schemas.json.\n#include \"adapters/runtime/api/schemas.hpp\"\n\nnamespace firsthand::runtime::api {\nconst char* const kSchemas = R\"schemas(${text})schemas\";\n}  // namespace firsthand::runtime::api\n")
