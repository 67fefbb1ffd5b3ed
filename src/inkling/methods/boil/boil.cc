#include "inkling/methods/boil/boil.h"

#include "inkling/methods/maml/maml.h"

namespace inkling::boil {

std::unique_ptr<Method> make(const Options& options) {
  return maml::make(options);
}

}  // namespace inkling::boil
