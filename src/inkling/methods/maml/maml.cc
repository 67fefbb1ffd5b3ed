#include "inkling/methods/maml/maml.h"

#include "inkling/methods/fitting.h"

namespace inkling::maml {
namespace {

class Maml : public FittingMethod {
 public:
  explicit Maml(const Options& options)
      : FittingMethod(options, adapt_named(options.adapt), order_of(options)) {}
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<Maml>(options);
}

}  // namespace inkling::maml
