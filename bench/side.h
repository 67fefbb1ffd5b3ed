// Our side of the comparisons with peers: a case is set up once from a file of inputs, and then run
// whenever the other side asks for it.
#pragma once

#include <memory>
#include <string>

#include "inkling/tensor/params.h"

namespace inkling::bench {

class Case {
 public:
  virtual ~Case() = default;

  /// What is timed.
  virtual void run() = 0;
  /// What the last run gave, to be compared with the peers': tensors by their names of the inputs.
  virtual Params result() const = 0;
};

/// "embed", "cnn" or "mlp": one exact second-order MAML meta-step over all tasks of `inputs`, as
/// meta-training does it.
std::unique_ptr<Case> meta_step(const std::string& name, const std::string& inputs, int threads);

/// A thousand episodes of `inputs`' texts, as records, with head and tail where texts have such.
/// @param numbered  whether ids are numbers of the rows that occur, as training has them, or rows
std::unique_ptr<Case> episodes(const std::string& inputs, bool numbered);

/// A thousand episodes of `inputs`' sentences with spans, as records with a class a word.
std::unique_ptr<Case> span_episodes(const std::string& inputs);

/// An epoch of the seed model over `inputs`' texts.
/// @param lazy  moments move with the rows that occur alone
std::unique_ptr<Case> seed_epoch(const std::string& inputs, bool lazy, int threads);

/// "unrolled": of the seed model's learning rate through steps of Adam, by the estimator that is
/// chosen for it, or with "unrolled-reverse" by reverse mode; "implicit": of a penalty a feature of
/// a logistic regression at its solution, by conjugate gradient.
std::unique_ptr<Case> hypergradient(const std::string& name, const std::string& inputs,
                                    int threads);

/// Forward and first backward of a bidirectional LSTM over texts of one length.
std::unique_ptr<Case> lstm(const std::string& inputs, int threads);

/// A linear chain over sentences of one length. "crf": loss and gradient; "crf-twice": these, and
/// the gradient of the gradient's length; "viterbi": best paths.
std::unique_ptr<Case> chain(const std::string& name, const std::string& inputs, int threads);

/// Writes IMDB's training texts as token ids of a vocabulary of `words` words to `file`.
void write_imdb(std::int64_t words, const std::string& file);

}  // namespace inkling::bench
