// A meta-learning method: what it learns from many tasks, and how that becomes a learner of the
// next one.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "inkling/methods/heads.h"
#include "inkling/nn/network.h"
#include "inkling/tensor/params.h"

namespace inkling {

/// What holds of a method; each is tested where it is declared (tests/conformance).
struct Traits {
  bool inner_loop = false;  ///< adapts by gradient steps
  bool second_order =
      false;  ///< meta_gradient is the exact gradient of meta_loss through the adaptation
  bool closed_form = false;        ///< adapts without gradient steps: by a mean, a solve, a pass
  bool class_equivariant = false;  ///< permuting the classes permutes the answer and nothing else
  bool zero_shot = false;     ///< answers with an empty support, where classes keep their meaning
  bool regression = false;    ///< learns tasks whose targets are numbers, too
  bool weighs_words = false;  ///< weighs a text's words anew, by their frequencies too (Words): it
                              ///< needs an encoder whose input is linear in those weights
  bool anneals = false;       ///< its meta-loss depends on how far meta-training is (progress), so
                         ///< that training of another length is another training from its start
  bool unlabelled = false;  ///< takes support examples without a label (class -1)
  bool transductive =
      false;               ///< looks at all queries of a task together: an answer depends on them
  std::int64_t clean = 0;  ///< how many validation examples come with each batch as its support; a
                           ///< step's batch is then one record
  std::int64_t unlabelled_ratio = 0;  ///< how many texts without a label come with each example of
                                      ///< a batch, behind the clean ones, class -1
  bool self_supervised =
      false;  ///< looks at no label while it trains: texts alone. A step's batch is one record,
              ///< whose texts have one loss together; what it is validated by is of views()
  bool episodic = true;  ///< meta-trains on episodes; else on all examples as one task
};

/// The traits as `inkling methods` says them: "inner loop, second order, zero shot".
std::string to_string(const Traits& traits);

/// Describes an algorithm and holds no state.
class Method {
 public:
  virtual ~Method() = default;

  virtual const Traits& traits() const = 0;
  /// The meta parameters: the model's and the method's own. One of these that has a row for each of
  /// the table's is named "<something>.<table>", and no other is (nn/network.h, has_table_rows).
  virtual Params init(const Network& model, Key key) const { return model.init(key); }
  /// The hyperparameters at the options' values: what the losses read, and every field declared
  /// differentiable (config/fields.h) that a training depends on as it is configured, by its name
  /// with _ for -, of the steps on the support without "inner_".
  virtual Hyper hyper(at::ScalarType dtype) const = 0;
  /// `first`, of which init() made the values (of a table, or of what training moves, a part), as
  /// it would be at other values of hyper(): a differentiable function of them. `hyper` may lack
  /// some, and has the inner ones with "inner_".
  virtual Params started(const Params& first, const Hyper& hyper) const;
  /// What a rate of the steps on the support can be of: how many steps there are, and which of the
  /// parameters `names` they move. Nothing, where a method has no such steps or learns their rates.
  struct InnerRates {
    std::int64_t steps = 0;
    std::vector<std::string> layers;
  };
  virtual InnerRates inner_rates(const Network& model, const std::vector<std::string>& names) const;
  /// Whether meta-training moves the meta parameter.
  virtual bool trains(const Network& model, const std::string& name) const {
    return model.trainable(name);
  }

  /// Times the outer learning rate at which meta-training moves the meta parameter.
  virtual double speed(const std::string&) const { return 1; }

  /// The loss of each episode's query after adapting to its support. @return [E]
  virtual Tensor meta_loss(const Network& model, const Params& meta, const Record& record,
                           const Context& context) const = 0;

  /// Losses [E], and the gradient of their sum with respect to every entry of `meta` that requires
  /// one, in order.
  struct MetaGradient {
    Tensor losses;
    std::vector<Tensor> gradients;
    Tensor taught = {};  ///< [E]: of the texts without a label, the share that the loss has learned
                         ///< from; undefined where it reads none
  };
  virtual MetaGradient meta_gradient(const Network& model, const Params& meta, const Record& record,
                                     const Context& context) const;

  /// Of a method that looks at no label: the features of two readings of a batch, whose random
  /// choices are independent of each other. @return each [E, U, H]
  virtual std::pair<Tensor, Tensor> views(const Network& model, const Params& meta,
                                          const Batch& batch, const Context& context) const;

  /// Scores of the query after 0, 1, ... adaptation steps; the last is the method's answer, and the
  /// only one of a method without steps. @return each [E, U, C]
  virtual std::vector<Tensor> curve(const Network& model, const Params& meta, const Record& record,
                                    const Context& context) const = 0;

  /// The last of the curve alone.
  virtual Tensor answer(const Network& model, const Params& meta, const Record& record,
                        const Context& context) const {
    return curve(model, meta, record, context).back();
  }

  /// Learns one task from the record's support (E = 1); its query is not read.
  /// @throws Error usage, when the support is empty and the method needs one; data, when it lacks a
  /// class that the method knows from its examples alone; numeric, when the result is not finite
  virtual Adapted adapt(const Network& model, const Params& meta, const Record& record,
                        const Context& context) const = 0;
};

}  // namespace inkling
