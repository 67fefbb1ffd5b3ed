#include "inkling/encoders/encoder_registry.h"

#include "inkling/base/error.h"

namespace inkling {

std::unique_ptr<Encoder> make_encoder(const std::string& name, const PluginOptions& options,
                                      const EncoderInput& input) {
  for (const EncoderMaker& maker : encoder_makers()) {
    if (maker.name == name) return maker.make(options, input);
  }
  plugin_named(encoders_options(), "encoder", name);
  throw Error(ErrorKind::internal, "encoder without a maker: " + name);
}

}  // namespace inkling
