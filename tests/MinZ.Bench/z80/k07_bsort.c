unsigned char data[256];

void kernel(void) {
    unsigned char i, kept, last = 255;
    while (last > 0) {
        for (i = 0; i < last; i++) {
            if (data[i] > data[i + 1]) {
                kept = data[i];
                data[i] = data[i + 1];
                data[i + 1] = kept;
            }
        }
        last--;
    }
}
