-- The kernels of the VM benchmark in Lua 5.4; see kernels.mir. Usage: lua5.4 kernels.lua NAME N REPEATS.
local K = {}

local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end
K.fib = fib

function K.loops(n)
  local s = 0
  for i = 0, n - 1 do
    for j = 0, n - 1 do
      s = s + i * j
      if s > 1000000007 then s = s - 1000000007 end
    end
  end
  return s
end

function K.sieve(rounds)
  local count = 0
  for _ = 1, rounds do
    local composite = {}
    for i = 1, 1000000 do composite[i] = false end
    count = 0
    for i = 2, 1000000 do
      if not composite[i] then
        count = count + 1
        for j = i + i, 1000000, i do composite[j] = true end
      end
    end
  end
  return count
end

local function body(x, y, z, vx, vy, vz, mass)
  return { x = x, y = y, z = z, vx = vx, vy = vy, vz = vz, mass = mass }
end

function K.nbody(steps)
  local b = {
    body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 39.47841760435743),
    body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.606326392995832, 2.81198684491626,
      -0.02521836165988763, 0.03769367487038949),
    body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -1.0107743461787924, 1.82566237123041186,
      0.008415761376584154, 0.011286326131968767),
    body(12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 1.0827910064415354, 0.8687130181696082,
      -0.010832637401363636, 0.0017237240570597112),
    body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.979090732243898, 0.5946989986476762,
      -0.034755955504078104, 0.0020336868699246304),
  }
  local sqrt = math.sqrt
  for _ = 1, steps do
    for i = 1, 5 do
      local p = b[i]
      for j = i + 1, 5 do
        local q = b[j]
        local dx, dy, dz = p.x - q.x, p.y - q.y, p.z - q.z
        local d2 = dx * dx + dy * dy + dz * dz
        local mag = 0.01 / (d2 * sqrt(d2))
        local qm, pm = q.mass * mag, p.mass * mag
        p.vx = p.vx - dx * qm
        p.vy = p.vy - dy * qm
        p.vz = p.vz - dz * qm
        q.vx = q.vx + dx * pm
        q.vy = q.vy + dy * pm
        q.vz = q.vz + dz * pm
      end
    end
    for k = 1, 5 do
      local p = b[k]
      p.x = p.x + p.vx * 0.01
      p.y = p.y + p.vy * 0.01
      p.z = p.z + p.vz * 0.01
    end
  end
  local sum = 0.0
  for k = 1, 5 do sum = sum + (b[k].x + b[k].y + b[k].z) end
  return math.tointeger((math.modf(sum * 1000000.0)))
end

function K.mandel(n)
  local inside = 0
  for y = 0, n - 1 do
    for x = 0, n - 1 do
      local cr, ci = x * 2.0 / n - 1.5, y * 2.0 / n - 1.0
      local zr, zi, tr, ti, k = 0.0, 0.0, 0.0, 0.0, 0
      while k < 50 and tr + ti <= 4.0 do
        zi = zr * 2.0 * zi + ci
        zr = tr - ti + cr
        tr = zr * zr
        ti = zi * zi
        k = k + 1
      end
      inside = inside + k
    end
  end
  return inside
end

function K.matmul(n)
  local a, b, r = {}, {}, {}
  for i = 0, n - 1 do
    for j = 0, n - 1 do
      a[i * n + j] = (i - j + 3) * 0.5
      b[i * n + j] = (i + j) * 0.25
    end
  end
  for y = 0, n - 1 do
    for x = 0, n - 1 do
      local s = 0.0
      for k = 0, n - 1 do s = s + a[y * n + k] * b[k * n + x] end
      r[y * n + x] = s
    end
  end
  local t = 0.0
  for m = 0, n - 1 do t = t + r[m * n + m] end
  return math.tointeger((math.modf(t)))
end

function K.strs(n)
  local parts = {}
  for i = 0, n - 1 do parts[#parts + 1] = tostring(i) end
  parts[#parts + 1] = ""
  local text = table.concat(parts, ",")
  local h, byte = 0, string.byte
  for p = 1, #text do h = (h * 31 + byte(text, p)) % 1000003 end
  return h
end

function K.u8wrap(n)
  local x, y, s = 1, 7, 0
  for i = 0, n - 1 do
    x = (x * 5 + i) & 255
    y = y ~ x
    y = ((y << 1) & 255) | (y >> 7)
    s = s + y
  end
  return s
end

local function grow(depth)
  if depth > 0 then return { left = grow(depth - 1), right = grow(depth - 1) } end
  return {}
end

local function count(t)
  if t.left then return count(t.left) + count(t.right) + 1 end
  return 1
end

function K.bintree(rounds)
  local s = 0
  for _ = 1, rounds do s = s + count(grow(14)) end
  return s
end

function K.livetree(rounds)
  local old = grow(17)
  return K.bintree(rounds) + count(old)
end

local name, n, repeats = arg[1], math.tointeger(arg[2]), math.tointeger(arg[3])
local best, result = math.huge, 0
for _ = 1, repeats do
  local begin = os.clock()
  result = K[name](n)
  best = math.min(best, os.clock() - begin)
end
print(string.format("%d %.9f", result, best))
