// Relation scores: what methods share that learn how well a query fits a class.
//
// A relation r in (0, 1) of a query and each class is trained towards 1 for the query's own class
// and 0 for the others; where the error is squared, its least is at r_k = p(k | x). Hence scores
// are log r, and answers p(k | x) = r_k / sum of r.
#pragma once

#include <string>

#include "inkling/methods/closed_form.h"

namespace inkling {

enum class RelationLoss { mse, cross_entropy };

/// "mse", "cross-entropy".
RelationLoss relation_loss_named(const std::string& name);

/// The mean loss of an episode's units: mse, the mean over classes of (r_k - [k = y])^2; or the
/// model's, of scores log r.
///
/// @param scores  log r, [E, U, C]
/// @return        [E]
Tensor relation_loss(RelationLoss loss, const Network& model, const Tensor& scores,
                     const Targets& targets, const Context& context);

/// log r of r = sigmoid(hidden w + b).
///
/// @param hidden  [E, U, C, M]
/// @param head    "head.output_weight" [M, 1], "head.output_bias" [1]
/// @return        [E, U, C]
Tensor log_relations(const Params& head, const Tensor& hidden);

/// What log_relations reads, from `key`.
Params init_output(Key key, std::int64_t hidden, at::TensorOptions options);

/// Glorot & Bengio 2010. @return [shape], uniform within sqrt(6 / (inputs + outputs))
Tensor glorot(Key key, at::IntArrayRef shape, std::int64_t inputs, std::int64_t outputs,
              at::TensorOptions options);

/// The model's H. @throws Error internal, where it does not know
std::int64_t features_of(const Network& model);

/// A method that gives each class a vector and learns how well a query fits it. Its head is called
/// as the method, and reads "head.classes" [C, H].
class RelationMethod : public ClosedFormMethod {
 protected:
  RelationMethod(std::string_view name, const std::string& loss)
      : ClosedFormMethod(name), name_(name), loss_(relation_loss_named(loss)) {}

  /// Of the support. @return [E, C, H]
  virtual Tensor class_vectors(const Network& model, const Params& meta, const Record& record,
                               const Context& context) const = 0;
  /// log r. @param classes [E, C, H] @param query [E, Q, H] @return [E, Q, C]
  virtual Tensor log_relations(const Params& meta, const Tensor& classes,
                               const Tensor& query) const = 0;

  Tensor scores(const Network& model, const Params& meta, const Record& record,
                const Context& context) const final;
  Adapted learned(const Network& model, const Params& meta, const Record& record,
                  const Context& context) const override;
  Tensor loss(const Network& model, const Tensor& scores, const Targets& targets,
              const Context& context) const final;

 private:
  std::string_view name_;
  RelationLoss loss_;
};

}  // namespace inkling
