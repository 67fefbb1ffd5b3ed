// Ctrl-C as a request: long work asks between steps and stops where nothing is lost.
#pragma once

namespace inkling {

/// The first SIGINT or SIGTERM sets a flag, the second ends the process at once; SIGPIPE becomes an
/// error of the write. Called once, by a program's main.
void install_signal_handlers();

/// True after the first Ctrl-C.
bool interrupt_requested();

/// @throws Interrupted after the first Ctrl-C
void check_interrupt();

}  // namespace inkling
