unsigned char first[64];
unsigned char second[64];

unsigned int kernel(void) {
    unsigned int sum = 0;
    unsigned char i;
    for (i = 0; i < 64; i++) sum += first[i] * second[i];
    return sum;
}
