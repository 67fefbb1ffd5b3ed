#include "inkling/tasks/task.h"

#include "inkling/base/error.h"
#include "inkling/tasks/task_registry.h"

namespace inkling {

Record EpisodeSource::pass(std::span<const std::int64_t>) const {
  throw Error(ErrorKind::internal, "this task has episodes alone");
}

std::unique_ptr<Task> make_task(const std::string& name, const PluginOptions& options) {
  for (const TaskMaker& maker : task_makers()) {
    if (maker.name == name) return maker.make(options);
  }
  plugin_named(tasks_options(), "task", name);
  throw Error(ErrorKind::internal, "task without a maker: " + name);
}

}  // namespace inkling
