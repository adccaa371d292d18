struct line { unsigned char x0, y0, x1, y1; };
struct line lines[16];
unsigned char screen[6144];

static void plot(unsigned char x, unsigned char y) {
    unsigned int at = ((unsigned int)(y & 0xC0) << 5) | ((unsigned int)(y & 7) << 8)
        | ((unsigned int)(y & 0x38) << 2) | (x >> 3);
    screen[at] |= 0x80 >> (x & 7);
}

static void draw(unsigned char x0, unsigned char y0, unsigned char x1, unsigned char y1) {
    int dx = x1 > x0 ? x1 - x0 : x0 - x1;
    int dy = y1 > y0 ? y1 - y0 : y0 - y1;
    unsigned char step_x = x1 > x0 ? 1 : 255;
    unsigned char step_y = y1 > y0 ? 1 : 255;
    int error = dx - dy;
    for (;;) {
        int twice;
        plot(x0, y0);
        if (x0 == x1 && y0 == y1) break;
        twice = error + error;
        if (twice > -dy) {
            error -= dy;
            x0 += step_x;
        }
        if (twice < dx) {
            error += dx;
            y0 += step_y;
        }
    }
}

void kernel(void) {
    unsigned char i;
    for (i = 0; i < 16; i++) draw(lines[i].x0, lines[i].y0, lines[i].x1, lines[i].y1);
}
