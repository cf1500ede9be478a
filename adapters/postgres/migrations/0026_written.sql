-- SPDX-License-Identifier: Apache-2.0
-- Contacts in writing stand in the same line as calls; whoever takes one has it in hand beside his calls.
alter table interaction drop constraint interaction_state_check;
alter table interaction add constraint interaction_state_check
  check (state in ('waiting','offered','talking','held','in_hand','ended'));
alter table interaction add constraint interaction_in_hand_is_somebodys
  check (state <> 'in_hand' or (channel <> 'call' and agent_id is not null));
alter table desk add column in_hand integer not null default 0 check (in_hand >= 0);
alter table ownership_entry drop constraint ownership_entry_how_check;
alter table ownership_entry add constraint ownership_entry_how_check
  check (how in ('first_contact','taken','hand_over','reassignment','departure'));
create index interaction_in_hand on interaction (agent_id) where state = 'in_hand';
