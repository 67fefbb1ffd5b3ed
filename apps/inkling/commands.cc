#include "commands.h"

#include "command.h"
#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling::cli {

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      data_list(), data_get(), data_show(), data_validate(), data_split(), data_convert(),
      train(),     tune(),     distill(),   eval(),          adapt(),      predict(),
      influence(), run(),      methods(),   reference(),
  };
  return all;
}

void require(std::string_view value, std::string_view flag, std::string_view hint) {
  if (!value.empty()) return;
  throw Error(ErrorKind::usage, "is missing", {.file = {}, .line = 0, .field = std::string(flag)},
              std::string(hint));
}

}  // namespace inkling::cli
