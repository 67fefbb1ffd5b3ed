#include "inkling/methods/meta_curvature/meta_curvature.h"

#include "inkling/methods/fitting.h"
#include "inkling/methods/meta_curvature/curved.h"

namespace inkling::meta_curvature {
namespace {

/// The sides of the parameter: a number has one.
std::vector<std::int64_t> sides_of(const Tensor& value) {
  return value.dim() == 0 ? std::vector<std::int64_t>{1} : value.sizes().vec();
}

class MetaCurvature : public FittingMethod {
 public:
  explicit MetaCurvature(const Options& options)
      : FittingMethod(options, adapt_named(options.adapt), order_of(options)), options_(options) {
    set_transform(chain({curved(), inner().transform}));
  }

  Params init(const Network& model, Key key) const override {
    const Params params = model.init(key);
    const LinearInput* input = model.linear_input();
    Params meta = params;
    for (const auto& [name, value] : params) {
      if (!adapts(model, inner().adapt, name)) continue;
      const bool of_input = input != nullptr && input->weight() == name;
      const bool table = of_input || has_table_rows(model, name);
      const std::vector<std::int64_t> sides = sides_of(value);
      for (std::size_t side = table ? 1 : 0; side < sides.size(); ++side) {
        // Columns that nothing moves stay out.
        const std::int64_t length = sides[side] - (of_input ? input->fixed_columns() : 0);
        if (length > options_.longest_side) continue;
        meta.set(matrix_name(name, static_cast<std::int64_t>(side)),
                 at::eye(length, value.options()));
      }
    }
    return meta;
  }

 protected:
  Context adjusted(const Params& meta, const Context& given) const override {
    Context context = given;
    for (const auto& [name, value] : meta) {
      if (name.starts_with("curvature.")) context.hyper.set(name, value);
    }
    return context;
  }

 private:
  Options options_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<MetaCurvature>(options);
}

}  // namespace inkling::meta_curvature
