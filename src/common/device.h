/*
 * What a browser is, in words, from its User-Agent: made up by the browser, so it is only good for
 * recognising one's own.
 */
#ifndef SEKISHO_DEVICE_H
#define SEKISHO_DEVICE_H

/* "Firefox", "Windows"; NULL: not known. */
void device_words(const char *agent, const char **browser, const char **system);

#endif
