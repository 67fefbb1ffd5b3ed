#include "inkling/encoders/lstm/lstm.h"

#include <algorithm>
#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/encoders/mentions.h"
#include "inkling/encoders/word_table.h"
#include "inkling/nn/by_text.h"
#include "inkling/nn/lstm.h"

namespace inkling::lstm {
namespace {

constexpr const char* kTable = "encoder.embedding";
constexpr const char* kInput = "input";
constexpr const char* kRecurrent = "recurrent";
constexpr const char* kGates = "gates";
constexpr const char* kAttention = "encoder.attention.weight";
constexpr const char* kAttentionBias = "encoder.attention.bias";
constexpr const char* kAttentionOut = "encoder.attention.out";

/// The name of a layer's numbers: "encoder.input" of the first, "encoder.layer2.input" of the next.
std::string of_layer(std::int64_t layer, const char* name) {
  return layer == 0 ? cat("encoder.", name) : cat("encoder.layer", layer + 1, ".", name);
}

/// The first words of each text, laid end to end.
struct Read {
  Tensor ids;      ///< int64 [T]
  Tensor offsets;  ///< int64 [texts + 1]
  Tensor text;     ///< int64 [T], of each entry
  std::int64_t longest = 0;
};

Read first_words(const Words& words, std::int64_t most) {
  const std::int64_t texts = words.offsets.size(0) - 1;
  Read read;
  read.longest = std::min(words.longest, most);
  if (words.longest <= most) {
    read.ids = words.ids;
    read.offsets = words.offsets;
    read.text = text_of_entries(read.offsets, read.ids.size(0));
    return read;
  }
  const Tensor lengths = words.offsets.diff().clamp_max(most);
  read.offsets = at::cat({at::zeros({1}, lengths.options()), lengths.cumsum(0)});
  const std::int64_t entries = read.offsets[texts].item<std::int64_t>();
  read.text = text_of_entries(read.offsets, entries);
  const Tensor shift = (words.offsets - read.offsets).narrow(0, 0, texts);
  const Tensor place = at::arange(entries, lengths.options()) + shift.index_select(0, read.text);
  read.ids = words.ids.index_select(0, place);
  return read;
}

class Lstm : public Encoder {
 public:
  Lstm(const Options& options, const EncoderInput& input)
      : options_(options),
        vocabulary_(*input.vocabulary),
        dtype_(input.dtype),
        dimensions_(table_dimensions(options.vectors, options.dimensions)),
        tokens_(input.tokens),
        distances_{input.pairs ? options.positions : 0, options.farthest, input.tokens},
        predicate_word_(input.pairs && input.tokens && options.predicate_word) {}

  Params init(Key key) const override {
    const auto options = at::TensorOptions().dtype(dtype_);
    const std::int64_t h = options_.hidden;
    const auto drawn = [&](std::uint64_t stream, at::IntArrayRef shape, std::int64_t inputs) {
      const double limit = 1 / std::sqrt(static_cast<double>(inputs));
      return uniform(key.fold(stream), shape, -limit, limit, options);
    };
    Params params = {
        {kTable,
         word_table(vocabulary_, {options_.vectors, dimensions_, options_.scale, options_.scale},
                    key.fold(0), dtype_)}};
    for (std::int64_t layer = 0; layer < options_.layers; ++layer) {
      const std::int64_t inputs = layer == 0 ? read_numbers() : 2 * h;
      const std::uint64_t stream = layer == 0 ? 1 : 4 + 2 * static_cast<std::uint64_t>(layer);
      // What was is kept at first: the forget gates' biases are one (Jozefowicz et al. 2015).
      Tensor gates = at::zeros({2, 4 * h}, options);
      gates.narrow(1, h, h).fill_(1);
      params.set(of_layer(layer, kInput), drawn(stream, {2, inputs, 4 * h}, inputs));
      params.set(of_layer(layer, kRecurrent), drawn(stream + 1, {2, h, 4 * h}, h));
      params.set(of_layer(layer, kGates), gates);
    }
    if (!tokens_) {
      params.set(kAttention, drawn(3, {2 * h, options_.attention}, 2 * h));
      params.set(kAttentionBias, at::zeros({options_.attention}, options));
      params.set(kAttentionOut, drawn(4, {options_.attention}, options_.attention));
    }
    return params.merged(init_distances(distances_, key.fold(5), dtype_));
  }

  Tensor encode(const Params& params, const Batch& batch, const Context& context) const override {
    if (!has_episode_axis(params)) return encode_shared(params, batch, context);
    // Parameters of an episode's own: one episode after the other.
    std::vector<Tensor> features;
    for (std::int64_t e = 0; e < batch.episodes; ++e) {
      const Params own = params.map([&](const std::string& name, const Tensor& value) {
        return of_encoder(name) && value.dim() > dimensions_of(name) ? value[e] : value;
      });
      Context each = context;
      each.key = context.key.fold(static_cast<std::uint64_t>(e));
      features.push_back(encode_shared(own, episode(batch, e), each));
    }
    return at::cat(features);
  }

