// Methods that adapt without gradient steps share this: the query's scores follow from the support
// in one pass.
#pragma once

#include <string_view>
#include <vector>

#include "inkling/methods/method.h"

namespace inkling {

/// A support that a method cannot learn from is refused here (methods/support.h): what follows sees
/// none.
class ClosedFormMethod : public Method {
 public:
  const Traits& traits() const override { return traits_; }
  /// The encoder alone: what the support gives is the head.
  Params init(const Network& model, Key key) const override;
  Hyper hyper(at::ScalarType) const override { return {}; }
  Tensor meta_loss(const Network& model, const Params& meta, const Record& record,
                   const Context& context) const override;
  std::vector<Tensor> curve(const Network& model, const Params& meta, const Record& record,
                            const Context& context) const override;
  Adapted adapt(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override;

 protected:
  /// @param name  the method's, for messages; must outlive it
  /// @param more  traits beside those of every method of closed form
  explicit ClosedFormMethod(std::string_view name, Traits more = {});

  /// Of the query. @return [E, Q, C]
  virtual Tensor scores(const Network& model, const Params& meta, const Record& record,
                        const Context& context) const = 0;
  /// What is kept of the support of one episode; no gradient is recorded.
  virtual Adapted learned(const Network& model, const Params& meta, const Record& record,
                          const Context& context) const = 0;
  /// The network's, unless a method has another. @return [E]
  virtual Tensor loss(const Network& model, const Tensor& scores, const Targets& targets,
                      const Context& context) const;

  /// The query's features, whose random choices are not those of the support. @return [E, Q, H]
  static Tensor query_features(const Network& model, const Params& meta, const Batch& query,
                               const Context& context);

 private:
  void check(const Record& record) const;

  std::string_view name_;
  Traits traits_;
};

}  // namespace inkling
