#include "inkling/encoders/average/average.h"

#include <cmath>

#include "inkling/base/error.h"
#include "inkling/encoders/word_table.h"
#include "inkling/nn/bag.h"
#include "inkling/nn/layers.h"
#include "inkling/nn/word_units.h"

namespace inkling::average {
namespace {

constexpr const char* kTable = "encoder.embedding";

class Input : public LinearInput {
 public:
  /// @param fixed   of the table's columns
  /// @param tokens  whether a unit is a word of a text
  Input(std::int64_t fixed, double dropout, bool tokens)
      : fixed_(fixed), dropout_(dropout), tokens_(tokens) {}
  const std::string& weight() const override { return weight_; }
  Tensor first(const Tensor& weight, const Batch& batch) const override {
    return bag(fixed_in_front(weight, fixed_), units(batch));
  }
  std::pair<Tensor, Tensor> first_of_both(const Tensor& weight, const Batch& a,
                                          const Batch& b) const override {
    return bags(fixed_in_front(weight, fixed_), units(a), units(b));
  }
  Tensor gram(const Batch& a, const Batch& b, std::int64_t rows) const override {
    return overlap(units(a), units(b), rows);
  }
  Tensor expand(const Tensor& coefficients, const Batch& batch, std::int64_t rows) const override {
    return unbag(coefficients, units(batch), rows);
  }
  Tensor rest(const Params&, const Tensor& first, const Batch&,
              const Context& context) const override {
    return context.training ? dropout(first, dropout_, context.key) : first;
  }
  std::int64_t fixed_columns() const override { return fixed_; }

 private:
  Batch units(const Batch& batch) const { return tokens_ ? words_as_texts(batch) : batch; }

  std::string weight_ = kTable;
  std::int64_t fixed_;
  double dropout_;
  bool tokens_;
};

class Average : public Encoder {
 public:
  Average(const Options& options, const EncoderInput& input)
      : options_(options),
        vocabulary_(*input.vocabulary),
        dtype_(input.dtype),
        pretrained_(table_dimensions(options.vectors, options.dimensions)),
        input_(options.learned_dimensions > 0 ? pretrained_ : 0, options.dropout, input.tokens) {}

  Params init(Key key) const override {
    const double scale = options_.vector_scale > 0 ? options_.vector_scale : options_.scale;
    WordTableOptions of_vectors{options_.vectors, pretrained_, options_.scale, scale};
    if (options_.centre_vectors) of_vectors.shares = shares();
    if (options_.learned_dimensions == 0) {
      return {{kTable, word_table(vocabulary_, of_vectors, key, dtype_)}};
    }
    // A word without a pretrained vector, and an n-gram, is what is learned of it alone.
    of_vectors.scale = 0;
    const Tensor fixed = word_table(vocabulary_, of_vectors, key, dtype_);
    const Tensor learned = word_table(
        vocabulary_, {"", options_.learned_dimensions, options_.scale}, key.fold(1), dtype_);
    return {{kTable, at::cat({fixed, learned}, 1)}};
  }

  Tensor encode(const Params& params, const Batch& batch, const Context& context) const override {
    return input_.rest(params, input_.first(params.at(kTable), batch), batch, context);
  }

  Hyper hyper(at::ScalarType dtype) const override {
    // Else a part of the table does not follow the scale, or is not moved.
    const bool all = options_.vectors.empty() ||
                     (options_.vector_scale == 0 && options_.learned_dimensions == 0);
    if (options_.scale == 0 || !all || !trainable(kTable)) return {};
    return {{"scale", at::scalar_tensor(options_.scale, at::TensorOptions().dtype(dtype))}};
  }
  Params started(const Params& first, const Hyper& hyper) const override {
    return rescaled(first, kTable, options_.scale, hyper);
  }

  std::int64_t features() const override { return pretrained_ + options_.learned_dimensions; }
  const LinearInput* linear_input() const override { return &input_; }
  std::string table() const override { return kTable; }
  bool trainable(const std::string& name) const override {
    if (options_.fixed_head && name == "head.weight") return false;
    return options_.tune_vectors || options_.learned_dimensions > 0 || name != kTable;
  }

  TextWeights text_weights() const override {
    return {row_weights(), options_.norm == "l2" ? TextNorm::l2 : TextNorm::l1, options_.binary};
  }

 private:
  std::vector<float> row_weights() const {
    if (options_.weighting == "none") return {};
    std::vector<float> weights;
    double all = 0;
    for (const std::int64_t count : vocabulary_.counts()) all += static_cast<double>(count);
    for (std::size_t row = 0; row < vocabulary_.counts().size(); ++row) {
      const auto documents = static_cast<double>(vocabulary_.document_counts()[row]);
      const double frequency = static_cast<double>(vocabulary_.counts()[row]) / std::max(1.0, all);
      const double weight =
          options_.weighting == "idf"
              ? std::log((1 + static_cast<double>(vocabulary_.documents())) / (1 + documents)) + 1
              : options_.sif / (options_.sif + frequency);
      weights.push_back(static_cast<float>(weight));
    }
    return weights;
  }

  /// Of the weight of all training texts, how much is each row's.
  std::vector<double> shares() const {
    const std::vector<float> weights = row_weights();
    std::vector<double> shares;
    for (std::size_t row = 0; row < vocabulary_.counts().size(); ++row) {
      const double weight = weights.empty() ? 1 : weights[row];
      shares.push_back(static_cast<double>(vocabulary_.counts()[row]) * weight);
    }
    return shares;
  }

  Options options_;
  const Vocabulary& vocabulary_;
  at::ScalarType dtype_;
  std::int64_t pretrained_;
  Input input_;
};

}  // namespace

std::unique_ptr<Encoder> make(const Options& options, const EncoderInput& input) {
  if (input.vocabulary == nullptr) {
    throw Error(ErrorKind::usage, "encoder 'average' reads text, and this task has none",
                {"", 0, "encoder"}, "use --encoder dense");
  }
  if (input.tokens && input.vocabulary->options().hashed()) {
    throw Error(ErrorKind::usage, "a word of a sentence has no n-grams of words or characters",
                {"", 0, "ngrams"}, "leave out --ngrams and --subwords");
  }
  if (input.tokens && options.binary) {
    throw Error(ErrorKind::usage, "a word of a sentence counts wherever it stands",
                {"", 0, "binary"}, "leave out --binary");
  }
  if (input.tokens && input.pairs) {
    throw Error(ErrorKind::usage,
                "encoder 'average' knows of a word that word alone, and no predicate",
                {"", 0, "encoder"}, "use --encoder lstm or cnn");
  }
  return std::make_unique<Average>(options, input);
}

}  // namespace inkling::average
