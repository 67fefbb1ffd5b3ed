// One function a command, each in a file of its name.
#pragma once

#include "command.h"

namespace inkling::cli {

Command data_list();
Command data_get();
Command data_show();
Command data_validate();
Command data_split();
Command data_convert();
Command train();
Command tune();
Command distill();
Command eval();
Command adapt();
Command predict();
Command influence();
Command run();
Command methods();
Command reference();

}  // namespace inkling::cli
