// SPDX-License-Identifier: Apache-2.0
#include "config/document.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <limits>
#include <utility>

namespace firsthand::config {
namespace {

constexpr std::size_t kLineMax = 100;

Errors failure(const std::string& file, Reason reason, int line) {
  Errors errors;
  errors.add(file, "", std::move(reason), line);
  return errors;
}

// Builds the tree while the parser walks the text. What the parser allows and a document does not
// is remembered in `mistakes`.
class Handler {
 public:
  using error_code = boost::system::error_code;
  using text = boost::json::string_view;
  // The document as a whole is limited before it gets here.
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

  int line = 1;
  Value root;
  std::vector<std::pair<Reason, int>> mistakes;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return begin(Table{}); }
  bool on_object_end(std::size_t, error_code&) { return end(); }
  bool on_array_begin(error_code&) { return begin(Array{}); }
  bool on_array_end(std::size_t, error_code&) { return end(); }
  bool on_key_part(text part, std::size_t, error_code&) { return on_part(part); }
  bool on_key(text part, std::size_t, error_code&) {
    keys_.emplace_back(take(part));
    return true;
  }
  bool on_string_part(text part, std::size_t, error_code&) { return on_part(part); }
  bool on_string(text part, std::size_t, error_code&) { return add(take(part)); }
  bool on_number_part(text, error_code&) { return true; }
  bool on_int64(std::int64_t number, text, error_code&) { return add(number); }
  bool on_uint64(std::uint64_t, text, error_code&) {
    mistakes.emplace_back(why::number_too_large, line);
    return add(std::numeric_limits<std::int64_t>::max());
  }
  bool on_double(double number, text, error_code&) { return add(number); }
  bool on_bool(bool flag, error_code&) { return add(flag); }
  bool on_null(error_code&) {
    if (!open_.empty() && open_.back().table() != nullptr) {
      keys_.pop_back();
    } else {
      mistakes.emplace_back(why::null_in_list, line);
    }
    return true;
  }
  bool on_comment_part(text, error_code&) { return true; }
  bool on_comment(text, error_code&) { return true; }

 private:
  bool on_part(text part) {
    part_.append(part.data(), part.size());
    return true;
  }
  std::string take(text last) {
    part_.append(last.data(), last.size());
    return std::exchange(part_, {});
  }
  template <class T>
  Value made(T data) const {
    Value value;
    value.data = std::move(data);
    value.line = line;
    return value;
  }
  template <class T>
  bool begin(T empty) {
    open_.push_back(made(std::move(empty)));
    return true;
  }
  bool end() {
    Value done = std::move(open_.back());
    open_.pop_back();
    return place(std::move(done));
  }
  template <class T>
  bool add(T data) {
    return place(made(std::move(data)));
  }
  bool place(Value value) {
    if (open_.empty()) {
      root = std::move(value);
    } else if (auto* list = std::get_if<Array>(&open_.back().data)) {
      list->push_back(std::move(value));
    } else {
      const auto [entry, fresh] =
          std::get<Table>(open_.back().data).emplace(keys_.back(), std::move(value));
      if (!fresh) mistakes.emplace_back(Reason{why::appears_twice, {{"key", entry->first}}}, line);
      keys_.pop_back();
    }
    return true;
  }

  std::vector<Value> open_;
  std::vector<std::string> keys_;
  std::string part_;
};

std::string in_quotes(std::string_view text) {
  return boost::json::serialize(boost::json::string(text.data(), text.size()));
}

bool is_leaf(const Value& value) {
  return value.table() == nullptr && value.array() == nullptr;
}

// Everything on one line.
void write_flat(const Value& value, std::string& out) {
  if (const Table* table = value.table()) {
    out += '{';
    bool first = true;
    for (const auto& [key, child] : *table) {
      if (!std::exchange(first, false)) out += ", ";
      out += in_quotes(key) + ": ";
      write_flat(child, out);
    }
    out += '}';
  } else if (const Array* list = value.array()) {
    out += '[';
    bool first = true;
    for (const Value& child : *list) {
      if (!std::exchange(first, false)) out += ", ";
      write_flat(child, out);
    }
    out += ']';
  } else if (const std::string* text = value.text()) {
    out += in_quotes(*text);
  } else if (const auto* number = std::get_if<std::int64_t>(&value.data)) {
    out += std::to_string(*number);
  } else if (const auto* real = std::get_if<double>(&value.data)) {
    out += boost::json::serialize(boost::json::value(*real));
  } else {
    out += std::get<bool>(value.data) ? "true" : "false";
  }
}

void write(const Value& value, std::size_t indent, std::string& out) {
  std::string flat;
  write_flat(value, flat);
  const std::string margin(indent, ' ');
  if (is_leaf(value) || flat.size() + indent <= kLineMax) {
    out += flat;
    return;
  }
  bool first = true;
  const auto next = [&] {
    if (!std::exchange(first, false)) out += ',';
    out += "\n" + margin + "  ";
  };
  if (const Table* table = value.table()) {
    out += '{';
    for (const auto& [key, child] : *table) {
      next();
      out += in_quotes(key) + ": ";
      write(child, indent + 2, out);
    }
    out += "\n" + margin + "}";
  } else {
    out += '[';
    for (const Value& child : *value.array()) {
      next();
      write(child, indent + 2, out);
    }
    out += "\n" + margin + "]";
  }
}

}  // namespace

Checked<Value> parse_json(std::string_view text, const std::string& name) {
  boost::json::parse_options options;
  options.max_depth = kDepthMax;
  boost::json::basic_parser<Handler> parser(options);
  Handler& handler = parser.handler();
  boost::system::error_code error;
  // Line by line, so that each value can be told its line.
  while (!text.empty() && !error) {
    const std::size_t length = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = text.substr(0, length);
    if (parser.done()) {
      if (line.find_first_not_of(" \t\r\n") != line.npos) {
        error = boost::json::error::extra_data;
        break;
      }
    } else {
      const std::size_t taken = parser.write_some(true, line.data(), line.size(), error);
      if (!error && line.substr(taken).find_first_not_of(" \t\r\n") != line.npos) {
        error = boost::json::error::extra_data;
      }
    }
    if (error) break;
    text.remove_prefix(length);
    if (line.back() == '\n') ++handler.line;
  }
  if (!error && !parser.done()) parser.write_some(false, "", 0, error);
  if (error) return failure(name, {why::not_json, {{"what", error.message()}}}, handler.line);
  Errors errors;
  for (auto& [reason, line] : handler.mistakes) errors.add(name, "", std::move(reason), line);
  if (handler.root.table() == nullptr && errors.empty()) {
    errors.add(name, "", why::no_object, 1);
  }
  if (!errors.empty()) return errors;
  return std::move(handler.root);
}

Checked<Value> parse_document(std::string_view text, const std::string& name) {
  if (text.size() > kFileBytesMax) {
    return failure(name, {why::too_large, {{"max", std::to_string(kFileBytesMax)}}}, 0);
  }
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first != text.npos && text[first] == '{') return parse_json(text, name);
  return parse_toml(text, name);
}

std::string to_json(const Value& value) {
  std::string out;
  write(value, 0, out);
  return out + "\n";
}

}  // namespace firsthand::config
