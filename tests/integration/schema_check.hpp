// SPDX-License-Identifier: Apache-2.0
// Does an answer look as the API's description says? Checks types, required and unknown fields of
// the component schemas, deep. Not a JSON Schema validator: just the words schemas.json uses.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace firsthand::test {

class SchemaCheck {
 public:
  explicit SchemaCheck(const char* schemas) : all_(boost::json::parse(schemas).as_object()) {}

  /// What is wrong, a line each; empty when nothing is.
  std::vector<std::string> check(const std::string& name, const boost::json::value& value) {
    wrong_.clear();
    against(all_.at(name), value, name);
    return wrong_;
  }

 private:
  using Value = boost::json::value;

  static bool fits(const std::string& type, const Value& value) {
    if (type == "null") return value.is_null();
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    if (type == "number") return value.is_number();
    if (type == "boolean") return value.is_bool();
    if (type == "array") return value.is_array();
    return type == "object" && value.is_object();
  }

  bool type_fits(const Value& type, const Value& value) {
    if (type.is_string()) return fits(type.as_string().c_str(), value);
    for (const auto& each : type.as_array()) {
      if (fits(each.as_string().c_str(), value)) return true;
    }
    return false;
  }

  void against(const Value& schema, const Value& value, const std::string& where) {
    const auto& rules = schema.as_object();
    if (const auto* ref = rules.if_contains("$ref")) {
      const std::string path(ref->as_string());
      against(all_.at(path.substr(path.rfind('/') + 1)), value, where);
      return;
    }
    if (const auto* any = rules.if_contains("anyOf")) {
      if (!value.is_null()) against(any->as_array().front(), value, where);
      return;
    }
    if (!type_fits(rules.at("type"), value)) {
      wrong_.push_back(where + ": wrong type: " + boost::json::serialize(value));
      return;
    }
    if (const auto* words = rules.if_contains("enum"); words != nullptr && value.is_string()) {
      bool known = false;
      for (const auto& each : words->as_array()) known = known || each == value;
      if (!known) wrong_.push_back(where + ": unknown word " + boost::json::serialize(value));
    }
    if (value.is_array() && rules.contains("items")) {
      int at = 0;
      for (const auto& each : value.as_array()) {
        against(rules.at("items"), each, where + "[" + std::to_string(at++) + "]");
      }
    }
    if (value.is_object() && rules.contains("properties")) object(rules, value.as_object(), where);
  }

  void object(const boost::json::object& rules, const boost::json::object& value,
              const std::string& where) {
    const auto& properties = rules.at("properties").as_object();
    for (const auto& field : value) {
      const auto* schema = properties.if_contains(field.key());
      const std::string name = where + "." + std::string(field.key());
      if (schema == nullptr) {
        wrong_.push_back(name + ": not described");
      } else {
        against(*schema, field.value(), name);
      }
    }
    if (const auto* required = rules.if_contains("required")) {
      for (const auto& each : required->as_array()) {
        if (!value.contains(each.as_string())) {
          wrong_.push_back(where + "." + std::string(each.as_string()) + ": missing");
        }
      }
    }
  }

  boost::json::object all_;
  std::vector<std::string> wrong_;
};

}  // namespace firsthand::test
