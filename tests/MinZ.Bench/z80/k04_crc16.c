unsigned char data[256];

unsigned int kernel(void) {
    unsigned int crc = 0xFFFF;
    unsigned int i;
    for (i = 0; i < 256; i++) {
        unsigned char bit;
        crc ^= (unsigned int)data[i] << 8;
        for (bit = 0; bit < 8; bit++) {
            if (crc & 0x8000)
                crc = (crc << 1) ^ 0x1021;
            else
                crc <<= 1;
        }
    }
    return crc;
}
