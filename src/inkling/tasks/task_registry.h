// The tasks found at build time, by name.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "inkling/config/plugin.h"
#include "inkling/tasks/task.h"

namespace inkling {

struct TaskMaker {
  std::string name;
  std::function<std::unique_ptr<Task>(const PluginOptions&)> make;
};

template <class Options>
TaskMaker maker(const PluginInfo& info, std::unique_ptr<Task> (*make)(const Options&)) {
  return {std::string(info.name),
          [make](const PluginOptions& options) { return make(options.as<Options>()); }};
}

const std::vector<TaskMaker>& task_makers();

/// @throws Error usage naming the nearest
std::unique_ptr<Task> make_task(const std::string& name, const PluginOptions& options);

}  // namespace inkling
