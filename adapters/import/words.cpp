// SPDX-License-Identifier: Apache-2.0
#include "adapters/import/words.hpp"

namespace firsthand::import::words {
namespace {

constexpr Sign kSurnameList[] = {
    {"王", 'w'}, {"李", 'l'}, {"张", 'z'}, {"刘", 'l'}, {"陈", 'c'}, {"杨", 'y'}, {"赵", 'z'},
    {"黄", 'h'}, {"周", 'z'}, {"吴", 'w'}, {"徐", 'x'}, {"孙", 's'}, {"胡", 'h'}, {"朱", 'z'},
    {"高", 'g'}, {"林", 'l'}, {"何", 'h'}, {"郭", 'g'}, {"马", 'm'}, {"罗", 'l'}, {"梁", 'l'},
    {"宋", 's'}, {"郑", 'z'}, {"谢", 'x'}, {"韩", 'h'}, {"唐", 't'}, {"冯", 'f'}, {"于", 'y'},
    {"董", 'd'}, {"萧", 'x'}, {"程", 'c'}, {"曹", 'c'}, {"袁", 'y'}, {"邓", 'd'}, {"许", 'x'},
    {"傅", 'f'}, {"沈", 's'}, {"曾", 'z'}, {"彭", 'p'}, {"吕", 'l'}};
constexpr Sign kGivenList[] = {
    {"建国", 'j'}, {"秀兰", 'x'}, {"志强", 'z'}, {"桂英", 'g'}, {"小明", 'x'}, {"丽华", 'l'},
    {"文博", 'w'}, {"雨晴", 'y'}, {"浩然", 'h'}, {"思远", 's'}, {"佳怡", 'j'}, {"俊杰", 'j'},
    {"春梅", 'c'}, {"海燕", 'h'}, {"国庆", 'g'}, {"玉珍", 'y'}, {"子涵", 'z'}, {"晨曦", 'c'},
    {"明轩", 'm'}, {"美玲", 'm'}, {"德华", 'd'}, {"红梅", 'h'}, {"永强", 'y'}, {"静怡", 'j'},
    {"一诺", 'y'}, {"天佑", 't'}, {"诗涵", 's'}, {"振华", 'z'}, {"淑芬", 's'}, {"家豪", 'j'},
    {"欣妍", 'x'}, {"卫东", 'w'}, {"瑞雪", 'r'}, {"凯文", 'k'}, {"晓峰", 'x'}, {"梓萱", 'z'},
    {"立新", 'l'}, {"慧敏", 'h'}, {"鹏飞", 'p'}, {"若兰", 'r'}, {"长江", 'c'}, {"爱华", 'a'},
    {"嘉欣", 'j'}, {"宇航", 'y'}, {"素珍", 's'}, {"博文", 'b'}, {"安琪", 'a'}, {"云飞", 'y'}};
constexpr CompanyWord kCompanyList[] = {
    {"示例启明贸易有限公司", "slqmmy"}, {"示例蓝桥设计工作室", "sllqsj"},
    {"示例百川学校", "slbcxx"},         {"示例东篱餐饮有限公司", "sldlcy"},
    {"示例松涛软件有限公司", "slstrj"}, {"示例长河物流有限公司", "slchwl"},
    {"示例青禾诊所", "slqhzs"},         {"示例远帆旅行社", "slyflx"},
    {"示例金穗会计事务所", "sljskj"},   {"示例云岭茶业有限公司", "slylcy"}};
constexpr std::string_view kProductList[] = {
    "晨星 台式机 A500", "晨星 台式机 A700", "晨星 笔记本 N14",  "晨星 笔记本 N15 Pro",
    "晨星 一体机 Q24",  "晨星 显示器 V27",  "晨星 服务器 S200", "晨星 打印机 P10"};
constexpr std::string_view kStreetList[] = {"示例市东城区银杏路", "示例市西城区梧桐街",
                                            "示例市滨江区望潮路", "示例市高新区创意大道",
                                            "示例市老城区石桥巷", "示例市新城区晴川路"};

constexpr std::string_view kRepairLate[] = {
    "电脑送修已经超过十天，维修站一直说在等配件，没有任何进展，要求给出明确的取机时间。",
    "承诺三天修好，今天第七天了，打到维修站没人接。办公急用。",
    "上门维修约了两次都没来人，也没有电话通知，耽误了一整天。",
    "主板返厂检测两周没有结果，希望尽快修好或者更换新机。"};
constexpr std::string_view kRepairQuality[] = {
    "修完一周又出现同样的黑屏问题，怀疑没有真正更换主板。",
    "取机时发现外壳有新的划痕，送修单上注明外观完好。",
    "更换硬盘后系统运行很慢，还经常蓝屏，第二次送修了。"};
constexpr std::string_view kParts[] = {"笔记本电池需要更换，维修站说没货，已经等了三周。",
                                       "键盘缺货，问什么时候到货每次答复都不一样。",
                                       "打印机硒鼓全城缺货，要求告知准确到货时间。"};
constexpr std::string_view kAttitude[] = {"维修站接待人员态度冷淡，问什么都说不知道。",
                                          "上门工程师迟到两小时，没有道歉，还要求客户自己搬机器。"};
constexpr std::string_view kQuality[] = {"新买的台式机开机十分钟就自动关机，连续三天都这样。",
                                         "显示器出现亮线，购买还不到一个月，要求换新。",
                                         "笔记本风扇噪音很大，开会时旁边的人都听得见。",
                                         "一体机触摸屏失灵，重装系统也没有用。"};
constexpr std::string_view kSafety[] = {"充电时适配器发烫冒烟，已经拔掉电源，担心安全问题。",
                                        "电池鼓包，后盖已经顶起，不敢再用。"};
constexpr std::string_view kSoftware[] = {"更新以后无线网卡找不到了，按网上的步骤试过没有用。",
                                          "预装系统激活失效，提示许可证将过期。",
                                          "驱动安装后反复蓝屏，无法进入系统。"};
constexpr std::string_view kSupport[] = {"不会设置双屏显示，希望有人远程指导。",
                                         "想把旧电脑的数据转到新电脑，请技术人员协助。"};
constexpr std::string_view kAdvert[] = {"宣传页写的是十六吉内存，拿到手只有八吉。",
                                        "广告说赠送三年上门服务，保修卡上只有一年。"};
constexpr std::string_view kPromotion[] = {"活动承诺的赠品鼠标一直没有寄来。",
                                           "学生优惠券结算时不能使用，客服让等通知已经半个月。"};
constexpr std::string_view kInvoice[] = {"发票抬头开错，需要重新开具。",
                                         "付款两周还没有收到电子发票。"};
constexpr std::string_view kReturn[] = {"七天无理由退货，退款迟迟没有到账。",
                                        "收到的机器型号不对，要求换货。"};
constexpr std::string_view kDelivery[] = {"下单时说次日发货，一周了物流没有更新。",
                                          "三台电脑只收到两台，另一台查不到物流。"};
constexpr std::string_view kDealer[] = {"经销商拒绝开具保修证明，说要另外收费。",
                                        "经销商卖的是拆封机，要求厂家处理。"};
constexpr std::string_view kVisit[] = {"预约工程师周内上门安装打印机。",
                                       "台式机搬家后无法开机，预约上门检查。"};
constexpr std::string_view kQuestion[] = {"咨询笔记本能否加装内存，最大支持多少。",
                                          "询问保修期从哪天开始计算。", "咨询以旧换新的办理流程。"};
constexpr std::string_view kGeneral[] = {"反映多次来电排队时间太长，希望改进。",
                                         "客户对处理流程有意见，希望有人解释。"};

constexpr std::string_view kAnswerList[] = {
    "已与客户电话沟通，说明了原因并致歉，客户接受处理方案。",
    "已安排当天加急处理，客户表示同意。",
    "已更换配件并测试正常，客户确认可以取机。",
    "已为客户办理换新，物流单号已告知客户。",
    "已补寄赠品并短信告知客户。",
    "远程协助完成，客户确认问题已解决。"};
constexpr std::string_view kResolutionList[] = {"问题已处理完毕，客户电话确认满意。",
                                                "更换主板后测试48小时正常，客户已取机。",
                                                "退款已到账，客户确认。",
                                                "发票已重开并寄出，客户知悉。",
                                                "工程师上门处理完成，客户签字确认。",
                                                "向客户致歉并赠送延保一年，客户接受。"};
constexpr std::string_view kNoteList[] = {
    "客户情绪比较激动，回电时请先致歉。", "客户白天上班，方便在午休时间联系。",
    "配件已到上海仓，明早发出。", "已催促维修中心优先安排。", "客户是老客户，购买过多台设备。"};
constexpr std::string_view kReturnReasonList[] = {"机器仍在保修流程中，应由技术部先判定。",
                                                  "属于销售承诺问题，不归本部门处理。",
                                                  "客户机型不在本部门负责范围。"};
constexpr std::string_view kEscalationList[] = {"客户要求主管级别答复，涉及赔偿。",
                                                "同一问题第三次出现，需要后线协调技术部。",
                                                "责任部门连续两次未按时答复。"};
constexpr std::string_view kHandOverList[] = {"本人下周外出培训，移交同组同事跟进。",
                                              "客户要求英文沟通，移交双语同事。"};
constexpr std::string_view kNoAnswerList[] = {"响铃无人接听。", "客户手机关机，稍后再拨。",
                                              "无人接听，已发短信告知。"};

struct Texts {
  std::string_view category;
  std::span<const std::string_view> texts;
  std::string_view english;
};
constexpr Texts kTexts[] = {
    {"wxcs", kRepairLate,
     "My computer has been at the repair centre for twelve days without news."},
    {"wxzl", kRepairQuality, "The same black screen came back a week after the repair."},
    {"pjqh", kParts, "The battery has been out of stock for three weeks."},
    {"fwtd", kAttitude, "The technician came two hours late and was rude."},
    {"cpzl", kQuality, "The new desktop switches itself off after ten minutes."},
    {"aqyh", kSafety, "The adapter got very hot and smoked while charging."},
    {"rjgz", kSoftware, "After the update the wireless card has disappeared."},
    {"jszc", kSupport, "Please help me set up two screens."},
    {"xcbf", kAdvert, "The leaflet said 16 GB of memory, the machine has 8."},
    {"cxwdx", kPromotion, "The mouse promised with the order never arrived."},
    {"fpwt", kInvoice, "The invoice carries the wrong company name."},
    {"thh", kReturn, "The refund for the returned laptop has not arrived."},
    {"fhyw", kDelivery, "The order was to ship the next day; a week later nothing has moved."},
    {"jxsjf", kDealer, "The dealer refuses to give me a warranty certificate."},
    {"smyy", kVisit, "I would like a technician to install the printer."},
    {"cpzx", kQuestion, "How much memory can the N14 take?"},
};

}  // namespace

const std::span<const Sign> kSurnames{kSurnameList};
const std::span<const Sign> kGiven{kGivenList};
const std::span<const CompanyWord> kCompanies{kCompanyList};
const std::span<const std::string_view> kProducts{kProductList};
const std::span<const std::string_view> kStreets{kStreetList};
const std::span<const std::string_view> kAnswers{kAnswerList};
const std::span<const std::string_view> kResolutions{kResolutionList};
const std::span<const std::string_view> kNotes{kNoteList};
const std::span<const std::string_view> kReturnReasons{kReturnReasonList};
const std::span<const std::string_view> kEscalationReasons{kEscalationList};
const std::span<const std::string_view> kHandOverReasons{kHandOverList};
const std::span<const std::string_view> kNoAnswerNotes{kNoAnswerList};

std::span<const std::string_view> complaint_texts(std::string_view category) {
  for (const Texts& one : kTexts) {
    if (one.category == category) return one.texts;
  }
  return kGeneral;
}

std::string_view english_text(std::string_view category) {
  for (const Texts& one : kTexts) {
    if (one.category == category) return one.english;
  }
  return "I would like somebody to explain how this was handled.";
}

}  // namespace firsthand::import::words
