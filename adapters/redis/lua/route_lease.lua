-- SPDX-License-Identifier: Apache-2.0
-- KEYS queue by interaction, idle, sequence, epoch, interaction's lease, then each candidate's lease
-- ARGV interaction, node, lease_ms, epoch expected, then the candidates in order
-- Returns {outcome} or {'leased', agent, token}.
if redis.call('GET', KEYS[4]) ~= ARGV[4] then return {'epoch_lost'} end
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return {'not_waiting'} end
if redis.call('EXISTS', KEYS[5]) == 1 then return {'already_leased'} end
for i = 5, #ARGV do
  if redis.call('ZSCORE', KEYS[2], ARGV[i]) and redis.call('EXISTS', KEYS[i + 1]) == 0 then
    -- The time keeps tokens different after a wipe has started the sequence again.
    local token = ARGV[2] .. ':' .. whole(now_ms()) .. ':' .. whole(redis.call('INCR', KEYS[3]))
    redis.call('SET', KEYS[5], token, 'PX', ARGV[3])
    redis.call('SET', KEYS[i + 1], token, 'PX', ARGV[3])
    return {'leased', ARGV[i], token}
  end
end
return {'no_agent'}
