// The encoders found at build time, by name.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "inkling/config/plugin.h"
#include "inkling/encoders/encoder.h"

namespace inkling {

struct EncoderMaker {
  std::string name;
  std::function<std::unique_ptr<Encoder>(const PluginOptions&, const EncoderInput&)> make;
};

template <class Options>
EncoderMaker maker(const PluginInfo& info,
                   std::unique_ptr<Encoder> (*make)(const Options&, const EncoderInput&)) {
  return {std::string(info.name), [make](const PluginOptions& options, const EncoderInput& input) {
            return make(options.as<Options>(), input);
          }};
}

const std::vector<EncoderMaker>& encoder_makers();

/// @throws Error usage naming the nearest
std::unique_ptr<Encoder> make_encoder(const std::string& name, const PluginOptions& options,
                                      const EncoderInput& input);

}  // namespace inkling
