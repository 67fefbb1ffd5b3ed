// Runs one case when asked: reads "run" and "result FILE" from standard input, a line each, and
// answers with the seconds of the run, or "written".
#include <chrono>
#include <cstdlib>
#include <iostream>

#include "bench/side.h"
#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/tensor/params_file.h"

namespace {

using inkling::bench::Case;

constexpr const char* kUsage =
    "usage: bench_side CASE INPUTS [THREADS]   (embed, cnn, mlp, episodes,\n"
    "                                          episodes-numbered, fewrel-episodes,\n"
    "                                          fewrel-episodes-numbered, few-nerd-episodes,\n"
    "                                          epoch, epoch-lazy,\n"
    "                                          unrolled, unrolled-reverse, implicit, lstm,\n"
    "                                          crf, crf-twice, viterbi)\n"
    "       bench_side imdb WORDS FILE         (writes the training texts as token ids)\n";

std::unique_ptr<Case> make(const std::string& name, const std::string& inputs, int threads) {
  if (name.starts_with("episodes") || name.starts_with("fewrel-episodes")) {
    return inkling::bench::episodes(inputs, name.ends_with("-numbered"));
  }
  if (name == "few-nerd-episodes") return inkling::bench::span_episodes(inputs);
  if (name == "epoch" || name == "epoch-lazy") {
    return inkling::bench::seed_epoch(inputs, name == "epoch-lazy", threads);
  }
  if (name.starts_with("unrolled") || name == "implicit") {
    return inkling::bench::hypergradient(name, inputs, threads);
  }
  if (name == "lstm") return inkling::bench::lstm(inputs, threads);
  if (name.starts_with("crf") || name == "viterbi") {
    return inkling::bench::chain(name, inputs, threads);
  }
  return inkling::bench::meta_step(name, inputs, threads);
}

void serve(Case& side) {
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "run") {
      const auto start = std::chrono::steady_clock::now();
      side.run();
      const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
      std::cout << inkling::cat(inkling::fixed(seconds.count(), 9)) << std::endl;
    } else if (line.starts_with("result ")) {
      inkling::save_params(side.result(), line.substr(7));
      std::cout << "written" << std::endl;
    } else {
      throw inkling::Error(inkling::ErrorKind::usage, "unknown request '" + line + "'");
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << kUsage;
    return 2;
  }
  try {
    const std::string name = argv[1];
    if (name == "imdb") {
      if (argc != 4) throw inkling::Error(inkling::ErrorKind::usage, kUsage);
      inkling::bench::write_imdb(std::atoll(argv[2]), argv[3]);
      return 0;
    }
    serve(*make(name, argv[2], argc > 3 ? std::atoi(argv[3]) : 2));
  } catch (const inkling::Error& error) {
    std::cerr << "bench_side: " << error.what() << "\n";
    return 1;
  }
}
