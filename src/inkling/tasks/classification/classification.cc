#include "inkling/tasks/classification/classification.h"

#include "inkling/tasks/text_classes.h"

namespace inkling::classification {

std::unique_ptr<Task> make(const Options&) {
  return std::make_unique<TextClasses>();
}

}  // namespace inkling::classification
