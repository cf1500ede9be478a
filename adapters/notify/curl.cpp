// SPDX-License-Identifier: Apache-2.0
#include "adapters/notify/curl.hpp"

#include <new>
#include <stdexcept>

namespace firsthand::notify {

CurlHandle make_curl() {
  // Initialised by the first thread that comes here; the language makes the others wait.
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  CurlHandle handle{started == CURLE_OK ? curl_easy_init() : nullptr};
  if (!handle) throw std::runtime_error{"libcurl cannot start"};
  return handle;
}

void append(CurlList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc{};
  static_cast<void>(list.release());
  list.reset(longer);
}

void set_common(CURL* handle, const CurlLimits& limits, char* error) {
  error[0] = '\0';
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // an empty one switches the environment's off
  curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, static_cast<long>(limits.connect.count()));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, static_cast<long>(limits.total.count()));
}

}  // namespace firsthand::notify
