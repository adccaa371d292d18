struct sprite { unsigned char x, y, dx, dy; };
struct sprite sprites[16];

void kernel(void) {
    unsigned char frame, i;
    for (frame = 0; frame < 16; frame++) {
        for (i = 0; i < 16; i++) {
            sprites[i].x += sprites[i].dx;
            if (sprites[i].x >= 240) sprites[i].dx = -sprites[i].dx;
            sprites[i].y += sprites[i].dy;
            if (sprites[i].y >= 176) sprites[i].dy = -sprites[i].dy;
        }
    }
}
