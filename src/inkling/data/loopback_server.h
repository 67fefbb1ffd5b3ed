// A small http server on 127.0.0.1 for tests, which misbehaves as told.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace inkling {

/// One connection at a time, one request each. The handler gets the request's head and writes what
/// it likes.
class LoopbackServer {
 public:
  class Connection {
   public:
    explicit Connection(int socket, const std::atomic<bool>& ending)
        : socket_(socket), ending_(ending) {}
    void send(std::string_view bytes) const {
      while (!bytes.empty()) {
        const ssize_t put = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (put <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(put));
      }
    }
    /// Says nothing until the client has gone or the server ends.
    void stall() const {
      char byte = 0;
      while (!ending_ && ::recv(socket_, &byte, 1, MSG_DONTWAIT) != 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
    }

   private:
    int socket_;
    const std::atomic<bool>& ending_;
  };
  using Handler = std::function<void(const std::string& head, const Connection&)>;

  explicit LoopbackServer(Handler handler) : handler_(std::move(handler)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(socket_, 8);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~LoopbackServer() {
    ending_ = true;
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::string url(const std::string& path = "/file") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  /// The heads of the requests so far.
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (;;) {
      const int client = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0 || ending_) {
        if (client >= 0) ::close(client);
        return;
      }
      std::string head;
      char byte = 0;
      while (!head.ends_with("\r\n\r\n") && ::recv(client, &byte, 1, 0) == 1) head += byte;
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(head);
      }
      handler_(head, Connection(client, ending_));
      ::close(client);
    }
  }

  Handler handler_;
  int socket_ = -1;
  int port_ = 0;
  std::atomic<bool> ending_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

/// The first byte that a request's Range header asks for, or 0.
inline std::size_t first_byte(const std::string& head) {
  const std::size_t at = head.find("Range: bytes=");
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + 13));
}

/// An honest answer to a request for `body`, whole or from a byte on.
inline std::string answer(const std::string& head, const std::string& body,
                          const std::string& extra = "") {
  const std::size_t begin = first_byte(head);
  if (begin >= body.size())
    return "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n";
  const std::string length =
      "Content-Length: " + std::to_string(body.size() - begin) + "\r\n" + extra;
  if (begin == 0) return "HTTP/1.1 200 OK\r\n" + length + "\r\n" + body;
  return "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " + std::to_string(begin) + "-" +
         std::to_string(body.size() - 1) + "/" + std::to_string(body.size()) + "\r\n" + length +
         "\r\n" + body.substr(begin);
}

}  // namespace inkling
