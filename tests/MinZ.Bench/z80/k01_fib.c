unsigned int kernel(unsigned char n) {
    if (n < 2) return n;
    return kernel(n - 1) + kernel(n - 2);
}
