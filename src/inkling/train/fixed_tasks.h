// Test tasks whose query is all of the test data, and whose supports are drawn from other data.
#pragma once

#include <string>
#include <vector>

#include "inkling/tasks/task.h"
#include "inkling/train/task_data.h"

namespace inkling {

struct FixedTest {
  TextSplit split;  ///< the test examples; its texts are followed by those of the supports
  FixedTasks tasks;
};

/// One task a group (or one in all) and draw of the configuration, in this order; the query is all
/// test examples of the group whose text is not in the support, in parts. Supports hold no text
/// twice, and none that stands under two labels of the group.
/// @param labels  where not empty, the classes of the model: the data may have no other
/// @throws Error usage or data, naming the class and group with too few examples
FixedTest fixed_test(const RunConfig& config, const std::vector<std::string>& labels);

}  // namespace inkling
