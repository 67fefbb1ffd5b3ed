// leopard: a JSON list of {"sentence1", "label"}, in files named TASK_train_SAMPLE_SHOTS.json and
// TASK_eval.json.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::leopard {

std::unique_ptr<Format> make();

}  // namespace inkling::leopard
