# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, a C++ file with those parts of the console's catalogues (FOLDER) that a history as
# text needs.
set(sections history history_plain history_words export outcome clock_kind alert_step role caller
    severity told_how offer_reason channel presence letter_how relationship company_role tier
    complaint)
set(out "// Generated from the console's catalogues.\n#include \"adapters/codec/sentences.hpp\"\n\n")
string(APPEND out "namespace firsthand::codec {\n\n")
foreach(language zh en)
  file(READ ${FOLDER}/${language}.json catalogue)
  set(picked "{")
  foreach(section IN LISTS sections)
    string(JSON part GET "${catalogue}" ${section})
    string(APPEND picked "\"${section}\":${part},\n")
  endforeach()
  string(APPEND picked "\"language\":{}}")
  string(APPEND out "const std::string_view k_console_${language} = R\"json(${picked})json\";\n")
endforeach()
string(APPEND out "\n}  // namespace firsthand::codec\n")
file(WRITE ${OUTPUT} "${out}")
