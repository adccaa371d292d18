/* The kernels of the VM benchmark in C; see kernels.mir. Usage: kernels NAME N REPEATS, prints "result seconds" of the
   fastest repetition in CPU time. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define KERNEL __attribute__((noinline)) static int64_t

KERNEL fib(int64_t n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

KERNEL loops(int64_t n)
{
    int64_t s = 0;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++) {
            s += i * j;
            if (s > 1000000007)
                s -= 1000000007;
        }
    return s;
}

KERNEL sieve(int64_t rounds)
{
    int64_t count = 0;
    for (int64_t r = 0; r < rounds; r++) {
        uint8_t *composite = calloc(1000001, 1);
        count = 0;
        for (int64_t i = 2; i <= 1000000; i++)
            if (!composite[i]) {
                count++;
                for (int64_t j = i + i; j <= 1000000; j += i)
                    composite[j] = 1;
            }
        free(composite);
    }
    return count;
}

struct body { double x, y, z, vx, vy, vz, mass; };

static const struct body start[5] = {
    { 0, 0, 0, 0, 0, 0, 39.47841760435743 },
    { 4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.606326392995832, 2.81198684491626,
      -0.02521836165988763, 0.03769367487038949 },
    { 8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -1.0107743461787924, 1.82566237123041186,
      0.008415761376584154, 0.011286326131968767 },
    { 12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 1.0827910064415354, 0.8687130181696082,
      -0.010832637401363636, 0.0017237240570597112 },
    { 15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.979090732243898, 0.5946989986476762,
      -0.034755955504078104, 0.0020336868699246304 },
};

KERNEL nbody(int64_t steps)
{
    struct body *b = malloc(sizeof start);
    memcpy(b, start, sizeof start);
    for (int64_t s = 0; s < steps; s++) {
        for (int64_t i = 0; i < 5; i++)
            for (int64_t j = i + 1; j < 5; j++) {
                struct body *p = &b[i], *q = &b[j];
                double dx = p->x - q->x, dy = p->y - q->y, dz = p->z - q->z;
                double d2 = dx * dx + dy * dy + dz * dz;
                double mag = 0.01 / (d2 * sqrt(d2));
                double qm = q->mass * mag, pm = p->mass * mag;
                p->vx -= dx * qm;
                p->vy -= dy * qm;
                p->vz -= dz * qm;
                q->vx += dx * pm;
                q->vy += dy * pm;
                q->vz += dz * pm;
            }
        for (int64_t k = 0; k < 5; k++) {
            b[k].x += b[k].vx * 0.01;
            b[k].y += b[k].vy * 0.01;
            b[k].z += b[k].vz * 0.01;
        }
    }
    double sum = 0;
    for (int64_t k = 0; k < 5; k++)
        sum += b[k].x + b[k].y + b[k].z;
    free(b);
    return (int64_t)(sum * 1000000.0);
}

KERNEL mandel(int64_t n)
{
    int64_t in = 0;
    for (int64_t y = 0; y < n; y++)
        for (int64_t x = 0; x < n; x++) {
            double cr = (double)x * 2.0 / (double)n - 1.5, ci = (double)y * 2.0 / (double)n - 1.0;
            double zr = 0, zi = 0, tr = 0, ti = 0;
            int64_t k = 0;
            for (; k < 50 && tr + ti <= 4.0; k++) {
                zi = zr * 2.0 * zi + ci;
                zr = tr - ti + cr;
                tr = zr * zr;
                ti = zi * zi;
            }
            in += k;
        }
    return in;
}

KERNEL matmul(int64_t n)
{
    double *a = malloc(n * n * 8), *b = malloc(n * n * 8), *r = malloc(n * n * 8);
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j < n; j++) {
            a[i * n + j] = (double)(i - j + 3) * 0.5;
            b[i * n + j] = (double)(i + j) * 0.25;
        }
    for (int64_t y = 0; y < n; y++)
        for (int64_t x = 0; x < n; x++) {
            double s = 0;
            for (int64_t k = 0; k < n; k++)
                s += a[y * n + k] * b[k * n + x];
            r[y * n + x] = s;
        }
    double t = 0;
    for (int64_t m = 0; m < n; m++)
        t += r[m * n + m];
    free(a);
    free(b);
    free(r);
    return (int64_t)t;
}

KERNEL strs(int64_t n)
{
    int64_t cap = 64, len = 0;
    uint8_t *text = malloc(cap), digits[24];
    for (int64_t i = 0; i < n; i++) {
        int64_t k = 0, v = i;
        do {
            digits[k++] = (uint8_t)(v % 10 + '0');
            v /= 10;
        } while (v != 0);
        if (len + k + 1 > cap) {
            uint8_t *bigger = malloc(cap * 2);
            for (int64_t m = 0; m < len; m++)
                bigger[m] = text[m];
            free(text);
            text = bigger;
            cap *= 2;
        }
        while (k > 0)
            text[len++] = digits[--k];
        text[len++] = ',';
    }
    int64_t h = 0;
    for (int64_t p = 0; p < len; p++)
        h = (h * 31 + text[p]) % 1000003;
    free(text);
    return h;
}

KERNEL u8wrap(int64_t n)
{
    uint8_t x = 1, y = 7;
    int64_t s = 0;
    for (int64_t i = 0; i < n; i++) {
        x = (uint8_t)(x * 5 + (uint8_t)i);
        y ^= x;
        y = (uint8_t)(y << 1) | (uint8_t)(y >> 7);
        s += y;
    }
    return s;
}

struct tree { struct tree *left, *right; };

static struct tree *grow(int64_t depth)
{
    struct tree *t = malloc(sizeof *t);
    t->left = depth > 0 ? grow(depth - 1) : NULL;
    t->right = depth > 0 ? grow(depth - 1) : NULL;
    return t;
}

static int64_t count(struct tree *t)
{
    return t->left ? count(t->left) + count(t->right) + 1 : 1;
}

static void drop(struct tree *t)
{
    if (t->left) {
        drop(t->left);
        drop(t->right);
    }
    free(t);
}

KERNEL bintree(int64_t rounds)
{
    int64_t s = 0;
    for (int64_t i = 0; i < rounds; i++) {
        struct tree *t = grow(14);
        s += count(t);
        drop(t);
    }
    return s;
}

KERNEL livetree(int64_t rounds)
{
    struct tree *old = grow(17);
    int64_t s = bintree(rounds) + count(old);
    drop(old);
    return s;
}

static const struct { const char *name; int64_t (*run)(int64_t); } kernels[] = {
    { "fib", fib }, { "loops", loops }, { "sieve", sieve }, { "nbody", nbody }, { "mandel", mandel }, { "matmul", matmul },
    { "strs", strs }, { "u8wrap", u8wrap }, { "bintree", bintree },
    { "livetree", livetree },
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
    for (unsigned k = 0; argc == 4 && k < sizeof kernels / sizeof *kernels; k++) {
        if (strcmp(argv[1], kernels[k].name))
            continue;
        double best = 1e9;
        int64_t result = 0;
        for (int r = atoi(argv[3]); r > 0; r--) {
            double begin = now();
            result = kernels[k].run(atoll(argv[2]));
            double took = now() - begin;
            best = took < best ? took : best;
        }
        printf("%lld %.9f\n", (long long)result, best);
        return 0;
    }
    return 2;
}
