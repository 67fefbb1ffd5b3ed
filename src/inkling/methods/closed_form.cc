#include "inkling/methods/closed_form.h"

#include "inkling/methods/parts.h"
#include "inkling/methods/support.h"

namespace inkling {

ClosedFormMethod::ClosedFormMethod(std::string_view name, Traits more)
    : name_(name), traits_(more) {
  traits_.closed_form = true;
  traits_.second_order = true;
  traits_.class_equivariant = true;
}

Params ClosedFormMethod::init(const Network& model, Key key) const {
  return encoder_part(model.init(key));
}

Tensor ClosedFormMethod::meta_loss(const Network& model, const Params& meta, const Record& record,
                                   const Context& context) const {
  check(record);
  return loss(model, scores(model, meta, record, context), record.query_targets, context);
}

std::vector<Tensor> ClosedFormMethod::curve(const Network& model, const Params& meta,
                                            const Record& record, const Context& context) const {
  const torch::autograd::AutoGradMode off(false);
  check(record);
  return {scores(model, meta, record, context)};
}

Adapted ClosedFormMethod::adapt(const Network& model, const Params& meta, const Record& record,
                                const Context& context) const {
  const torch::autograd::AutoGradMode off(false);
  check(record);
  return learned(model, meta, record, context);
}

Tensor ClosedFormMethod::loss(const Network& model, const Tensor& scores, const Targets& targets,
                              const Context& context) const {
  return model.loss(scores, targets, context);
}

Tensor ClosedFormMethod::query_features(const Network& model, const Params& meta,
                                        const Batch& query, const Context& context) {
  Context of_query = context;
  of_query.key = context.key.fold(1);
  return model.encode(meta, query, of_query);
}

void ClosedFormMethod::check(const Record& record) const {
  if (traits_.regression && !record.support_targets.classes.defined()) {
    check_not_empty(name_, record.support);
  } else {
    check_every_class(name_, record);
  }
}

}  // namespace inkling
