// Adapts a meta-trained model to ten labelled texts, then labels each line of standard input.
//
//   classify MODEL-FOLDER < texts
#include <iostream>
#include <string>

#include "inkling/api/inkling.h"

int main(int argc, char** argv) try {
  const auto model = inkling::Model::load(argc > 1 ? argv[1] : "models/quickstart");
  const auto predictor =
      model.adapt({{"Arrived early and works like a charm.", "positive"},
                   {"Great value, I bought a second one.", "positive"},
                   {"My kids love it.", "positive"},
                   {"Sturdy, easy to use and beautiful.", "positive"},
                   {"The best headphones I have owned.", "positive"},
                   {"Broke after two days.", "negative"},
                   {"A complete waste of money.", "negative"},
                   {"The screen was scratched and the battery is dead.", "negative"},
                   {"Terrible service, never again.", "negative"},
                   {"Cheap plastic, disappointing sound.", "negative"}});
  for (std::string text; std::getline(std::cin, text);) {
    const auto answer = predictor.predict({text}).front();
    std::cout << answer.label << "\t" << answer.probability << "\t" << text << "\n";
  }
} catch (const inkling::Error& error) {
  std::cerr << error.what() << "\n";
  return inkling::exit_code(error.kind());
}
