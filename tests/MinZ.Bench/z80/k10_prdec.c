unsigned int values[8];
unsigned char text[64];
static unsigned char digits[5];

unsigned char kernel(void) {
    unsigned char i, k, n = 0;
    unsigned int v;
    for (i = 0; i < 8; i++) {
        v = values[i];
        k = 0;
        do {
            digits[k++] = '0' + v % 10;
            v /= 10;
        } while (v != 0);
        while (k > 0) text[n++] = digits[--k];
        text[n++] = ' ';
    }
    return n;
}
