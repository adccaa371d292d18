unsigned char source[512];
unsigned char target[512];

void kernel(void) {
    unsigned int i;
    for (i = 0; i < 512; i++) target[i] = source[i];
}
