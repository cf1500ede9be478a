# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, a C++ file with the catalogue of every language of FOLDER.
set(out "// Generated from the .json files.\n#include \"adapters/notify/texts.hpp\"\n\nnamespace firsthand::notify {\n\n")
foreach(language zh en)
  file(READ ${FOLDER}/${language}.json body)
  string(APPEND out "const std::string_view k_texts_${language} = R\"json(${body})json\";\n")
endforeach()
string(APPEND out "\n}  // namespace firsthand::notify\n")
file(WRITE ${OUTPUT} "${out}")
