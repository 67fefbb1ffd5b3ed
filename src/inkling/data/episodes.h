// Tasks from data: which examples are support and which are query, drawn by number.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "inkling/base/rng.h"

namespace inkling {

/// A small task, as indices into the examples it was drawn from. Class c of the episode is support
/// or query examples whose entry in *_classes is c; support whose entry is -1 comes without its
/// label.
struct Episode {
  std::vector<std::int64_t> support;
  std::vector<std::int64_t> query;
  std::vector<std::int32_t> support_classes;
  std::vector<std::int32_t> query_classes;
  std::vector<std::int32_t> labels;  ///< label of class c, as an id of the pool's label names
  std::int32_t group = -1;  ///< group of the pool's group names; -1 where tasks are not by group
};

struct EpisodeShape {
  std::int64_t ways = 2;
  std::int64_t shots = 5;     ///< support examples a class; 0 gives an empty support
  std::int64_t queries = 15;  ///< query examples a class
  /// The query is ways * queries examples of the task, drawn without regard to their class: it has
  /// the task's own mix of classes.
  bool natural = false;
  std::int64_t unlabelled = 0;   ///< further support examples a class, without their label
  std::int64_t distractors = 0;  ///< further classes that give `unlabelled` examples each and are
                                 ///< not among the task's; tasks by label only
};

/// How a pool of examples is cut into tasks.
enum class TasksBy {
  label,   ///< N of the labels, in random order: what class 0 is differs from episode to episode
  group,   ///< one group, all labels, in their order
  single,  ///< the whole pool as one task, all labels, in their order
};

/// What the sampler knows of an example.
struct PoolExample {
  std::int64_t index = 0;  ///< of the example, given back in Episode
  std::int32_t label = 0;
  std::int32_t group = 0;
  std::uint64_t text = 0;  ///< equal texts have equal values: they never meet in one episode
};

/// Draws episodes from a pool. Immutable; safe from several threads.
class EpisodeSampler {
 public:
  /// A text that stands in the pool several times under one label and group counts once. By label,
  /// groups do not count; by group and single, every label of the pool is a class, and shape.ways
  /// is their number.
  /// @param label_names, group_names  for messages and Episode::labels, ::group
  /// @throws Error usage, when the pool has too few classes for shape.ways and shape.distractors,
  ///         or there are distractors where tasks are not by label; data naming the class
  ///         (and group), what it has and what N-way K-shot needs, when a class has too few
  ///         examples. By label, classes with too few are an error too. A text under several labels
  ///         counts for a class as far as no other class can take it. With shape.natural also data,
  ///         when a task has too few texts for support and query together.
  EpisodeSampler(const std::vector<PoolExample>& pool, TasksBy by, EpisodeShape shape,
                 std::vector<std::string> label_names, std::vector<std::string> group_names);

  /// Episode number i: a pure function of (key, i). Groups are drawn uniformly; examples without
  /// replacement. Class by class: the support holds shape.shots examples of class 0, then of class
  /// 1, and so does the query. The unlabelled ones stand at the end of the support; they are drawn
  /// last, so that all else is the same without them.
  Episode at(Key key, std::uint64_t i) const;
  /// As above, in place of `episode`, whose memory is used again.
  void at(Key key, std::uint64_t i, Episode& episode) const;

  const EpisodeShape& shape() const { return shape_; }
  TasksBy tasks_by() const { return by_; }

 private:
  /// The examples of one label, or of one label in one group; equal texts are there once.
  struct Class {
    std::vector<std::int64_t> indices;  ///< of the examples
    std::vector<std::uint64_t> texts;   ///< theirs
    /// How many of them have a text that other classes of a task have too.
    std::int64_t shared = 0;

    std::int64_t size() const { return static_cast<std::int64_t>(indices.size()); }
  };

  /// Examples that a class gives to support and query, whatever their mix.
  std::int64_t needed() const { return shape_.shots + (shape_.natural ? 0 : shape_.queries); }
  /// Examples that a class must have. A natural query may take all of its own from one class
  /// before the unlabelled ones are drawn.
  std::int64_t needed_in_all() const;
  void check_shape() const;
  void fill_classes(const std::vector<PoolExample>& pool);
  void mark_shared();
  void check_counts() const;
  /// How many different texts a task has for certain.
  std::int64_t texts_of(std::size_t task) const;
  [[noreturn]] void fail_too_few(std::size_t task, std::size_t label) const;
  /// Adds the query of an episode of shape_.natural.
  /// @param used  those of shared_texts_ that its support has
  void draw_natural(Rng& rng, std::size_t task, std::span<const std::int64_t> places,
                    std::unordered_set<std::uint64_t>& used, Episode& episode) const;
  /// Adds the unlabelled examples of an episode that is whole without them.
  void draw_unlabelled(Rng rng, std::size_t task, std::span<const std::int64_t> places,
                       std::unordered_set<std::uint64_t>& used, Episode& episode) const;
  /// Fills in class `number` of the episode, and adds to `used` those of shared_texts_ that it has.
  void draw(Rng& rng, const Class& from, std::int32_t number,
            std::unordered_set<std::uint64_t>& used, Episode& episode) const;

  TasksBy by_;
  EpisodeShape shape_;
  std::vector<std::string> label_names_;
  std::vector<std::string> group_names_;
  std::vector<std::int32_t> labels_;  ///< those in the pool, in order
  std::vector<std::int32_t>
      groups_;  ///< those in the pool, in order; one of -1 where tasks are not by group
  std::vector<Class> classes_;  ///< [place in groups_ * labels_.size() + place in labels_]
  std::unordered_set<std::uint64_t> shared_texts_;
};

}  // namespace inkling
