#include "inkling/train/workers.h"

#include <ATen/Parallel.h>

#include "inkling/base/parallel.h"

namespace inkling {

Workers::Workers(int threads) {
  at::set_num_threads(1);
  const int count = threads > 0 ? threads : processor_count();
  for (int i = 1; i < count; ++i) pool_.emplace_back([this] { work(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
}

void Workers::work() {
  at::set_num_threads(1);
  std::uint64_t seen = 0;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return stopping_ || round_ != seen; });
      if (stopping_) return;
      seen = round_;
    }
    take();
  }
}

void Workers::take() {
  for (;;) {
    std::int64_t i = 0;
    const std::function<void(std::int64_t)>* body = nullptr;
    {
      const std::lock_guard lock(mutex_);
      if (next_ >= count_) return;
      i = next_++;
      body = body_;
    }
    std::exception_ptr failure;
    try {
      (*body)(i);
    } catch (...) {
      failure = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    if (failure && (!failure_ || i < failed_at_)) {
      failure_ = failure;
      failed_at_ = i;
    }
    if (++finished_ == count_) done_.notify_all();
  }
}

void Workers::run(std::int64_t count, const std::function<void(std::int64_t)>& body) {
  if (count == 0) return;
  {
    const std::lock_guard lock(mutex_);
    body_ = &body;
    count_ = count;
    next_ = 0;
    finished_ = 0;
    failure_ = nullptr;
    ++round_;
  }
  wake_.notify_all();
  take();
  std::unique_lock lock(mutex_);
  done_.wait(lock, [&] { return finished_ == count_; });
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace inkling
