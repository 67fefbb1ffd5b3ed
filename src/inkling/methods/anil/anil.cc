#include "inkling/methods/anil/anil.h"

#include "inkling/methods/maml/maml.h"

namespace inkling::anil {

std::unique_ptr<Method> make(const Options& options) {
  return maml::make(options);
}

}  // namespace inkling::anil
