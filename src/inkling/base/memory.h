// What memory the machine has to spare.
#pragma once

#include <cstdint>

namespace inkling {

/// Bytes that this process may still take without swapping: of the system, or of the control group
/// that it runs in where that has less. 0 where neither tells.
std::int64_t available_bytes();

}  // namespace inkling
