unsigned long state[3];

void kernel(void) {
    unsigned long x = state[0], y = state[1], sum = state[2];
    unsigned char i;
    for (i = 0; i < 16; i++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        y = y * x + 1013904223ul;
        sum += y % 1000;
    }
    state[0] = x;
    state[1] = y;
    state[2] = sum;
}
