#include "inkling/methods/fomaml/fomaml.h"

#include "inkling/methods/maml/maml.h"

namespace inkling::fomaml {

std::unique_ptr<Method> make(const Options& options) {
  return maml::make(options);
}

}  // namespace inkling::fomaml
