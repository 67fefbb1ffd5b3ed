#include "inkling/base/memory.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

namespace inkling {
namespace {

std::optional<std::int64_t> number_in(const std::string& path) {
  std::ifstream file(path);
  std::int64_t value = 0;
  if (file >> value) return value;
  return std::nullopt;
}

std::int64_t of_system() {
  std::ifstream file("/proc/meminfo");
  std::string name;
  std::int64_t kilobytes = 0;
  std::string unit;
  while (file >> name >> kilobytes) {
    if (name == "MemAvailable:") return kilobytes * 1024;
    std::getline(file, unit);
  }
  return 0;
}

}  // namespace

std::int64_t available_bytes() {
  const std::int64_t system = of_system();
  const auto limit = number_in("/sys/fs/cgroup/memory.max");
  const auto used = number_in("/sys/fs/cgroup/memory.current");
  if (!limit || !used) return system;
  const std::int64_t group = std::max<std::int64_t>(*limit - *used, 0);
  return system > 0 ? std::min(system, group) : group;
}

}  // namespace inkling
