// Where the engine's own errors end: what they say is for its developers.
#pragma once

#include <c10/util/Exception.h>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {

/// What `work` gives; every door from the library into the engine goes through here.
/// @throws Error io, where memory does not suffice; internal, where an operator failed
template <class Work>
auto guarded(const Work& work) {
  try {
    return work();
  } catch (const c10::OutOfMemoryError&) {
    throw Error(ErrorKind::io, "there is not enough memory", {},
                "use a smaller batch, shard or vocabulary");
  } catch (const c10::Error& error) {
    throw Error(ErrorKind::internal,
                cat("the tensor engine failed: ", error.what_without_backtrace()), {},
                "please report this with the command that led to it");
  }
}

}  // namespace inkling
