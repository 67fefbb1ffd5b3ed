// Threads that stay: an outer step hands them its shards.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace inkling {

/// Each worker computes with one engine thread, so that a shard's result is the same wherever it is
/// computed.
class Workers {
 public:
  /// @param threads  0: all processors
  explicit Workers(int threads);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// Calls body(i) for each i in [0, count) and returns when all are done. Of several exceptions
  /// that of the lowest i is thrown again.
  void run(std::int64_t count, const std::function<void(std::int64_t)>& body);

  int threads() const { return static_cast<int>(pool_.size()) + 1; }

 private:
  void work();
  void take();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  const std::function<void(std::int64_t)>* body_ = nullptr;
  std::int64_t count_ = 0;
  std::int64_t next_ = 0;
  std::int64_t finished_ = 0;
  std::uint64_t round_ = 0;
  bool stopping_ = false;
  std::int64_t failed_at_ = 0;
  std::exception_ptr failure_;
  std::vector<std::jthread> pool_;
};

}  // namespace inkling
