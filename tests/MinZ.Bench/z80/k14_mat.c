unsigned char left[8][8];
unsigned char right[8][8];
unsigned int product[8][8];

void kernel(void) {
    unsigned char i, j, k;
    unsigned int sum;
    for (i = 0; i < 8; i++) {
        for (j = 0; j < 8; j++) {
            sum = 0;
            for (k = 0; k < 8; k++) sum += left[i][k] * right[k][j];
            product[i][j] = sum;
        }
    }
}
