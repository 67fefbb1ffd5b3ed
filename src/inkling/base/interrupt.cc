#include "inkling/base/interrupt.h"

#include <csignal>

#include "inkling/base/error.h"

namespace inkling {
namespace {

volatile std::sig_atomic_t requested = 0;

void on_signal(int signal) {
  requested = 1;
  std::signal(signal, SIG_DFL);
}

}  // namespace

void install_signal_handlers() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGPIPE, SIG_IGN);
}

bool interrupt_requested() {
  return requested != 0;
}

void check_interrupt() {
  if (interrupt_requested()) throw Interrupted();
}

}  // namespace inkling
