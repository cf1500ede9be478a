// SPDX-License-Identifier: Apache-2.0
// `firsthand clock`: questions to the clock arithmetic, one JSON object a line, answered one a
// line. Needs no settings, no database and no log. Runs in the calling thread until the end of the
// input. Errors of a line are its answer; errors of the streams are an exception.
#pragma once

namespace firsthand::runtime {

/// What `firsthand clock --help` says below its first line.
extern const char* const kClockHelp;

/// Reads file descriptor `input` to its end; each answer is written to `output` before the next
/// line is looked at. Lines may end in CR LF; empty ones are skipped. Returns the exit code, 0.
int run_clock(int input, int output);

}  // namespace firsthand::runtime
