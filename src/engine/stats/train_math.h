/* exp and log of doubles that are the same on every machine: libm's differ in the last bit. Inside of
 * stats/ only; good to some 1e-9, which is more than training needs. */
#ifndef SEKISHO_STATS_TRAIN_MATH_H
#define SEKISHO_STATS_TRAIN_MATH_H

/* e^x by its series at x / 2^k, squared k times. x in -40 .. 40. */
static inline double
train_exp(double x)
{
    double t = x / 64, sum = 1, term = 1;
    for (int i = 1; i < 14; i++) {
        term = term * t / i;
        sum = sum + term;
    }
    for (int i = 0; i < 6; i++)
        sum = sum * sum;
    return sum;
}

/* 1 / (1 + e^-x) */
static inline double
train_sigmoid(double x)
{
    double limit = 30;
    if (x > limit)
        x = limit;
    if (x < -limit)
        x = -limit;
    return 1 / (1 + train_exp(-x));
}

#endif
