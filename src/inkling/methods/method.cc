#include "inkling/methods/method.h"

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {

std::string to_string(const Traits& traits) {
  std::vector<std::string> words;
  if (traits.inner_loop) words.emplace_back("inner loop");
  // Without an inner loop there is no lower order.
  if (traits.inner_loop && traits.second_order) words.emplace_back("second order");
  if (traits.closed_form) words.emplace_back("closed form");
  if (traits.class_equivariant) words.emplace_back("class-equivariant");
  if (traits.zero_shot) words.emplace_back("zero shot");
  if (traits.regression) words.emplace_back("regression");
  if (traits.weighs_words) words.emplace_back("weighs words");
  if (traits.anneals) words.emplace_back("anneals");
  if (traits.unlabelled) words.emplace_back("unlabelled examples");
  if (traits.transductive) words.emplace_back("transductive");
  if (traits.self_supervised) words.emplace_back("self-supervised");
  if (traits.clean > 0) words.emplace_back("clean examples");
  if (traits.unlabelled_ratio > 0) words.emplace_back("unlabelled texts");
  return join(words, ", ");
}

Params Method::started(const Params& first, const Hyper&) const {
  return first;
}

Method::InnerRates Method::inner_rates(const Network&, const std::vector<std::string>&) const {
  return {};
}

std::pair<Tensor, Tensor> Method::views(const Network&, const Params&, const Batch&,
                                        const Context&) const {
  throw Error(ErrorKind::internal, "two readings of a method that has one");
}

Method::MetaGradient Method::meta_gradient(const Network& model, const Params& meta,
                                           const Record& record, const Context& context) const {
  const Tensor losses = meta_loss(model, meta, record, context);
  std::vector<Tensor> inputs;
  for (const auto& [name, value] : meta) {
    if (value.requires_grad()) inputs.push_back(value);
  }
  return {losses.detach(), gradients(losses.sum(), inputs, false)};
}

}  // namespace inkling
