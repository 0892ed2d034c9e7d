/* Public keys of RFC 8463 A.2 and one that is too short. */
#ifndef SEKISHO_TEST_DKIM_KEYS_H
#define SEKISHO_TEST_DKIM_KEYS_H

#define P1024                                                                                    \
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/" \
    "J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/"                                                   \
    "8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2"                                     \
    "EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
#define P512                                                                           \
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALgSoqXVSEmfcIsOzw7oRuCCOwsmtX/SJnTWxYyj2leFxfS/" \
    "AVJ+dYfY+hXqMsT7l+MZvvh/R1WzN4MO/kIwtlECAwEAAQ=="
#define PED "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

#endif
