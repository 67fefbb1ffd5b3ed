#include "inkling/data/catalogue_structured.h"

#include <string>
#include <utility>

#include "inkling/base/strings.h"

namespace inkling {
namespace {

CatalogueEntry given(std::string name, std::string what, std::string licence, std::string layout) {
  return {
      .name = std::move(name),
      .what = std::move(what),
      .bytes = 0,
      .licence = std::move(licence),
      .source = "your own copy below $INKLING_DATA",
      .sha256 = "",
      .layout = std::move(layout),
      .splits = {},
  };
}

void add_split(CatalogueEntry& entry, std::string name, const std::string& file,
               const char* options) {
  entry.splits.push_back({std::move(name), {}, {cat(entry.name, "/", file), options}});
}

constexpr const char* kTabs = "format=conll separator=tab tag-scheme=bio";
constexpr const char* kSpaces = "format=conll separator=space tag-scheme=bio";

CatalogueEntry semeval2010() {
  CatalogueEntry entry =
      given("semeval2010-task8",
            "10,717 sentences, nine relations between two nominals, and their directions "
            "(Hendrickx et al. 2010)",
            "CC BY 3.0", "semeval2010-task8/{TRAIN_FILE,TEST_FILE_FULL}.TXT");
  add_split(entry, "train", "TRAIN_FILE.TXT", "format=semeval2010");
  add_split(entry, "test", "TEST_FILE_FULL.TXT", "format=semeval2010");
  return entry;
}

CatalogueEntry conll04() {
  CatalogueEntry entry =
      given("conll04", "1,441 sentences, four types of entities, five relations (Roth & Yih 2004)",
            "not stated", "conll04/conll04_{train,dev,test}.json");
  for (const std::string split : {"train", "dev", "test"})
    add_split(entry, split, cat("conll04_", split, ".json"), "format=conll04");
  return entry;
}

CatalogueEntry few_nerd() {
  CatalogueEntry entry =
      given("few-nerd",
            "24,722 sentences of Few-NERD with 36 fine types, in two parts (Ding et al. 2021)",
            "CC BY-SA 4.0", "few-nerd/inter36_{dev,test}.txt.gz, token<TAB>coarse-fine");
  add_split(entry, "inter36-dev", "inter36_dev.txt.gz", "format=fewnerd");
  add_split(entry, "inter36-test", "inter36_test.txt.gz", "format=fewnerd");
  return entry;
}

CatalogueEntry wnut17() {
  CatalogueEntry entry =
      given("wnut17", "5,690 posts, six types of emerging entities (Derczynski et al. 2017)",
            "CC BY 4.0", "wnut17/{wnut17train.conll,emerging.dev.conll,emerging.test.annotated}");
  add_split(entry, "train", "wnut17train.conll", kTabs);
  add_split(entry, "dev", "emerging.dev.conll", kTabs);
  add_split(entry, "test", "emerging.test.annotated", kTabs);
  return entry;
}

CatalogueEntry crossner() {
  CatalogueEntry entry =
      given("crossner", "entities of three domains with types of their own (Liu et al. 2021)",
            "MIT", "crossner/{ai,literature,politics}/{train,dev,test}.txt");
  for (const std::string domain : {"ai", "literature", "politics"}) {
    for (const std::string split : {"train", "dev", "test"})
      add_split(entry, cat(domain, "-", split), cat(domain, "/", split, ".txt"), kTabs);
  }
  return entry;
}

CatalogueEntry mit_ner() {
  CatalogueEntry entry =
      given("mit-ner", "32,168 spoken requests about films and restaurants, with slots",
            "not stated", "mit-ner/mit-{movie_eng,movie_trivia10k13,restaurant_}{train,test}*.txt");
  for (const std::string split : {"train", "test"}) {
    add_split(entry, cat("movie-", split), cat("mit-movie_eng", split, ".bio.txt"), kTabs);
    add_split(entry, cat("trivia-", split), cat("mit-movie_trivia10k13", split, ".bio.txt"),
              kSpaces);
    add_split(entry, cat("restaurant-", split), cat("mit-restaurant_", split, ".txt"), kSpaces);
  }
  return entry;
}

CatalogueEntry srl_ewt() {
  CatalogueEntry entry =
      given("srl-ewt",
            "14,467 sentences of five genres of the web, 45,378 predicates and their roles "
            "(PropBank on the English Web Treebank)",
            "CC BY-SA 4.0", "srl-ewt/{train,dev}.conll.gz");
  add_split(entry, "train", "train.conll.gz", "format=conll2005");
  add_split(entry, "dev", "dev.conll.gz", "format=conll2005");
  return entry;
}

}  // namespace

std::vector<CatalogueEntry> structured_entries() {
  return {semeval2010(), conll04(), few_nerd(), wnut17(), crossner(), mit_ner(), srl_ewt()};
}

}  // namespace inkling
