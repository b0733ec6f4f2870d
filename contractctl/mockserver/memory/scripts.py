"""What Redis does for us as one step.

KEYS of a space: its values, its numbers, its list, the set of all spaces, and the counter of what was written.
"""

from __future__ import annotations

from hashlib import sha1

from contractctl.mockserver.record import record


@record
class Script:
    """A script in Lua, and the name by which Redis remembers it."""

    text: str
    digest: str


def _script(*parts: str) -> Script:
    text = "".join(parts)
    return Script(text, sha1(text.encode(), usedforsecurity=False).hexdigest())


_FORGET = """
local function forget()
  if redis.call('EXISTS', KEYS[1], KEYS[2], KEYS[3]) == 0 then redis.call('ZREM', KEYS[4], ARGV[1]) end
end
"""
# ARGV: the space, the key, whether there is a value, the value.
_WRITE = """
local function write(before)
  if ARGV[3] == '1' then
    local order = before and string.sub(before, 1, 8) or struct.pack('>I8', redis.call('INCR', KEYS[5]))
    redis.call('ZADD', KEYS[4], 0, ARGV[1])
    redis.call('HSET', KEYS[1], ARGV[2], order .. ARGV[4])
  elseif before then
    redis.call('HDEL', KEYS[1], ARGV[2])
    forget()
  end
end
"""
# A slash and what comes after it in the order of bytes enclose all that begins with a path and a slash.
_BELOW = """
local function below(path)
  local found = redis.call('ZRANGEBYLEX', KEYS[1], '[' .. path .. '/', '(' .. path .. '0')
  if redis.call('ZSCORE', KEYS[1], path) then table.insert(found, 1, path) end
  return found
end
"""

PUT = _script(_FORGET, _WRITE, "write(redis.call('HGET', KEYS[1], ARGV[2]))")
SWAP = _script(
    _FORGET,
    _WRITE,
    """
local before = redis.call('HGET', KEYS[1], ARGV[2])
if (ARGV[5] == '1') ~= (before ~= false) then return 0 end
if before and string.sub(before, 9) ~= ARGV[6] then return 0 end
write(before)
return 1
""",
)
"""ARGV after those of writing: whether something is expected, and what."""
TAKE = _script(
    _FORGET,
    """
local found = redis.call('HGET', KEYS[1], ARGV[2])
if found then
  redis.call('HDEL', KEYS[1], ARGV[2])
  forget()
end
return found
""",
)
# Lua's numbers are exact to 2^53 only: the sum is returned as text.
ADD = _script("""
redis.call('ZADD', KEYS[4], 0, ARGV[1])
redis.call('HINCRBY', KEYS[2], ARGV[2], ARGV[3])
return redis.call('HGET', KEYS[2], ARGV[2])
""")
DROP = _script(_FORGET, "redis.call('DEL', KEYS[3])\nforget()")
SPACES = _script(_BELOW, "return below(ARGV[1])")
CLEAR = _script(
    _BELOW,
    """
for i = 2, #ARGV do
  for _, space in ipairs(below(ARGV[i])) do
    for _, kind in ipairs({'v:', 'n:', 'l:'}) do redis.call('DEL', ARGV[1] .. kind .. space) end
    redis.call('ZREM', KEYS[1], space)
  end
end
""",
)
"""KEYS: the set of spaces. ARGV: what all keys begin with, and paths."""
READ = _script(
    _BELOW,
    """
local found = {}
for _, space in ipairs(below(ARGV[2])) do
  table.insert(found, {
    space,
    redis.call('HGETALL', ARGV[1] .. 'v:' .. space),
    redis.call('HGETALL', ARGV[1] .. 'n:' .. space),
    redis.call('LRANGE', ARGV[1] .. 'l:' .. space, 0, -1),
  })
end
return found
""",
)
"""As CLEAR, with one path."""
CHECK = _script("redis.call('SET', KEYS[1], '1', 'EX', 60)")
