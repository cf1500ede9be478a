// SPDX-License-Identifier: Apache-2.0
// The meetings of the last months, twice a month, and what they gave the departments to do: most of
// it is done, something is open, something is late.
#include <array>

#include "adapters/import/story.hpp"

namespace firsthand::import {
namespace {

struct Agreed {
  const char* department;
  const char* title;
  const char* text;
  const char* result;
};
constexpr std::array<Agreed, 12> kAgreed{{
    {"repair", "运输包装加厚", "本月三起运输破损投诉，都是同一种纸箱。",
     "已换加厚纸箱，下批起用。"},
    {"sales", "发票两天内开出", "客户反映发票要等一周。", "与财务商定，到款后两天内开出。"},
    {"technical", "无线网卡驱动说明", "新款笔记本无线断连，坐席答不上来。",
     "已写成一页说明并发给坐席。"},
    {"marketing", "改正宣传页上的内存规格", "宣传页写 512M，实际为 256M。", "已改印，旧页收回。"},
    {"repair", "常用主板备件存量", "主板缺货使维修平均多等四天。", "最低存量改为二十块。"},
    {"sales", "送货前先打电话", "客户不在家，白跑一趟。", "配送单上加了预约电话一栏。"},
    {"technical", "开机慢的排查步骤", "回访中多位客户提到开机慢。", "排查步骤已放进知识库。"},
    {"marketing", "问一问产品用途", "想知道家用与办公各占多少。",
     "通话顺带询问，已问到六十位客户。"},
    {"repair", "维修进度主动告知", "客户总要打电话来问修到哪一步。", "每三天由接口人发一次进度。"},
    {"sales", "经销商退换货口径", "同样的问题，两家经销商说法不同。", ""},
    {"technical", "显示器亮点标准说明", "客户与维修站对亮点标准理解不一。", ""},
    {"repair", "周末取机", "上班族平时来不了。", ""},
}};

}  // namespace

void Story::plan_reviews() {
  // Every second week, the oldest first; the last of them have not come to an end yet.
  const Instant last = options_.now - std::chrono::days{5};
  for (std::size_t i = 0; i < kAgreed.size(); ++i) {
    const int weeks = 2 * static_cast<int>((kAgreed.size() - 1 - i) / 2);
    const Instant met = earlier(office_, last - std::chrono::days{7 * weeks}, Seconds{3600});
    const bool late = i + 1 == kAgreed.size();
    if (met < start_) continue;
    chronicle_.at(met, [this, i, late](Instant t) {
      event::ReviewActionAgreed e{};
      e.title = kAgreed[i].title;
      e.text = kAgreed[i].text;
      e.department = rules_.department(kAgreed[i].department);
      e.due_at =
          later(office_, t, late ? Seconds{2 * 9 * 3600} : Seconds{(6 + below(5)) * 9 * 3600});
      const Outcome agreed = by(supervisor(), e, t);
      const ReviewActionId id{agreed.reply.id};
      if (agreed.refusal || *kAgreed[i].result == '\0') return;
      const auto liaisons = people(Role::liaison, e.department);
      if (liaisons.empty()) return;
      const Instant done = later(office_, t, Seconds{(3 + below(8)) * 9 * 3600});
      chronicle_.at(done, [this, id, i, who = liaisons.front()](Instant then) {
        by(who, event::ReviewActionEnded{id, ReviewActionState::done, kAgreed[i].result}, then);
      });
    });
  }
}

}  // namespace firsthand::import