  std::int64_t features() const override { return 2 * options_.hidden; }
  std::string table() const override { return kTable; }
  bool trainable(const std::string& name) const override {
    return options_.tune_vectors || name != kTable;
  }

 private:
  static std::int64_t dimensions_of(const std::string& name) {
    if (name.ends_with(".input") || name.ends_with(".recurrent")) return 3;
    return name == kAttentionBias || name == kAttentionOut ? 1 : 2;
  }

  static bool has_episode_axis(const Params& params) {
    for (const auto& [name, value] : params) {
      if (of_encoder(name) && value.dim() > dimensions_of(name)) return true;
    }
    return false;
  }

  static Batch episode(const Batch& batch, std::int64_t e) {
    const Words& words = batch.words;
    Batch one;
    one.episodes = 1;
    one.units = batch.units;
    const std::int64_t texts = (words.offsets.size(0) - 1) / batch.episodes;
    const Tensor offsets = words.offsets.narrow(0, e * texts, texts + 1);
    const auto begin = offsets[0].item<std::int64_t>();
    const auto end = offsets[texts].item<std::int64_t>();
    one.words.ids = words.ids.slice(0, begin, end);
    one.words.offsets = offsets - begin;
    one.words.longest = words.longest;
    if (batch.dense.defined()) one.dense = batch.dense.narrow(0, e, 1);
    return one;
  }

  /// Numbers a word that the first layer reads.
  std::int64_t read_numbers() const {
    return dimensions_ * (predicate_word_ ? 2 : 1) + distances_.numbers();
  }

  /// Words [T, D] beside the vector of their sentence's predicate and where they stand to it.
  Tensor with_predicate(const Params& params, const Batch& batch, const Tensor& words) const {
    std::vector<Tensor> known = {words};
    if (predicate_word_) {
      const Tensor distances = batch.dense.flatten();
      known.push_back(
          words.index_select(0, at::arange(distances.size(0), distances.options()) - distances));
    }
    if (distances_.dimensions > 0) {
      known.push_back(predicate_vectors(params, distances_, batch).flatten(0, 1));
    }
    return at::cat(known, 1);
  }

  Tensor encode_shared(const Params& params, const Batch& batch, const Context& context) const {
    const std::int64_t texts = batch.episodes * batch.units;
    const std::vector<std::int64_t> shape = {batch.episodes, batch.units, features()};
    const Read read = first_words(batch.words, tokens_ ? batch.words.longest : options_.length);
    if (read.ids.size(0) == 0) {
      return at::zeros(shape, params.at(of_layer(0, kInput)).options());
    }
    Tensor words = params.at(kTable).index_select(0, read.ids);
    if (context.training) words = dropout(words, options_.dropout, context.key.fold(0));
    if (tokens_) {
      words = with_predicate(params, batch, words);
    } else if (distances_.dimensions > 0) {
      words =
          at::cat({words, distance_vectors_of_entries(params, distances_, batch.dense.flatten(0, 1),
                                                      read.offsets, read.text)},
                  1);
    }
    Tensor states = words;
    for (std::int64_t layer = 0; layer < options_.layers; ++layer) {
      if (layer > 0 && context.training) {
        states = dropout(states, options_.dropout,
                         context.key.fold(1 + static_cast<std::uint64_t>(layer)));
      }
      states = bidirectional_lstm(
          states, read.offsets,
          {params.at(of_layer(layer, kInput)), params.at(of_layer(layer, kRecurrent)),
           params.at(of_layer(layer, kGates))});
    }
    if (tokens_) {
      const Tensor features = states.reshape(shape);
      return context.training ? dropout(features, options_.dropout, context.key.fold(1)) : features;
    }
    const Tensor hidden =
        at::addmm(params.at(kAttentionBias), states, params.at(kAttention)).tanh();
    const Tensor share = softmax_by_text(at::matmul(hidden, params.at(kAttentionOut)), read.offsets,
                                         read.text, read.longest);
    const Tensor features =
        sum_by_text(states * share.unsqueeze(1), read.text, texts).reshape(shape);
    return context.training ? dropout(features, options_.dropout, context.key.fold(1)) : features;
  }

  Options options_;
  const Vocabulary& vocabulary_;
  at::ScalarType dtype_;
  std::int64_t dimensions_;
  bool tokens_;
  DistanceOptions distances_;
  bool predicate_word_;
};

}  // namespace

std::unique_ptr<Encoder> make(const Options& options, const EncoderInput& input) {
  if (input.vocabulary == nullptr) {
    throw Error(ErrorKind::usage, "encoder 'lstm' reads text, and this task has none",
                {"", 0, "encoder"}, "use --encoder dense");
  }
  if (input.vocabulary->options().hashed()) {
    throw Error(ErrorKind::usage, "encoder 'lstm' reads words in order, not n-grams",
                {"", 0, "ngrams"}, "leave out --ngrams and --subwords, or use --encoder average");
  }
  return std::make_unique<Lstm>(options, input);
}

}  // namespace inkling::lstm
