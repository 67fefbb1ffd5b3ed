#include "inkling/encoders/cnn/cnn.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/encoders/mentions.h"
#include "inkling/encoders/word_table.h"
#include "inkling/nn/layers.h"
#include "inkling/nn/winners.h"
#include "inkling/nn/word_units.h"

namespace inkling::cnn {
namespace {

constexpr const char* kTable = "encoder.embedding";
constexpr const char* kMentions = "encoder.mentions.weight";
constexpr const char* kMentionsBias = "encoder.mentions.bias";

/// Streams of the key beside those of the widths.
constexpr std::uint64_t kDistanceStream = 1000;
constexpr std::uint64_t kMentionStream = 1001;

/// The words of a batch as a rectangle: ids [E, U, L], which of them are words, and how many [E,
/// U].
struct Padded {
  Tensor ids;
  Tensor mask;
  Tensor lengths;
};

Padded pad(const Batch& batch, std::int64_t longest) {
  const Tensor lengths = batch.words.offsets.diff().clamp_max(longest);
  const std::int64_t length = std::clamp<std::int64_t>(batch.words.longest, 1, longest);
  const Tensor positions = at::arange(length, lengths.options());
  const Tensor mask = positions.unsqueeze(0) < lengths.unsqueeze(1);
  const Tensor starts = batch.words.offsets.narrow(0, 0, lengths.size(0));
  Tensor ids = at::zeros_like(mask, lengths.options());
  if (batch.words.ids.numel() > 0) {
    const Tensor places = (starts.unsqueeze(1) + positions).clamp_max(batch.words.ids.size(0) - 1);
    ids = batch.words.ids.index_select(0, places.reshape({-1})).reshape(mask.sizes()) * mask;
  }
  const std::vector<std::int64_t> shape = {batch.episodes, batch.units, length};
  return {ids.reshape(shape), mask.reshape(shape), lengths.reshape({batch.episodes, batch.units})};
}

class Cnn : public Encoder {
 public:
  Cnn(const Options& options, const EncoderInput& input, std::vector<std::int64_t> widths)
      : options_(options),
        vocabulary_(*input.vocabulary),
        dtype_(input.dtype),
        widths_(std::move(widths)),
        dimensions_(table_dimensions(options.vectors, options.dimensions)),
        pairs_(input.pairs && !input.tokens),
        tokens_(input.tokens),
        distances_{input.pairs ? options.positions : 0, options.farthest, input.tokens} {}

  Params init(Key key) const override {
    Params params = {
        {kTable,
         word_table(vocabulary_, {options_.vectors, dimensions_, options_.scale, options_.scale},
                    key.fold(0), dtype_)}};
    const auto options = at::TensorOptions().dtype(dtype_);
    for (const std::int64_t width : widths_) {
      const std::int64_t inputs = width * (dimensions_ + distances_.numbers());
      const double limit = std::sqrt(6.0 / static_cast<double>(inputs + options_.filters));
      params.set(name("weight", width),
                 uniform(key.fold(static_cast<std::uint64_t>(width)), {inputs, options_.filters},
                         -limit, limit, options));
      params.set(name("bias", width), at::zeros({options_.filters}, options));
    }
    if (mention_filters() > 0) {
      const std::int64_t inputs = 2 * dimensions_;
      const double limit = std::sqrt(6.0 / static_cast<double>(inputs + mention_filters()));
      params.set(kMentions, uniform(key.fold(kMentionStream), {inputs, mention_filters()}, -limit,
                                    limit, options));
      params.set(kMentionsBias, at::zeros({mention_filters()}, options));
    }
    return params.merged(init_distances(distances_, key.fold(kDistanceStream), dtype_));
  }

  Tensor encode(const Params& params, const Batch& batch, const Context& context) const override {
    if (tokens_) return encode_words(params, batch, context);
    const Padded padded = pad(batch, options_.length);
    const Tensor mask = padded.mask.unsqueeze(-1).to(dtype_);
    const Tensor& table = params.at(kTable);
    // A batch without a word may have a table without a row.
    Tensor words = table.size(-2) == 0 ? mask.expand({-1, -1, -1, dimensions_})
                                       : lookup(table, padded.ids) * mask;
    if (context.training) words = dropout(words, options_.input_dropout, context.key.fold(1));
    std::vector<Tensor> pooled =
        convolved(params, batch, padded, with_distances(params, batch, words, mask));
    if (mention_filters() > 0) {
      pooled.push_back(
          linear(mention_means(words, batch), params.at(kMentions), params.at(kMentionsBias))
              .relu());
    }
    // A text without a word has no features.
    const Tensor features = at::cat(pooled, -1) * mask.select(2, 0);
    return context.training ? dropout(features, options_.dropout, context.key) : features;
  }

  Hyper hyper(at::ScalarType dtype) const override {
    if (options_.scale == 0 || !options_.tune_vectors) return {};
    return {{"scale", at::scalar_tensor(options_.scale, at::TensorOptions().dtype(dtype))}};
  }
  Params started(const Params& first, const Hyper& hyper) const override {
    return rescaled(first, kTable, options_.scale, hyper);
  }

