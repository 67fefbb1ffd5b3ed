// Derivatives of tensors along directions, by passes back through graphs.
#pragma once

#include <vector>

#include "inkling/tensor/tensor.h"

namespace inkling {

/// One tensor each of a list; undefined ones are zero.
using Tensors = std::vector<Tensor>;

/// grad(outputs, inputs, towards), where towards[i] is undefined where it is zero; the graph stays.
Tensors taken_back(Tensors outputs, const Tensors& inputs, Tensors towards);

/// The derivatives J v of `outputs` along each of `directions` v of `inputs`, without a graph. J^T
/// u is linear in u: its derivative with respect to u along v is J v, which is one pass back
/// through the graph of J^T u.
/// @param outputs  with a graph that can be differentiated twice, or with none; it is kept
std::vector<Tensors> jacobian_products(const Tensors& outputs, const Tensors& inputs,
                                       const std::vector<Tensors>& directions);

}  // namespace inkling
