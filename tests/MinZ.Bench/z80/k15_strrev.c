unsigned char text[128];

void kernel(void) {
    unsigned char left = 0, right = 0, kept;
    while (text[right] != 0) right++;
    while (left < right) {
        right--;
        kept = text[left];
        text[left] = text[right];
        text[right] = kept;
        left++;
    }
}