  std::int64_t features() const override {
    return pieces() * options_.filters * static_cast<std::int64_t>(widths_.size()) +
           mention_filters();
  }
  std::string table() const override { return kTable; }
  bool trainable(const std::string& name) const override {
    return options_.tune_vectors || name != kTable;
  }

 private:
  std::int64_t pieces() const { return pairs_ && options_.pooling == "piecewise" ? 3 : 1; }
  std::int64_t mention_filters() const { return pairs_ ? options_.mentions : 0; }

  /// The features of the window around each word: a sentence of any length, nothing pooled.
  Tensor encode_words(const Params& params, const Batch& batch, const Context& context) const {
    const Tensor& table = params.at(kTable);
    if (batch.words.ids.size(0) == 0) {
      return at::zeros({batch.episodes, batch.units, features()}, table.options());
    }
    Tensor words = lookup(table, batch.words.ids.reshape({batch.episodes, batch.units}));
    if (context.training) words = dropout(words, options_.input_dropout, context.key.fold(1));
    if (distances_.dimensions > 0) {
      words = at::cat({words, predicate_vectors(params, distances_, batch)}, -1);
    }
    std::vector<Tensor> answers;
    for (const std::int64_t width : widths_) {
      answers.push_back(linear(word_windows(words, batch.words.offsets, width),
                               params.at(name("weight", width)), params.at(name("bias", width)))
                            .relu());
    }
    const Tensor features = at::cat(answers, -1);
    return context.training ? dropout(features, options_.dropout, context.key) : features;
  }

  /// What is known of each word: its vector, and where it stands beside the mentions.
  Tensor with_distances(const Params& params, const Batch& batch, const Tensor& words,
                        const Tensor& mask) const {
    if (distances_.dimensions == 0) return words;
    return at::cat({words, distance_vectors(params, distances_, batch, words.size(2)) * mask}, -1);
  }

  /// The features of each width.
  std::vector<Tensor> convolved(const Params& params, const Batch& batch, const Padded& padded,
                                const Tensor& words) const {
    std::vector<Tensor> pooled;
    for (const std::int64_t width : widths_) {
      const Tensor& weight = params.at(name("weight", width));
      const Tensor& bias = params.at(name("bias", width));
      const Tensor inputs = windows(words, width);
      // Bias and ReLU change no order: they come after the pooling.
      if (pieces() == 1) {
        pooled.push_back((strongest_answers(inputs, weight, padded.lengths) + across(bias)).relu());
        continue;
      }
      const Tensor borders = piece_borders(batch, padded.lengths);
      const Tensor strongest = strongest_answers_of_pieces(inputs, weight, borders);
      const Tensor filled = borders.diff(1, 0).permute({1, 2, 0}).gt(0).to(dtype_);
      // A piece without a word has no features, as a text without a word has none.
      pooled.push_back((strongest + across(at::cat({bias, bias, bias}, -1))).relu() *
                       filled.repeat_interleave(options_.filters, -1));
    }
    return pooled;
  }

  /// A bias, [F] or [E, F], beside answers [E, U, F].
  static Tensor across(const Tensor& bias) { return bias.dim() == 1 ? bias : bias.unsqueeze(1); }

  static std::string name(const char* what, std::int64_t width) {
    return cat("encoder.window", width, ".", what);
  }

  Options options_;
  const Vocabulary& vocabulary_;
  at::ScalarType dtype_;
  std::vector<std::int64_t> widths_;
  std::int64_t dimensions_;
  bool pairs_;
  bool tokens_;
  DistanceOptions distances_;
};

std::vector<std::int64_t> parse_widths(const std::vector<std::string>& texts) {
  std::vector<std::int64_t> widths;
  for (const std::string& text : texts) {
    std::int64_t width = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), width);
    if (error != std::errc() || end != text.data() + text.size() || width < 1 || width > 64 ||
        std::ranges::find(widths, width) != widths.end()) {
      throw Error(ErrorKind::usage, cat("'", text, "' is not a window of words"), {"", 0, "widths"},
                  "give different numbers from 1 to 64, as in --widths 3,4,5");
    }
    widths.push_back(width);
  }
  if (widths.empty()) {
    throw Error(ErrorKind::usage, "no window is given", {"", 0, "widths"}, "try --widths 3");
  }
  return widths;
}

}  // namespace

std::unique_ptr<Encoder> make(const Options& options, const EncoderInput& input) {
  if (input.vocabulary == nullptr) {
    throw Error(ErrorKind::usage, "encoder 'cnn' reads text, and this task has none",
                {"", 0, "encoder"}, "use --encoder dense");
  }
  if (input.vocabulary->options().hashed()) {
    throw Error(ErrorKind::usage, "encoder 'cnn' reads words in order, not n-grams",
                {"", 0, "ngrams"}, "leave out --ngrams and --subwords, or use --encoder average");
  }
  return std::make_unique<Cnn>(options, input, parse_widths(options.widths));
}

}  // namespace inkling::cnn
