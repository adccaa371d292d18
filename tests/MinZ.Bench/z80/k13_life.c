unsigned char board[24][32];
unsigned char next[24][32];

void kernel(void) {
    unsigned char x, y, n;
    for (y = 1; y < 23; y++) {
        for (x = 1; x < 31; x++) {
            n = board[y - 1][x - 1] + board[y - 1][x] + board[y - 1][x + 1]
              + board[y][x - 1] + board[y][x + 1]
              + board[y + 1][x - 1] + board[y + 1][x] + board[y + 1][x + 1];
            if (n == 3 || (n == 2 && board[y][x] != 0))
                next[y][x] = 1;
            else
                next[y][x] = 0;
        }
    }
}
