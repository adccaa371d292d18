unsigned char data[256];

unsigned char kernel(void) {
    unsigned char crc = 0;
    unsigned int i;
    for (i = 0; i < 256; i++) {
        unsigned char bit;
        crc ^= data[i];
        for (bit = 0; bit < 8; bit++) {
            if (crc & 0x80)
                crc = (crc << 1) ^ 0x07;
            else
                crc <<= 1;
        }
    }
    return crc;
}
