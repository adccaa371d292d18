unsigned char text[256];

unsigned int kernel(void) {
    unsigned int n = 0;
    while (text[n] != 0) n++;
    return n;
}
