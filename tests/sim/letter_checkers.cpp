// SPDX-License-Identifier: Apache-2.0
// What is written: in nobody's hands but somebody's who is there, no more than fits, and told.
#include "engine/find.hpp"
#include "tests/sim/checkers.hpp"
#include "tests/sim/clock_words.hpp"

namespace firsthand::sim {

void Checkers::letters() {
  std::map<UserId, int> in_hand;
  for (const InteractionId id : rows_.live_interactions()) {
    const Interaction& letter = rows_.world().interactions.at(id);
    if (letter.state != InteractionState::in_hand) continue;
    if (!letter.written() || !letter.agent) found(7, name("in nobody's hand: interaction", id));
    const Queue* queue = rules_.book.queue(letter.queue);
    if (queue && ++in_hand[letter.agent] > queue->written.slots)
      found(7, name("more in hand than fits: agent", letter.agent));
  }
  for (const auto& [id, desk] : rows_.world().desks) {
    if (desk.in_hand != in_hand[id]) found(7, name("counts what is in hand wrongly: agent", id));
  }
}

void Checkers::letter_told(const Interaction& letter,
                           const std::function<bool(const char*)>& says) {
  const bool was_in_line = !letter.queue.empty();
  if (was_in_line != says("written_in_line"))
    found(11, name("its line is not in the history: interaction", letter.id));
  if (letter.state == InteractionState::in_hand && !says("written_taken"))
    found(11, name("its taking is not in the history: interaction", letter.id));
  if (was_in_line && (letter.state == InteractionState::ended) != says("written_done"))
    found(11, name("its end is not in the history: interaction", letter.id));
}

}  // namespace firsthand::sim
