-- SPDX-License-Identifier: Apache-2.0
-- Promised calls stand in line when they are due: one live call for each promise.
create index interaction_callback on interaction (callback_id, enqueued_at) where callback_id is not null;
