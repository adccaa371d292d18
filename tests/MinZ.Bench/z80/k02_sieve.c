#define SIZE 8192u
unsigned char flags[SIZE];

unsigned int kernel(void) {
    unsigned int i, multiple, count = 0;
    for (i = 0; i < SIZE; i++) flags[i] = 1;
    for (i = 2; i < SIZE; i++) {
        if (flags[i]) {
            count++;
            for (multiple = i + i; multiple < SIZE; multiple += i) flags[multiple] = 0;
        }
    }
    return count;
}
