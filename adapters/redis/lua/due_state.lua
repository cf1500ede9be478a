-- SPDX-License-Identifier: Apache-2.0
-- KEYS epoch, building, mark   Returns {epoch or '', being built or '', mark}.
return {redis.call('GET', KEYS[1]) or '', redis.call('GET', KEYS[2]) or '',
        redis.call('GET', KEYS[3]) or '0'}
