-- Runs once in every fresh state, with the function that takes a line of output.
local write = ...
local concat, select, tostring, type = table.concat, select, tostring, type
local format, floor, ceil = string.format, math.floor, math.ceil

local function line(...)
    local parts = {}
    for i = 1, select('#', ...) do
        parts[i] = tostring((select(i, ...)))
    end
    return concat(parts, '\t')
end

function print(...) write(line(...), false) end
function emit(...) write(line(...), true) end

-- What scripts for Lua 5.1 expect.
unpack = table.unpack
math.pow = function(a, b) return a ^ b end
math.mod = math.fmod
math.log10 = function(x) return math.log(x, 10) end
table.getn = function(t) return #t end

-- Whole-number directives take any number, as in Lua 5.1: the fraction is cut off.
function string.format(text, ...)
    local values = { n = select('#', ...), ... }
    local at = 0
    for flags, directive in text:gmatch('%%([%-+ #0-9.]*)(.)') do
        if directive ~= '%' then
            at = at + 1
            local v = values[at]
            if ('dioxXuc'):find(directive, 1, true) and type(v) == 'number' then
                values[at] = v < 0 and ceil(v) or floor(v)
            end
        end
    end
    return format(text, unpack(values, 1, values.n))
end

-- Nothing that reaches out of the script, and nothing that hides that it was stopped.
for _, name in ipairs { 'dofile', 'loadfile', 'load', 'require', 'collectgarbage', 'pcall', 'xpcall', 'warn' } do
    _G[name] = nil
end
