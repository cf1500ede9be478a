-- SPDX-License-Identifier: Apache-2.0
-- KEYS due   Returns {now_ms, due_ms or ''}.
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {whole(now_ms()), first[2] and whole(tonumber(first[2])) or ''}
